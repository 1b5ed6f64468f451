//! The folder of the tools, which `tests/contract/run` installs.

use std::path::PathBuf;

/// Returns the path of a file in the folder of the tools. Asserts that the file exists.
pub(crate) fn tool(path: &str) -> PathBuf {
    let folder = PathBuf::from(std::env::var_os("CONTRACT_TOOLS").unwrap_or_default());
    let file = folder.join(path);
    assert!(file.is_absolute() && file.exists(), "`{path}` is missing: run `tests/contract/run`");
    file
}
