//! Checks each object against the grammar: its keys, and the shapes of their values.

use serde_json::{Value, json};

use super::bounds::whole;
use super::newer;
use crate::diagnostic::{did_you_mean, nearest, suggestion};
use crate::document::findings::Findings;
use crate::document::openapi::{DESCRIPTIONS, Kind, Presence, Shape, is_method};
use crate::document::visitor::{Object, entries};

/// The extensions to suggest for a misspelled key: those that the generator reads, and others in Atlas's document.
const EXTENSIONS: &[&str] = &[
    "x-enum-descriptions",
    "x-enum-varnames",
    DESCRIPTIONS,
    "x-enumNames",
    "x-rolesRequirements",
    "x-stability",
    "x-sunset",
    "x-xgen-changelog",
    "x-xgen-operation-id-override",
    "x-xgen-owner-team",
    "x-xgen-version",
];

/// The keywords of JSON Schema 2020-12 that affect values, but have no equivalent in OpenAPI 3.0.
const UNSUPPORTED: &[&str] = &[
    "$dynamicRef",
    "contains",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

pub(super) fn check(object: Object<'_>, findings: &mut Findings) {
    if object.is_reference() {
        if let Some(value) = object.fields.get("$ref") {
            fit(object, "$ref", value, Shape::Text, findings);
        }
        return;
    }
    let converted = newer::check(object, findings);
    let mut typos = Vec::new();
    for key in object.fields.keys().filter(|key| !converted.contains(&key.as_str())) {
        if object.kind.shape(key).is_none() {
            typos.extend(unknown_key(object, key, findings));
        }
    }
    for field in object.kind.fields() {
        let is_optional = matches!(field.presence, Presence::Optional);
        if !is_optional && !object.fields.contains_key(field.name) && !typos.contains(&field.name) {
            missing_key(object, field.name, field.presence, findings);
        }
    }
    for (key, value) in object.fields.iter().filter(|(key, _)| !converted.contains(&key.as_str())) {
        if let Some(shape) = object.kind.shape(key) {
            fit(object, key, value, shape, findings);
        }
    }
}

/// Reports an unknown key. Returns the known key that the author probably meant, if there is one.
fn unknown_key(object: Object<'_>, key: &str, findings: &mut Findings) -> Option<&'static str> {
    let described = object.kind.described();
    if key.starts_with("x-") {
        if !EXTENSIONS.contains(&key)
            && let Some(meant) = nearest(key, EXTENSIONS.iter().copied())
        {
            let what = format!("unknown extension `{key}`");
            let help = format!("did you mean `{meant}`?");
            findings.key(&[key]).warn(what, format!("`{key}` is ignored"), help);
        }
        return None;
    }
    if let Some(above) = empty_owner(object, key) {
        let what = format!("wrong indentation: `{key}` is next to `{above}`, which is empty");
        let help = format!("indent `{key}` with more spaces");
        findings.key(&[key]).warn(what, format!("`{key}` is ignored"), help).remove();
        return None;
    }
    if object.kind == Kind::PathItem && leave_out_operations(object, key, findings) {
        return None;
    }
    if object.is_newer() && object.kind == Kind::Schema && UNSUPPORTED.contains(&key) {
        let what = format!("the keyword `{key}` of JSON Schema is not supported");
        let help = "remove the keyword, or explain in the `description` which values it allows";
        findings.key(&[key]).warn(what, format!("`{key}` is ignored"), help).remove();
        return None;
    }
    let meant = nearest(key, object.kind.fields().iter().map(|field| field.name))
        .filter(|meant| !object.fields.contains_key(*meant));
    let (what, otherwise) = if object.is_newer() {
        let what = format!("the key `{key}` of {described} is not supported");
        (what, "check the spelling: the generator reads only the keys of OpenAPI 3.0".to_owned())
    } else {
        let what = format!("{described} of OpenAPI 3.0 has no key `{key}`");
        (what, format!("remove `{key}`, or rename it to `x-{key}` if it is an extension"))
    };
    let help = suggestion(meant, otherwise);
    findings.key(&[key]).warn(what, format!("`{key}` is ignored"), help).remove();
    meant
}

/// Leaves out the operations of a path under a key that is not a method of OpenAPI 3.0: the key is another method, or
/// `additionalOperations`, which contains operations by method. Returns whether there are any operations.
fn leave_out_operations(path: Object<'_>, key: &str, findings: &mut Findings) -> bool {
    let operations: Vec<(&str, &Value)> = match (key, path.fields.get(key)) {
        ("additionalOperations", _) => entries(path.fields, key)
            .map(|(method, operation)| (method.as_str(), operation))
            .collect(),
        (_, Some(operation)) if operation.get("responses").is_some() => vec![(key, operation)],
        _ => Vec::new(),
    };
    let methods = path.kind.fields().iter().map(|field| field.name).filter(|name| is_method(name));
    for (method, operation) in &operations {
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = id.map_or_else(|| format!("{method} {}", path.name), ToOwned::to_owned);
        let what = format!("`{id}` cannot be emitted: the method `{method}` is not supported");
        let help = did_you_mean(
            method,
            methods.clone(),
            "use a method of OpenAPI 3.0, such as `get` or `post`",
        );
        let spot =
            if *method == key { findings.key(&[key]) } else { findings.key(&[key, *method]) };
        spot.leave_out(what, help);
    }
    findings.at(&[key]).remove();
    !operations.is_empty()
}

/// Returns the first key before `key` that has no value, although its value could contain `key`.
fn empty_owner<'t>(object: Object<'t>, key: &str) -> Option<&'t str> {
    let above = object.fields.iter().take_while(|(name, _)| *name != key);
    let mut empty = above.filter(|(_, value)| value.is_null());
    let owner = empty.find(|(name, _)| match object.kind.shape(name) {
        Some(Shape::Object(kind) | Shape::Reference(kind)) => kind.shape(key).is_some(),
        Some(Shape::Map(_)) => true,
        _ => false,
    });
    owner.map(|(name, _)| name.as_str())
}

fn missing_key(object: Object<'_>, key: &str, presence: Presence, findings: &mut Findings) {
    let what = format!("{} needs `{key}`, which is missing", object.kind.described());
    let help = format!("add `{key}`");
    match presence {
        Presence::Optional => {}
        Presence::Required => {
            findings.here().warn(what, "the object is ignored", help).remove();
        }
        Presence::Assumed(assumed) => {
            let value: Value = serde_json::from_str(assumed).unwrap_or_default();
            findings.here().warn(what, format!("an empty `{key}` is assumed"), help);
            findings.at(&[key]).set(value);
        }
    }
}

/// Checks a value, or the entries of a list or a map. Objects are visited separately.
fn fit(object: Object<'_>, key: &str, value: &Value, shape: Shape, findings: &mut Findings) {
    match (shape, value) {
        (Shape::Any, _)
        | (Shape::Text, Value::String(_))
        | (Shape::Flag | Shape::FlagOrSchema, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::Object(_) | Shape::Reference(_) | Shape::FlagOrSchema, Value::Object(_)) => {}
        (Shape::Count, Value::Number(number)) if number.is_u64() => {}
        // `dangling` reports a reference without a target.
        (Shape::Text, Value::Null) if key == "$ref" => findings.at(&[key]).set(""),
        (Shape::Ignored, _) => findings.at(&[key]).remove(),
        (Shape::Reference(Kind::Schema), Value::Bool(true)) if object.is_newer() => {
            findings.at(&[key]).set(json!({}));
        }
        (Shape::List(shape), Value::Array(items)) => {
            findings.enter(key);
            for (index, item) in items.iter().enumerate() {
                fit(object, &index.to_string(), item, *shape, findings);
            }
            findings.leave();
        }
        (Shape::Map(shape), Value::Object(entries)) => {
            findings.enter(key);
            for (key, entry) in entries {
                fit(object, key, entry, *shape, findings);
            }
            findings.leave();
        }
        _ => mismatch(object, key, value, shape, findings),
    }
}

fn mismatch(object: Object<'_>, key: &str, value: &Value, shape: Shape, findings: &mut Findings) {
    let name = if key.parse::<usize>().is_ok() { findings.path().last().cloned() } else { None };
    let name = name.unwrap_or_else(|| key.to_owned());
    let what = match value {
        Value::Null => format!("`{name}` must be {}, but it is empty", shape.described()),
        _ => format!("`{name}` must be {}, not {}", shape.described(), described(value)),
    };
    let help = match (shape, value) {
        (_, Value::Null) => "add a value, or remove the key",
        (Shape::Text, Value::Bool(_) | Value::Number(_)) => "put the value in quotes",
        (Shape::Flag, Value::String(_) | Value::Number(_)) => {
            "write `true` or `false`, without quotes"
        }
        (Shape::Number | Shape::Count, Value::String(_)) if converted(value, shape).is_some() => {
            "write the number without quotes"
        }
        (Shape::Number, Value::String(_)) => "write a number",
        (Shape::Count, Value::String(_)) => "write a whole number",
        (Shape::List(_), Value::Bool(_)) if key == "required" => {
            "list required properties in the schema that declares them under `properties`"
        }
        _ => "change the value, or check the indentation",
    };
    match converted(value, shape) {
        Some(Value::Number(number)) if value.as_str().is_some_and(is_large) => {
            findings.at(&[key]).set(Value::Number(number));
        }
        Some(new) => {
            let fallback = match &new {
                Value::Object(_) if kind_of(shape) == Some(Kind::Schema) => {
                    "the schema is read as any JSON value".to_owned()
                }
                Value::Object(_) => format!("an empty `{name}` is assumed"),
                _ => format!("the value is read as {}", described(&new)),
            };
            findings.at(&[key]).warn(what, fallback, help).set(new);
        }
        None if object.kind == Kind::Document && key == "paths" => {
            findings.at(&[key]).error(what, help);
        }
        None => findings.at(&[key]).warn(what, "the value is ignored", help).remove(),
    }
}

fn kind_of(shape: Shape) -> Option<Kind> {
    match shape {
        Shape::Object(kind) | Shape::Reference(kind) => Some(kind),
        _ => None,
    }
}

/// Returns whether a string is an integer of more than 64 bits. The document may contain this integer without quotes,
/// because the YAML reader keeps such large integers as strings.
pub(super) fn is_large(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_integer && text.parse::<i64>().is_err() && text.parse::<u64>().is_err()
}

/// Converts a value to the expected shape, if the conversion is obvious.
fn converted(value: &Value, shape: Shape) -> Option<Value> {
    match (shape, value) {
        (Shape::Text, Value::Bool(_) | Value::Number(_)) => Some(json!(value.to_string())),
        (Shape::Flag, Value::String(text)) => text.parse::<bool>().ok().map(Value::Bool),
        (Shape::Number, Value::String(text)) => text.parse().ok().map(Value::Number),
        (Shape::Count, Value::String(text)) => text.parse::<u64>().ok().map(|it| json!(it)),
        (Shape::Count, Value::Number(number)) => {
            u64::try_from(whole(number)?).ok().map(|it| json!(it))
        }
        (Shape::List(Shape::Text), Value::String(_)) => Some(json!([value])),
        (Shape::Object(_), Value::Null) | (Shape::Reference(Kind::Schema), _) => Some(json!({})),
        _ => None,
    }
}

/// Describes a value for a message: its kind, and the value itself if it is a short scalar.
pub(super) fn described(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(flag) => format!("the boolean `{flag}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.len() <= 40 => format!("the string `{text}`"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}
