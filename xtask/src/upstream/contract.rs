//! The operations that a document describes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::node::{Fact, Node, sorted};
use crate::diagnostic::Pointer;
use crate::document::{Raw, is_method};

/// The operations of a document.
#[derive(Debug)]
pub(crate) struct Operations<'d>(Vec<Operation<'d>>);

/// An operation and its path item.
#[derive(Debug)]
pub(crate) struct Operation<'d> {
    /// The operation.
    pub(crate) node: Node<'d>,
    /// The HTTP method, in lower case.
    pub(crate) method: String,
    /// The path, with its parameters in braces.
    pub(crate) path: String,
    item: Node<'d>,
}

impl<'d> Operations<'d> {
    /// Returns the operations of a document, in document order.
    pub(crate) fn of(document: &'d Raw) -> Self {
        let root = Node::at(document, Pointer::default());
        let paths = root.iter().flat_map(|root| root.children("paths"));
        let operations = paths.flat_map(|(path, item)| {
            let operations = item.clone().entries().filter(|(key, _)| is_method(key));
            operations.map(move |(method, node)| {
                let (item, path) = (item.clone(), path.clone());
                Operation { node, method, path, item }
            })
        });
        Self(operations.collect())
    }

    /// Iterates over the operations.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Operation<'d>> {
        self.0.iter()
    }

    /// Returns the operation with the given id.
    pub(crate) fn find(&self, id: &str) -> Option<&Operation<'d>> {
        self.iter().find(|it| it.id() == id)
    }

    /// Returns the operation with the same id, or else the operation with the same method and path.
    pub(crate) fn same_as(&self, other: &Operation<'_>) -> Option<&Operation<'d>> {
        self.find(other.id()).or_else(|| self.iter().find(|it| it.address() == other.address()))
    }
}

impl<'d> Operation<'d> {
    /// Returns the `operationId`, or an empty string if there is none.
    pub(crate) fn id(&self) -> &'d str {
        self.node.text("operationId").unwrap_or_default()
    }

    /// Returns the method and the path, such as `GET /api/atlas/v2/groups`.
    pub(crate) fn address(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Returns the facts about the operation itself, by keyword.
    pub(super) fn facts(&self) -> BTreeMap<String, Fact> {
        let roles = self.node.value.get(ROLES).map(sorted).unwrap_or_default();
        let deprecated = self.node.is("deprecated").then_some(Value::Bool(true));
        let facts = [
            ("operationId", json!(self.id())),
            ("address", json!(self.address())),
            ("deprecated", deprecated.unwrap_or_default()),
            (ROLES, roles),
        ];
        let facts = facts.into_iter().map(|(keyword, value)| {
            (keyword.to_owned(), Fact { value, pointer: self.node.pointer.join([keyword]) })
        });
        facts.chain(self.sunsets()).collect()
    }

    /// Returns the removal date of each version, or `null` for a version without a date. The vendor writes the date in
    /// the response, or in both the request and the response.
    fn sunsets(&self) -> BTreeMap<String, Fact> {
        let mut sunsets = BTreeMap::new();
        for (name, media) in self.media_types() {
            let value = media.value.get("x-sunset").cloned().unwrap_or_default();
            let pointer = media.pointer.join(["x-sunset"]);
            let known = sunsets.entry(format!("sunset of {name}"));
            let known =
                known.or_insert_with(|| Fact { value: Value::Null, pointer: pointer.clone() });
            if known.value.is_null() && !value.is_null() {
                *known = Fact { value, pointer };
            }
        }
        sunsets
    }

    /// Returns the parameters by location and name (`query pageNum`), including those of the path item.
    pub(crate) fn parameters(&self) -> BTreeMap<String, Node<'d>> {
        let all = self.item.children("parameters").chain(self.node.children("parameters"));
        let named = all.map(|(_, parameter)| {
            let resolved = parameter.resolved();
            let [place, name] = ["in", "name"].map(|key| resolved.text(key).unwrap_or_default());
            (format!("{place} {name}"), parameter)
        });
        named.collect()
    }

    /// Returns the request body.
    pub(crate) fn body(&self) -> Option<Node<'d>> {
        self.node.child("requestBody")
    }

    /// Returns the media types of the responses and of the request body, by name.
    pub(super) fn media_types(&self) -> impl Iterator<Item = (String, Node<'d>)> {
        let bodies = self.responses().into_values().chain(self.body());
        bodies.flat_map(|it| it.resolved().children("content"))
    }

    /// Returns the responses by status.
    pub(crate) fn responses(&self) -> BTreeMap<String, Node<'d>> {
        self.node.children("responses").collect()
    }
}

/// The extension that lists roles. A caller needs one of them.
pub(crate) const ROLES: &str = "x-rolesRequirements";
