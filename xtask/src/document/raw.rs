//! A document without overlays, checks or repairs.

use std::path::Path;

use serde_json::Value;

use super::tree::{self, Spans, Tree};
use super::yaml;
use crate::diagnostic::{Diagnostics, Finding, Place, Pointer, Source, Span};

/// The values of a document, and their locations.
#[derive(Debug)]
pub struct Raw {
    source: Source,
    tree: Tree,
}

impl Raw {
    /// Reads a document from a file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read. If the file is not UTF-8 or not YAML, the error is a
    /// [`Diagnostics`].
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::read(super::source(path, "OpenAPI document")?)?)
    }

    /// Parses a document. `file` is the name of the document in diagnostics.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not YAML.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        Self::read(Source::new(file, text))
    }

    fn read(source: Source) -> Result<Self, Diagnostics> {
        // Warnings, such as those about duplicate keys, are ignored here. For the spec, `cargo xtask codegen` reports
        // them.
        let mut ignored = Vec::new();
        match yaml::read(&source, 0, &mut ignored) {
            Ok(tree) => Ok(Self { source, tree }),
            Err(fatal) => Err(Spans::default().locate(fatal, &[source])),
        }
    }

    /// Returns the name of the file.
    pub(crate) fn file(&self) -> &str {
        &self.source.file
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// Returns the value of the whole document.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.tree.value
    }

    /// Returns the value at a pointer.
    pub(crate) fn get(&self, pointer: &Pointer) -> Option<&Value> {
        tree::get(&self.tree.value, pointer)
    }

    /// Returns the span of a location, or of its nearest ancestor in the text.
    pub(crate) fn span(&self, place: &Place) -> Span {
        self.tree.spans.span(place)
    }

    /// Locates the findings.
    pub(crate) fn diagnostics(&self, findings: Vec<Finding>) -> Diagnostics {
        self.tree.spans.locate(findings, std::slice::from_ref(&self.source))
    }
}
