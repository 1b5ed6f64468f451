//! Collects findings, and the repairs that belong to them.

use std::collections::HashSet;

use serde_json::Value;

use super::tree::{Edit, Tree};
use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Place, Pointer, Severity, Source};

/// Findings about a document, and repairs that are applied when the tree is no longer borrowed.
#[derive(Debug)]
pub(super) struct Findings {
    sources: Vec<Source>,
    /// The keys that lead to the current object.
    path: Vec<String>,
    waiting: Vec<Finding>,
    edits: Vec<Edit>,
    /// The located findings, each with the operation or component that it concerns.
    settled: Vec<(Pointer, Diagnostic)>,
    /// The operations and components whose findings are not reported.
    ignored: HashSet<Pointer>,
}

impl Findings {
    pub(super) fn new(sources: Vec<Source>, waiting: Vec<Finding>) -> Self {
        let (path, edits, settled, ignored) = (Vec::new(), Vec::new(), Vec::new(), HashSet::new());
        Self { sources, path, waiting, edits, settled, ignored }
    }

    pub(super) fn enter(&mut self, key: &str) {
        self.path.push(key.to_owned());
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// Returns the keys that lead to the current object.
    pub(super) fn path(&self) -> &[String] {
        &self.path
    }

    /// Returns the location of the current object's key.
    pub(super) fn here(&mut self) -> Spot<'_> {
        self.key(&[])
    }

    /// Returns the location of a value in the current object.
    pub(super) fn at(&mut self, keys: &[&str]) -> Spot<'_> {
        let pointer = Pointer::new(&self.path).join(keys.iter().copied());
        Spot { findings: self, pointer, is_key: false }
    }

    /// Returns the location of a key in the current object.
    pub(super) fn key(&mut self, keys: &[&str]) -> Spot<'_> {
        Spot { is_key: true, ..self.at(keys) }
    }

    /// Returns the location of the key at `pointer`, anywhere in the document.
    pub(super) fn elsewhere(&mut self, pointer: Pointer) -> Spot<'_> {
        Spot { findings: self, pointer, is_key: true }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.waiting.push(finding);
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// Sets the operations and components whose findings are not reported.
    pub(super) fn ignore(&mut self, owners: HashSet<Pointer>) {
        self.ignored = owners;
    }

    /// Locates the new findings and applies the repairs. Returns whether there were any repairs.
    pub(super) fn settle(&mut self, tree: &mut Tree) -> bool {
        for finding in self.waiting.drain(..) {
            let span = tree.spans.span(&finding.place);
            let owner = match &finding.place {
                Place::Value(pointer) | Place::Key(pointer) => {
                    Pointer::new(pointer.keys().iter().take(3))
                }
                Place::Text(_) => Pointer::default(),
            };
            self.settled.push((owner, Diagnostic::new(finding, span, &self.sources)));
        }
        let is_edited = !self.edits.is_empty();
        // Edits are applied in descending order, so that no edit moves the target of a later edit.
        self.edits.sort_by(|one, other| other.order().cmp(&one.order()));
        self.edits.dedup();
        self.edits.drain(..).for_each(|edit| tree.edit(edit));
        is_edited
    }

    pub(super) fn has_errors(&self) -> bool {
        let is_error = |severity| severity == Severity::Error;
        self.waiting.iter().any(|it| is_error(it.severity))
            || self.settled.iter().any(|(_, it)| is_error(it.severity))
    }

    /// Returns the sources and the located findings, without those of ignored operations and components.
    pub(super) fn into_parts(self) -> (Vec<Source>, Diagnostics) {
        let reported = self.settled.into_iter().filter(|(owner, _)| !self.ignored.contains(owner));
        (self.sources, Diagnostics::new(reported.map(|(_, diagnostic)| diagnostic).collect()))
    }
}

/// A location for findings and edits.
pub(super) struct Spot<'f> {
    findings: &'f mut Findings,
    pointer: Pointer,
    is_key: bool,
}

impl Spot<'_> {
    /// Returns the location of the value instead of its key.
    pub(super) fn on_value(self) -> Self {
        Self { is_key: false, ..self }
    }

    fn place(&self) -> Place {
        let pointer = self.pointer.clone();
        if self.is_key { Place::Key(pointer) } else { Place::Value(pointer) }
    }

    pub(super) fn error(self, what: impl Into<String>, help: impl Into<String>) {
        let finding = Finding::error(self.place(), what, help);
        self.findings.waiting.push(finding);
    }

    pub(super) fn warn(
        self,
        what: impl Into<String>,
        fallback: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let finding = Finding::warning(self.place(), what, fallback, help);
        self.findings.waiting.push(finding);
        self
    }

    /// Leaves out the operation at the location, and reports the omission.
    pub(super) fn leave_out(self, what: impl Into<String>, help: impl Into<String>) {
        let finding = Finding::omission(self.place(), what, help);
        self.findings.waiting.push(finding);
        self.remove();
    }

    pub(super) fn remove(self) {
        self.findings.edits.push(Edit::Remove(self.pointer));
    }

    pub(super) fn set(self, value: impl Into<Value>) {
        self.findings.edits.push(Edit::Set(self.pointer, value.into()));
    }

    /// Adds an item to the list at the location. Creates the list if it is missing.
    pub(super) fn append(self, item: impl Into<Value>) {
        self.findings.edits.push(Edit::Append(self.pointer, item.into()));
    }

    pub(super) fn rename(self, key: impl Into<String>) {
        self.findings.edits.push(Edit::Rename(self.pointer, key.into()));
    }
}
