//! YAML text in, OpenAPI document out; every complaint names `FILE:LINE:COLUMN`.
//!
//! The text is read twice: once into a tree of values with positions, on which all checks run, and,
//! if they find nothing, once by `serde_yaml` into the model that the later passes work on. A fault
//! thus never reaches serde, whose errors name neither the key nor the place inside an untagged enum.

mod checks;
mod grammar;
mod outline;
mod pointer;
mod reader;
mod report;
mod suggest;
mod tree;
mod walk;

use std::path::Path;

use anyhow::Context as _;
use openapiv3::OpenAPI;

pub use self::pointer::Pointer;
use self::report::Report;
use self::tree::{Node, Position};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// A document that passed all checks.
#[derive(Debug)]
pub struct Document {
    /// The document as the later passes see it.
    pub openapi: OpenAPI,
    file: String,
    tree: Node,
}

/// Reads and checks the document in a file.
///
/// # Errors
/// If the file cannot be read, or, as [`Diagnostics`], if it is not a document that the generator
/// can emit a client for.
pub fn load(path: &Path) -> anyhow::Result<Document> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path)
        .with_context(|| format!("cannot read the OpenAPI document `{file}`"))?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&file, &error))?;
    Ok(parse(&file, &text)?)
}

/// Checks a document; `file` is the name that the complaints give it.
///
/// # Errors
/// If it is not a document that the generator can emit a client for: all complaints at once.
pub fn parse(file: &str, text: &str) -> Result<Document, Diagnostics> {
    // serde_yaml takes a byte order mark for an indent of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut report = Report::new(file);
    let Some(tree) = reader::read(text, &mut report) else {
        return Err(report.into());
    };
    checks::run(&tree, &mut report);
    if !report.is_empty() {
        return Err(report.into());
    }
    let openapi = serde_yaml::from_str(text).map_err(|error| unread(file, &error))?;
    Ok(Document { openapi, file: file.to_owned(), tree })
}

impl Document {
    /// A complaint about the value at `pointer`, or about its nearest ancestor that the document has.
    #[must_use]
    pub fn diagnostic(
        &self,
        pointer: &Pointer,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        let at = self.tree.find(pointer);
        report::diagnostic(&self.file, at, what.into(), help.into())
    }
}

fn not_utf8(file: &str, error: &std::string::FromUtf8Error) -> Diagnostics {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
    let line = text.rsplit('\n').next().unwrap_or_default();
    let at = Position { line: text.matches('\n').count() + 1, column: line.chars().count() + 1 };
    let what = "the text is not UTF-8 from here on";
    let help = "save the file in UTF-8";
    report::diagnostic(file, at, what.to_owned(), help.to_owned()).into()
}

/// What only `serde_yaml` refuses: the two YAML libraries differ in rare corners of the syntax.
fn unread(file: &str, error: &serde_yaml::Error) -> Diagnostics {
    let at = error.location().map_or(Position::START, |location| Position {
        line: location.line(),
        column: location.column(),
    });
    let place = format!(" at line {} column {}", at.line, at.column);
    let what = error.to_string().replacen(&place, "", 1);
    let what = format!("the document cannot be read: {what}");
    let help = "look here and on the line above, and compare with the OpenAPI 3.0 specification";
    report::diagnostic(file, at, what, help.to_owned()).into()
}
