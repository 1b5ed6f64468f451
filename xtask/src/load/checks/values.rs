//! The values that a schema names, in `enum` and `default`, are values of its type.

use crate::load::grammar::Kind;
use crate::load::outline::{Object, Outline};
use crate::load::report::Report;
use crate::load::tree::{Entry, Node, Value};

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for schema in outline.all(Kind::Schema) {
        if let Some(entry) = schema.fields.entry("enum") {
            enumeration(schema, entry, report);
        }
        if let Some(entry) = schema.fields.entry("default") {
            default(schema, &entry.node, report);
        }
    }
}

fn enumeration(schema: Object<'_>, entry: &Entry, report: &mut Report) {
    let values = entry.node.items();
    if values.is_empty() && matches!(entry.node.value, Value::Sequence(_)) {
        report.add(
            entry.at,
            "an `enum` without values allows nothing",
            "list the values, or remove `enum`",
        );
    }
    for (index, value) in values.iter().enumerate() {
        fits(schema, value, "this value of the `enum`", report);
        if values.iter().take(index).any(|earlier| earlier == value) {
            report.add(
                value.at,
                format!("the `enum` has {} already", shown(value)),
                "remove one of the two",
            );
        }
    }
}

fn default(schema: Object<'_>, value: &Node, report: &mut Report) {
    fits(schema, value, "the default", report);
    let values = schema.fields.items("enum");
    if !values.is_empty() && !values.contains(value) {
        report.add(
            value.at,
            format!("the default {} is not in the `enum`", shown(value)),
            "add it there, or choose a default from the `enum`",
        );
    }
}

fn fits(schema: Object<'_>, node: &Node, subject: &str, report: &mut Report) {
    let Some(name) = schema.fields.text("type") else {
        return;
    };
    if is_of_type(&node.value, name, schema.fields.is_true("nullable")) {
        return;
    }
    let found = node.value.described();
    let what = format!("{subject} is {found}, and the type is `{name}`");
    let help = match (name, &node.value) {
        (_, Value::Null) => "remove it, or add `nullable: true`",
        ("string", Value::Flag(_) | Value::Number(_)) => "put the value in quotes",
        (_, Value::Text(_)) => "write it without quotes, or change the type",
        _ => "change the value or the type",
    };
    report.add(node.at, what, help);
}

fn is_of_type(value: &Value, name: &str, nullable: bool) -> bool {
    match (name, value) {
        (_, Value::Null) => nullable,
        ("integer", Value::Number(number)) => number.is_i64() || number.is_u64(),
        ("string", value) => matches!(value, Value::Text(_)),
        ("number", value) => matches!(value, Value::Number(_)),
        ("boolean", value) => matches!(value, Value::Flag(_)),
        ("array", value) => matches!(value, Value::Sequence(_)),
        ("object", value) => matches!(value, Value::Mapping(_)),
        ("integer", _) => false,
        // Not a type: the check of types says so.
        _ => true,
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => format!("`{text}`"),
        Value::Number(number) => format!("`{number}`"),
        Value::Flag(flag) => format!("`{flag}`"),
        _ => "this value".to_owned(),
    }
}
