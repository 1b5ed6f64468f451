//! Writes schemas and parameters in the order of `spec/atlas.yaml`, with a note for each
//! description.

use serde_json::{Map, Value, json};

use super::components::Components;
use super::{TODO, words};
use crate::upstream::Node;

/// The keywords of a schema that are copied, in our order. Nested schemas come between the two
/// lists.
const BEFORE: [&str; 2] = ["type", "format"];
const RULES: [&str; 14] = [
    "pattern",
    "multipleOf",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "enum",
];
const AFTER: [&str; 5] = ["default", "deprecated", "nullable", "readOnly", "writeOnly"];

/// Returns a schema with a note to describe it.
pub(super) fn written(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut schema = Map::from_iter([("description".to_owned(), json!(TODO))]);
    if let Value::Object(fields) = bare(node, components) {
        schema.extend(fields);
    }
    Value::Object(schema)
}

/// Returns a schema without a note: an item of a list, an `allOf` member, or the type of a
/// parameter.
pub(super) fn bare(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    if node.reference().is_some() {
        return components.schema(node);
    }
    let mut schema = Map::new();
    copy(node, &BEFORE, &mut schema);
    copy(node, &["required"], &mut schema);
    for key in ["allOf", "oneOf", "anyOf"] {
        let parts: Vec<Value> = node.children(key).map(|(_, it)| bare(&it, components)).collect();
        if !parts.is_empty() {
            schema.insert(key.to_owned(), parts.into());
        }
    }
    copy(node, &RULES, &mut schema);
    describe_values(node, &mut schema);
    copy(node, &AFTER, &mut schema);
    if let Some(items) = node.child("items") {
        schema.insert("items".to_owned(), bare(&items, components));
    }
    if let Some(values) = node.child("additionalProperties") {
        let values =
            if values.value.is_object() { bare(&values, components) } else { values.value.clone() };
        schema.insert("additionalProperties".to_owned(), values);
    }
    let properties = properties(node, components);
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), properties.into());
    }
    if let Some(discriminator) = node.child("discriminator") {
        schema.insert("discriminator".to_owned(), mapped(&discriminator, components));
    }
    if let Some(example) = node.value.get("example").filter(|it| is_fact(it)) {
        schema.insert("example".to_owned(), example.clone());
    }
    Value::Object(schema)
}

/// Returns the properties, with ids first and links last.
fn properties(node: &Node<'_>, components: &mut Components<'_>) -> Map<String, Value> {
    let rank = |name: &str| match name {
        "_id" | "id" => 0,
        "links" => 2,
        _ => 1,
    };
    let mut properties: Vec<(String, Node<'_>)> = node.children("properties").collect();
    properties.sort_by_key(|(name, _)| rank(name));
    let written = properties.into_iter().map(|(name, property)| {
        let schema = components.schema(&property);
        (name, schema)
    });
    written.collect()
}

fn mapped(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut discriminator = Map::new();
    copy(node, &["propertyName"], &mut discriminator);
    let targets = node.children("mapping").filter_map(|(value, target)| {
        let schema = node.follow(target.value.as_str()?)?;
        Some((value, components.variant(&schema)))
    });
    let mapping: Map<String, Value> = targets.collect();
    if !mapping.is_empty() {
        discriminator.insert("mapping".to_owned(), mapping.into());
    }
    Value::Object(discriminator)
}

/// Returns a parameter. Its example is beside its schema.
pub(super) fn parameter(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut parameter = Map::new();
    copy(node, &["name", "in", "required"], &mut parameter);
    parameter.insert("description".to_owned(), json!(TODO));
    copy(node, &["deprecated", "style", "explode", "allowReserved"], &mut parameter);
    let mut example = node.value.get("example").cloned();
    if let Some(schema) = node.child("schema") {
        let mut schema = bare(&schema, components);
        if let Some(fields) = schema.as_object_mut() {
            example = example.or_else(|| fields.shift_remove("example"));
        }
        parameter.insert("schema".to_owned(), schema);
    }
    if let Some(example) = example.filter(is_fact) {
        parameter.insert("example".to_owned(), example);
    }
    Value::Object(parameter)
}

/// Adds a note for each enum value that the vendor describes.
fn describe_values(node: &Node<'_>, schema: &mut Map<String, Value>) {
    let key = "x-enumDescriptions";
    let values: Map<String, Value> =
        node.children(key).map(|(value, _)| (value, json!(TODO))).collect();
    if !values.is_empty() {
        schema.insert(key.to_owned(), values.into());
    }
}

/// Copies values under keys. Skips `false`, the default of most flags.
pub(super) fn copy(node: &Node<'_>, keys: &[&str], to: &mut Map<String, Value>) {
    for key in keys {
        let is_said =
            |it: &&Value| **it != Value::Bool(false) || ["default", "explode"].contains(key);
        if let Some(value) = node.value.get(*key).filter(is_said) {
            to.insert((*key).to_owned(), value.clone());
        }
    }
}

/// Returns whether an example is a fact rather than prose.
fn is_fact(example: &Value) -> bool {
    match example {
        Value::String(text) => words(text) <= 3,
        Value::Array(items) => items.iter().all(is_fact),
        Value::Object(fields) => fields.values().all(is_fact),
        _ => true,
    }
}
