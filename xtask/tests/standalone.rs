//! What goes into a crate of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use xtask::codegen::Generated;
use xtask::lower::Options;
use xtask::output::Output;
use xtask::{codegen, document, standalone};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What is generated of the workspace's own document, changed by `change`.
fn generated(change: impl FnOnce(&str) -> String, operations: &[&str]) -> Generated {
    let text = std::fs::read_to_string(root().join("spec/atlas.yaml")).unwrap();
    let document = document::parse("spec/atlas.yaml", &change(&text)).unwrap();
    let operations = operations.iter().map(ToString::to_string).collect();
    let options = Options { operations, ..Options::default() };
    codegen::generate(document.openapi, &options).unwrap()
}

/// The crate of that.
fn output(change: impl FnOnce(&str) -> String, operations: &[&str]) -> Output {
    let out = tempfile::tempdir().unwrap();
    standalone::output(root(), out.path(), &generated(change, operations)).unwrap()
}

fn watches(output: &Output) -> bool {
    let root = output.files.get("lib.rs").unwrap();
    let is_named = root.contains("watch");
    assert_eq!(is_named, output.files.contains_key("watch.rs"), "{root}");
    is_named
}

#[test]
fn a_module_that_speaks_of_generated_code_goes_along_with_it() {
    assert!(watches(&output(str::to_owned, &[])));
    assert!(watches(&output(str::to_owned, &["listGroupClusterBackupExports"])));
}

#[test]
fn it_stays_behind_where_that_is_absent_or_another() {
    assert!(!watches(&output(str::to_owned, &["createGroupBackupExportBucket"])));
    let renamed = |text: &str| text.replace("ExportJobState", "JobState");
    assert!(!watches(&output(renamed, &[])));
    let changed = |text: &str| text.replace("exportStatus:", "progress:");
    assert!(!watches(&output(changed, &[])));
}

#[test]
fn the_engine_of_patterns_is_the_small_one_if_that_reads_them() {
    let engine = |output: &Output| {
        let manifests = output.beside.iter().filter(|(path, _)| path.ends_with("Cargo.toml"));
        let manifest: String = manifests.map(|(_, text)| text.as_str()).collect();
        let module = output.files.get("runtime/pattern.rs").unwrap();
        ["regex-lite", "regress"].map(|name| {
            let is_used = module.contains(&format!("use {}::", name.replace('-', "_")));
            assert_eq!(manifest.contains(&format!("\n{name} = ")), is_used, "{manifest}\n{module}");
            is_used
        })
    };
    assert_eq!(engine(&output(str::to_owned, &[])), [true, false]);
    assert_eq!(engine(&output(with_lookahead, &[])), [false, true]);
}

#[test]
fn the_client_of_the_workspace_refuses_what_its_engine_cannot_read() {
    let check = |change: fn(&str) -> String| {
        let generated = generated(change, &[]);
        standalone::check_engine(root(), &generated).map_err(|error| error.to_string())
    };
    assert_eq!(check(str::to_owned), Ok(()));
    let error = check(with_lookahead).unwrap_err();
    assert!(error.contains("back references): ^(?!-)[a-zA-Z0-9-]*$\nWrite the pattern"), "{error}");
}

fn with_lookahead(text: &str) -> String {
    let changed = text.replace("^[a-zA-Z0-9][a-zA-Z0-9-]*$", "^(?!-)[a-zA-Z0-9-]*$");
    assert_ne!(changed, text);
    changed
}

#[test]
fn the_guides_go_along() {
    let output = output(str::to_owned, &[]);
    let names: Vec<_> =
        output.beside.keys().filter_map(|path| path.file_name()?.to_str()).collect();
    for name in ["Cargo.toml", "README.md", "limits.md", "paging.md", "errors.md"] {
        assert!(names.contains(&name), "{names:?}");
    }
}
