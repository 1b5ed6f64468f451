//! Traverses all objects in a document, guided by the grammar.

use serde_json::{Map, Value};

use super::findings::Findings;
use super::openapi::{Kind, Shape, is_method};
use super::tree;
use crate::diagnostic::Pointer;

/// The keys and values of an object.
pub(super) type Fields = Map<String, Value>;

/// An object in a document. [`Findings`] contains its location.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'t> {
    pub(super) kind: Kind,
    pub(super) fields: &'t Fields,
    /// The whole document.
    pub(super) root: &'t Value,
    /// The key of the object. For a list item, the key of the list.
    pub(super) name: &'t str,
}

impl<'t> Object<'t> {
    /// Returns the string under a key.
    pub(super) fn text(&self, key: &str) -> Option<&'t str> {
        self.fields.get(key)?.as_str()
    }

    /// Returns the items of the list under a key.
    pub(super) fn items(&self, key: &str) -> &'t [Value] {
        items(self.fields, key)
    }

    /// Returns whether the document is OpenAPI 3.1 or 3.2.
    pub(super) fn is_newer(&self) -> bool {
        let version = self.root.get("openapi").and_then(Value::as_str);
        version.is_some_and(|version| ["3.1", "3.2"].iter().any(|it| version.starts_with(it)))
    }

    /// Returns the target of the object's `$ref`, if the object has one.
    pub(super) fn reference(&self) -> Option<&'t str> {
        if self.kind.can_be_reference() { self.text("$ref") } else { None }
    }

    /// Returns whether a `$ref` replaces the whole object. Returns `false` for a path item, because its other keys also
    /// apply.
    pub(super) fn is_reference(&self) -> bool {
        let can_be = self.kind.can_be_reference() && self.kind != Kind::PathItem;
        can_be && self.fields.contains_key("$ref")
    }

    /// Returns the operations of a path. The name of each operation is its method.
    pub(super) fn operations(self) -> impl Iterator<Item = Object<'t>> {
        self.fields.iter().filter_map(move |(method, value)| {
            let fields = value.as_object().filter(|_| is_method(method))?;
            Some(Object { kind: Kind::Operation, fields, name: method, ..self })
        })
    }

    /// Returns the components of a kind.
    pub(super) fn components(&self, kind: Kind) -> Option<&'t Fields> {
        components(self.root, kind)
    }
}

/// Returns the items of the list under a key, or none if there is no list.
pub(super) fn items<'t>(fields: &'t Fields, key: &str) -> &'t [Value] {
    fields.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns the entries of the mapping under a key, or none if there is no mapping.
pub(super) fn entries<'t>(
    fields: &'t Fields,
    key: &str,
) -> impl Iterator<Item = (&'t String, &'t Value)> + use<'t> {
    fields.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// Returns the components of a kind.
pub(super) fn components(root: &Value, kind: Kind) -> Option<&Fields> {
    root.get("components")?.get(kind.section()?)?.as_object()
}

/// Returns an object, or the target if the object is a `$ref`. Returns `None` if the target does not exist, or if the
/// references are circular.
pub(super) fn resolve<'t>(root: &'t Value, node: &'t Value) -> Option<&'t Fields> {
    let mut fields = node.as_object()?;
    // A longer chain is treated as a cycle.
    for _ in 0..100 {
        let Some(target) = fields.get("$ref").and_then(Value::as_str) else {
            return Some(fields);
        };
        fields = tree::get(root, &Pointer::of_reference(target)?)?.as_object()?;
    }
    None
}

/// Returns the path items.
pub(super) fn paths(root: &Value) -> impl Iterator<Item = Object<'_>> {
    root.as_object().into_iter().flat_map(|fields| entries(fields, "paths")).filter_map(
        move |(name, item)| {
            let fields = item.as_object().filter(|_| !name.starts_with("x-"))?;
            Some(Object { kind: Kind::PathItem, fields, root, name })
        },
    )
}

/// A check that is called with each object.
type Check<'t, 'c> = dyn FnMut(Object<'t>, &mut Findings) + 'c;

/// Calls `check` with every object in a document, parents first. A `$ref` is treated as an object of the expected kind.
pub(super) fn visit<'t>(root: &'t Value, findings: &mut Findings, check: &mut Check<'t, '_>) {
    if let Value::Object(fields) = root {
        let document = Object { kind: Kind::Document, fields, root, name: "" };
        Visitor { root, findings, check }.object(document);
    }
}

struct Visitor<'t, 'c, 'f> {
    root: &'t Value,
    findings: &'f mut Findings,
    check: &'f mut Check<'t, 'c>,
}

impl<'t> Visitor<'t, '_, '_> {
    fn object(&mut self, object: Object<'t>) {
        (self.check)(object, self.findings);
        if object.is_reference() {
            return;
        }
        for (key, value) in object.fields {
            if let Some(shape) = object.kind.shape(key) {
                self.below(key, key, value, shape);
            }
        }
    }

    fn below(&mut self, key: &str, name: &'t str, value: &'t Value, shape: Shape) {
        if !matches!(value, Value::Object(_) | Value::Array(_)) {
            return;
        }
        self.findings.enter(key);
        match (shape, value) {
            (Shape::Object(kind) | Shape::Reference(kind), Value::Object(fields)) => {
                self.object(Object { kind, fields, root: self.root, name });
            }
            (Shape::FlagOrSchema, Value::Object(fields)) => {
                self.object(Object { kind: Kind::Schema, fields, root: self.root, name });
            }
            (Shape::List(shape), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(&index.to_string(), name, item, *shape);
                }
            }
            (Shape::Map(shape), Value::Object(entries)) => {
                for (key, entry) in entries {
                    self.below(key, key, entry, *shape);
                }
            }
            _ => {}
        }
        self.findings.leave();
    }
}
