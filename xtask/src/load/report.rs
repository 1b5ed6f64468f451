//! Where the checks write their complaints.

use super::tree::Position;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The complaints about one document, in the order in which they were found.
pub(super) struct Report {
    file: String,
    complaints: Vec<Diagnostic>,
}

impl Report {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), complaints: Vec::new() }
    }

    pub(super) fn add(&mut self, at: Position, what: impl Into<String>, help: impl Into<String>) {
        let diagnostic = diagnostic(&self.file, at, what.into(), help.into());
        self.complaints.push(diagnostic);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.complaints.is_empty()
    }
}

impl From<Report> for Diagnostics {
    fn from(report: Report) -> Self {
        Self::new(report.complaints)
    }
}

pub(super) fn diagnostic(file: &str, at: Position, what: String, help: String) -> Diagnostic {
    Diagnostic { file: file.to_owned(), line: at.line, column: at.column, what, help }
}
