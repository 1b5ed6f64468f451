//! Reads OpenAPI documents: YAML text in, checked document out.
//!
//! The text becomes a tree of JSON values with locations. Overlays and checks edit that tree, and serde decodes it.
//! Every diagnostic has a file, a line and a column.

mod checks;
mod decode;
mod findings;
mod openapi;
pub(crate) mod operation_names;
mod overlay;
mod raw;
mod selection;
mod tree;
mod visitor;
mod yaml;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use openapiv3::OpenAPI;

use self::findings::Findings;
pub(crate) use self::openapi::{DESCRIPTIONS, is_method};
pub use self::raw::Raw;
pub use self::selection::Selection;
use self::tree::Spans;
use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Place, Source, Span};

/// The placeholder for a description that still has to be written.
pub const TODO: &str = "TODO: describe in your own words";

/// A document for which a client can be emitted.
#[derive(Debug)]
pub struct Document {
    /// The document after overlays, checks and repairs.
    pub openapi: OpenAPI,
    /// The warnings about the document.
    pub warnings: Diagnostics,
    /// The number of operations, including those that are left out.
    pub operations: usize,
    /// The files of the document, with the locations of its values.
    pub sources: Sources,
}

/// The files of a document, with the locations of its values.
#[derive(Debug)]
pub struct Sources {
    files: Vec<Source>,
    spans: Spans,
}

/// Reads a document from a file, applies overlays, and checks it.
///
/// # Errors
///
/// Returns an error if a file cannot be read. If a file is not UTF-8, or if no client can be emitted for the document,
/// the error is a [`Diagnostics`].
pub fn load(path: &Path, overlays: &[PathBuf], selection: &Selection) -> anyhow::Result<Document> {
    let mut sources = vec![source(path, "OpenAPI document")?];
    for overlay in overlays {
        sources.push(source(overlay, "overlay")?);
    }
    Ok(check(sources, selection)?)
}

/// Reads and checks a document. `file` is the name of the document in diagnostics.
///
/// # Errors
///
/// Returns all errors and warnings if no client can be emitted for the document.
pub fn parse(file: &str, text: &str) -> Result<Document, Diagnostics> {
    check(vec![Source::new(file, text)], &Selection::default())
}

fn source(path: &Path, what: &str) -> anyhow::Result<Source> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the {what} `{file}`"))?;
    Ok(String::from_utf8(bytes)
        .map(|text| Source::new(&file, text))
        .map_err(|error| not_utf8(&file, &error))?)
}

fn check(sources: Vec<Source>, selection: &Selection) -> Result<Document, Diagnostics> {
    let (mut trees, mut found) = (Vec::new(), Vec::new());
    for (source, number) in sources.iter().zip(0..) {
        match yaml::read(source, number, &mut found) {
            Ok(tree) => trees.push(tree),
            Err(fatal) => found.extend(fatal),
        }
    }
    let mut findings = Findings::new(sources, found);
    let mut trees = trees.into_iter();
    let mut tree = trees.next().unwrap_or_default();
    if !findings.has_errors() {
        findings.settle(&mut tree);
        trees.for_each(|overlay| overlay::apply(&mut tree, &overlay, &mut findings));
    }
    let mut operations = 0;
    if !findings.has_errors() {
        operations = checks::run(&mut tree, selection, &mut findings);
    }
    findings.settle(&mut tree);
    let openapi =
        if findings.has_errors() { None } else { decode::decode(&mut tree, &mut findings) };
    findings.settle(&mut tree);
    let (files, warnings) = findings.into_parts();
    let sources = Sources { files, spans: tree.spans };
    match openapi {
        Some(openapi) => Ok(Document { openapi, warnings, operations, sources }),
        None => Err(warnings),
    }
}

impl Sources {
    /// Locates the findings of later stages in the sources.
    pub fn diagnostics(&self, findings: impl IntoIterator<Item = Finding>) -> Diagnostics {
        self.spans.locate(findings, &self.files)
    }
}

fn not_utf8(file: &str, error: &std::string::FromUtf8Error) -> Diagnostics {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
    let last = text.rsplit('\n').next().unwrap_or_default();
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let (line, column) = (number(text.matches('\n').count() + 1), number(last.chars().count() + 1));
    let span = Span { source: 0, line, column, length: 1 };
    let what = "invalid UTF-8";
    let finding = Finding::error(Place::Text(span), what, "save the file as UTF-8");
    let whole = String::from_utf8_lossy(error.as_bytes());
    Diagnostics::new(vec![Diagnostic::new(finding, span, &[Source::new(file, whole)])])
}
