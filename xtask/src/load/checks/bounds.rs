//! A schema's bounds leave some value, and its pattern is a regular expression.

use std::collections::HashSet;

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
    let mut expressions = HashSet::new();
    for schema in outline.all(Kind::Schema) {
        for (low, high) in PAIRS {
            order(schema, low, high, report);
        }
        is_expression(schema, &mut expressions, report);
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

/// Whether the pattern is one of the known expressions or becomes one: a document writes the same again
/// and again.
fn is_expression<'t>(schema: Object<'t>, known: &mut HashSet<&'t str>, report: &mut Report) {
    let Some(node) = schema.fields.get("pattern") else { return };
    let Some(pattern) = node.text().filter(|pattern| !known.contains(pattern)) else { return };
    match pattern::compile(pattern) {
        Ok(_) => _ = known.insert(pattern),
        Err(error) => report.add(
            node.at,
            format!("the pattern is not a valid regular expression: {error}"),
            "write it as ECMA-262 has it; in YAML, single quotes keep backslashes",
        ),
    }
}
