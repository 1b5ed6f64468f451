//! Checks bounds and patterns: bounds must allow a value and match the type, and patterns must be valid.

use std::collections::HashMap;

use serde_json::{Number, Value, json};

use crate::document::findings::Findings;
use crate::document::visitor::{Object, entries};
use crate::{number, pattern};

const PAIRS: &[(&str, &str)] = &[
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

/// The distinct patterns in a document, each with its error if it is invalid.
pub(super) type Patterns<'t> = HashMap<&'t str, Option<String>>;

pub(super) fn check<'t>(schema: Object<'t>, patterns: &mut Patterns<'t>, findings: &mut Findings) {
    for (low, high) in PAIRS {
        order(schema, low, high, findings);
    }
    properties(schema, findings);
    divisor(schema, findings);
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if is_set(schema, exclusive) && !schema.fields.contains_key(bound) {
            let what = format!("`{exclusive}` needs `{bound}`, which is missing");
            let help = format!("add `{bound}`, or remove `{exclusive}`");
            let spot = findings.key(&[exclusive]);
            spot.warn(what, format!("`{exclusive}` is ignored"), help).remove();
        }
    }
    if schema.text("type") == Some("integer") {
        for key in ["minimum", "maximum", "multipleOf"] {
            integer(schema, key, findings);
        }
    }
    let Some(pattern) = schema.text("pattern") else { return };
    if is_literal(pattern) {
        let what = format!(
            "`{pattern}` matches no value: it is a regular expression literal of JavaScript"
        );
        let help = "remove the slashes and the flags, which are part of the pattern";
        findings.at(&["pattern"]).warn(what, "the pattern is ignored", help).remove();
        return;
    }
    let fault = patterns
        .entry(pattern)
        .or_insert_with(|| pattern::compile(pattern).err().map(|error| error.to_string()));
    if let Some(fault) = fault {
        let what = format!("invalid regular expression: {fault}");
        let help = "use the syntax of ECMA-262; in YAML, single quotes keep backslashes";
        findings.at(&["pattern"]).warn(what, "the pattern is ignored", help).remove();
    }
}

/// Returns whether a pattern is between slashes, with an anchor next to one of them, as in `/^a$/i`.
fn is_literal(pattern: &str) -> bool {
    let parts = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    parts.is_some_and(|(inner, flags)| {
        (inner.starts_with('^') || inner.ends_with('$'))
            && flags.chars().all(|it| "dgimsuvy".contains(it))
    })
}

/// Checks that `multipleOf` is positive.
fn divisor(schema: Object<'_>, findings: &mut Findings) {
    if number(schema, "multipleOf").is_some_and(|divisor| divisor <= 0.0) {
        let what = "`multipleOf` must be greater than 0";
        let help = "change the number, or remove `multipleOf`";
        findings.at(&["multipleOf"]).warn(what, "`multipleOf` is ignored", help).remove();
    }
}

fn number(schema: Object<'_>, key: &str) -> Option<f64> {
    schema.fields.get(key)?.as_f64()
}

fn order(schema: Object<'_>, low: &str, high: &str, findings: &mut Findings) {
    let (Some(least), Some(most)) = (number(schema, low), number(schema, high)) else { return };
    let what = if least > most {
        format!("`{low}: {least}` is greater than `{high}: {most}`, so no value is valid")
    } else if low == "minimum" && excludes_all(schema, least, most) {
        format!(
            "no value is valid between `{low}: {least}` and `{high}: {most}`, because a bound is exclusive"
        )
    } else {
        return;
    };
    let help = format!("lower `{low}`, or raise `{high}`");
    findings.key(&[low]).warn(what, "both bounds are ignored", help).remove();
    findings.key(&[high]).remove();
}

/// Returns whether the exclusive bounds of a number leave no value between `least` and `most`.
fn excludes_all(schema: Object<'_>, least: f64, most: f64) -> bool {
    let exclusive = ["exclusiveMinimum", "exclusiveMaximum"];
    let exclusive = exclusive.iter().filter(|key| is_set(schema, key)).count();
    match exclusive {
        0 => false,
        2 if schema.text("type") == Some("integer") => most - least <= 1.0,
        _ => least >= most,
    }
}

fn is_set(schema: Object<'_>, key: &str) -> bool {
    schema.fields.get(key) == Some(&Value::Bool(true))
}

/// Reports bounds on the number of properties of an object with declared properties, because the client checks only
/// those of maps. Leaves out bounds that the declared properties already imply.
fn properties(schema: Object<'_>, findings: &mut Findings) {
    let declared = entries(schema.fields, "properties").count();
    let size = |key: &str| schema.fields.get(key).and_then(Value::as_u64);
    let count = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    let below = size("minProperties").filter(|it| *it > count(schema.items("required").len()));
    let above = size("maxProperties").filter(|it| *it < count(declared));
    for (key, bound) in [("minProperties", below), ("maxProperties", above)] {
        if let Some(bound) = bound.filter(|_| declared > 0) {
            let what = format!("`{key}: {bound}` restricts an object with `properties`");
            let help = "mention the number of properties in the object's `description`";
            findings.key(&[key]).warn(what, "the client does not check the number", help);
        }
    }
}

/// Checks that a bound or the `multipleOf` of an integer is a whole number in the range of its format.
fn integer(schema: Object<'_>, key: &str, findings: &mut Findings) {
    let Some(Value::Number(number)) = schema.fields.get(key) else { return };
    if key == "maximum" && number.as_u64() == Some(u64::MAX) && is_unsigned(schema) {
        // The type `u64` implies this maximum.
        findings.at(&["format"]).set("uint64");
        findings.at(&[key]).remove();
    } else if !number.is_i64() {
        if let Some(whole) = whole(number) {
            findings.at(&[key]).set(whole);
        } else {
            let what = format!("`{key}` is `{number}`, but the type is `integer`");
            let help = "write a whole number of at most 64 bits, or `type: number`";
            findings.at(&[key]).warn(what, format!("`{key}` is ignored"), help).remove();
        }
    } else if let Some(format) = schema.text("format").filter(|it| !holds(it, number)) {
        let what = format!("`{key}: {number}` is out of range for the format `{format}`");
        let help = "write `format: int64`, or change the bound";
        findings.at(&[key]).warn(what, "the format is read as `int64`", help);
        findings.at(&["format"]).set("int64");
    }
}

/// Returns whether an integer cannot be negative and has no format for fewer than 64 bits.
fn is_unsigned(schema: Object<'_>) -> bool {
    match schema.text("format") {
        Some("uint64") => true,
        None | Some("int64") => number(schema, "minimum").is_some_and(|least| least >= 0.0),
        Some(_) => false,
    }
}

/// Returns whether an integer format can represent a number. A format without a known range can represent every number.
fn holds(format: &str, number: &Number) -> bool {
    let Some(number) = number.as_i64() else { return false };
    match format {
        "int8" => i8::try_from(number).is_ok(),
        "int16" => i16::try_from(number).is_ok(),
        "int32" => i32::try_from(number).is_ok(),
        "uint8" => u8::try_from(number).is_ok(),
        "uint16" => u16::try_from(number).is_ok(),
        "uint32" => u32::try_from(number).is_ok(),
        "uint64" => u64::try_from(number).is_ok(),
        _ => true,
    }
}

/// Returns the integer that is equal to a floating-point number, if there is one.
pub(super) fn whole(number: &Number) -> Option<i64> {
    number::whole(number.as_f64()?)
}

/// Returns the keyword of the bound that a value violates, if there is one.
pub(super) fn broken_by(value: &Value, schema: Object<'_>) -> Option<&'static str> {
    let length = match value {
        Value::String(text) => Some(("minLength", "maxLength", text.chars().count())),
        Value::Array(items) => Some(("minItems", "maxItems", items.len())),
        _ => None,
    };
    let (low, high, size) = match (value, length) {
        (Value::Number(number), _) => ("minimum", "maximum", number.as_f64()?),
        (_, Some((low, high, length))) => (low, high, json!(length).as_f64()?),
        _ => return None,
    };
    let below = number(schema, low).is_some_and(|least| {
        if is_set(schema, "exclusiveMinimum") { size <= least } else { size < least }
    });
    let above = number(schema, high).is_some_and(|most| {
        if is_set(schema, "exclusiveMaximum") { size >= most } else { size > most }
    });
    if below { Some(low) } else { above.then_some(high) }
}
