//! Compiles all crates in one workspace, so that they share compiled dependencies.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use toml_edit::DocumentMut;

use crate::output::Output;
use crate::text::count;

/// A summary of rustc's errors and warnings about a crate.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// The first error, or else the first warning.
    pub(super) first: Option<String>,
}

const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\n\n[profile.dev]\nincremental = false\n";

/// Removes `[workspace]` from the manifest, so that the crate can be a member of the workspace of all crates.
pub(super) fn adopt(output: &mut Output, manifest: &Path) -> anyhow::Result<()> {
    let text = output.beside.get_mut(manifest).context("the crate has no manifest")?;
    let mut document: DocumentMut = text.parse()?;
    document.remove("workspace");
    *text = document.to_string();
    Ok(())
}

/// Writes the manifest of the workspace, and runs `cargo check` for the given packages. Packages with different
/// manifests are checked in separate runs, because a single run would unify the features of all packages. Returns the
/// results by package.
pub(super) fn check(
    root: &Path,
    workspace: &Path,
    packages: &[&str],
) -> anyhow::Result<BTreeMap<String, Compiled>> {
    let mut manifest: DocumentMut = WORKSPACE.parse()?;
    let members: toml_edit::Array = packages.iter().map(|it| format!("crates/{it}")).collect();
    if let Some(table) = manifest.get_mut("workspace").and_then(|it| it.as_table_like_mut()) {
        table.insert("members", toml_edit::value(members));
    }
    fs::create_dir_all(workspace)?;
    fs::write(workspace.join("Cargo.toml"), manifest.to_string())?;
    fs::copy(root.join("Cargo.lock"), workspace.join("Cargo.lock"))?;
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let manifest = workspace.join("crates").join(package).join("Cargo.toml");
        let mut document: DocumentMut = fs::read_to_string(manifest)?.parse()?;
        document.remove("package");
        groups.entry(document.to_string()).or_default().push(package);
    }
    let mut compiled = BTreeMap::new();
    for (number, (manifest, packages)) in (1..).zip(&groups) {
        let crates = count(packages.len(), "crate");
        eprintln!("cargo check of {crates} (run {number} of {})", groups.len());
        let has_tags = manifest.lines().any(|line| line.starts_with("full = "));
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args([
            "check",
            "--quiet",
            "--keep-going",
            "--message-format=json",
            "--manifest-path",
        ]);
        command.arg(workspace.join("Cargo.toml"));
        // This folder already contains some of the compiled dependencies.
        command.env("CARGO_TARGET_DIR", root.join("target"));
        command.args(packages.iter().flat_map(|package| ["--package", package]));
        // Without this feature, the setters of responses would not be compiled.
        command.args(["--features", "test-util"]);
        command.args(has_tags.then_some("--features=full"));
        let output = command.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
        let messages = String::from_utf8_lossy(&output.stdout);
        let before = compiled.len();
        messages.lines().for_each(|line| read(line, &mut compiled));
        ensure!(compiled.len() > before, "cargo check compiled none of {packages:?}");
    }
    Ok(compiled)
}

/// Reads a line of cargo's output and updates the results. An artifact or a message from rustc means that the crate was
/// compiled.
fn read(line: &str, compiled: &mut BTreeMap<String, Compiled>) {
    let Ok(line) = serde_json::from_str::<Value>(line) else { return };
    let manifest = line.get("manifest_path").and_then(Value::as_str).map(Path::new);
    let package = manifest.and_then(|it| it.parent()?.file_name()?.to_str());
    let Some(package) = package.filter(|it| it.starts_with("client-")) else { return };
    let crate_ = compiled.entry(package.to_owned()).or_default();
    let Some(message) = line.get("message") else { return };
    let field = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default();
    // The last message about a crate has no location and only counts the other messages.
    let has_place = message.get("spans").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
    match field("level") {
        "error" if has_place => {
            if crate_.errors == 0 {
                crate_.first = Some(field("rendered").to_owned());
            }
            crate_.errors += 1;
        }
        "warning" if has_place => {
            crate_.warnings += 1;
            crate_.first.get_or_insert_with(|| field("rendered").to_owned());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::read;

    #[test]
    fn the_first_error_of_a_crate_is_kept_and_messages_are_counted() {
        let line = |package: &str, level: &str, spans: usize| {
            let message = json!({"level": level, "rendered": level, "spans": vec![0; spans]});
            let manifest = format!("/corpus/crates/{package}/Cargo.toml");
            json!({"manifest_path": manifest, "message": message}).to_string()
        };
        let mut compiled = BTreeMap::new();
        for line in [
            line("client-a", "warning", 1),
            line("client-a", "error", 1),
            // This message counts the others.
            line("client-a", "error", 0),
            line("client-b", "warning", 1),
            line("serde", "error", 1),
            json!({"manifest_path": "/corpus/crates/client-c/Cargo.toml"}).to_string(),
            "not JSON".to_owned(),
        ] {
            read(&line, &mut compiled);
        }
        let found = compiled.iter().map(|(name, it)| {
            (name.as_str(), it.errors, it.warnings, it.first.as_deref().unwrap_or_default())
        });
        assert_eq!(
            found.collect::<Vec<_>>(),
            [("client-a", 1, 1, "error"), ("client-b", 0, 1, "warning"), ("client-c", 0, 0, "")]
        );
    }
}
