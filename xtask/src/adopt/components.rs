//! The components that an adopted operation refers to: existing ones from the spec, and new ones.
//!
//! New components have their keys in the order of `spec/atlas.yaml`, and a `TODO` note instead of each description.
//! They can refer to existing components and to each other.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase as _;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::facts::{copy, is_fact, words};
use crate::diagnostic::Pointer;
use crate::document::{DESCRIPTIONS, Raw, TODO};
use crate::free_name::free_name;
use crate::upstream::{Matcher, Node, Operations, RULES};

/// The components of the spec, and the components to add to it.
pub(super) struct Components<'d> {
    ours: &'d Raw,
    matcher: Matcher<'d>,
    /// The new components, by section and name. A schema is `null` until it is complete.
    pub(super) new: BTreeMap<&'static str, IndexMap<String, Value>>,
    /// The name of each new schema, by the location of the vendor's schema.
    names: BTreeMap<Pointer, String>,
    /// References to the reused components of the spec.
    pub(super) reused: Vec<String>,
}

impl<'d> Components<'d> {
    pub(super) fn new(ours: &'d Raw, matcher: Matcher<'d>) -> Self {
        let (new, names) = (BTreeMap::new(), BTreeMap::new());
        Self { ours, matcher, new, names, reused: Vec::new() }
    }

    fn reuse(&mut self, pointer: &Pointer) -> Value {
        let reference = format!("#{pointer}");
        if !self.reused.contains(&reference) {
            self.reused.push(reference.clone());
        }
        json!({"$ref": reference})
    }

    /// Returns `name`, with a number appended if a component of the section already has that name.
    fn free(&self, section: &str, name: &str) -> String {
        free_name(name, |name| {
            let pointer = Pointer::new(["components", section, name]);
            self.ours.get(&pointer).is_none()
                && self.new.get(section).is_none_or(|it| !it.contains_key(name))
        })
    }

    fn add(&mut self, section: &'static str, name: &str, value: Value) -> Value {
        self.new.entry(section).or_default().insert(name.to_owned(), value);
        json!({"$ref": format!("#/components/{section}/{name}")})
    }

    /// Returns a reference to an equivalent schema in the spec. If there is none, returns a copy of an inline schema,
    /// or a reference to a copy of a component.
    pub(super) fn schema(&mut self, node: &Node<'_>) -> Value {
        match self.matcher.schema(node) {
            Some(known) => self.reuse(&known),
            None if node.reference().is_none() => written(node, self),
            None => self.component(&node.resolved()),
        }
    }

    /// Returns the text of a `$ref` for a variant. In the vendor's document, a variant is a component.
    pub(super) fn variant(&mut self, node: &Node<'_>) -> Value {
        let target = node.resolved();
        let reference = match self.matcher.schema(&target) {
            Some(known) => self.reuse(&known),
            None => self.component(&target),
        };
        reference.get("$ref").cloned().unwrap_or_default()
    }

    /// Returns a reference to the copy of one of the vendor's schemas. Adds the copy to the spec, unless this run has
    /// already added it.
    fn component(&mut self, target: &Node<'_>) -> Value {
        if let Some(name) = self.names.get(&target.pointer) {
            return json!({"$ref": format!("#/components/schemas/{name}")});
        }
        let name = self.free("schemas", &schema_name(target.name()));
        self.names.insert(target.pointer.clone(), name.clone());
        // Reserves the name before the schema is complete, because schemas can be recursive.
        self.add("schemas", &name, Value::Null);
        let written = written(target, self);
        self.add("schemas", &name, written)
    }

    /// Returns a reference to an equivalent parameter in the spec, or to a new parameter.
    pub(super) fn parameter(&mut self, node: &Node<'_>) -> Value {
        let node = node.resolved();
        if let Some(known) = self.matcher.parameter(&node) {
            return self.reuse(&known);
        }
        let key = node.text("name").unwrap_or_default();
        let written = parameter(&node, self);
        let section = self.new.get("parameters");
        let same = section.and_then(|all| all.iter().find(|(_, it)| **it == written));
        let name = match same {
            Some((name, _)) => name.clone(),
            None => self.free("parameters", key),
        };
        self.add("parameters", &name, written)
    }

    /// Returns a reference to the header `name` in the spec, or to a new header.
    pub(super) fn header(&mut self, name: &str, node: &Node<'_>) -> Value {
        if let Some(known) = self.known_header(name) {
            return known;
        }
        let mut header = Map::from_iter([("description".to_owned(), json!(TODO))]);
        if let Some(schema) = node.resolved().child("schema") {
            header.insert("schema".to_owned(), bare(&schema, self));
        }
        self.add("headers", name, Value::Object(header))
    }

    /// Returns a reference to the header `name` in the spec, if there is one.
    pub(super) fn known_header(&mut self, name: &str) -> Option<Value> {
        let known = Pointer::new(["components", "headers", name]);
        self.ours.get(&known)?;
        Some(self.reuse(&known))
    }

    /// Returns a reference to an equivalent error response that the spec has for `status`, or else a copy of the
    /// vendor's response. The copy is inline if the vendor's response is inline, and a new component otherwise.
    pub(super) fn error(&mut self, status: &str, node: &Node<'_>) -> Value {
        let vendor = node.resolved();
        let operations = Operations::of(self.ours);
        let known = operations.iter().filter_map(|it| it.responses().get(status)?.reference());
        let same = known.filter_map(|it| Node::at(self.ours, it));
        let found = same.into_iter().find(|it| self.matcher.is_same_response(it, &vendor));
        if let Some(found) = found {
            return self.reuse(&found.pointer);
        }
        let written = response(&vendor, self);
        if node.reference().is_none() {
            return written;
        }
        let name = vendor.name().to_upper_camel_case();
        let is_new = self.new.get("responses").is_some_and(|it| it.contains_key(&name));
        let name = if is_new { name } else { self.free("responses", &name) };
        self.add("responses", &name, written)
    }

    /// Returns a copy of the vendor's example, with a note in place of prose.
    pub(super) fn example(value: &Value) -> Value {
        match value {
            Value::String(text) if words(text) > 3 => json!(TODO),
            Value::Array(items) => items.iter().map(Self::example).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| (key.clone(), Self::example(value)));
                Value::Object(fields.collect())
            }
            value => value.clone(),
        }
    }
}

/// Shortens the vendor's name for a schema and converts it to upper camel case.
fn schema_name(name: &str) -> String {
    let short = name.trim_end_matches("View").replace("ApiAtlas", "");
    let short = if short.is_empty() { name } else { &short };
    short.to_upper_camel_case()
}

/// The schema keywords that are copied first. `required`, `allOf`, `oneOf`, `anyOf` and [`RULES`] follow, and then
/// `AFTER`.
const BEFORE: [&str; 2] = ["type", "format"];
const AFTER: [&str; 5] = ["default", "deprecated", "nullable", "readOnly", "writeOnly"];

/// Returns a schema with a note in place of its description.
fn written(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut schema = Map::from_iter([("description".to_owned(), json!(TODO))]);
    if let Value::Object(fields) = bare(node, components) {
        schema.extend(fields);
    }
    Value::Object(schema)
}

/// Returns a schema without a note, for places where a schema needs no description, such as list items, members of
/// `allOf`, and parameters. If the vendor's schema is a reference, returns the same as [`Components::schema`].
fn bare(node: &Node<'_>, components: &mut Components<'_>) -> Value {
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

/// Returns a parameter, with its example next to its schema instead of within the schema. Omits an example that is
/// prose.
fn parameter(node: &Node<'_>, components: &mut Components<'_>) -> Value {
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
    let values: Map<String, Value> =
        node.children(DESCRIPTIONS).map(|(value, _)| (value, json!(TODO))).collect();
    if !values.is_empty() {
        schema.insert(DESCRIPTIONS.to_owned(), values.into());
    }
}

/// Returns a response. A response with a sunset date also gets the `Deprecation` and `Sunset` headers that the spec
/// defines.
pub(super) fn response(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut response = Map::from_iter([("description".to_owned(), json!(TODO))]);
    let headers = node.children("headers");
    let mut headers: Map<String, Value> =
        headers.map(|(name, header)| (name.clone(), components.header(&name, &header))).collect();
    // Atlas sends these headers, although its document does not list them.
    if node.children("content").any(|(_, media)| media.value.get("x-sunset").is_some()) {
        let sent = ["Deprecation", "Sunset"].into_iter();
        headers.extend(sent.filter_map(|it| Some((it.to_owned(), components.known_header(it)?))));
    }
    if !headers.is_empty() {
        response.insert("headers".to_owned(), headers.into());
    }
    let content = content(node, components);
    if !content.is_empty() {
        response.insert("content".to_owned(), content.into());
    }
    Value::Object(response)
}

pub(super) fn content(node: &Node<'_>, components: &mut Components<'_>) -> Map<String, Value> {
    let content = node.children("content").map(|(name, media)| {
        let mut written = Map::new();
        copy(&media, &["x-xgen-version", "x-sunset"], &mut written);
        if let Some(schema) = media.child("schema") {
            written.insert("schema".to_owned(), components.schema(&schema));
        }
        if let Some(example) = media.value.get("example") {
            written.insert("example".to_owned(), Components::example(example));
        }
        let examples = media.children("examples").filter_map(|(name, example)| {
            let value = Components::example(example.resolved().value.get("value")?);
            Some((name, json!({"summary": TODO, "value": value})))
        });
        let examples: Map<String, Value> = examples.collect();
        if !examples.is_empty() {
            written.insert("examples".to_owned(), examples.into());
        }
        (name, written.into())
    });
    content.collect()
}
