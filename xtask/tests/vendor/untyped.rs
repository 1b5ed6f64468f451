//! What has no type is reported.

use serde_json::Value;

use crate::document;

/// How many schemas of the document say nothing: `{}`, or no more than a description.
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

/// As many fields are any value in the emitted code as there are warnings of it: the document has no
/// schema that says nothing.
#[test]
fn what_is_any_value_is_reported() {
    let Some(text) = document::text() else { return };
    assert_eq!(free(&serde_yaml::from_str(&text).unwrap(), false), 0);
    let generated = document::generate(&text, true);
    let lines = generated.files.iter().flat_map(|file| file.text.lines());
    let fields = lines.filter(|line| line.starts_with("    pub ") && line.ends_with(','));
    let fields = fields.map(|field| field.replace("Map<String, serde_json::Value>", "object"));
    let untyped = fields.filter(|field| field.contains("serde_json::Value")).count();
    assert_eq!(generated.untyped.len(), untyped, "{:#?}", generated.untyped);
}
