//! Checks `enum`, `default` and the descriptions of values. Values must have the schema's type. The default must be in
//! the `enum` and within the bounds, and descriptions must be for values in the `enum`.

use serde_json::{Value, json};

use super::bounds;
use super::shape::{described, is_large};
use super::types::is_of_type;
use crate::diagnostic::did_you_mean;
use crate::document::findings::Findings;
use crate::document::openapi::DESCRIPTIONS;
use crate::document::visitor::{Object, entries};
use crate::text::count;

pub(super) fn check(schema: Object<'_>, findings: &mut Findings) {
    let values = schema.items("enum");
    if schema.fields.contains_key("enum") {
        enumeration(schema, values, findings);
        if !schema.fields.contains_key("type") && values.contains(&Value::Null) {
            findings.at(&["nullable"]).set(true);
        }
        descriptions(schema, values, findings);
        lists(schema, values, findings);
    }
    if let Some(value) = schema.fields.get("default") {
        default(schema, value, values, findings);
    }
}

fn enumeration(schema: Object<'_>, values: &[Value], findings: &mut Findings) {
    let mut kept: Vec<Value> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let index = index.to_string();
        let place = ["enum", index.as_str()];
        if is_of_type(value, schema) {
            kept.push(value.clone());
        } else {
            let converted = misfit(schema, &place, "this `enum` value", value, findings);
            kept.extend(converted);
        }
        let is_duplicate = kept
            .split_last()
            .is_some_and(|(last, earlier)| last == value && earlier.contains(last));
        if is_duplicate {
            kept.pop();
            let what = format!("the `enum` already has {}", described(value));
            findings.at(&place).warn(
                what,
                "the duplicate is ignored",
                "remove one of the two values",
            );
        }
    }
    // `nullable` represents `null`.
    kept.retain(|value| !value.is_null());
    if kept.is_empty() {
        let what = "an `enum` without values allows no value";
        let help = "list the values, or remove `enum`";
        if values.is_empty() {
            findings.key(&["enum"]).warn(what, "the `enum` is ignored", help);
        }
        findings.at(&["enum"]).remove();
    } else if kept != values {
        findings.at(&["enum"]).set(kept);
    }
}

/// Checks that each description in `x-enumDescriptions` is for a value of the `enum`.
fn descriptions(schema: Object<'_>, values: &[Value], findings: &mut Findings) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let texts: Vec<String> = values.iter().map(text).collect();
    for (key, _) in entries(schema.fields, DESCRIPTIONS).filter(|(key, _)| !texts.contains(key)) {
        let what = format!("the `enum` has no value `{key}`");
        let known = texts.iter().map(String::as_str);
        let help = did_you_mean(key, known, "remove the description, or add the value");
        findings.key(&[DESCRIPTIONS, key]).warn(what, "the description is ignored", help);
    }
}

/// Checks that each list of names or descriptions has an item for each value of the `enum`.
fn lists(schema: Object<'_>, values: &[Value], findings: &mut Findings) {
    for key in ["x-enum-varnames", "x-enumNames", "x-enum-descriptions"] {
        let Some(texts) = schema.fields.get(key).and_then(Value::as_array) else { continue };
        if texts.len() != values.len() {
            let items = count(texts.len(), "item");
            let what =
                format!("`{key}` has {items}, but the `enum` has {}", count(values.len(), "value"));
            let help = "list one item for each value, in the same order";
            findings.key(&[key]).warn(what, format!("`{key}` is ignored"), help);
        } else if values.contains(&Value::Null) {
            let kept = texts.iter().zip(values).filter(|(_, value)| !value.is_null());
            let kept: Vec<Value> = kept.map(|(text, _)| text.clone()).collect();
            findings.at(&[key]).set(kept);
        }
    }
}

fn default(schema: Object<'_>, value: &Value, values: &[Value], findings: &mut Findings) {
    let place = ["default"];
    let converted = if is_of_type(value, schema) {
        Some(value.clone())
    } else {
        misfit(schema, &place, "the default", value, findings)
    };
    let Some(new) = converted else {
        findings.at(&place).remove();
        return;
    };
    let problem = if !values.is_empty() && !values.contains(&new) {
        let help = "add the value to the `enum`, or change the default";
        Some(("is not in the `enum`".to_owned(), help))
    } else {
        bounds::broken_by(&new, schema)
            .map(|keyword| (format!("violates `{keyword}`"), "change the default or the bound"))
    };
    if let Some((what, help)) = problem {
        let what = format!("the default, {}, {what}", described(value));
        findings.at(&place).warn(what, "the default is ignored", help).remove();
    } else if new != *value {
        findings.at(&place).set(new);
    }
}

/// Reports a value that does not have the schema's type. Returns the converted value if the conversion is obvious.
fn misfit(
    schema: Object<'_>,
    place: &[&str],
    subject: &str,
    value: &Value,
    findings: &mut Findings,
) -> Option<Value> {
    let name = schema.text("type").unwrap_or_default();
    let new = match (name, value) {
        ("string", Value::Bool(_) | Value::Number(_)) => Some(json!(value.to_string())),
        ("integer" | "number" | "boolean", Value::String(text)) => {
            serde_json::from_str(text).ok().filter(|new| is_of_type(new, schema))
        }
        ("integer", Value::Number(number)) => bounds::whole(number).map(|it| json!(it)),
        _ => None,
    };
    let large = value.as_str().filter(|text| is_large(text));
    match (name, large, &new) {
        ("integer", Some(large), _) => {
            let what = format!("{subject}, `{large}`, has more than 64 bits");
            let help = "write a whole number of at most 64 bits, or change the type";
            findings.at(place).warn(what, "the value is ignored", help);
            return None;
        }
        ("number", Some(_), Some(_)) => return new,
        _ => {}
    }
    let help = match (name, value) {
        (_, Value::Null) if schema.is_newer() => {
            &format!("remove the value, or write `type: [{name}, 'null']`")
        }
        (_, Value::Null) => "remove the value, or add `nullable: true`",
        ("string", Value::Bool(_) | Value::Number(_)) => "put the value in quotes",
        (_, Value::String(_)) if new.is_some() => "remove the quotes, or change the type",
        _ => "change the value or the type",
    };
    let fallback = match &new {
        Some(new) => format!("the value is read as {}", described(new)),
        None => "the value is ignored".to_owned(),
    };
    let what = format!("{subject} is {}, but the type is `{name}`", described(value));
    findings.at(place).warn(what, fallback, help);
    new
}
