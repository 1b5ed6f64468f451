//! Crates made for measurements, in `target/bench`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// The settings that all parts share.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The root of the workspace.
    pub root: PathBuf,
    /// The output folder of the measurements.
    pub folder: PathBuf,
    /// The vendor's full document, which may be missing.
    pub document: PathBuf,
    /// The number of rounds.
    pub rounds: usize,
}

/// A crate made for a measurement.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    pub(crate) folder: PathBuf,
    /// The target folder, which crates can share.
    pub(crate) target: PathBuf,
}

impl Bench {
    /// Creates an empty crate in a folder with the given name, with the workspace's lock file.
    pub(crate) fn scratch(&self, name: &str, target: &str) -> anyhow::Result<Scratch> {
        let scratch = self.found(&self.folder.join(name), target);
        remove(&scratch.folder)?;
        scratch.lock(&self.root)?;
        Ok(scratch)
    }

    /// Returns the crate in `folder`. Leaves the folder unchanged, whether it exists or not.
    pub(crate) fn found(&self, folder: &Path, target: &str) -> Scratch {
        Scratch { folder: folder.to_owned(), target: self.folder.join(target) }
    }
}

impl Scratch {
    /// Writes a file into the crate.
    pub(crate) fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        write(&self.folder.join(path), text)
    }

    /// Copies the workspace's lock file to the crate.
    pub(crate) fn lock(&self, root: &Path) -> anyhow::Result<()> {
        let versions = fs::read_to_string(root.join("Cargo.lock"))?;
        self.write("Cargo.lock", &versions)
    }

    /// Creates a cargo command in the crate.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_program());
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never");
        // The flags of the workspace do not apply to other crates.
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_MANIFEST_DIR"] {
            command.env_remove(variable);
        }
        command
    }
}

/// Returns the path of the cargo that started this program, or `cargo` if cargo did not start it.
pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Writes a file and creates its parent folders.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().with_context(|| format!("`{}` has no folder", path.display()))?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Removes a folder if it exists.
pub(crate) fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}
