//! Checks types: they must be known, and keywords must apply to the type. Also checks that formats are known.

use openapiv3::{ReferenceOr, Schema};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::properties::COMPOSITIONS;
use crate::diagnostic::did_you_mean;
use crate::document::findings::Findings;
use crate::document::visitor::Object;

pub(super) const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// The types that each keyword applies to. JSON Schema ignores a keyword for values of other types, except `enum`,
/// which the generator supports only for scalars.
pub(super) const KEYWORDS: &[(&str, &[&str])] = &[
    ("additionalProperties", &["object"]),
    ("enum", &["string", "number", "integer", "boolean"]),
    ("exclusiveMaximum", &["number", "integer"]),
    ("exclusiveMinimum", &["number", "integer"]),
    ("format", &["string", "number", "integer"]),
    ("items", &["array"]),
    ("maxItems", &["array"]),
    ("maxLength", &["string"]),
    ("maxProperties", &["object"]),
    ("maximum", &["number", "integer"]),
    ("minItems", &["array"]),
    ("minLength", &["string"]),
    ("minProperties", &["object"]),
    ("minimum", &["number", "integer"]),
    ("multipleOf", &["number", "integer"]),
    ("pattern", &["string"]),
    ("properties", &["object"]),
    ("required", &["object"]),
    ("uniqueItems", &["array"]),
];

/// The keywords that determine the values of a schema even without a type.
const STRUCTURE: &[&str] = &["additionalProperties", "enum", "items", "properties", "required"];

/// Returns whether a keyword applies to a type.
pub(super) fn applies(keyword: &str, name: &str) -> bool {
    let types = KEYWORDS.iter().find(|(known, _)| *known == keyword);
    types.is_none_or(|(_, types)| types.contains(&name))
}

/// The formats from OpenAPI and JSON Schema, and common formats from the OpenAPI Format Registry.
const FORMATS: &[&str] = &[
    "base64",
    "base64url",
    "binary",
    "byte",
    "char",
    "commonmark",
    "date",
    "date-time",
    "decimal",
    "decimal128",
    "double",
    "duration",
    "email",
    "float",
    "hostname",
    "html",
    "http-date",
    "idn-email",
    "idn-hostname",
    "int16",
    "int32",
    "int64",
    "int8",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "password",
    "regex",
    "relative-json-pointer",
    "time",
    "time-local",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "unixtime",
    "uri",
    "uri-reference",
    "uri-template",
    "url",
    "uuid",
];

/// The spellings of formats in documents from Rust servers, each with the usual spelling.
const SPELLINGS: &[(&str, &str)] = &[
    ("int", "int64"),
    ("u-int8", "uint8"),
    ("u-int16", "uint16"),
    ("u-int32", "uint32"),
    ("u-int64", "uint64"),
    ("uint", "uint64"),
];

/// Returns the usual spelling of a format.
pub(super) fn usual(format: &str) -> &str {
    SPELLINGS.iter().find(|(other, _)| *other == format).map_or(format, |(_, usual)| usual)
}

/// Returns whether a format, such as `int64`, is for integers.
pub(super) fn is_of_integers(format: &str) -> bool {
    let usual = usual(format);
    let digits = usual.trim_start_matches("uint").trim_start_matches("int");
    digits != usual && FORMATS.contains(&usual)
}

pub(super) fn check(schema: Object<'_>, findings: &mut Findings) {
    format(schema, findings);
    for key in COMPOSITIONS {
        if schema.fields.get(*key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            let (what, fallback) = (format!("`{key}` is empty"), format!("`{key}` is ignored"));
            let help = format!("list the schemas, or remove `{key}`");
            findings.key(&[key]).warn(what, fallback, help).remove();
        }
    }
    if let Some(not) = schema.fields.get("not") {
        // The client has no check for `not`. A schema with only `not` is reported later, if an operation uses it.
        let mut others = ["type"].iter().chain(COMPOSITIONS).chain(STRUCTURE);
        if others.any(|key| schema.fields.contains_key(*key)) {
            findings.at(&["not"]).remove();
        } else if ReferenceOr::<Schema>::deserialize(not).is_err() {
            // No check converts the contents of `not` to OpenAPI 3.0.
            findings.at(&["not"]).set(json!({}));
        }
    }
    let Some(name) = schema.text("type") else { return };
    if !TYPES.contains(&name) {
        let help = did_you_mean(
            name,
            TYPES.iter().copied(),
            format!("write one of `{}`", TYPES.join("`, `")),
        );
        let what = format!("unknown type `{name}`");
        findings.at(&["type"]).warn(what, "the schema is read as any JSON value", help).remove();
        let rules = KEYWORDS.iter().filter(|(keyword, _)| !STRUCTURE.contains(keyword));
        for (keyword, _) in rules.filter(|(keyword, _)| schema.fields.contains_key(*keyword)) {
            findings.at(&[keyword]).remove();
        }
        return;
    }
    for (keyword, types) in KEYWORDS.iter().filter(|(_, types)| !types.contains(&name)) {
        if schema.fields.contains_key(*keyword) {
            let what = format!("`{keyword}` does not apply to the type `{name}`");
            let expected = types.first().unwrap_or(&name);
            let help = format!("remove `{keyword}`, or write `type: {expected}`");
            findings.key(&[keyword]).warn(what, format!("`{keyword}` is ignored"), help).remove();
        }
    }
    if name == "array" && !schema.fields.contains_key("items") {
        let help = "add `items` with a schema, or `items: {}` for any value";
        let what = "the array has no `items`";
        // The members of an `allOf` can describe the items.
        if !schema.fields.contains_key("allOf") {
            findings.here().warn(what, "the items can be any JSON value", help);
        }
        findings.at(&["items"]).set(json!({}));
    }
}

fn format(schema: Object<'_>, findings: &mut Findings) {
    let Some(format) = schema.text("format").filter(|it| !FORMATS.contains(it)) else { return };
    let usual = usual(format);
    if usual != format {
        findings.at(&["format"]).set(usual);
        return;
    }
    let known = FORMATS.iter().copied();
    let help = did_you_mean(
        format,
        known,
        "remove `format`, or use a format from the OpenAPI Format Registry",
    );
    let help = if format == "datetime" { "did you mean `date-time`?".to_owned() } else { help };
    let what = format!("unknown format `{format}`");
    findings.at(&["format"]).warn(what, "the format is ignored", help).remove();
}

/// Returns whether a value has a schema's type.
pub(super) fn is_of_type(value: &Value, schema: Object<'_>) -> bool {
    let nullable = schema.fields.get("nullable") == Some(&Value::Bool(true));
    match (schema.text("type"), value) {
        (None, _) => true,
        (_, Value::Null) => nullable,
        (Some("integer"), Value::Number(number)) => number.is_i64() || number.is_u64(),
        (Some("integer"), _) => false,
        (Some("string"), value) => value.is_string(),
        (Some("number"), value) => value.is_number(),
        (Some("boolean"), value) => value.is_boolean(),
        (Some("array"), value) => value.is_array(),
        (Some("object"), value) => value.is_object(),
        // Unknown types are reported separately.
        _ => true,
    }
}
