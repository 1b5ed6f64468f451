//! What goes into a crate of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use xtask::lower::Options;
use xtask::output::Output;
use xtask::{codegen, load, standalone};

/// The crate of the workspace's own document, changed by `change`.
fn output(change: impl FnOnce(String) -> String, operations: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(root.join("spec/atlas.yaml")).unwrap();
    let document = load::parse("spec/atlas.yaml", &change(text)).unwrap();
    let operations = operations.iter().map(ToString::to_string).collect();
    let options = Options { operations, ..Options::default() };
    let generated = codegen::generate(document.openapi, &options).unwrap();
    let out = tempfile::tempdir().unwrap();
    standalone::output(root, out.path(), &generated).unwrap()
}

fn watches(output: &Output) -> bool {
    let root = output.files.get("lib.rs").unwrap();
    let is_named = root.contains("watch");
    assert_eq!(is_named, output.files.contains_key("watch.rs"), "{root}");
    is_named
}

#[test]
fn a_module_that_speaks_of_generated_code_goes_along_with_it() {
    assert!(watches(&output(|text| text, &[])));
    assert!(watches(&output(|text| text, &["listGroupClusterBackupExports"])));
}

#[test]
fn it_stays_behind_where_that_is_absent_or_another() {
    assert!(!watches(&output(|text| text, &["createGroupBackupExportBucket"])));
    let renamed = |text: String| text.replace("ExportJobState", "JobState");
    assert!(!watches(&output(renamed, &[])));
    let changed = |text: String| text.replace("exportStatus:", "progress:");
    assert!(!watches(&output(changed, &[])));
}

#[test]
fn the_guides_go_along() {
    let output = output(|text| text, &[]);
    let names: Vec<_> =
        output.beside.keys().filter_map(|path| path.file_name()?.to_str()).collect();
    for name in ["Cargo.toml", "README.md", "limits.md", "paging.md", "errors.md"] {
        assert!(names.contains(&name), "{names:?}");
    }
}
