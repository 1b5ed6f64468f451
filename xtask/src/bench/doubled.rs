//! A document of twice the size: every path, operation and schema stands in it twice.

use anyhow::Context as _;
use serde_json::{Map, Value};

/// What the name of each copy ends with.
const SUFFIX: &str = "Twice";

const SCHEMAS: &str = "#/components/schemas/";

/// The document with a copy of every path, operation and schema; the copies refer to copies.
///
/// # Errors
///
/// If it has no paths or no schemas.
pub fn doubled(document: &Value) -> anyhow::Result<Value> {
    let mut document = document.clone();
    let paths = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    double(paths.context("the document has no paths")?, |path| {
        format!("{path}/{}", SUFFIX.to_lowercase())
    });
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    double(schemas.context("the document has no schemas")?, |name| format!("{name}{SUFFIX}"));
    Ok(document)
}

fn double(entries: &mut Map<String, Value>, rename: impl Fn(&str) -> String) {
    let copy = |(name, value): (&String, &Value)| {
        let mut value = value.clone();
        refer_to_copies(&mut value);
        (rename(name), value)
    };
    let copies: Vec<(String, Value)> = entries.iter().map(copy).collect();
    entries.extend(copies);
}

/// Renames what a value refers to by its text: `$ref`, the mapping of a discriminator, and the
/// identifier of an operation.
fn refer_to_copies(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with(SCHEMAS) => text.push_str(SUFFIX),
        Value::Object(fields) => {
            if let Some(Value::String(id)) = fields.get_mut("operationId") {
                id.push_str(SUFFIX);
            }
            fields.values_mut().for_each(refer_to_copies);
        }
        Value::Array(items) => items.iter_mut().for_each(refer_to_copies),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::doubled;

    #[test]
    fn copies_refer_to_copies() {
        let document = json!({
            "paths": {"/a": {"get": {"operationId": "getA", "schema": {"$ref": "#/components/schemas/A"}}}},
            "components": {
                "parameters": {"P": {"name": "p"}},
                "schemas": {"A": {"discriminator": {"mapping": {"a": "#/components/schemas/A"}}}},
            },
        });
        let expected = json!({
            "paths": {
                "/a": {"get": {"operationId": "getA", "schema": {"$ref": "#/components/schemas/A"}}},
                "/a/twice": {"get": {"operationId": "getATwice", "schema": {"$ref": "#/components/schemas/ATwice"}}},
            },
            "components": {
                "parameters": {"P": {"name": "p"}},
                "schemas": {
                    "A": {"discriminator": {"mapping": {"a": "#/components/schemas/A"}}},
                    "ATwice": {"discriminator": {"mapping": {"a": "#/components/schemas/ATwice"}}},
                },
            },
        });
        assert_eq!(doubled(&document).unwrap(), expected);
    }

    #[test]
    fn a_document_without_schemas_is_refused() {
        let error = doubled(&json!({"paths": {}})).unwrap_err();
        assert_eq!(error.to_string(), "the document has no schemas");
    }
}
