//! Crates that are made to be measured, below `target/bench`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// What all measurements share.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The root of the workspace.
    pub root: PathBuf,
    /// Where to put what is made to be measured.
    pub folder: PathBuf,
    /// The vendor's whole document, which need not be there.
    pub document: PathBuf,
    /// How often each thing is measured.
    pub rounds: usize,
}

/// A crate that is made to be measured.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    pub(super) folder: PathBuf,
    /// Where cargo builds it; crates may share it.
    pub(super) target: PathBuf,
}

impl Bench {
    /// A new crate in a folder of this name, with the versions of the workspace.
    pub(super) fn scratch(&self, name: &str, target: &str) -> anyhow::Result<Scratch> {
        let scratch = self.found(&self.folder.join(name), target);
        remove(&scratch.folder)?;
        scratch.lock(&self.root)?;
        Ok(scratch)
    }

    /// A crate that something else has made in this folder.
    pub(super) fn found(&self, folder: &Path, target: &str) -> Scratch {
        Scratch { folder: folder.to_owned(), target: self.folder.join(target) }
    }
}

impl Scratch {
    /// Writes a file of the crate.
    pub(super) fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        write(&self.folder.join(path), text)
    }

    /// Gives the crate the versions of dependencies that the workspace has locked.
    pub(super) fn lock(&self, root: &Path) -> anyhow::Result<()> {
        let versions = fs::read_to_string(root.join("Cargo.lock"))?;
        self.write("Cargo.lock", &versions)
    }

    /// A run of cargo in the crate.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_program());
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never");
        // What the workspace asks of the compiler is not asked of others.
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_MANIFEST_DIR"] {
            command.env_remove(variable);
        }
        command
    }
}

/// The cargo that runs this program, or the one on the path.
pub(super) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Writes a file, and the folders above it.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file has no folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Removes a folder, if it is there.
pub(super) fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}
