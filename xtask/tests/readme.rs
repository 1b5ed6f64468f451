//! Checks the guide to the generator: its list of flags, and its example of an edit.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use xtask::codegen::{self, Generated};
use xtask::lower::Options;
use xtask::output::Stale;
use xtask::{diff, document};

const README: &str = include_str!("../README.md");

/// Returns the long flag of each line that begins with a flag. Skips lines that begin with `---`, which are part of a
/// table.
fn flags(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '|', '`']));
    let lines = lines.filter(|line| line.starts_with('-') && !line.starts_with("---"));
    lines.filter_map(long_flag).collect()
}

fn long_flag(line: &str) -> Option<&str> {
    let flag = line.get(line.find("--")?..)?;
    let end = flag.find(|it: char| it != '-' && !it.is_ascii_alphanumeric());
    flag.get(..end.unwrap_or(flag.len()))
}

#[test]
fn the_guide_lists_every_flag() {
    let help = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["codegen", "--help"]).output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let (_, table) = README.split_once("All flags of `cargo xtask codegen`:").unwrap();
    let (table, _) = table.split_once("\n#").unwrap();
    let mut expected = flags(&help);
    assert!(expected.contains(&"--check") && expected.contains(&"--verbose"), "{help}");
    expected.retain(|flag| *flag != "--help");
    assert_eq!(flags(table), expected);
}

/// Returns the first code block in the given language after a heading.
fn block<'a>(heading: &str, language: &str) -> &'a str {
    let (_, section) = README.split_once(heading).unwrap();
    let (_, block) = section.split_once(&format!("\n```{language}\n")).unwrap();
    block.split_once("```\n").unwrap().0
}

fn generate(text: &str) -> Generated {
    let document = document::parse("atlas.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    codegen::generate(document.openapi, &Options::default()).unwrap()
}

/// Returns the lines that a diff adds or removes, and the file names.
fn changed_lines(diff: &str) -> Vec<&str> {
    diff.lines().filter(|line| line.starts_with(['+', '-'])).collect()
}

#[test]
fn the_edit_in_the_guide_has_the_described_effect() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let spec = std::fs::read_to_string(root.join("spec/atlas.yaml")).unwrap();
    let place = "        exportStatus:\n          $ref: '#/components/schemas/ExportStatus'\n";
    let edit = block("## Change the API", "yaml");
    // The spec may already contain the edit, and other properties next to it.
    let spec = spec.replace(edit, "");
    let edited = spec.replace(place, &format!("{place}{edit}"));
    let (old, new) = (generate(&spec), generate(&edited));
    let folder = Path::new("generated-client/src/generated");
    let code = |generated: &Generated| {
        let files = generated.files.iter().filter(|file| file.path != codegen::API_JSON);
        files.map(|file| (file.path.clone(), file.text.clone())).collect::<BTreeMap<_, _>>()
    };
    let (old_files, new_files) = (code(&old), code(&new));
    let changed = new_files.into_iter().filter(|(path, text)| old_files.get(path) != Some(text));
    let diff = changed.map(|(path, text)| {
        let old = old_files.get(&path).cloned();
        Stale { path: folder.join(path), old, new: Some(text) }.diff()
    });
    let diff: String = diff.collect();
    let expected = changed_lines(block("## Change the API", "diff"));
    assert!(changed_lines(&diff).starts_with(&expected), "{diff}");
    let summary = diff::compare(&old.api, &new.api).report(false);
    assert_eq!(summary, block("## Change the API", "text"));
}
