//! Values in a document, with their locations.

use serde_json::Value;

use crate::diagnostic::Pointer;
use crate::document::Raw;

/// A value to compare, and its location, which may not exist.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) value: Value,
    pub(super) pointer: Pointer,
}

/// Returns a copy of a value. A list is sorted, because the order of the lists that this function receives is
/// irrelevant.
pub(super) fn sorted(value: &Value) -> Value {
    let mut value = value.clone();
    if let Value::Array(items) = &mut value {
        items.sort_by_key(ToString::to_string);
    }
    value
}

/// A value in a document, and its location.
#[derive(Clone, Debug)]
pub(crate) struct Node<'d> {
    document: &'d Raw,
    /// The location of the value.
    pub(crate) pointer: Pointer,
    /// The value itself.
    pub(crate) value: &'d Value,
}

impl<'d> Node<'d> {
    /// Returns the value at a pointer.
    pub(crate) fn at(document: &'d Raw, pointer: Pointer) -> Option<Self> {
        let value = document.get(&pointer)?;
        Some(Self { document, pointer, value })
    }

    /// Returns the value under a key, or the item at an index. Does not follow a `$ref`.
    pub(crate) fn child(&self, key: &str) -> Option<Self> {
        let value = match self.value {
            Value::Object(fields) => fields.get(key)?,
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
        Some(Self { document: self.document, pointer: self.pointer.join([key]), value })
    }

    /// Returns the entries of a mapping, or the items of a list, in order.
    pub(crate) fn entries(self) -> impl Iterator<Item = (String, Self)> {
        let keys: Vec<String> = match self.value {
            Value::Object(fields) => fields.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|it| it.to_string()).collect(),
            _ => Vec::new(),
        };
        keys.into_iter().filter_map(move |key| {
            let child = self.child(&key)?;
            Some((key, child))
        })
    }

    /// Returns the entries of the mapping, or the items of the list, under a key, in order.
    pub(crate) fn children(&self, key: &str) -> impl Iterator<Item = (String, Self)> + use<'d> {
        self.child(key).into_iter().flat_map(Self::entries)
    }

    /// Follows `$ref` to the value itself. A `$ref` without a target is returned unchanged.
    pub(crate) fn resolved(&self) -> Self {
        let mut node = self.clone();
        // A longer chain is treated as a cycle.
        for _ in 0..100 {
            let Some(target) = node.reference() else { break };
            match Self::at(self.document, target) {
                Some(found) => node = found,
                None => break,
            }
        }
        node
    }

    /// Returns the value at a reference such as `#/components/schemas/Link`.
    pub(crate) fn follow(&self, reference: &str) -> Option<Self> {
        Self::at(self.document, Pointer::of_reference(reference)?)
    }

    /// Returns the key or index of the value in its parent, or an empty string for the root.
    pub(crate) fn name(&self) -> &str {
        self.pointer.keys().last().map(String::as_str).unwrap_or_default()
    }

    /// Returns the location that the value's `$ref` refers to.
    pub(crate) fn reference(&self) -> Option<Pointer> {
        Pointer::of_reference(self.value.get("$ref")?.as_str()?)
    }

    /// Returns the string under a key.
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    /// Returns the value under a key. Skips `false`, the default of most flags, except under `default` and `explode`.
    pub(crate) fn fact(&self, key: &str) -> Option<&'d Value> {
        let value = self.value.get(key)?;
        let is_said = *value != Value::Bool(false) || ["default", "explode"].contains(&key);
        is_said.then_some(value)
    }

    /// Returns whether the value under a key is `true`.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }
}
