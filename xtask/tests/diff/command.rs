//! The report of changes that `cargo xtask codegen` prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;
use tempfile::TempDir;

use super::since::{commit, git};

/// A document and the crate that is generated from it.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("out")
    }

    /// Generates a crate with nine operations, the first of which has the given tag. Returns the command's output.
    fn run(&self, tag: &str, flags: &[&str]) -> String {
        self.generate(9, tag, flags)
    }

    /// Generates a crate whose operations have `tags` different tags. The first one is `tag`.
    fn generate(&self, tags: u32, tag: &str, flags: &[&str]) -> String {
        let ran = self.try_to_generate(tags, tag, flags);
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }

    fn try_to_generate(&self, tags: u32, tag: &str, flags: &[&str]) -> Output {
        let paths = (0..tags).map(|number| {
            let tag = if number == 0 { tag.to_owned() } else { format!("Tag {number}") };
            let responses = json!({"204": {"description": "Done."}});
            let id = format!("get{number}");
            let get = json!({"operationId": id, "tags": [tag, "Extra"], "responses": responses});
            (format!("/number/{number}"), json!({"get": get}))
        });
        let paths: serde_json::Map<_, _> = paths.collect();
        let info = json!({"title": "T", "version": "1"});
        let document = json!({"openapi": "3.0.3", "info": info, "paths": paths});
        let spec = self.0.path().join("spec.yaml");
        fs::write(&spec, document.to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("codegen").arg("--spec").arg(spec).arg("--out").arg(self.out()).args(flags);
        command.output().unwrap()
    }
}

/// Returns the report, without the line of counts before it.
fn report(printed: &str) -> &str {
    printed.split_once('\n').unwrap().1
}

const MOVED: &str = "\
Breaks callers:
  feature `tag-0`: removed
  method `get0`, required feature: `tag-0` becomes `moved`
Breaks no callers:
  feature `moved`: new
2 breaking changes, 1 compatible change: a major version
";

#[test]
fn a_space_can_follow_the_comma_between_two_operations() {
    let printed = Project::new().run("Tag 0", &["--operations", "get0, get1"]);
    assert!(printed.starts_with("2 operations, "), "{printed}");
}

#[test]
fn a_run_reports_the_changes_since_the_last_run() {
    let project = Project::new();
    assert_eq!(report(&project.run("Tag 0", &[])), "");
    assert_eq!(report(&project.run("Moved", &[])), MOVED);
    assert_eq!(report(&project.run("Moved", &[])), "");
}

#[test]
fn only_the_manifest_turns_the_tags_of_an_existing_crate_into_features() {
    let project = Project::new();
    project.generate(8, "Tag 0", &[]);
    let added = "Breaks no callers:\n  method `get8`: new\n1 compatible change: a minor version\n";
    assert_eq!(report(&project.generate(9, "Tag 0", &[])), added);

    let path = project.out().join("Cargo.toml");
    let manifest = fs::read_to_string(&path).unwrap();
    assert!(manifest.contains("tag-features = false\n") && !manifest.contains("full = "));
    fs::write(&path, manifest.replace("tag-features = false", "tag-features = true")).unwrap();
    for tags in [9, 8] {
        project.generate(tags, "Tag 0", &[]);
        let manifest = fs::read_to_string(&path).unwrap();
        assert!(manifest.contains("full = [\"tag-0\", "), "{tags} tags: {manifest}");
    }
}

#[test]
fn a_decision_about_tags_that_is_no_boolean_is_an_error() {
    let project = Project::new();
    project.generate(1, "Tag 0", &[]);
    let path = project.out().join("Cargo.toml");
    let manifest = fs::read_to_string(&path).unwrap();
    fs::write(&path, manifest.replace("tag-features = false", "tag-features = 'yes'")).unwrap();
    let ran = project.try_to_generate(1, "Tag 0", &[]);
    assert!(!ran.status.success());
    let printed = String::from_utf8(ran.stderr).unwrap();
    let path = path.display();
    let expected =
        format!("invalid `tag-features` in `{path}`: expected `true` or `false`, found `'yes'`");
    assert!(printed.contains(&expected), "{printed}");
}

#[test]
fn since_reports_the_changes_since_a_revision() {
    let project = Project::new();
    project.run("Tag 0", &[]);
    git(&project.out(), &["init", "--quiet", "--initial-branch=main"]);
    commit(&project.out(), "Generate");
    project.run("Moved", &[]);
    assert_eq!(report(&project.run("Moved", &["--since", "HEAD"])), MOVED);
}

#[test]
fn an_invalid_api_json_does_not_stop_a_run() {
    let project = Project::new();
    project.run("Tag 0", &[]);
    let file = Path::new("src/generated/api.json");
    for broken in ["", "<<<<<<< HEAD\n{", "{\"format\": 0}"] {
        fs::write(project.out().join(file), broken).unwrap();
        let printed = project.run("Moved", &[]);
        let report = report(&printed);
        assert!(report.starts_with("cannot compare: "), "{report}");
        assert!(report.ends_with("; changes are not reported\n"), "{report}");
    }
}
