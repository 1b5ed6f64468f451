//! Where the checks write their complaints.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Span};

/// The complaints about one document, in the order in which they were found.
#[derive(Default)]
pub(super) struct Report(Vec<Complaint>);

struct Complaint {
    at: Span,
    what: String,
    help: String,
}

impl Report {
    pub(super) fn add(&mut self, at: Span, what: impl Into<String>, help: impl Into<String>) {
        self.0.push(Complaint { at, what: what.into(), help: help.into() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The complaints as they are told about this text.
    pub(super) fn about(self, source: &Source) -> Diagnostics {
        let told = self
            .0
            .into_iter()
            .map(|Complaint { at, what, help }| Diagnostic::new(source, at, what, help));
        Diagnostics::new(told.collect())
    }
}
