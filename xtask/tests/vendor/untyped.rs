//! Schemas without a type are reported.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase as _;
use serde_json::Value;
use xtask::api::{Kind, Type};
use xtask::diagnostic::Finding;

use crate::document;

/// Counts the schemas that allow every value: `{}`, or only a description.
fn free(value: &Value, is_schema: bool) -> usize {
    let Some(object) = value.as_object() else {
        return value.as_array().into_iter().flatten().map(|it| free(it, is_schema)).sum();
    };
    let says = ["type", "$ref", "allOf", "oneOf", "anyOf", "enum", "properties", "items", "not"];
    let itself = is_schema && !says.iter().any(|key| object.contains_key(*key));
    let within = object.iter().filter(|(key, _)| !key.starts_with("example") && *key != "default");
    let within = within.map(|(key, value)| match key.as_str() {
        "properties" if is_schema => {
            value.as_object().into_iter().flatten().map(|(_, it)| free(it, true)).sum()
        }
        "schema" | "items" | "allOf" | "oneOf" | "anyOf" | "not" => free(value, true),
        "additionalProperties" => free(value, value.is_object()),
        "schemas" => value.as_object().into_iter().flatten().map(|(_, it)| free(it, true)).sum(),
        _ => free(value, false),
    });
    usize::from(itself) + within.sum::<usize>()
}

/// Every field that accepts any value has a warning, because no schema in the document itself allows every
/// value.
#[test]
fn fields_of_any_value_are_reported() {
    let Some(text) = document::text() else { return };
    assert_eq!(free(&serde_yaml::from_str(&text).unwrap(), false), 0);
    let generated = document::with_previews(&text);
    let fields = generated.api.models.iter().flat_map(|model| match &model.kind {
        Kind::Struct(object) => object.fields.iter().filter(|it| holds_json(&it.ty)).collect(),
        _ => Vec::new(),
    });
    let fields: BTreeSet<&str> = fields.map(|field| field.name.as_str()).collect();
    let reported = |field: &&&str| {
        let (name, part) = (format!("`{field}`"), field.to_upper_camel_case());
        let is_named = |it: &Finding| it.fallback.contains(&name) || it.what.contains(&part);
        generated.warnings.iter().any(is_named)
    };
    let silent: Vec<_> = fields.iter().filter(|field| !reported(field)).collect();
    assert!(silent.is_empty() && !fields.is_empty(), "{silent:?}");
}

fn holds_json(ty: &Type) -> bool {
    match ty {
        Type::Json => true,
        Type::Option(inner) | Type::List(inner) | Type::Map(inner) => holds_json(inner),
        _ => false,
    }
}
