//! Writes crates in `target/vendor/` and runs cargo in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use xtask::codegen::Generated;
use xtask::output::Output;
use xtask::standalone;

use super::examples::Example;
use crate::common::root;

fn folder() -> PathBuf {
    root().join("target/vendor")
}

/// Writes the client as a separate crate. Returns its folder.
pub(crate) fn client(generated: &Generated) -> PathBuf {
    let folder = folder().join("client");
    standalone::output(root(), &folder, generated).unwrap().update().unwrap();
    lock(&folder);
    folder
}

/// Writes the program that runs the examples. Returns its folder.
pub(crate) fn program(examples: &[Example]) -> PathBuf {
    let folder = folder().join("calls");
    let functions = examples.iter().map(|Example { method, code, .. }| {
        let text = format!(
            "pub(super) fn call(client: generated_client::Client) -> crate::Outcome {{\n    \
             Box::pin(async move {{\n{code}\n        Ok(())\n    }})\n}}\n"
        );
        (format!("calls/{method}.rs"), text)
    });
    let mut files: BTreeMap<String, String> = functions.collect();
    let mut index = String::new();
    for Example { method, .. } in examples {
        index.extend(["mod ", method, ";\n"]);
    }
    index.push_str("\npub(super) const CALLS: &[(&str, crate::Call)] = &[\n");
    for Example { method, .. } in examples {
        index.extend(["    (\"", method, "\", ", method, "::call),\n"]);
    }
    index.push_str("];\n");
    files.insert("calls/mod.rs".to_owned(), index);
    files.insert("main.rs".to_owned(), include_str!("program.rs").to_owned());
    write(folder, "calls", files)
}

/// Writes the program that decodes and encodes values, each with its model. Returns its folder.
pub(crate) fn round_trip(models: &[&str], values: &[Value]) -> PathBuf {
    let arms = models.iter().flat_map(|model| {
        ["        \"", model, "\" => crate::of::<generated_client::models::", model, ">(value),\n"]
    });
    let arms: String = arms.collect();
    let text = format!(
        "use serde_json::Value;\n\n\
         pub(super) fn round_trip(model: &str, value: Value) -> Result<Value, String> {{\n    \
         match model {{\n{arms}        _ => Err(format!(\"no model `{{model}}`\")),\n    }}\n}}\n"
    );
    let files = BTreeMap::from([
        ("main.rs".to_owned(), include_str!("round_trip.rs").to_owned()),
        ("models.rs".to_owned(), text),
        ("values.json".to_owned(), Value::from(values).to_string()),
    ]);
    write(folder().join("values"), "values", files)
}

/// Writes a program that uses the client. Returns its folder.
fn write(folder: PathBuf, name: &str, files: BTreeMap<String, String>) -> PathBuf {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
        [dependencies]\n\
        generated-client = {{ path = \"../client\", default-features = false, \
        features = [\"full\"] }}\n\
        serde = \"1\"\n\
        serde_json = {{ version = \"1\", features = [\"preserve_order\"] }}\n\
        tokio = {{ version = \"1\", features = [\"net\", \"rt\", \"time\"] }}\n\n\
        [workspace]\n"
    );
    let beside = BTreeMap::from([(folder.join("Cargo.toml"), manifest)]);
    let output = Output { folder: folder.join("src"), files, beside, ..Output::default() };
    output.update().unwrap();
    lock(&folder);
    folder
}

/// Copies the lock file of the workspace.
fn lock(folder: &Path) {
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

/// Runs cargo in a folder and returns its standard output. These builds have their own target folder, because each
/// build takes minutes and would block all other builds in the same folder. To save memory and time, these builds are
/// not incremental, have no debug information, and abort instead of unwinding.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", root().join("target/standalone"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_DEV_PANIC", "abort")
        .output()
        .unwrap();
    let (out, log) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo {}:\n{log}", arguments.join(" "));
    assert!(!log.contains("\nwarning"), "cargo {}:\n{log}", arguments.join(" "));
    out.into_owned()
}
