//! Example responses of operations that are not implemented.
//!
//! The first candidates are the examples of the media type. The other candidates are built from the
//! schema: from the examples, defaults and enums of its properties, and from their types, formats
//! and bounds.

use openapiv3::{Example, MediaType, ReferenceOr};
use serde_json::{Map, Value, json};

/// The nesting depth from which objects have no optional properties. The limit is necessary because schemas can be
/// recursive. Values are nested at most twice as deep.
const DEPTH: usize = 6;

/// The examples and schemas of a document.
#[derive(Debug)]
pub(crate) struct Examples<'a> {
    /// The complete document, which contains the targets of references.
    document: &'a Value,
}

impl<'a> Examples<'a> {
    pub(crate) const fn new(document: &'a Value) -> Self {
        Self { document }
    }

    /// Returns candidates for the body of a response, in order of preference.
    pub(crate) fn of(&self, media_type: &MediaType) -> Vec<Value> {
        let single = media_type.example.clone();
        let named = media_type.examples.values().filter_map(|example| match example {
            ReferenceOr::Item(Example { value, .. }) => value.clone(),
            ReferenceOr::Reference { reference } => self.follow(reference)?.get("value").cloned(),
        });
        let schema = serde_json::to_value(&media_type.schema).unwrap_or_default();
        let made = [Properties::All, Properties::Required].map(|which| {
            let maker = Maker { examples: self, which };
            maker.value(&schema, 0)
        });
        single.into_iter().chain(named).chain(made.into_iter().flatten()).collect()
    }

    /// Returns the target of a reference such as `#/components/schemas/Link`.
    pub(crate) fn follow(&self, reference: &str) -> Option<&'a Value> {
        self.document.pointer(reference.strip_prefix('#')?)
    }

    /// Returns the name and the value of the discriminator property that select a child schema.
    fn tag(&self, child: &str) -> Option<(&'a str, &'a str)> {
        let schemas = self.document.pointer("/components/schemas")?.as_object()?;
        schemas.values().find_map(|base| {
            let discriminator = base.get("discriminator")?;
            let mapping = discriminator.get("mapping")?.as_object()?;
            let (value, _) = mapping.iter().find(|(_, reference)| *reference == child)?;
            Some((discriminator.get("propertyName")?.as_str()?, value.as_str()))
        })
    }
}

/// The properties to include in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Properties {
    All,
    Required,
}

/// A builder of example values from schemas.
struct Maker<'a> {
    examples: &'a Examples<'a>,
    which: Properties,
}

impl Maker<'_> {
    /// Builds a value. Returns `None` if a reference does not resolve, or if the value would be
    /// nested too deeply.
    fn value(&self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > 2 * DEPTH {
            return None;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.referenced(reference, depth);
        }
        let given = ["example", "default"].into_iter().find_map(|name| schema.get(name));
        let given = given.or_else(|| schema.get("enum")?.get(0));
        if let Some(given) = given {
            return Some(given.clone());
        }
        let first_child = schema.pointer("/discriminator/mapping").and_then(Value::as_object);
        if let Some(reference) = first_child.and_then(|it| it.values().next()?.as_str()) {
            return self.referenced(reference, depth);
        }
        if let Some(choice) =
            ["oneOf", "anyOf"].into_iter().find_map(|name| schema.get(name)?.get(0))
        {
            return self.value(choice, depth + 1);
        }
        Some(self.of_type(schema, depth))
    }

    fn referenced(&self, reference: &str, depth: usize) -> Option<Value> {
        let mut value = self.value(self.examples.follow(reference)?, depth + 1)?;
        if let (Some((tag, name)), Value::Object(fields)) =
            (self.examples.tag(reference), &mut value)
        {
            fields.insert(tag.to_owned(), name.into());
        }
        Some(value)
    }

    fn of_type(&self, schema: &Value, depth: usize) -> Value {
        let is_object = schema.get("properties").is_some() || schema.get("allOf").is_some();
        let kind = schema.get("type").and_then(Value::as_str);
        match kind {
            _ if is_object => Value::Object(self.object(schema, depth)),
            Some("object") | None => json!({}),
            Some("array") => {
                let items = schema.get("items").and_then(|items| self.value(items, depth + 1));
                items.into_iter().collect()
            }
            Some("string") => text(schema).into(),
            Some("boolean") => true.into(),
            Some(_) => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        }
    }

    /// Builds the properties of a schema and its `allOf`.
    fn object(&self, schema: &Value, depth: usize) -> Map<String, Value> {
        let mut fields = Map::new();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            // In `allOf`, a reference to a base with a discriminator means the base itself, not one
            // of its children.
            let base = part.get("$ref").and_then(Value::as_str);
            let part = base.map_or(Some(part), |reference| self.examples.follow(reference));
            if let Some(part) = part.filter(|_| depth <= 2 * DEPTH) {
                fields.extend(self.object(part, depth + 1));
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &String| required.is_some_and(|it| it.contains(&json!(name)));
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, property) in properties {
            let is_shown = self.which == Properties::All && depth < DEPTH;
            let is_sent = property.get("writeOnly") != Some(&Value::Bool(true));
            if !(is_required(name) || is_shown) || !is_sent {
                continue;
            }
            if let Some(value) = self.value(property, depth + 1) {
                fields.insert(name.clone(), value);
            }
        }
        fields
    }
}

/// Builds a string that has at least the minimum length of a schema. Follows the formats below and the
/// pattern of Atlas's ids, but no other format or pattern.
fn text(schema: &Value) -> String {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let is_id = schema.get("pattern").and_then(Value::as_str).is_some_and(is_object_id);
    let text = match format {
        "date-time" => "2025-05-04T09:42:00Z",
        "date" => "2025-05-04",
        "uuid" => "4297fc77-1592-4de8-a6d5-a8c32401df87",
        "email" => "someone@example.com",
        "uri" => "https://example.com/",
        "ipv4" => "192.0.2.1",
        _ if is_id => "32b6e34b3d91647abb20e7b8",
        _ => "text",
    };
    let missing = schema.get("minLength").and_then(Value::as_u64).unwrap_or_default();
    let missing = usize::try_from(missing).unwrap_or_default().saturating_sub(text.len());
    format!("{text}{}", "x".repeat(missing))
}

/// Returns whether a pattern is the pattern of Atlas's ids.
fn is_object_id(pattern: &str) -> bool {
    pattern.trim_start_matches(['^', '(']).trim_end_matches(['$', ')']) == "[a-f0-9]{24}"
}
