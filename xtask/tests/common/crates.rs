//! Crates that tests generate and compile.
//!
//! The crates stay in `target/`, and an unchanged file is not written again. The next run therefore compiles only
//! crates that have changed.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses some of these helpers, which fail by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ran};

use xtask::codegen::Generated;
use xtask::output::{Output, Stale};
use xtask::standalone;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns the files of a generated crate by their paths, with the workspace's lock file. With the same versions,
/// dependencies are already compiled.
pub(crate) fn files(generated: &Generated) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().unwrap();
    let output = standalone::output(root(), out.path(), generated).unwrap();
    let sources = output.files.into_iter().map(|(path, text)| (format!("src/{path}"), text));
    let beside = output.beside.into_iter().map(|(path, text)| {
        (path.strip_prefix(out.path()).unwrap().to_str().unwrap().to_owned(), text)
    });
    let mut files: BTreeMap<String, String> = sources.chain(beside).collect();
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    files.insert("Cargo.lock".to_owned(), lock);
    files
}

/// Writes a crate that contains only `files`. Returns its folder.
pub(crate) fn write(name: &str, files: BTreeMap<String, String>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates").join(name);
    let output = Output { folder: folder.clone(), files, beside: BTreeMap::new() };
    for Stale { path, new, .. } in output.stale().unwrap() {
        match new {
            Some(text) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            None => fs::remove_file(path).unwrap(),
        }
    }
    folder
}

/// Runs cargo in the folder of a crate. The crate shares compiled dependencies with the workspace.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Ran {
    let (command, arguments) = arguments.split_first().unwrap();
    Command::new(env!("CARGO"))
        .args([command, "--offline"])
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .output()
        .unwrap()
}

/// Runs cargo, which must succeed without warnings. Cargo repeats the warnings of a crate that it
/// does not compile again. `-D warnings` in `RUSTFLAGS` would make cargo compile the dependencies
/// again.
pub(crate) fn succeeds(folder: &Path, arguments: &[&str]) {
    let ran = cargo(folder, arguments);
    let messages = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
    let is_clean = ran.status.success() && !messages.contains("warning: ");
    assert!(is_clean, "cargo {}: {messages}", arguments.join(" "));
}
