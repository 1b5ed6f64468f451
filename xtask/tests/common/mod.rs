//! What the tests of the generator share.
#![allow(
    dead_code,
    clippy::expect_used,
    reason = "each test program uses a part, and fails by panicking"
)]

use std::path::{Path, PathBuf};

use xtask::load::{self, Document, Pointer};
use xtask::lower::{Complaint, Options};

/// The file `tests/FOLDER/NAME.yaml`.
pub(crate) fn fixture_path(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder).join(format!("{name}.yaml"))
}

/// The document in a fixture, which the loader must find in order.
pub(crate) fn fixture(folder: &str, name: &str) -> Document {
    let path = fixture_path(folder, name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(name, &text)
}

/// The document in a text.
pub(crate) fn parse(name: &str, text: &str) -> Document {
    load::parse(&format!("{name}.yaml"), text).unwrap_or_else(|error| panic!("{error}"))
}

/// Complaints as a maintainer reads them.
pub(crate) fn told(document: &Document, complaints: &[Complaint]) -> String {
    let lines = complaints.iter().map(|Complaint { pointer, what, help }| {
        let pointer = Pointer::parse(pointer).expect("a complaint points somewhere");
        format!("{}\n", document.diagnostic(&pointer, what, help))
    });
    lines.collect()
}

/// What a fixture says that it shows.
pub(crate) fn description(document: &Document) -> String {
    document.openapi.info.description.clone().expect("a fixture says what it shows")
}

/// `--operations`.
pub(crate) fn only(operations: &[&str]) -> Options {
    let operations = operations.iter().map(|&id| id.to_owned()).collect();
    Options { operations, ..Options::default() }
}

/// `--api-version`.
pub(crate) fn until(date: &str) -> Options {
    Options { api_version: Some(date.to_owned()), ..Options::default() }
}
