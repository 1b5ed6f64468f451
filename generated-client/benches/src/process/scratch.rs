//! The crates that the benchmarks create or compile in `target/bench`.

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

/// A crate that the benchmarks compile.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    pub(crate) folder: PathBuf,
    /// The target folder, which crates can share.
    pub(crate) target: PathBuf,
}

impl Bench {
    /// Creates an empty crate with the workspace's lock file. `name` and `target` are the paths of its folder and its
    /// target folder within [`Bench::folder`].
    pub(crate) fn scratch(&self, name: &str, target: &str) -> anyhow::Result<Scratch> {
        let scratch = self.found(&self.folder.join(name), target);
        self.discard(&scratch.folder)?;
        scratch.lock(&self.root)?;
        Ok(scratch)
    }

    /// Returns the crate in `folder`. Unlike [`scratch`](Self::scratch), neither creates nor empties the folder.
    pub(crate) fn found(&self, folder: &Path, target: &str) -> Scratch {
        Scratch { folder: folder.to_owned(), target: self.folder.join(target) }
    }

    /// Moves a folder away, if it exists. [`Bench::delete_discarded`] deletes it after all measurements. A deletion
    /// between measurements would slow down everything that creates files: for some minutes after a deletion, ext4
    /// without a journal skips the inodes of the deleted files one by one.
    pub(crate) fn discard(&self, folder: &Path) -> anyhow::Result<()> {
        let discarded = self.discarded();
        fs::create_dir_all(&discarded)?;
        if folder.exists() {
            let number = fs::read_dir(&discarded)?.count();
            fs::rename(folder, discarded.join(number.to_string()))
                .with_context(|| format!("cannot move `{}`", folder.display()))?;
        }
        Ok(())
    }

    /// Deletes everything that was discarded in this run, or in an earlier run that was interrupted.
    pub(crate) fn delete_discarded(&self) -> anyhow::Result<()> {
        let discarded = self.discarded();
        if discarded.exists() {
            fs::remove_dir_all(&discarded)
                .with_context(|| format!("cannot delete `{}`", discarded.display()))?;
        }
        Ok(())
    }

    fn discarded(&self) -> PathBuf {
        self.folder.join("discarded")
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

    /// Creates a cargo command that runs in the crate's folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_program());
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never");
        // Variables that are set for the workspace must not affect other crates.
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Bench;

    #[test]
    fn a_discarded_folder_is_kept_until_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench {
            root: folder.path().to_owned(),
            folder: folder.path().join("bench"),
            document: folder.path().join("document.yaml"),
            rounds: 3,
        };
        let out = bench.folder.join("out");
        for text in ["one", "two"] {
            bench.discard(&out).unwrap();
            assert!(!out.exists());
            fs::create_dir_all(&out).unwrap();
            fs::write(out.join("file"), text).unwrap();
        }
        bench.discard(&out).unwrap();
        for (number, text) in ["one", "two"].iter().enumerate() {
            let kept = bench.discarded().join(number.to_string()).join("file");
            assert_eq!(fs::read_to_string(kept).unwrap(), *text);
        }
        bench.delete_discarded().unwrap();
        assert!(!bench.discarded().exists());
        bench.delete_discarded().unwrap();
    }
}
