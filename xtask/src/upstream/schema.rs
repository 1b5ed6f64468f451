//! A schema with `$ref` and `allOf` resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::node::{Fact, Node, sorted};

/// The direction of a value: sent in a request, or received in a response. Requests have no read-only properties, and
/// responses have no write-only properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Direction {
    Request,
    Response,
}

/// A schema without `$ref` and `allOf`. Each part has its location in the document.
pub(super) struct Schema<'d> {
    /// The location of the schema, after following its `$ref`.
    pub(super) node: Node<'d>,
    /// The type, format, bounds and similar keywords.
    pub(super) facts: BTreeMap<&'static str, Fact>,
    pub(super) properties: BTreeMap<String, Node<'d>>,
    pub(super) required: BTreeSet<String>,
    pub(super) items: Option<Node<'d>>,
    pub(super) values: Option<Node<'d>>,
    /// The variants of a union, by discriminator value or by number.
    pub(super) variants: BTreeMap<String, Node<'d>>,
}

/// The keywords that restrict the values of a type, in the order of `spec/atlas.yaml`.
pub(crate) const RULES: [&str; 14] = [
    "pattern",
    "multipleOf",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "enum",
];

/// The other keywords whose values are compared.
const KEYWORDS: [&str; 5] = ["type", "format", "default", "nullable", "deprecated"];

impl<'d> Schema<'d> {
    /// Reads the schema that a node contains or refers to.
    pub(super) fn of(node: &Node<'d>, direction: Direction) -> Self {
        let node = node.resolved();
        let mut schema = Self {
            node: node.clone(),
            facts: BTreeMap::new(),
            properties: BTreeMap::new(),
            required: BTreeSet::new(),
            items: None,
            values: None,
            variants: variants(&node),
        };
        schema.add(&node, &mut Vec::new());
        // A member of `allOf` that allows `null` does not make the whole schema nullable.
        if !node.is("nullable") {
            schema.facts.remove("nullable");
        }
        schema.facts.entry("type").or_insert_with(|| Fact {
            value: implied_type(&schema.properties, schema.items.as_ref()),
            pointer: node.pointer.join(["type"]),
        });
        schema.properties.retain(|_, property| match direction {
            Direction::Request => !property.resolved().is("readOnly"),
            Direction::Response => !property.resolved().is("writeOnly"),
        });
        schema
    }

    /// Adds the keywords of a node, which override the keywords of its `allOf` members.
    fn add(&mut self, node: &Node<'d>, seen: &mut Vec<Node<'d>>) {
        if seen.iter().any(|it| it.pointer == node.pointer) {
            return;
        }
        seen.push(node.clone());
        for (_, part) in node.children("allOf") {
            self.add(&part.resolved(), seen);
        }
        for keyword in KEYWORDS.into_iter().chain(RULES) {
            let Some(value) = node.fact(keyword) else { continue };
            let value = if keyword == "enum" { sorted(value) } else { value.clone() };
            self.facts.insert(keyword, Fact { value, pointer: node.pointer.join([keyword]) });
        }
        self.properties.extend(node.children("properties"));
        let required = node.value.get("required").and_then(Value::as_array).into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str).map(ToOwned::to_owned));
        self.items = node.child("items").or_else(|| self.items.take());
        let values = node.child("additionalProperties").filter(|it| it.value.is_object());
        self.values = values.or_else(|| self.values.take());
    }
}

/// Returns the variants that a schema itself lists. A schema that extends a union with `allOf` has no variants, because
/// it is a variant itself.
fn variants<'d>(node: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let mapping = node.child("discriminator").into_iter().flat_map(|it| it.children("mapping"));
    let mapped: BTreeMap<String, Node<'d>> = mapping
        .filter_map(|(value, target)| Some((value, node.follow(target.value.as_str()?)?)))
        .collect();
    if !mapped.is_empty() {
        return mapped;
    }
    ["oneOf", "anyOf"].into_iter().flat_map(|key| node.children(key)).collect()
}

fn implied_type(properties: &BTreeMap<String, Node<'_>>, items: Option<&Node<'_>>) -> Value {
    match (properties.is_empty(), items) {
        (false, _) => json!("object"),
        (true, Some(_)) => json!("array"),
        (true, None) => Value::Null,
    }
}
