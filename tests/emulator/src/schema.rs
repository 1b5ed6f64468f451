//! Validation against OpenAPI 3.0 schemas, which are translated to JSON Schema 2020-12.
//!
//! Five features of OpenAPI 3.0 require translation:
//!
//! - `nullable: true` adds `null` to the type and the enum.
//! - `format: int32` becomes a range.
//! - `exclusiveMinimum: true` and `exclusiveMaximum: true` change the meaning of the bound next to them.
//! - Keywords next to a `$ref` have no effect.
//! - A schema with a `discriminator` is a *base*, and the discriminator property is its *tag*. A
//!   reference to the base means the child that the tag selects. In the `allOf` of a child, the
//!   reference means the base itself. The translation has a schema for each meaning: the base moves
//!   to `$defs`, and a choice between the children takes its place.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jsonschema::{Validator, error::ValidationErrorKind};
use serde_json::{Map, Value, json};

/// A schema rule that a value violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the invalid field, such as `links.0.href`. The path is empty for the value as a whole.
    pub field: String,
    /// The description of the rule.
    pub description: String,
}

/// The treatment of properties that the schema of a value does not define. In nested objects, such properties are
/// always allowed, unless the schema of the nested object has `additionalProperties: false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Unknown properties are allowed, as in responses, because Atlas can add fields at any time.
    Allowed,
    /// Unknown properties are violations, as in requests, because they are usually mistakes.
    Refused,
}

/// The `components.schemas` of a document.
#[derive(Debug)]
pub struct Schemas {
    schemas: Map<String, Value>,
    bases: Map<String, Value>,
}

/// A compiled schema.
#[derive(Debug)]
pub struct Schema(Validator);

impl Schemas {
    /// Translates the `components.schemas` of a document.
    #[must_use]
    pub fn new(components: &Map<String, Value>) -> Self {
        let families = components.iter().filter_map(Family::of).collect::<Vec<_>>();
        let mut schemas: Map<_, _> =
            components.iter().map(|(name, schema)| (name.clone(), translate(schema))).collect();
        let mut bases = Map::new();
        for family in &families {
            family.split_base(&mut schemas, &mut bases);
            family.tie_children(&mut schemas);
        }
        Self { schemas, bases }
    }

    /// Compiles a schema, or a `$ref` to a component.
    ///
    /// # Errors
    ///
    /// Returns an error if the schema, or a schema that it refers to, is invalid or does not exist.
    pub fn compile(&self, schema: &Value, unknown: Unknown) -> anyhow::Result<Schema> {
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [translate(schema)],
            "unevaluatedProperties": unknown == Unknown::Allowed,
            "components": { "schemas": self.schemas },
            "$defs": self.bases,
        });
        jsonschema::options()
            .should_validate_formats(true)
            .build(&root)
            .map(Schema)
            .with_context(|| format!("cannot compile the schema `{schema}`"))
    }
}

impl Schema {
    /// Returns the rules that a value violates. Unknown properties are reported only if the value
    /// violates no other rule.
    #[must_use]
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        let (unknown, broken): (Vec<_>, Vec<_>) = self.0.iter_errors(value).partition(|error| {
            matches!(error.kind(), ValidationErrorKind::UnevaluatedProperties { .. })
        });
        // A subschema that fails evaluates no properties, so all of its properties are reported as unknown.
        let told = if broken.is_empty() { unknown } else { broken };
        let mut violations = told.iter().flat_map(describe).collect::<Vec<_>>();
        // A base and its child can report the same violation.
        violations.dedup();
        violations
    }
}

fn describe(error: &jsonschema::ValidationError<'_>) -> Vec<Violation> {
    let path = error.instance_path().as_str().trim_start_matches('/').replace('/', ".");
    let at = |property: &str, description: &str| Violation {
        field: [path.as_str(), property].join(".").trim_matches('.').to_owned(),
        description: description.to_owned(),
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            vec![at(property.as_str().unwrap_or_default(), "The field is required.")]
        }
        ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(|property| at(property, "The field is unknown.")).collect()
        }
        _ => vec![at("", &error.to_string())],
    }
}

/// Keywords with the same meaning in both dialects and without subschemas.
const SHARED: [&str; 18] = [
    "default",
    "description",
    "enum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "title",
    "type",
    "uniqueItems",
];

fn translate(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else {
        return schema.clone();
    };
    // OpenAPI 3.0 ignores keywords next to a `$ref`.
    if let Some(reference) = keywords.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut translated = Map::new();
    for (keyword, value) in keywords {
        if let Some(value) = translate_keyword(keyword, value) {
            translated.insert(keyword.clone(), value);
        }
    }
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if keywords.get(exclusive) == Some(&Value::Bool(true))
            && let Some(bound) = translated.remove(bound)
        {
            translated.insert(exclusive.to_owned(), bound);
        }
    }
    bound_integers(&mut translated);
    if keywords.get("nullable") == Some(&Value::Bool(true)) {
        allow_null(&mut translated);
    }
    Value::Object(translated)
}

fn translate_keyword(keyword: &str, value: &Value) -> Option<Value> {
    match (keyword, value) {
        ("properties", Value::Object(properties)) => {
            let translated =
                properties.iter().map(|(name, schema)| (name.clone(), translate(schema)));
            Some(Value::Object(translated.collect()))
        }
        ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
            Some(schemas.iter().map(translate).collect())
        }
        ("items" | "not" | "additionalProperties", schema) => Some(translate(schema)),
        (shared, value) if SHARED.contains(&shared) => Some(value.clone()),
        _ => None,
    }
}

fn bound_integers(schema: &mut Map<String, Value>) {
    if schema.get("format").and_then(Value::as_str) == Some("int32") {
        schema.entry("minimum").or_insert_with(|| i32::MIN.into());
        schema.entry("maximum").or_insert_with(|| i32::MAX.into());
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
}

/// A base, its tag, and the values of the tag that select each child.
struct Family {
    base: String,
    tag: String,
    children: BTreeMap<String, Vec<Value>>,
}

impl Family {
    fn of((name, schema): (&String, &Value)) -> Option<Self> {
        let discriminator = schema.get("discriminator")?;
        let mut children = BTreeMap::<_, Vec<_>>::new();
        for (value, reference) in discriminator.get("mapping")?.as_object()? {
            let child = reference.as_str()?.rsplit('/').next()?;
            children.entry(child.to_owned()).or_default().push(value.clone().into());
        }
        let tag = discriminator.get("propertyName")?.as_str()?.to_owned();
        Some(Self { base: name.clone(), tag, children })
    }

    /// Moves the base to `$defs` and replaces it with a choice between the children. A value of the tag that selects no
    /// child falls back to the base, which defines the valid values.
    fn split_base(&self, schemas: &mut Map<String, Value>, bases: &mut Map<String, Value>) {
        let own = json!({ "$ref": format!("#/$defs/{}", self.base) });
        let choice = self.children.iter().fold(own, |otherwise, (child, values)| {
            json!({
                "if": { "properties": { &self.tag: { "enum": values } }, "required": [&self.tag] },
                "then": { "$ref": component(child) },
                "else": otherwise,
            })
        });
        if let Some(base) = schemas.insert(self.base.clone(), choice) {
            bases.insert(self.base.clone(), base);
        }
    }

    /// Makes each child extend the moved base and accept only its own values of the tag.
    fn tie_children(&self, schemas: &mut Map<String, Value>) {
        let choice = json!({ "$ref": component(&self.base) });
        for (child, values) in &self.children {
            let Some(schema) = schemas.get_mut(child) else {
                continue;
            };
            if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
                parts.retain(|part| *part != choice);
            }
            *schema = json!({ "allOf": [
                { "$ref": format!("#/$defs/{}", self.base) },
                { "properties": { &self.tag: { "enum": values } } },
                schema.take(),
            ] });
        }
    }
}

fn component(name: &str) -> String {
    format!("#/components/schemas/{name}")
}
