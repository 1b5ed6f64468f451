//! The document's schemas as JSON Schema, to validate the requests of the examples.

use std::collections::BTreeMap;

use jsonschema::Draft;
use serde_json::{Map, Value, json};

use super::document::Asked;

/// The document, with its schemas converted to JSON Schema draft 4, which is closest to OpenAPI 3.0.
pub(crate) struct Schemas(Value);

impl Schemas {
    pub(crate) fn new(document: &Value) -> Self {
        let mut converted = document.clone();
        convert(&mut converted, document);
        Self(converted)
    }

    /// Returns how a body violates its schema.
    pub(crate) fn faults_of_body(&self, asked: &Asked, body: &Value) -> Vec<String> {
        let content = &self.operation(asked)["requestBody"]["content"];
        let media_type = asked.content_type.as_deref().unwrap_or_default();
        self.faults("body", &content[media_type]["schema"], body)
    }

    /// Returns how the parameters in a query violate their schemas.
    pub(crate) fn faults_of_query(
        &self,
        asked: &Asked,
        query: &BTreeMap<String, String>,
    ) -> Vec<String> {
        let parameters = self.operation(asked)["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|parameter| match parameter["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => parameter,
        });
        let sent = parameters.filter(|it| it["in"] == "query").filter_map(|parameter| {
            let name = parameter["name"].as_str()?;
            Some((name, &parameter["schema"], query.get(name)?))
        });
        let faults =
            sent.flat_map(|(name, schema, text)| self.faults(name, schema, &typed(schema, text)));
        faults.collect()
    }

    fn operation(&self, asked: &Asked) -> &Value {
        &self.0["paths"][&asked.path][asked.method.to_lowercase()]
    }

    fn faults(&self, name: &str, schema: &Value, value: &Value) -> Vec<String> {
        let mut schemas = Map::new();
        self.reach(schema, &mut schemas);
        let root = json!({"allOf": [schema], "components": {"schemas": schemas}});
        let options = jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true);
        let validator = options.build(&root).unwrap();
        let errors = validator.iter_errors(value);
        errors.map(|error| format!("{name}{}: {error}", error.instance_path())).collect()
    }

    /// Adds to `schemas` every named schema that `schema` refers to, directly or indirectly.
    fn reach(&self, schema: &Value, schemas: &mut Map<String, Value>) {
        match schema {
            Value::Object(fields) => {
                let name = fields.get("$ref").and_then(Value::as_str).unwrap_or_default();
                if let Some(name) = name.strip_prefix("#/components/schemas/")
                    && !schemas.contains_key(name)
                {
                    let target = &self.0["components"]["schemas"][name];
                    schemas.insert(name.to_owned(), target.clone());
                    self.reach(target, schemas);
                }
                fields.values().for_each(|value| self.reach(value, schemas));
            }
            Value::Array(items) => items.iter().for_each(|item| self.reach(item, schemas)),
            _ => {}
        }
    }
}

/// Parses the text of a parameter as a value of its type. The text of a list becomes its only item.
fn typed(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).unwrap(),
        Some("array") => json!([typed(&schema["items"], text)]),
        _ => json!(text),
    }
}

/// Converts OpenAPI's `nullable`, `readOnly` and `oneOf` to JSON Schema. Read-only properties become optional. A
/// `oneOf` becomes an `anyOf`, because JSON Schema has no discriminator and several variants can match.
fn convert(schema: &mut Value, document: &Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| convert(value, document));
            if let Some(variants) = fields.remove("oneOf") {
                fields.insert("anyOf".to_owned(), variants);
            }
            let properties = fields.get("properties").cloned().unwrap_or_default();
            if let Some(Value::Array(required)) = fields.get_mut("required") {
                required.retain(|name| !is_read_only(&properties, name, document));
            }
            // An empty `required` is invalid in draft 4.
            if fields.get("required").is_some_and(|it| it.as_array().is_some_and(Vec::is_empty)) {
                fields.remove("required");
            }
            let keywords = ["type", "allOf", "anyOf", "properties", "enum"];
            let is_schema = keywords.iter().any(|key| fields.contains_key(*key));
            if is_schema && fields.get("nullable") == Some(&Value::Bool(true)) {
                *schema = json!({"anyOf": [schema.take(), {"type": "null"}]});
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| convert(item, document)),
        _ => {}
    }
}

fn is_read_only(properties: &Value, name: &Value, document: &Value) -> bool {
    let property = name.as_str().map_or(&Value::Null, |name| &properties[name]);
    let target = property["$ref"].as_str();
    let target = target.and_then(|it| document.pointer(it.trim_start_matches('#')));
    property["readOnly"] == true || target.is_some_and(|it| it["readOnly"] == true)
}
