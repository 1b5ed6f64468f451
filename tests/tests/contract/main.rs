//! The client and the local Atlas, checked against `spec/atlas.yaml` by programs of others.
//!
//! `tests/contract/run` installs those programs and runs these tests, which plain `cargo test` passes
//! over and says so: `CONTRACT_TOOLS` names the folder with the programs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod atlas;
mod client;
mod prism;
mod schemathesis;

use std::path::PathBuf;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";

/// A file in the folder with the programs.
fn tool(path: &str) -> PathBuf {
    let folder = PathBuf::from(std::env::var_os("CONTRACT_TOOLS").unwrap_or_default());
    let file = folder.join(path);
    assert!(file.is_absolute() && file.exists(), "no {path}: run these by tests/contract/run");
    file
}

/// Writes the document as it is on a date, and says where.
fn write_view(date: &str) -> PathBuf {
    let view = atlas_tests::view::on(date).unwrap();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("atlas-{date}.json"));
    std::fs::write(&file, serde_json::to_string_pretty(&view).unwrap()).unwrap();
    file
}
