//! YAML text in, OpenAPI document out; every complaint names `FILE:LINE:COLUMN`.
//!
//! The text is read twice, at the same time: into a tree of values with positions, on which all checks
//! run, and by `serde_yaml` into values that become, if the checks find nothing, the model that the
//! later passes work on. A fault thus never reaches that model, whose errors name neither the key nor
//! the place inside an untagged enum.

mod checks;
mod grammar;
mod outline;
mod pointer;
mod reader;
mod report;
mod suggest;
mod tree;
mod walk;

use std::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use anyhow::Context as _;
use openapiv3::OpenAPI;

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
    // serde_yaml takes a byte order mark for an indent of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source::new(file, text);
    let mut report = Report::default();
    let (tree, values) = thread::scope(|scope| {
        let values = scope.spawn(|| serde_yaml::from_str::<serde_yaml::Value>(text));
        let tree = reader::read(text, &mut report).map(|tree| {
            let is_sound = checks::run(&tree, &mut report);
            (tree, is_sound)
        });
        (tree, values.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let Some((tree, is_sound)) = tree else {
        return Err(report.about(&source).into());
    };
    if report.is_empty() {
        let openapi = values.and_then(serde_yaml::from_value);
        let openapi = openapi.map_err(|error| unread(&source, &error))?;
        return Ok(Document { openapi, source, tree });
    }
    let diagnostics = report.about(&source);
    let openapi = values.ok().filter(|_| is_sound).and_then(|it| serde_yaml::from_value(it).ok());
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

/// What only `serde_yaml` refuses: the two YAML libraries differ in rare corners of the syntax.
fn unread(source: &Source, error: &serde_yaml::Error) -> Diagnostics {
    let at = error.location().map_or(Span::START, |location| Span {
        line: location.line(),
        column: location.column(),
        length: 0,
    });
    let place = format!(" at line {} column {}", at.line, at.column);
    let what = error.to_string().replacen(&place, "", 1);
    let what = format!("the document cannot be read: {what}");
    let help = "look here and on the line above, and compare with the OpenAPI 3.0 specification";
    Diagnostic::new(source, at, what, help).into()
}
