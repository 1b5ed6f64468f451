//! The examples of `spec/atlas.yaml`, read without the generator.

use serde_json::Value;

/// The text of the document.
pub const TEXT: &str = include_str!("../../spec/atlas.yaml");

/// An example, and the schema that it is an example of.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Where it stands, for people.
    pub place: String,
    /// The name of its schema.
    pub schema: String,
    /// The example itself.
    pub value: Value,
}

/// Every example of a body or an answer, wherever it stands.
///
/// # Errors
///
/// If the document is not YAML.
pub fn examples() -> Result<Vec<Example>, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let mut found = Vec::new();
    collect(&document, &document, "", &mut found);
    Ok(found)
}

/// A media type has a schema beside its examples; that is how one is known.
fn collect(document: &Value, value: &Value, place: &str, found: &mut Vec<Example>) {
    let schema = value.pointer("/schema/$ref").and_then(Value::as_str);
    if let Some(schema) = schema {
        let schema = schema.trim_start_matches("#/components/schemas/");
        let single = value.get("example").map(|example| ("example".to_owned(), example));
        let named = value.get("examples").and_then(Value::as_object).into_iter().flatten();
        let named = named.filter_map(|(name, example)| {
            Some((name.clone(), resolve(document, example).get("value")?))
        });
        found.extend(single.into_iter().chain(named).map(|(name, value)| Example {
            place: format!("{place}/{name}"),
            schema: schema.to_owned(),
            value: value.clone(),
        }));
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(document, value, &format!("{place}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for value in items {
                collect(document, value, place, found);
            }
        }
        _ => {}
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}
