//! Random values of the document's schemas, created without the generator.

use serde_json::{Map, Value, json};
use xtask::api::Usage;

/// A source of random values of a document's schemas. The source ignores all bounds, and all patterns except the
/// pattern of object ids. The same seed leads to the same values.
pub(crate) struct Sampler<'a> {
    document: &'a Value,
    usage: Usage,
    state: u64,
}

/// From this depth on, values have no optional properties, and lists have no items.
const DEPTH: usize = 6;

impl<'a> Sampler<'a> {
    pub(crate) fn new(document: &'a Value, usage: Usage, seed: u64) -> Self {
        Self { document, usage, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1) }
    }

    /// Returns a value of a named schema.
    pub(crate) fn named(&mut self, name: &str) -> Value {
        self.value(&json!({"$ref": format!("#/components/schemas/{name}")}), 0)
    }

    /// Returns a random number below `bound`, generated with xorshift64*.
    fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound.max(1)
    }

    fn pick<'b, T>(&mut self, items: &'b [T]) -> &'b T {
        let index = usize::try_from(self.below(items.len() as u64)).unwrap();
        &items[index]
    }

    fn resolve(&self, schema: &Value) -> Value {
        match schema["$ref"].as_str() {
            Some(reference) => {
                self.document.pointer(reference.trim_start_matches('#')).unwrap().clone()
            }
            None => schema.clone(),
        }
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let name = schema["$ref"].as_str().unwrap_or_default().to_owned();
        let schema = self.resolve(schema);
        if is_object(&schema) || self.has_object(&schema) {
            let mut object = Map::new();
            let required = self.required(&schema);
            self.fill(&schema, &name, &required, &mut object, depth, true);
            return Value::Object(object);
        }
        if let Some(variants) = variants(&schema) {
            let variant = self.pick(&variants).clone();
            return self.value(&variant, depth);
        }
        if let Some(members) = schema["allOf"].as_array() {
            let member = members.first().cloned().unwrap_or_default();
            return self.value(&member, depth);
        }
        self.scalar(&schema, depth)
    }

    /// Returns whether any part of an `allOf` or a union is an object.
    fn has_object(&self, schema: &Value) -> bool {
        let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| schema[*key].as_array());
        let mut parts = parts.flatten().map(|part| self.resolve(part));
        parts.any(|part| is_object(&part) || self.has_object(&part))
    }

    /// Adds the properties that a schema describes. With `as_union`, also adds the properties of
    /// one variant.
    fn fill(
        &mut self,
        schema: &Value,
        name: &str,
        required: &[Value],
        object: &mut Map<String, Value>,
        depth: usize,
        as_union: bool,
    ) {
        for member in schema["allOf"].as_array().into_iter().flatten() {
            let base = member["$ref"].as_str().unwrap_or_default();
            let resolved = self.resolve(member);
            // The base of a variant must not select a different variant.
            let as_union = resolved["discriminator"].is_null();
            self.fill(&resolved, base, required, object, depth, as_union);
        }
        self.properties(schema, required, object, depth);
        if as_union {
            self.variant(schema, name, required, object, depth);
        }
    }

    /// Returns the names of the properties that a schema and its members require. The
    /// member that requires a property may differ from the member that describes it.
    fn required(&self, schema: &Value) -> Vec<Value> {
        let members = schema["allOf"].as_array().into_iter().flatten();
        let mut names = schema["required"].as_array().cloned().unwrap_or_default();
        for member in members {
            names.extend(self.required(&self.resolve(member)));
        }
        names
    }

    fn properties(
        &mut self,
        schema: &Value,
        required: &[Value],
        object: &mut Map<String, Value>,
        depth: usize,
    ) {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let resolved = self.resolve(property);
            let is_read_only = resolved["readOnly"] == true || property["readOnly"] == true;
            let is_write_only = resolved["writeOnly"] == true || property["writeOnly"] == true;
            let excluded = self.usage.request && !self.usage.response && is_read_only
                || self.usage.response && !self.usage.request && is_write_only;
            let is_required = required.contains(&json!(key));
            let is_present = is_required || depth < DEPTH && self.below(10) < 7;
            if excluded || !is_present {
                // A base may have added the property with a value that this schema does not allow.
                object.remove(key);
                continue;
            }
            let is_nullable = property["nullable"] == true;
            let value = if is_nullable && self.below(5) == 0 {
                Value::Null
            } else {
                self.value(property, depth + 1)
            };
            object.insert(key.clone(), value);
        }
        let additional = &schema["additionalProperties"];
        if additional.is_object() || *additional == true {
            for index in 0..self.below(3) {
                let value = self.value(additional, depth + 1);
                object.insert(format!("additional{index}"), value);
            }
        }
    }

    /// Adds the properties of one variant, and the value of the discriminator that selects it.
    fn variant(
        &mut self,
        schema: &Value,
        name: &str,
        required: &[Value],
        object: &mut Map<String, Value>,
        depth: usize,
    ) {
        let discriminator = &schema["discriminator"];
        let mapping = discriminator["mapping"].as_object().cloned().unwrap_or_default();
        let mapped: Vec<(Value, Value)> = mapping
            .into_iter()
            .map(|(value, reference)| (json!(value), json!({"$ref": reference})))
            .filter(|(_, variant)| variant["$ref"] != *name)
            .collect();
        if !mapped.is_empty() {
            let (value, variant) = self.pick(&mapped).clone();
            let base = variant["$ref"].as_str().unwrap_or_default().to_owned();
            let resolved = self.resolve(&variant);
            let as_union = resolved["discriminator"].is_null();
            let required = [required, &self.required(&resolved)].concat();
            self.fill(&resolved, &base, &required, object, depth, as_union);
            let property = discriminator["propertyName"].as_str().unwrap();
            object.insert(property.to_owned(), value);
        } else if let Some(variants) = variants(schema) {
            let variant = self.pick(&variants).clone();
            let base = variant["$ref"].as_str().unwrap_or_default().to_owned();
            let resolved = self.resolve(&variant);
            let required = [required, &self.required(&resolved)].concat();
            self.fill(&resolved, &base, &required, object, depth, true);
        }
    }

    fn scalar(&mut self, schema: &Value, depth: usize) -> Value {
        if let Some(values) = schema["enum"].as_array() {
            return self.pick(values).clone();
        }
        match schema["type"].as_str() {
            Some("string") => json!(self.text(schema)),
            Some("integer") => json!(self.below(100)),
            Some("number") => {
                json!(f64::from(u32::try_from(self.below(1_000_000)).unwrap()) / 997.0)
            }
            Some("boolean") => json!(self.below(2) == 0),
            Some("array") => {
                let count = if depth < DEPTH { self.below(3) } else { 0 };
                (0..count).map(|_| self.value(&schema["items"], depth + 1)).collect()
            }
            Some("object") => json!({}),
            _ => json!({"any": [1, "value"]}),
        }
    }

    fn text(&mut self, schema: &Value) -> String {
        let number = self.below(u64::from(u32::MAX));
        match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some("date-time"), _) => format!("2024-05-{:02}T10:00:00Z", 1 + number % 28),
            (Some("date"), _) => format!("2024-05-{:02}", 1 + number % 28),
            (Some("uuid"), _) => format!("67e55044-10b1-426f-9247-{number:012x}"),
            (_, Some("^([a-f0-9]{24})$")) => format!("{number:024x}"),
            _ => format!("text {number}"),
        }
    }
}

fn is_object(schema: &Value) -> bool {
    schema["properties"].is_object()
        || schema["discriminator"].is_object()
        || schema["additionalProperties"].is_object()
}

fn variants(schema: &Value) -> Option<Vec<Value>> {
    let variants = schema["oneOf"].as_array().or(schema["anyOf"].as_array())?;
    (!variants.is_empty()).then(|| variants.clone())
}
