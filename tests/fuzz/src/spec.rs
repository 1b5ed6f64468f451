//! Documents: whatever the text, there is a client, or a complaint with its place.

use xtask::codegen::{self, Failure};
use xtask::diagnostic::Diagnostic;
use xtask::load::{self, Pointer};
use xtask::lower::Options;

/// The text of a document.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let document = match load::parse("fuzz.yaml", text) {
        Ok(document) => document,
        Err(refused) => {
            assert!(refused.diagnostics.iter().next().is_some(), "refused without a reason");
            refused.diagnostics.iter().for_each(|it| assert_placed(it, text));
            return;
        }
    };
    match codegen::generate(document.openapi.clone(), &Options::default()) {
        Ok(generated) => assert!(!generated.files.is_empty()),
        Err(Failure::Document(complaints)) => {
            assert!(!complaints.is_empty(), "refused without a reason");
            for complaint in complaints {
                let pointer = Pointer::parse(&complaint.pointer);
                let pointer = pointer.unwrap_or_else(|| panic!("{}", complaint.pointer));
                assert_placed(&document.diagnostic(&pointer, complaint.what, complaint.help), text);
            }
        }
        Err(Failure::Emission(error)) => panic!("it passed all checks, but: {error:#}"),
    }
}

fn assert_placed(diagnostic: &Diagnostic, text: &str) {
    assert!(diagnostic.span.line >= 1 && diagnostic.span.column >= 1, "{diagnostic}");
    assert!(diagnostic.span.line <= text.split(['\n', '\r']).count() + 1, "{diagnostic}");
    assert!(!diagnostic.what.is_empty() && !diagnostic.help.is_empty(), "{diagnostic}");
}
