//! The selection of operations to emit.

use std::collections::BTreeSet;

/// The operations to emit. An empty selection means all operations.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The selected operations, by `operationId`.
    pub operations: Vec<String>,
    /// The selected tags. A string contains one tag, or several separated by commas.
    pub tags: Vec<String>,
    /// Whether it is an error if an operation to emit depends on a `$ref` without a target. This is always the case if
    /// operations or tags are selected.
    pub rejects_dangling: bool,
}

impl Selection {
    /// Returns whether every operation is selected.
    pub(crate) fn is_everything(&self) -> bool {
        self.operations.is_empty() && self.tags.is_empty()
    }

    /// Returns whether an operation is selected by its `operationId`.
    pub(crate) fn is_named(&self, id: &str) -> bool {
        self.operations.iter().any(|it| it == id)
    }

    /// Returns the selected tags. Splits a string at its commas, unless the whole string is a known tag.
    pub(crate) fn tags(&self, is_known: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        let mut tags = BTreeSet::new();
        for tag in &self.tags {
            if is_known(tag) {
                tags.insert(tag.as_str());
            } else {
                tags.extend(tag.split(',').map(str::trim));
            }
        }
        tags
    }
}
