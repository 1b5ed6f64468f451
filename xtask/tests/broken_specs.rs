//! What the loader says about documents that are not in order: `broken/NN-name.yaml` is the smallest
//! that shows one fault, or one family of faults, and `broken/NN-name.snap` is all that is said.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;

const SPECS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/broken");

#[test]
fn each_fault_is_told_with_its_place() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(SPECS);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for spec in specs().unwrap() {
            let name = spec.file_stem().unwrap().to_string_lossy();
            let text = fs::read_to_string(&spec).unwrap();
            let refused = xtask::load::parse(&format!("{name}.yaml"), &text)
                .expect_err("a broken spec must be refused");
            insta::assert_snapshot!(name.as_ref(), refused.diagnostics.render(&Renderer::plain()));
        }
    });
}

fn specs() -> io::Result<Vec<PathBuf>> {
    let mut specs = fs::read_dir(SPECS)?
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<Vec<_>, _>>()?;
    specs.retain(|path| path.extension().is_some_and(|kind| kind == "yaml"));
    specs.sort();
    Ok(specs)
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = xtask::load::load(Path::new("no/such/spec.yaml")).unwrap_err();
    let expected = "cannot read the OpenAPI document `no/such/spec.yaml`: ";
    assert!(format!("{error:#}").starts_with(expected), "{error:#}");
}

#[test]
fn a_file_in_another_encoding_is_refused_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latin-1.yaml");
    fs::write(&path, b"openapi: 3.0.3\ninfo: {title: caf\xe9}\n").unwrap();
    let error = xtask::load::load(&path).unwrap_err();
    let expected = "latin-1.yaml:2:18: the text is not UTF-8 from here on; save the file in UTF-8";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn a_document_without_bottom_is_refused() {
    let text = format!("openapi: {}1{}\n", "[".repeat(200), "]".repeat(200));
    let diagnostics = xtask::load::parse("deep.yaml", &text).unwrap_err();
    let expected = "deep.yaml:1:110: values are nested deeper than 100 levels; ";
    assert!(diagnostics.to_string().starts_with(expected), "{diagnostics}");
}
