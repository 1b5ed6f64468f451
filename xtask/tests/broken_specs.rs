//! Diagnostics of faulty documents. Each `broken/NN-name.yaml` is the smallest document with one fault or one family of
//! faults. Its snapshot `broken/NN-name.snap` contains all diagnostics, and the document as the generator reads it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;
use xtask::codegen;
use xtask::document::{self, Selection};
use xtask::lower::Options;

const SPECS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/broken");

#[test]
fn each_fault_is_reported_with_its_location() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(SPECS);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for spec in specs().unwrap() {
            let name = spec.file_stem().unwrap().to_string_lossy();
            let text = fs::read_to_string(&spec).unwrap();
            let (diagnostics, read) = match document::parse(&format!("{name}.yaml"), &text) {
                Ok(document) => (document.warnings, serde_yaml::to_string(&document.openapi)),
                Err(errors) => (errors, Ok("nothing\n".to_owned())),
            };
            assert!(!diagnostics.is_empty(), "`{name}` has no diagnostics");
            let diagnostics = diagnostics.render(&Renderer::plain());
            let told = format!("{diagnostics}\n\nIt is read as:\n\n{}", read.unwrap());
            insta::assert_snapshot!(name.as_ref(), told);
        }
    });
}

/// Every warning has a fallback, so a document with only warnings must become a client.
#[test]
fn a_document_without_errors_becomes_a_client() {
    let mut failed = Vec::new();
    for spec in specs().unwrap() {
        let name = spec.file_stem().unwrap().to_string_lossy();
        let text = fs::read_to_string(&spec).unwrap();
        let Ok(document) = document::parse(&name, &text) else { continue };
        if let Err(failure) = codegen::generate(document.openapi, &Options::default()) {
            failed.push(format!("{name}: {failure:?}"));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

fn specs() -> io::Result<Vec<PathBuf>> {
    let mut specs = fs::read_dir(SPECS)?
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<Vec<_>, _>>()?;
    specs.retain(|path| path.extension().is_some_and(|kind| kind == "yaml"));
    specs.sort();
    Ok(specs)
}

fn load(path: &Path) -> anyhow::Result<document::Document> {
    document::load(path, &[], &Selection::default())
}

#[test]
fn an_error_names_a_file_that_cannot_be_read() {
    let error = load(Path::new("no/such/spec.yaml")).unwrap_err();
    let expected = "cannot read the OpenAPI document `no/such/spec.yaml`: ";
    assert!(format!("{error:#}").starts_with(expected), "{error:#}");
}

#[test]
fn a_file_that_is_not_utf_8_is_an_error_with_its_location() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latin-1.yaml");
    fs::write(&path, b"openapi: 3.0.3\ninfo: {title: caf\xe9}\n").unwrap();
    let error = load(&path).unwrap_err();
    let expected = "latin-1.yaml:2:18: invalid UTF-8; save the file as UTF-8";
    assert!(error.to_string().ends_with(expected), "{error}");
}

/// Each text is invalid as the value of `description`. The error must end with the help for the cause.
#[test]
fn a_syntax_error_has_help_for_its_cause() {
    let default = "look here and on the line above for a missing quote, colon or bracket";
    for (line, expected) in [
        ("*foo", "put text that begins with `*` in quotes, or define the anchor"),
        ("* foo", "put text that begins with `*` in quotes"),
        ("@foo", "put text that begins with `@` in quotes"),
        ("`foo`", "put text that begins with a backtick in quotes"),
        ("- foo", "put text that begins with `-` in quotes"),
        ("| foo", "start the text on the next line, or put text that begins with `|` in quotes"),
        (
            "The id: of the job",
            "put text that contains `: ` in quotes, or on lines of its own below `|-`",
        ),
        ("\"a\\d\"", "write each backslash twice, or put the text in single quotes"),
        ("a\0b", "remove the character"),
        ("{$ref: #/components}", "put the reference in quotes"),
        ("[a", default),
        ("'it's'", default),
        ("\n  get\n  post: 1", default),
    ] {
        let text = format!("openapi: 3.0.3\ninfo: {{title: T}}\ndescription: {line}\nx-last: 1\n");
        let error = document::parse("spec.yaml", &text).unwrap_err().to_string();
        assert!(error.ends_with(&format!("; {expected}")), "{line}: {error}");
    }
}

#[test]
fn a_document_nested_too_deeply_is_an_error() {
    let text = format!("openapi: {}1{}\n", "[".repeat(200), "]".repeat(200));
    let diagnostics = document::parse("deep.yaml", &text).unwrap_err();
    let expected = "deep.yaml:1:110: values are nested more than 100 levels deep; ";
    assert!(diagnostics.to_string().starts_with(expected), "{diagnostics}");
}

/// Later stages call themselves for each reference of a chain, so a long chain would exhaust the stack.
#[test]
fn a_long_chain_of_references_is_cut() {
    let head = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {operationId: a, responses: {'200': \
                {description: A., content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}}}\n\
                components:\n  schemas:\n";
    let reference = "{$ref: '#/components/schemas/S0'}";
    let composed = format!("{{allOf: [{reference}, {{type: object}}]}}");
    for link in [reference, &composed] {
        let of = |number: usize| link.replace("S0", &format!("S{number}"));
        for is_reversed in [false, true] {
            let mut schemas: Vec<String> =
                (0..3_000).map(|number| format!("    S{number}: {}\n", of(number + 1))).collect();
            schemas.push("    S3000: {type: object}\n".to_owned());
            if is_reversed {
                schemas.reverse();
            }
            let document = document::parse("chain.yaml", &(head.to_owned() + &schemas.concat()));
            let document = document.unwrap();
            let warnings = document.warnings.to_string();
            let chain = "is in a chain of more than 250 components, each of which is defined by the next one";
            assert_eq!(warnings.matches(chain).count(), 11, "{warnings}");
            codegen::generate(document.openapi, &Options::default()).unwrap();
        }
    }
}

#[test]
fn a_merge_key_needs_mappings() {
    let merged = |value: &str| {
        let text =
            format!("openapi: 3.0.3\ninfo: {{title: T, version: '1', <<: {value}}}\npaths: {{}}\n");
        document::parse("merge.yaml", &text)
    };
    for value in ["name", "", "null", "[{x-a: 1}, name]", "[[{x-a: 1}]]"] {
        let error = merged(value).unwrap_err().to_string();
        let expected = "merge.yaml:2:32: the value of the merge key `<<` is neither a mapping nor a list of mappings; ";
        assert!(error.starts_with(expected), "{value}: {error}");
    }
    for value in ["{x-a: 1}", "[{x-a: 1}, {x-b: 2}]", "[]"] {
        assert!(merged(value).is_ok(), "{value}");
    }
}
