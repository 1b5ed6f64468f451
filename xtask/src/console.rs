//! Paths and standard output, for all commands.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Returns the root of the workspace. The environment set by cargo takes precedence, because a
/// program built in one checkout can run in another.
pub(super) fn workspace_root() -> anyhow::Result<PathBuf> {
    let member = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let member = member.filter(|it| it.ends_with("xtask"));
    let member = member.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned());
    Ok(member.parent().context("xtask is not within a workspace")?.to_owned())
}

/// Makes a path relative to the current folder if it is below it.
pub(super) fn from_here(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).map(Path::to_owned).unwrap_or(path)
}

/// Writes to standard output. A closed pipe, as with `head`, is not an error.
pub(super) fn say(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}
