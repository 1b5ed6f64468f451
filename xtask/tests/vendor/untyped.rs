//! No field of a model has a type that accepts any JSON value.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::api::{Kind, Type};

use super::document;

/// Counts the schemas that allow values of every type, because they have no keyword such as `type` or `$ref`.
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

/// No schema in the document itself allows every value, so no field may have a type that does.
#[test]
fn no_field_accepts_any_value() {
    let Some(text) = document::text() else { return };
    assert_eq!(free(&serde_yaml::from_str(&text).unwrap(), false), 0);
    let generated = document::with_previews(&text);
    let fields = generated.api.models.iter().flat_map(|model| match &model.kind {
        Kind::Struct(object) => object.fields.iter().filter(|it| holds_json(&it.ty)).collect(),
        _ => Vec::new(),
    });
    let fields: BTreeSet<&str> = fields.map(|field| field.name.as_str()).collect();
    assert!(fields.is_empty(), "{fields:?}");
}

fn holds_json(ty: &Type) -> bool {
    match ty {
        Type::Json => true,
        Type::Option(inner) | Type::List(inner) | Type::Map(inner) => holds_json(inner),
        _ => false,
    }
}
