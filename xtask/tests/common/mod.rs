//! Helpers for the generator's tests.

pub(crate) mod crates;
pub(crate) mod skip;

use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;
use xtask::diagnostic::Finding;
use xtask::document::{self, Document, Selection};
use xtask::lower::Options;

/// Returns the root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns the path of MongoDB's full document, which is too large for the repository. If the document is missing,
/// reports that `check` is skipped and returns `None`.
pub(crate) fn vendor(check: &str) -> Option<PathBuf> {
    let path = root().join("../shared/atlas-openapi.yaml");
    if !path.exists() {
        skip::skip(check, "../shared/atlas-openapi.yaml does not exist");
        return None;
    }
    Some(path)
}

/// Returns the path of `tests/FOLDER/NAME.yaml`.
pub(crate) fn fixture_path(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder).join(format!("{name}.yaml"))
}

/// Parses a fixture, which must have no errors.
pub(crate) fn fixture(folder: &str, name: &str) -> Document {
    let path = fixture_path(folder, name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(name, &text)
}

/// Parses a document, which must have no errors.
pub(crate) fn parse(name: &str, text: &str) -> Document {
    document::parse(&format!("{name}.yaml"), text).unwrap_or_else(|error| panic!("{error}"))
}

/// Formats findings as the command line prints them.
pub(crate) fn rendered(document: &Document, findings: &[Finding]) -> String {
    document.sources.diagnostics(findings.to_vec()).render(&Renderer::plain())
}

/// Returns the description of a fixture.
pub(crate) fn description(document: &Document) -> String {
    document.openapi.info.description.clone().expect("the fixture has no description")
}

/// Returns the options for `--operations`.
pub(crate) fn only(operations: &[&str]) -> Options {
    let operations = operations.iter().map(|&id| id.to_owned()).collect();
    let selection = Selection { operations, ..Selection::default() };
    Options { selection, ..Options::default() }
}

/// Returns the options for `--tags`.
pub(crate) fn tagged(tags: &[&str]) -> Options {
    let tags = tags.iter().map(|&tag| tag.to_owned()).collect();
    let selection = Selection { tags, ..Selection::default() };
    Options { selection, ..Options::default() }
}

/// Returns the options for `--api-version`.
pub(crate) fn up_to(date: &str) -> Options {
    Options { api_version: Some(date.to_owned()), ..Options::default() }
}
