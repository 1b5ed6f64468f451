//! Documents: any text becomes a client, or an error with a location.

use xtask::codegen::{self, Failure};
use xtask::diagnostic::{Diagnostic, Severity};
use xtask::document;
use xtask::lower::Options;

use crate::pipeline::assert_rust;

/// Checks an input: the text of a document.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let document = match document::parse("fuzz.yaml", text) {
        Ok(document) => document,
        Err(diagnostics) => {
            assert!(diagnostics.count(Severity::Error) > 0, "rejected without a reason");
            diagnostics.iter().for_each(|it| assert_placed(it, text));
            return;
        }
    };
    document.warnings.iter().for_each(|it| assert_placed(it, text));
    match codegen::generate(document.openapi, &Options::default()) {
        Ok(generated) => {
            generated.files.iter().for_each(|file| assert_rust(&file.path, &file.text))
        }
        Err(Failure::Document(errors)) => {
            assert!(!errors.is_empty(), "rejected without a reason");
            let errors = document.sources.diagnostics(errors);
            errors.iter().for_each(|it| assert_placed(it, text));
        }
        Err(Failure::Emission(error)) => {
            panic!("emission failed after all checks passed: {error:#}")
        }
    }
}

fn assert_placed(diagnostic: &Diagnostic, text: &str) {
    assert!(diagnostic.span.line >= 1 && diagnostic.span.column >= 1, "{diagnostic}");
    let line = usize::try_from(diagnostic.span.line).unwrap_or(usize::MAX);
    assert!(line <= text.split(['\n', '\r']).count() + 1, "{diagnostic}");
    assert!(!diagnostic.what.is_empty() && !diagnostic.help.is_empty(), "{diagnostic}");
}
