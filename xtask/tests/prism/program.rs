//! Builds and runs the program that calls every method of each client.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use xtask::output::Output;

use super::client::{Call, Client};
use crate::common::root;

/// Writes and compiles the program. Returns its path.
pub(crate) fn build(clients: &[Client]) -> PathBuf {
    let folder = super::folder().join("calls");
    let mut files: BTreeMap<String, String> =
        clients.iter().map(|it| (format!("calls/{}.rs", it.ident), calls(it))).collect();
    files.insert("calls/mod.rs".to_owned(), index(clients));
    files.insert("main.rs".to_owned(), include_str!("calls.rs").to_owned());
    let beside = BTreeMap::from([(folder.join("Cargo.toml"), manifest(clients))]);
    Output { folder: folder.join("src"), files, beside, ..Output::default() }.write().unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();

    let target = root().join("target");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{log}");
    target.join("debug/prism-calls")
}

/// Makes the calls of one client, starting with call number `first`. Returns the error of each call, or `null` if the
/// call succeeded. If the server crashes, the list ends with the call that crashed it.
pub(crate) fn run(program: &Path, client: &Client, address: &str, first: usize) -> Vec<Value> {
    let first = first.to_string();
    let ran = Command::new(program).args([&client.ident, address, &first]).output().unwrap();
    let log = String::from_utf8_lossy(&ran.stderr);
    let outcomes = log.lines().map_while(|line| serde_json::from_str(line).ok()).collect();
    assert!(ran.status.success() || log.contains("the server has stopped"), "{log}");
    outcomes
}

/// Returns the manifest. The build dependency `xtask` is not compiled, because the program has no build script. This
/// dependency enables the features that procedural macros have in the workspace, so that cargo uses the macros that are
/// already compiled.
fn manifest(clients: &[Client]) -> String {
    let dependencies = clients.iter().map(|Client { package, has_features, .. }| {
        let features = if *has_features { ", features = [\"full\"]" } else { "" };
        format!("{package} = {{ path = \"../{package}\", default-features = false{features} }}\n")
    });
    let dependencies: String = dependencies.collect();
    format!(
        "[package]\nname = \"prism-calls\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}\
         chrono = {{ version = \"0.4\", default-features = false }}\n\
         serde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"net\", \"rt\", \"time\"] }}\n\
         uuid = \"1\"\n\n\
         [build-dependencies]\nxtask.path = '{}/xtask'\n\n\
         [workspace]\n",
        root().display()
    )
}

/// Returns a module with a function for each call of a client.
fn calls(Client { ident, calls, .. }: &Client) -> String {
    let functions = calls.iter().enumerate().map(|(number, Call { credentials, code, .. })| {
        format!(
            "fn call_{number}(url: String) -> crate::Outcome {{\n    \
                 Box::pin(async move {{\n        \
                     let client = {ident}::Client::builder({credentials})\n            \
                         .base_url(url)\n            \
                         .retry({ident}::RetryPolicy::none())\n            \
                         .build()?;\n\
                     {code}\n        \
                     Ok(())\n    \
                 }})\n\
             }}\n\n"
        )
    });
    let functions: String = functions.collect();
    let names = (0..calls.len()).map(|number| format!("    call_{number},\n"));
    let names: String = names.collect();
    format!("{functions}pub(super) const CALLS: crate::Calls = &[\n{names}];\n")
}

fn index(clients: &[Client]) -> String {
    let modules = clients.iter().map(|it| format!("mod {};\n", it.ident));
    let modules: String = modules.collect();
    let names =
        clients.iter().map(|Client { ident, .. }| format!("    (\"{ident}\", {ident}::CALLS),\n"));
    let names: String = names.collect();
    format!("{modules}\npub(super) const CLIENTS: &[(&str, crate::Calls)] = &[\n{names}];\n")
}
