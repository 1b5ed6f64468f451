//! What every command needs: where the workspace is, and the standard output.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The folder of the workspace.
pub(super) fn workspace_root() -> anyhow::Result<PathBuf> {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(member.parent().context("xtask is not within a workspace")?.to_owned())
}

/// What lies below the current folder is named from there.
pub(super) fn from_here(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).map(Path::to_owned).unwrap_or(path)
}

/// Writes to the standard output. Who reads it may have enough, as `head` has after some lines.
pub(super) fn say(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to the standard output"),
    }
}
