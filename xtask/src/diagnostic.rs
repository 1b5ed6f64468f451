//! Complaints about the document: what is wrong, where, and what to do.

use std::fmt;

/// One complaint. Displayed as `spec/atlas.yaml:12:7: what; help`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The document's name as the user gave it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, what, help } = self;
        write!(f, "{file}:{line}:{column}: {what}; {help}")
    }
}

/// All complaints about a document, in the order of its lines, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Sorts the complaints by file and position.
    #[must_use]
    pub fn new(mut complaints: Vec<Diagnostic>) -> Self {
        complaints.sort();
        complaints.dedup();
        Self(complaints)
    }

    /// The complaints in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(complaint: Diagnostic) -> Self {
        Self(vec![complaint])
    }
}

/// One complaint a line.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, complaint) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{complaint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
