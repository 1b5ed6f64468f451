//! A schema's bounds leave some value, and its pattern is a regular expression.

use crate::load::grammar::Kind;
use crate::load::outline::{Object, Outline};
use crate::load::report::Report;
use crate::load::tree::{Mapping, Value};
use crate::pattern;

const PAIRS: &[(&str, &str)] = &[
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for schema in outline.all(Kind::Schema) {
        for (low, high) in PAIRS {
            order(schema, low, high, report);
        }
        is_expression(schema, report);
    }
}

fn order(schema: Object<'_>, low: &str, high: &str, report: &mut Report) {
    let Some(least) = number(schema.fields, low) else { return };
    let Some(most) = number(schema.fields, high) else { return };
    if let Some(entry) = schema.fields.entry(low).filter(|_| least > most) {
        report.add(
            entry.at,
            format!("`{low}` {least} is more than `{high}` {most}: no value fits"),
            "lower the one or raise the other",
        );
    }
}

fn number(fields: &Mapping, key: &str) -> Option<f64> {
    match &fields.get(key)?.value {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

fn is_expression(schema: Object<'_>, report: &mut Report) {
    let Some(node) = schema.fields.get("pattern") else {
        return;
    };
    if let Some(Err(error)) = node.text().map(pattern::compile) {
        report.add(
            node.at,
            format!("the pattern is not a valid regular expression: {error}"),
            "write it as ECMA-262 has it; in YAML, single quotes keep backslashes",
        );
    }
}
