//! Which operations are to be emitted.

/// The operations that the user asked for. Empty, it stands for all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// By `operationId`.
    pub operations: Vec<String>,
    /// By tag; each one tag, or several with commas.
    pub tags: Vec<String>,
}

impl Selection {
    /// Whether every operation is selected.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.operations.is_empty() && self.tags.is_empty()
    }

    /// Whether an operation with this id and these tags is selected.
    #[must_use]
    pub fn contains<'t>(&self, id: &str, mut tags: impl Iterator<Item = &'t str>) -> bool {
        let is_named = |tag: &str| {
            self.tags.iter().any(|it| it == tag || it.split(',').any(|part| part.trim() == tag))
        };
        self.is_everything() || self.operations.iter().any(|it| it == id) || tags.any(is_named)
    }
}
