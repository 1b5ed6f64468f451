//! Converts lists of types, which OpenAPI 3.1 allows, to unions.

use serde_json::{Map, Value, json};

use super::types::{KEYWORDS, TYPES, applies, usual};
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::visitor::{Fields, Object};

/// The types in a list.
pub(super) struct Types<'t> {
    /// The types except `null`, without duplicates. Excludes `integer` if the list contains `number`, because an
    /// integer is also a number.
    pub(super) names: Vec<&'t str>,
    pub(super) has_null: bool,
}

impl<'t> Types<'t> {
    pub(super) fn of(list: &'t [Value]) -> Self {
        let all: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        let is_number = all.contains(&"number");
        let mut names = Vec::new();
        for name in all.iter().filter(|name| **name != "null") {
            let is_redundant = is_number && *name == "integer";
            if !is_redundant && !names.contains(name) {
                names.push(*name);
            }
        }
        Self { names, has_null: all.contains(&"null") }
    }

    /// Returns whether the types together allow every value, except perhaps `null`.
    fn are_all(&self) -> bool {
        TYPES.iter().all(|name| *name == "integer" || self.names.contains(name))
    }
}

/// The keys that, together with the types of a schema, determine its values. In a schema with one of these keys, the
/// types do not become a union.
const OTHERS: &[&str] = &["allOf", "anyOf", "enum", "const", "not", "oneOf"];

/// Returns whether a schema with several types becomes a union of these types.
pub(super) fn is_union(schema: &Fields, types: &Types<'_>) -> bool {
    types.names.len() > 1 && OTHERS.iter().all(|key| !schema.contains_key(*key))
}

/// The conversion of lists of types to unions, outer lists first.
#[derive(Default)]
pub(super) struct Unions {
    /// The path of the last schema that this round converted.
    last: Option<Vec<String>>,
}

impl Unions {
    /// Converts a schema's list of types to a union with a schema for each type. Each keyword moves to the schemas of
    /// the types that it applies to. If the list contains all types and there are no keywords to move, the list is
    /// removed without adding a union. A list within a new union is converted in the next round.
    pub(super) fn convert(&mut self, schema: Object<'_>, findings: &mut Findings) {
        // Each round starts at the root of the document.
        if schema.kind == Kind::Document {
            self.last = None;
        }
        let Some(Value::Array(list)) = schema.fields.get("type") else { return };
        let types = Types::of(list);
        let path = findings.path();
        let is_inner = self.last.as_ref().is_some_and(|last| path.starts_with(last));
        if schema.kind != Kind::Schema || is_inner || !is_union(schema.fields, &types) {
            return;
        }
        self.last = Some(path.to_vec());
        let keywords: Vec<&str> = KEYWORDS.iter().map(|(keyword, _)| *keyword).collect();
        let moved = || schema.fields.iter().filter(|(key, _)| keywords.contains(&key.as_str()));
        if !schema.is_newer() {
            let what = "`type` uses OpenAPI 3.1 syntax";
            let help = "write an `anyOf` with a schema for each type";
            findings.key(&["type"]).warn(what, "the schema is read as a union of the types", help);
        }
        let members = types.names.iter().map(|name| {
            let own = moved().filter(|(key, value)| belongs(key, value, name, &types.names));
            let own = own.map(|(key, value)| (key.clone(), value.clone()));
            let named = ("type".to_owned(), json!(name));
            Value::Object(std::iter::once(named).chain(own).collect::<Map<_, _>>())
        });
        if !types.are_all() || moved().next().is_some() {
            findings.at(&["anyOf"]).set(members.collect::<Vec<_>>());
        }
        if types.has_null {
            findings.at(&["nullable"]).set(true);
        }
        findings.at(&["type"]).remove();
        for (key, value) in moved() {
            if !types.names.iter().any(|name| belongs(key, value, name, &types.names)) {
                let what =
                    format!("`{key}` does not apply to the types `{}`", types.names.join("`, `"));
                let fallback = format!("`{key}` is ignored");
                findings.key(&[key]).warn(what, fallback, format!("remove `{key}`"));
            }
            findings.at(&[key]).remove();
        }
    }
}

/// Returns whether a keyword belongs to the schema for the type `name`, which is one of `types`. If `types` includes
/// strings and numbers, a format belongs either to the strings or to the numbers.
fn belongs(keyword: &str, value: &Value, name: &str, types: &[&str]) -> bool {
    let is_number = |name: &str| name == "number" || name == "integer";
    if keyword == "format" && types.contains(&"string") && types.iter().any(|it| is_number(it)) {
        let is_numeric = value.as_str().is_some_and(|format| NUMERIC.contains(&usual(format)));
        return if is_numeric { is_number(name) } else { name == "string" };
    }
    applies(keyword, name)
}

/// The formats of numbers. All other formats are formats of strings.
const NUMERIC: &[&str] = &[
    "double", "float", "int16", "int32", "int64", "int8", "uint16", "uint32", "uint64", "uint8",
    "unixtime",
];
