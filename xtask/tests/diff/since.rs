//! Reads files at a git revision.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use xtask::diff::{self, Effect};

use super::{before, operation};

pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    // Git sets these variables when it runs a hook. They would make the commands change this repository.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {ran:?}");
}

pub(crate) fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "--all"]);
    let who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    git(folder, &[who.as_slice(), &["commit", "--quiet", "--message", message]].concat());
}

/// Creates a repository with two commits. Only the second commit contains `generated/api.json`.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    fs::write(folder.path().join("README.md"), "Nothing yet.\n").unwrap();
    commit(folder.path(), "Begin");
    git(folder.path(), &["tag", "empty"]);
    fs::create_dir(folder.path().join("generated")).unwrap();
    let text = diff::to_json(&before()).unwrap();
    fs::write(folder.path().join("generated/api.json"), text).unwrap();
    commit(folder.path(), "Generate");
    folder
}

#[test]
fn the_old_model_is_read_from_the_revision_and_not_from_disk() {
    let repository = repository();
    let file = repository.path().join("generated/api.json");
    let mut after = before();
    operation(&mut after, "create_thing").method = "PUT".to_owned();
    fs::write(&file, diff::to_json(&after).unwrap()).unwrap();
    for revision in ["HEAD", "main", "@{0}"] {
        let old = diff::from_json(&diff::read_at(revision, &file).unwrap()).unwrap();
        let found = diff::compare(&old, &after).changes;
        assert_eq!(found.iter().map(|it| it.effect).collect::<Vec<_>>(), [Effect::Wire]);
    }
}

/// In a git hook of another repository, `GIT_DIR` points to that repository.
#[test]
fn the_old_model_is_read_from_its_own_repository_in_a_git_hook() {
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "diff::since::the_old_model_is_read_from_the_revision_and_not_from_disk"])
        .env("GIT_DIR", tempfile::tempdir().unwrap().path())
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn a_relative_path_is_relative_to_the_current_folder() {
    // Tests run in the folder of their package.
    let manifest = diff::read_at("HEAD", Path::new("Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"xtask\""), "{manifest}");
}

#[test]
fn an_error_states_whether_the_revision_the_file_or_the_repository_is_missing() {
    let repository = repository();
    let file = repository.path().join("generated/api.json");
    let error = |revision: &str, file: &Path| {
        let error = format!("{:#}", diff::read_at(revision, file).unwrap_err());
        error.replace(&*repository.path().to_string_lossy(), "REPOSITORY")
    };
    assert_eq!(error("v9", &file), "unknown git revision `v9`: use a branch, a tag or a commit");
    assert_eq!(
        error("--all", &file),
        "unknown git revision `--all`: use a branch, a tag or a commit"
    );
    assert_eq!(
        error("empty", &file),
        "cannot read `REPOSITORY/generated/api.json` at the git revision `empty`: path \
         'generated/api.json' exists on disk, but not in 'empty'"
    );
    let outside = tempfile::tempdir().unwrap();
    let found = error("HEAD", &outside.path().join("api.json"));
    assert!(
        found.starts_with("cannot find the git revision `HEAD`: not a git repository"),
        "{found}"
    );
}
