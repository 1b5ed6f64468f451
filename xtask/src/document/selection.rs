//! The selection of operations to emit.

/// The operations to emit. An empty selection means all operations.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The selected operations, by `operationId`.
    pub operations: Vec<String>,
    /// The selected tags. A string contains one tag, or several separated by commas.
    pub tags: Vec<String>,
}

impl Selection {
    /// Returns whether every operation is selected.
    pub(crate) fn is_everything(&self) -> bool {
        self.operations.is_empty() && self.tags.is_empty()
    }

    /// Returns whether an operation with the given id and tags is selected.
    pub(crate) fn contains<'t>(&self, id: &str, mut tags: impl Iterator<Item = &'t str>) -> bool {
        let is_named = |tag: &str| {
            self.tags.iter().any(|it| it == tag || it.split(',').any(|part| part.trim() == tag))
        };
        self.is_everything() || self.operations.iter().any(|it| it == id) || tags.any(is_named)
    }
}
