//! The components that an adopted operation refers to: existing ones of the spec, and new ones.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase as _;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::schema;
use super::{TODO, words};
use crate::diagnostic::Pointer;
use crate::document::Raw;
use crate::upstream::{Matcher, Node, Operations};

/// The components of the spec, and those to add.
pub(super) struct Components<'d> {
    ours: &'d Raw,
    matcher: Matcher<'d>,
    /// The new components, by section and name. A schema is `null` until it is complete.
    pub(super) new: BTreeMap<&'static str, IndexMap<String, Value>>,
    /// The name in the spec for each component of the vendor.
    names: BTreeMap<Pointer, String>,
    /// The components of the spec that are reused.
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

    /// Returns a name that no component of the section has.
    fn free(&self, section: &str, name: &str) -> String {
        let is_taken = |name: &str| {
            let pointer = Pointer::new(["components", section, name]);
            self.ours.get(&pointer).is_some()
                || self.new.get(section).is_some_and(|it| it.contains_key(name))
        };
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }

    fn add(&mut self, section: &'static str, name: &str, value: Value) -> Value {
        self.new.entry(section).or_default().insert(name.to_owned(), value);
        json!({"$ref": format!("#/components/{section}/{name}")})
    }

    /// Returns a reference to an equivalent schema of the spec, or to a new one. A schema that the
    /// vendor writes inline stays inline.
    pub(super) fn schema(&mut self, node: &Node<'_>) -> Value {
        match self.matcher.schema(node) {
            Some(known) => self.reuse(&known),
            None if node.reference().is_none() => schema::written(node, self),
            None => self.component(&node.resolved()),
        }
    }

    /// Returns the reference to a variant, which is a component in the vendor's document.
    pub(super) fn variant(&mut self, node: &Node<'_>) -> Value {
        let target = node.resolved();
        let reference = match self.matcher.schema(&target) {
            Some(known) => self.reuse(&known),
            None => self.component(&target),
        };
        reference.get("$ref").cloned().unwrap_or_default()
    }

    /// Returns a reference to a new component for one of the vendor's.
    fn component(&mut self, target: &Node<'_>) -> Value {
        if let Some(name) = self.names.get(&target.pointer) {
            return json!({"$ref": format!("#/components/schemas/{name}")});
        }
        let name = self.free("schemas", &schema_name(target.name()));
        self.names.insert(target.pointer.clone(), name.clone());
        // Reserves the name before the schema is complete, because schemas can be recursive.
        self.add("schemas", &name, Value::Null);
        let written = schema::written(target, self);
        self.add("schemas", &name, written)
    }

    /// Returns a parameter, or a reference to one.
    pub(super) fn parameter(&mut self, node: &Node<'_>) -> Value {
        let node = node.resolved();
        if let Some(known) = self.matcher.parameter(&node) {
            return self.reuse(&known);
        }
        let key = node.text("name").unwrap_or_default();
        let written = schema::parameter(&node, self);
        let section = self.new.get("parameters");
        let same = section.and_then(|all| all.iter().find(|(_, it)| **it == written));
        let name = match same {
            Some((name, _)) => name.clone(),
            None => self.free("parameters", key),
        };
        self.add("parameters", &name, written)
    }

    /// Returns a header, or a reference to the spec's header of this name.
    pub(super) fn header(&mut self, name: &str, node: &Node<'_>) -> Value {
        if let Some(known) = self.known_header(name) {
            return known;
        }
        let mut header = Map::from_iter([("description".to_owned(), json!(TODO))]);
        if let Some(schema) = node.resolved().child("schema") {
            header.insert("schema".to_owned(), schema::bare(&schema, self));
        }
        self.add("headers", name, Value::Object(header))
    }

    /// Returns a reference to a header of the spec.
    pub(super) fn known_header(&mut self, name: &str) -> Option<Value> {
        let known = Pointer::new(["components", "headers", name]);
        self.ours.get(&known)?;
        Some(self.reuse(&known))
    }

    /// Returns the error response that other operations of the spec have for this status.
    pub(super) fn error(&mut self, status: &str, node: &Node<'_>) -> Value {
        let vendor = node.resolved();
        let operations = Operations::of(self.ours);
        let known = operations.iter().filter_map(|it| it.responses().get(status)?.reference());
        let same = known.filter_map(|it| Node::at(self.ours, it));
        let found = same.into_iter().find(|it| self.matcher.is_same_response(it, &vendor));
        if let Some(found) = found {
            return self.reuse(&found.pointer);
        }
        let written = super::operation::response(&vendor, self);
        if node.reference().is_none() {
            return written;
        }
        let name = vendor.name().to_upper_camel_case();
        let is_new = self.new.get("responses").is_some_and(|it| it.contains_key(&name));
        let name = if is_new { name } else { self.free("responses", &name) };
        self.add("responses", &name, written)
    }

    /// Returns the vendor's example of a value, with a note in place of prose.
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

/// Shortens the vendor's name of a schema, in the case of Rust types.
fn schema_name(name: &str) -> String {
    let short = name.trim_end_matches("View").replace("ApiAtlas", "");
    let short = if short.is_empty() { name } else { &short };
    short.to_upper_camel_case()
}
