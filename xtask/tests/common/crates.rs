//! Crates that tests generate and compile.
//!
//! The crates stay in `target/`, and an unchanged file is not written again. The next run therefore compiles only
//! crates that have changed. Dependencies are shared with the workspace, because compiling them takes longer than
//! compiling the crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ran};
use std::sync::LazyLock;

use xtask::codegen::Generated;
use xtask::output::{Output, Stale};
use xtask::standalone;

use super::root;

/// Returns the files of a generated crate by their paths.
pub(crate) fn files(generated: &Generated) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().unwrap();
    // The README contains the name of the folder. With a fixed name, unchanged crates are not compiled again.
    let out = out.path().join("client");
    let output = standalone::output(root(), &out, generated).unwrap();
    let sources = output.files.into_iter().map(|(path, text)| (format!("src/{path}"), text));
    let beside = output
        .beside
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(&out).unwrap().to_str().unwrap().to_owned(), text));
    let mut files: BTreeMap<String, String> = sources.chain(beside).collect();
    // The crate has no build script, so this dependency is not compiled. The dependency enables the features that
    // procedural macros have in the workspace, so that cargo uses the macros that are already compiled.
    let macros = format!("\n[build-dependencies.xtask]\npath = '{}/xtask'\n", root().display());
    files.get_mut("Cargo.toml").unwrap().push_str(&macros);
    files
}

/// Writes a crate that contains only `files` and a lock file. Returns the crate's folder.
pub(crate) fn write(name: &str, mut files: BTreeMap<String, String>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates").join(name);
    let lock = lock(&folder, files.get("Cargo.toml").unwrap());
    files.insert("Cargo.lock".to_owned(), lock);
    let output = Output { folder: folder.clone(), files, ..Output::default() };
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

/// Returns the text of the lock file for a crate. At first, this is the workspace's lock file, from which cargo then
/// removes the packages that the crate does not need. Until the workspace's lock file or the manifest changes, later
/// calls return the crate's own lock file, without these packages. If the packages came back in each run, cargo would
/// document the crate each time.
fn lock(folder: &Path, manifest: &str) -> String {
    let [workspace, own] = [root(), folder].map(|it| it.join("Cargo.lock"));
    let modified = |path: &Path| fs::metadata(path).and_then(|it| it.modified()).ok();
    let is_same = fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|it| it == manifest);
    let is_own = is_same && modified(&own) > modified(&workspace);
    fs::read_to_string(if is_own { own } else { workspace }).unwrap()
}

/// Writes a crate whose tests and examples enable the same features of dependencies as the workspace. Cargo then uses
/// the dependencies that it has compiled for the workspace. Returns the crate's folder. These features can hide that
/// the crate itself enables too few features of its dependencies.
pub(crate) fn write_shared(name: &str, mut files: BTreeMap<String, String>) -> PathBuf {
    static WORKSPACE: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| tree(root(), &["--workspace", "--format", "{p}\t{f}"]));
    let manifest = files.get("Cargo.toml").unwrap().clone();
    let mut shared = BTreeSet::new();
    loop {
        let folder = write(name, files.clone());
        let edges = ["--edges", "normal,dev,no-proc-macro", "--format", "{p}"];
        let dependencies = tree(&folder, &edges);
        if dependencies == shared {
            return folder;
        }
        // A feature can add dependencies, which have features themselves.
        shared = dependencies;
        let lines = WORKSPACE.iter().filter_map(|line| line.split_once('\t'));
        let lines = lines.filter(|(package, _)| shared.contains(*package));
        let features: String =
            lines.map(|(package, features)| enabled(package, features)).collect();
        let table = "[target.'cfg(all())'.dev-dependencies]";
        files.insert("Cargo.toml".to_owned(), format!("{manifest}\n{table}\n{features}"));
    }
}

/// Returns the lines of `cargo tree`, without the mark `(*)` of repeated packages.
fn tree(folder: &Path, arguments: &[&str]) -> BTreeSet<String> {
    let ran = cargo(folder, &[&["tree", "--prefix", "none"], arguments].concat());
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// Returns the manifest line for a dependency on a package, such as `slab v0.4.12`, with the given features.
fn enabled(package: &str, features: &str) -> String {
    let (name, version) = package.split_once(" v").unwrap();
    let features: Vec<&str> = features.split_terminator(',').collect();
    format!(
        "{name} = {{ version = \"={version}\", default-features = false, features = {features:?} }}\n"
    )
}

/// Runs cargo in the folder of a crate. Debug information and incremental compilation would only cost time, because no
/// one debugs or edits these crates.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Ran {
    let (command, arguments) = arguments.split_first().unwrap();
    Command::new(env!("CARGO"))
        .args([command, "--offline"])
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .unwrap()
}

/// Runs cargo, which must succeed without warnings. Cargo repeats the warnings of a crate that it does not compile
/// again. This function searches the output for warnings, because `-D warnings` in `RUSTFLAGS` would make cargo compile
/// the dependencies again.
pub(crate) fn succeeds(folder: &Path, arguments: &[&str]) {
    let ran = cargo(folder, arguments);
    let messages = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
    let is_clean = ran.status.success() && !messages.contains("warning: ");
    assert!(is_clean, "cargo {}: {messages}", arguments.join(" "));
}
