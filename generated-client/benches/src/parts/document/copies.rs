//! Makes a document larger by repeating every path, operation and schema.

use anyhow::Context as _;
use serde_json::{Map, Value};

const SCHEMAS: &str = "#/components/schemas/";

/// Returns the document with `copies` copies of every path, operation and schema, including the original. Each copy
/// refers to its own schemas.
pub(super) fn multiplied(document: &Value, copies: usize) -> anyhow::Result<Value> {
    let mut document = document.clone();
    let paths = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    multiply(paths.context("the document has no paths")?, copies, |path, suffix| {
        format!("{path}/{}", suffix.to_lowercase())
    });
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    multiply(schemas.context("the document has no schemas")?, copies, |name, suffix| {
        format!("{name}{suffix}")
    });
    Ok(document)
}

fn multiply(
    entries: &mut Map<String, Value>,
    copies: usize,
    rename: impl Fn(&str, &str) -> String,
) {
    let first = entries.clone();
    for copy in 2..=copies {
        let suffix = format!("Copy{copy}");
        entries.extend(first.iter().map(|(name, value)| {
            let mut value = value.clone();
            refer_to_copy(&mut value, &suffix);
            (rename(name, &suffix), value)
        }));
    }
}

/// Appends the suffix to each `operationId` and to each reference to a schema, in a `$ref` or in the mapping of a
/// discriminator.
fn refer_to_copy(value: &mut Value, suffix: &str) {
    match value {
        Value::String(text) if text.starts_with(SCHEMAS) => text.push_str(suffix),
        Value::Object(fields) => {
            if let Some(Value::String(id)) = fields.get_mut("operationId") {
                id.push_str(suffix);
            }
            fields.values_mut().for_each(|it| refer_to_copy(it, suffix));
        }
        Value::Array(items) => items.iter_mut().for_each(|it| refer_to_copy(it, suffix)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::multiplied;

    #[test]
    fn copies_refer_to_their_own_schemas() {
        let document = json!({
            "paths": {"/a": {"get": {"operationId": "getA", "schema": {"$ref": "#/components/schemas/A"}}}},
            "components": {
                "parameters": {"P": {"name": "p"}},
                "schemas": {"A": {"discriminator": {"mapping": {"a": "#/components/schemas/A"}}}},
            },
        });
        assert_eq!(multiplied(&document, 1).unwrap(), document);
        let schema = |name| json!({"discriminator": {"mapping": {"a": format!("#/components/schemas/{name}")}}});
        let path = |id, name| json!({"get": {"operationId": id, "schema": {"$ref": format!("#/components/schemas/{name}")}}});
        let expected = json!({
            "paths": {
                "/a": path("getA", "A"),
                "/a/copy2": path("getACopy2", "ACopy2"),
                "/a/copy3": path("getACopy3", "ACopy3"),
            },
            "components": {
                "parameters": {"P": {"name": "p"}},
                "schemas": {"A": schema("A"), "ACopy2": schema("ACopy2"), "ACopy3": schema("ACopy3")},
            },
        });
        assert_eq!(multiplied(&document, 3).unwrap(), expected);
    }

    #[test]
    fn a_document_without_schemas_is_rejected() {
        let error = multiplied(&json!({"paths": {}}), 2).unwrap_err();
        assert_eq!(error.to_string(), "the document has no schemas");
    }
}
