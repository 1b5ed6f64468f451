//! The distinction between the vendor's facts, which `adopt` copies, and prose.

use serde_json::{Map, Value};

use crate::upstream::Node;

/// Returns the number of words in `text`. A text of more than three words is treated as prose.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Copies the facts under `keys`.
pub(super) fn copy(node: &Node<'_>, keys: &[&str], to: &mut Map<String, Value>) {
    for key in keys {
        if let Some(value) = node.fact(key) {
            to.insert((*key).to_owned(), value.clone());
        }
    }
}

/// Returns whether an example is a fact rather than prose.
pub(super) fn is_fact(example: &Value) -> bool {
    match example {
        Value::String(text) => words(text) <= 3,
        Value::Array(items) => items.iter().all(is_fact),
        Value::Object(fields) => fields.values().all(is_fact),
        _ => true,
    }
}
