//! Checks of the client and the local Atlas against `spec/atlas.yaml`, with third-party tools.
//!
//! `tests/contract/run` installs the tools and runs these tests, which plain `cargo test` ignores.
//! The script sets the environment variable `CONTRACT_TOOLS` to the folder of the tools.

mod atlas;
mod client;
mod prism;
mod schemathesis;
mod tools;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";

/// Writes the document as of a date to a file and returns the path of the file.
///
/// Every call writes a new file, because Prism restarts when its document changes.
fn write_view(date: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let view = atlas_tests::view::on(date).unwrap();
    let name = format!("atlas-{date}-{}.json", COUNT.fetch_add(1, Ordering::Relaxed));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, serde_json::to_string_pretty(&view).unwrap()).unwrap();
    file
}
