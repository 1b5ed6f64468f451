//! The files `mod.rs`: which modules a folder has, and what is reached through it.

use std::collections::BTreeSet;

use super::SourceFile;
use crate::print::{WIDTH, use_names};

/// A module of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) module: String,
    /// The types in it that are given on; all where there are none.
    pub(super) types: Vec<String>,
    /// The features of which one must be on; none where the module is always there.
    pub(super) features: Vec<String>,
}

impl Entry {
    /// A module that is always there.
    pub(super) fn new(module: impl Into<String>, types: Vec<String>) -> Self {
        Self { module: module.into(), types, features: Vec::new() }
    }
}

/// The file `mod.rs` of the generated part.
pub(super) fn root() -> SourceFile {
    let modules = "pub mod models;\npub mod operations;\n".to_owned();
    file("", "The operations of the API, and the values that they take and give.", vec![modules])
}

/// The file `mod.rs` of a folder, whose path ends with `/`.
pub(super) fn folder(path: &str, about: &str, mut entries: Vec<Entry>) -> SourceFile {
    entries.sort_unstable();
    let modules = entries
        .iter()
        .map(|Entry { module, features, .. }| format!("{}mod {module};\n", condition(features)));
    let uses = entries.iter().map(|Entry { module, types, features }| {
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        let names = if types.is_empty() { &["*"] } else { types.as_slice() };
        let line = use_names(&format!("pub use {module}"), names, WIDTH);
        format!("{}{line}\n", condition(features))
    });
    file(path, about, vec![modules.collect(), uses.collect()])
}

/// The line before what needs one of some features.
fn condition(features: &[String]) -> String {
    let tests: Vec<String> = features.iter().map(|it| format!("feature = \"{it}\"")).collect();
    let condition = match tests.as_slice() {
        [] => return String::new(),
        [test] => test.clone(),
        tests => format!("any({})", tests.join(", ")),
    };
    let line = format!("#[cfg({condition})]\n");
    // rustfmt keeps a column free behind an attribute.
    if line.len() <= WIDTH {
        return line;
    }
    format!("#[cfg(any(\n    {}\n))]\n", tests.join(",\n    "))
}

fn file(folder: &str, about: &str, mut head: Vec<String>) -> SourceFile {
    head.retain(|lines| !lines.is_empty());
    let (path, about) = (format!("{folder}mod.rs"), Some(about.to_owned()));
    SourceFile { path, about, head, uses: BTreeSet::new(), items: Vec::new(), docs: Vec::new() }
}
