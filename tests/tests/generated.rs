//! What the generator emits for `spec/atlas.yaml`: a snapshot for each model and each method.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use xtask::codegen::{self, Generated};
use xtask::lower::Options;
use xtask::print::PrintedFile;

fn generated() -> Generated {
    let document = xtask::document::parse("spec/atlas.yaml", atlas_tests::spec::TEXT).unwrap();
    codegen::generate(document.openapi, &Options::default()).unwrap()
}

/// The name of the file within `folder`, if it is one that holds a model or a method.
fn name<'a>(file: &'a PrintedFile, folder: &str) -> Option<&'a str> {
    let name = file.path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".rs")?;
    (name != "mod").then_some(name)
}

fn lock_down(folder: &str, prefix: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let generated = generated();
    for file in &generated.files {
        if let Some(name) = name(file, folder) {
            settings.bind(|| insta::assert_snapshot!(format!("{prefix}-{name}"), file.text));
        }
    }
}

#[test]
fn every_model_is_as_it_was_reviewed() {
    lock_down("models", "model");
}

#[test]
fn every_method_is_as_it_was_reviewed() {
    lock_down("operations", "method");
}

#[test]
fn the_committed_client_is_what_the_generator_emits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated-client/src/generated");
    for file in generated().files {
        let committed = std::fs::read_to_string(root.join(&file.path)).unwrap();
        assert_eq!(committed, file.text, "{} is stale: run `cargo xtask codegen`", file.path);
    }
}
