//! Schemas of OpenAPI 3.0, checked as JSON Schema 2020-12.
//!
//! OpenAPI 3.0 speaks a dialect of its own. Three things in it need translating:
//!
//! - `nullable: true` adds `null` to the type;
//! - `format: int32` is a range;
//! - a *base* with a `discriminator` stands for the child that its tag names, while the child's own
//!   `allOf` means the base itself. The two meanings become two schemas: the base moves to `$defs`,
//!   and its old place holds the choice.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jsonschema::{Validator, error::ValidationErrorKind};
use serde_json::{Map, Value, json};

/// A rule that a value breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the offending field, such as `links.0.href`; empty for the value as a whole.
    pub field: String,
    /// The rule, in words.
    pub description: String,
}

/// Whether a value may hold properties that its schema does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are fine, as in an answer: Atlas may add fields at any time.
    Allowed,
    /// They are violations, as in a request: Atlas would not know what to do with them.
    Refused,
}

/// The `components.schemas` of a document.
#[derive(Debug)]
pub struct Schemas {
    schemas: Map<String, Value>,
    bases: Map<String, Value>,
}

/// One schema, ready to check values.
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

    /// Makes a schema (or a `$ref` to a component) ready to check values.
    ///
    /// # Errors
    ///
    /// The schema, or one that it refers to, is not valid, or does not exist.
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
            .with_context(|| format!("the schema {schema} cannot be used"))
    }
}

impl Schema {
    /// Finds every rule that a value breaks; none for a valid value.
    #[must_use]
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        let (unknown, broken): (Vec<_>, Vec<_>) = self.0.iter_errors(value).partition(|error| {
            matches!(error.kind(), ValidationErrorKind::UnevaluatedProperties { .. })
        });
        // A schema that a value breaks vouches for no property, so all of them look unknown then.
        let told = if broken.is_empty() { unknown } else { broken };
        let mut violations = told.iter().flat_map(describe).collect::<Vec<_>>();
        // A base and its child may say the same.
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
            unexpected.iter().map(|property| at(property, "There is no such field here.")).collect()
        }
        _ => vec![at("", &error.to_string())],
    }
}

/// Keywords that mean the same in both dialects, and hold no schema.
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
    // In OpenAPI 3.0 a reference stands alone: what is written beside it has no meaning.
    if let Some(reference) = keywords.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut translated = Map::new();
    for (keyword, value) in keywords {
        if let Some(value) = translate_keyword(keyword, value) {
            translated.insert(keyword.clone(), value);
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

/// A base, its tag, and the values of the tag that stand for each child.
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

    /// Moves the base to `$defs`, and leaves in its place the choice between the children. A tag
    /// that names no child leaves the base itself, which says which tags there are.
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

    /// Makes each child extend the base itself, and accept no tag but its own.
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
