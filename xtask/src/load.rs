//! YAML text in, OpenAPI document out; every complaint names `FILE:LINE:COLUMN`.
//!
//! The text is read once, into a tree of values with positions. All checks run on that tree, and the
//! model that the later passes work on is made of it if they find nothing: a fault thus never reaches
//! that model, whose errors name neither the key nor the place inside an untagged enum.

mod checks;
mod decode;
mod grammar;
mod outline;
mod pointer;
mod reader;
mod report;
mod suggest;
mod tree;
mod walk;

use std::fmt;
use std::path::Path;

use anyhow::Context as _;
use openapiv3::OpenAPI;
use serde::Deserialize as _;

pub use self::pointer::Pointer;
use self::report::Report;
pub(crate) use self::suggest::nearest;
use self::tree::Node;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::Complaint;
use crate::source::{Source, Span};

/// A document that passed all checks.
#[derive(Debug)]
pub struct Document {
    /// The document as the later passes see it.
    pub openapi: OpenAPI,
    source: Source,
    tree: Node,
}

/// A document that is not in order.
#[derive(Debug)]
pub struct Refused {
    /// Everything that the checks have to say against it.
    pub diagnostics: Diagnostics,
    /// The document, if lowering can read it all the same and find what else is wrong.
    pub document: Option<Box<Document>>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostics.fmt(f)
    }
}

impl std::error::Error for Refused {}

impl From<Diagnostics> for Refused {
    fn from(diagnostics: Diagnostics) -> Self {
        Self { diagnostics, document: None }
    }
}

/// Reads and checks the document in a file.
///
/// # Errors
/// If the file cannot be read, or, as [`Refused`], if it is not a document that the generator
/// can emit a client for.
pub fn load(path: &Path) -> anyhow::Result<Document> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path)
        .with_context(|| format!("cannot read the OpenAPI document `{file}`"))?;
    let text = String::from_utf8(bytes).map_err(|error| Refused::from(not_utf8(&file, &error)))?;
    Ok(parse(&file, &text)?)
}

/// Checks a document; `file` is the name that the complaints give it.
///
/// # Errors
/// If it is not a document that the generator can emit a client for: all complaints at once.
pub fn parse(file: &str, text: &str) -> Result<Document, Refused> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source::new(file, text);
    let mut report = Report::default();
    let Some(tree) = reader::read(text, &mut report) else {
        return Err(report.about(&source).into());
    };
    let is_sound = checks::run(&tree, &mut report);
    if report.is_empty() {
        let openapi = OpenAPI::deserialize(&tree).map_err(|fault| unread(&source, &fault))?;
        return Ok(Document { openapi, source, tree });
    }
    let diagnostics = report.about(&source);
    let openapi = is_sound.then(|| OpenAPI::deserialize(&tree).ok()).flatten();
    let document = openapi.map(|openapi| Box::new(Document { openapi, source, tree }));
    Err(Refused { diagnostics, document })
}

impl Document {
    /// What lowering has to say, as it is told about this document.
    #[must_use]
    pub fn diagnostics(&self, complaints: Vec<Complaint>) -> Diagnostics {
        let told = complaints.into_iter().map(|Complaint { pointer, what, help }| {
            self.diagnostic(&Pointer::parse(&pointer).unwrap_or_default(), what, help)
        });
        Diagnostics::new(told.collect())
    }

    /// A complaint about the value at `pointer`, or about its nearest ancestor that the document has.
    #[must_use]
    pub fn diagnostic(
        &self,
        pointer: &Pointer,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(&self.source, self.tree.find(pointer), what, help)
    }
}

fn not_utf8(file: &str, error: &std::string::FromUtf8Error) -> Diagnostics {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
    let line = text.rsplit('\n').next().unwrap_or_default();
    let (line, column) = (text.matches('\n').count() + 1, line.chars().count() + 1);
    let whole = String::from_utf8_lossy(error.as_bytes());
    let at = Span { line, column, length: 1 };
    let what = "the text is not UTF-8 from here on";
    Diagnostic::new(&Source::new(file, whole), at, what, "save the file in UTF-8").into()
}

/// What only the model refuses.
fn unread(source: &Source, fault: &decode::Fault) -> Diagnostics {
    let what = format!("this cannot be read: {fault}");
    let help = "compare it with the OpenAPI 3.0 specification";
    Diagnostic::new(source, fault.at.unwrap_or(Span::START), what, help).into()
}
