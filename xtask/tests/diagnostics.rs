//! The command line's output for documents with errors or warnings.

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The reference in `ExportBucket` that is misspelt in the README's example.
const REFERENCE: &str = "$ref: '#/components/schemas/Link'";

/// Writes the spec with [`REFERENCE`] misspelt to `spec/atlas.yaml` in `folder`. Returns the line
/// number of the reference.
fn misspell(folder: &Path) -> usize {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/atlas.yaml");
    let text = std::fs::read_to_string(spec).unwrap();
    let schema = text.find("\n    ExportBucket:\n").unwrap();
    let start = schema + text[schema..].find(REFERENCE).unwrap();
    let (before, after) = text.split_at(start);
    std::fs::create_dir(folder.join("spec")).unwrap();
    let misspelt = format!("{before}{}", after.replacen("Link", "Lnk", 1));
    std::fs::write(folder.join("spec/atlas.yaml"), misspelt).unwrap();
    before.lines().count()
}

/// Runs `codegen` on the misspelt spec with the given environment variables. Returns the line number of the misspelt
/// reference, and the messages.
fn failure(variables: &[(&str, &str)]) -> (usize, String) {
    let temp = tempfile::tempdir().unwrap();
    let line = misspell(temp.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let ran = command
        .args(["codegen", "--check", "--spec", "spec/atlas.yaml"])
        .args(["--operations", "createGroupBackupExportBucket"])
        .envs(variables.iter().copied())
        .current_dir(temp.path())
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    (line, String::from_utf8(ran.stderr).unwrap())
}

#[test]
fn the_readme_shows_an_error_as_it_is_printed() {
    let (_, block) = README.split_once("```text\nerror: ").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    // The line number in the README can be outdated, because edits of the spec move the reference.
    let (_, shown) = block.split_once("spec/atlas.yaml:").unwrap();
    let (shown, _) = shown.split_once(':').unwrap();
    let (line, messages) = failure(&[]);
    let expected = format!("error: {block}\n1 error; nothing was written\n");
    assert_eq!(messages.replace(&line.to_string(), shown), expected);
}

#[test]
fn redirected_messages_are_coloured_only_on_request() {
    assert!(!failure(&[]).1.contains('\u{1b}'));
    assert!(failure(&[("CLICOLOR_FORCE", "1")]).1.contains('\u{1b}'));
    assert!(!failure(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).1.contains('\u{1b}'));
}

/// A document with findings from the checks and from three passes.
const FAULTS_OF_ALL_STEPS: &str = r"
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      operationId: getThing
      responses:
        '200': {description: One., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '201': {description: Two., content: {application/json: {schema: {type: integer}}}}
components:
  schemas:
    Thing:
      type: object
      properties:
        name: {type: string, minLength: 5, maxLength: 2}
        kind: {$ref: '#/components/schemas/Kind'}
        mixed: {$ref: '#/components/schemas/Mixed'}
    Kind: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
    Mixed: {allOf: [{type: string}, {type: object, properties: {own: {type: string}}}]}
";

#[test]
fn the_findings_of_all_steps_are_reported_together() {
    let temp = tempfile::tempdir().unwrap();
    let spec = temp.path().join("spec.yaml");
    std::fs::write(&spec, FAULTS_OF_ALL_STEPS.trim_start()).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--check", "--spec", "spec.yaml"])
        .current_dir(temp.path())
        .output()
        .unwrap();
    insta::with_settings!({ snapshot_path => "diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("all-steps", String::from_utf8(ran.stderr).unwrap());
    });
}

/// Generates a client for the fixture with untyped schemas. Returns standard error and standard
/// output.
fn warned(arguments: &[&str]) -> (String, String) {
    let temp = tempfile::tempdir().unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--spec", "55-untyped.yaml", "--out", temp.path().to_str().unwrap()])
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passes"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    (String::from_utf8(ran.stderr).unwrap(), String::from_utf8(ran.stdout).unwrap())
}

#[test]
fn warnings_name_and_count_schemas_without_a_type() {
    let (short, summary) = warned(&[]);
    let (long, _) = warned(&["-v"]);
    assert!(summary.contains(" lines, 3 warnings: "), "{summary}");
    insta::with_settings!({ snapshot_path => "diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("untyped", short);
        insta::assert_snapshot!("untyped-verbose", long);
    });
}

/// Generates a client for a document with `number` operations without `operationId`, and one operation without
/// responses. Returns standard error.
fn unnamed(number: usize, arguments: &[&str]) -> String {
    let temp = tempfile::tempdir().unwrap();
    let unnamed = (0..number).map(|index| {
        format!("  /things/{index}: {{delete: {{responses: {{'204': {{description: Gone.}}}}}}}}\n")
    });
    let spec = format!(
        "openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\npaths:\n{}  /last: {{delete: {{operationId: last, \
         responses: {{}}}}}}\n",
        unnamed.collect::<String>()
    );
    std::fs::write(temp.path().join("spec.yaml"), spec).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--spec", "spec.yaml", "--out", "client"])
        .args(arguments)
        .current_dir(temp.path())
        .output()
        .unwrap();
    String::from_utf8(ran.stderr).unwrap()
}

#[test]
fn only_the_first_three_of_many_similar_warnings_are_shown() {
    let unnamed_shown = |text: &str| text.matches("has no `operationId`").count();
    let hidden = "= note: 7 similar warnings are hidden; `--verbose` shows them\n";
    for arguments in [&[] as &[&str], &["--strict"]] {
        let warnings = unnamed(10, arguments);
        assert_eq!(unnamed_shown(&warnings), 3, "{warnings}");
        assert!(warnings.contains("delete /things/2` has no"), "{warnings}");
        assert_eq!(warnings.matches(hidden).count(), 1, "{warnings}");
        assert!(warnings.contains("has no successful response"), "{warnings}");
        assert!(warnings.contains("\n11 warnings\n"), "{warnings}");
    }
    let all = unnamed(10, &["--verbose"]);
    assert_eq!(unnamed_shown(&all), 10, "{all}");
    assert!(!all.contains("hidden"), "{all}");
    // Hiding only the fourth warning would save nothing, because the note would be as long as that warning.
    let four = unnamed(4, &[]);
    assert_eq!(unnamed_shown(&four), 4, "{four}");
    assert!(!four.contains("hidden"), "{four}");
}
