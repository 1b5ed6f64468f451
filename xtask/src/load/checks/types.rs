//! A schema's `type` is one of six, and the schema has the structure of that type.

use crate::load::grammar::Kind;
use crate::load::outline::{Object, Outline};
use crate::load::report::Report;
use crate::load::suggest::nearest;

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// Keywords that give values of one type their structure. Bounds are let through under any type:
/// JSON Schema has them say nothing about values of other types.
const STRUCTURE: &[(&str, &str)] = &[
    ("items", "array"),
    ("properties", "object"),
    ("required", "object"),
    ("additionalProperties", "object"),
];

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for schema in outline.all(Kind::Schema) {
        let Some(entry) = schema.fields.entry("type") else {
            continue;
        };
        let Some(name) = entry.node.text() else {
            continue;
        };
        if TYPES.contains(&name) {
            structure(schema, name, report);
            items(schema, name, report);
        } else {
            let help = nearest(name, TYPES.iter().copied()).map_or_else(
                || format!("write one of {}", TYPES.join(", ")),
                |meant| format!("did you mean `{meant}`?"),
            );
            report.add(entry.node.at, format!("there is no type `{name}`"), help);
        }
    }
}

fn structure(schema: Object<'_>, name: &str, report: &mut Report) {
    for (keyword, of) in STRUCTURE.iter().filter(|(_, of)| *of != name) {
        if let Some(entry) = schema.fields.entry(keyword) {
            report.add(
                entry.at,
                format!("`{keyword}` says nothing about the type `{name}`"),
                format!("remove it, or write `type: {of}`"),
            );
        }
    }
}

fn items(schema: Object<'_>, name: &str, report: &mut Report) {
    if name == "array" && !schema.fields.contains("items") {
        report.add(
            schema.at,
            "an array without `items` does not say what it holds",
            "add `items` with a schema, `items: {}` for any value",
        );
    }
}
