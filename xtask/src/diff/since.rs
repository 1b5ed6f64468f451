//! Files at a git revision.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, bail};

/// Reads a file at a git revision, such as `main`, `v0.1.0` or `HEAD~3`.
///
/// # Errors
///
/// Returns an error if git is missing, or if the file is not in a repository. Also returns an error if the revision
/// does not exist or lacks the file, or if the file is not UTF-8 at this revision.
pub fn read_at(revision: &str, file: &Path) -> anyhow::Result<String> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = file.file_name().and_then(|it| it.to_str()).context("the file has no name")?;
    let commit = format!("{revision}^{{commit}}");
    let found = git(folder, &["rev-parse", "--quiet", "--verify", &commit])?;
    if !found.status.success() {
        match error_text(&found).as_str() {
            "" => bail!("unknown git revision `{revision}`: use a branch, a tag or a commit"),
            other => bail!("cannot find the git revision `{revision}`: {other}"),
        }
    }
    let shown = git(folder, &["show", &format!("{revision}:./{name}")])?;
    if !shown.status.success() {
        let (file, reason) = (file.display(), error_text(&shown));
        bail!("cannot read `{file}` at the git revision `{revision}`: {reason}");
    }
    String::from_utf8(shown.stdout).with_context(|| {
        format!("`{}` at the git revision `{revision}` is not UTF-8", file.display())
    })
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).env("LC_ALL", "C");
    // Git sets these variables when it runs a hook. They take precedence over the repository of the folder.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    command.output().context("cannot run git: check that it is installed")
}

/// Returns git's error message.
fn error_text(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.trim().trim_start_matches("fatal: ").to_owned()
}
