//! Reports checks that are skipped.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Reports that a check is skipped, with the reason. Cargo hides the output of passing tests, so this function also
/// appends the report to the file at the path in the environment variable `SKIPPED_CHECKS`. `.ci/run` lists these
/// reports at the end.
pub(crate) fn skip(check: &str, reason: &str) {
    eprintln!("SKIPPED: {check}: {reason}");
    if let Some(path) = std::env::var_os("SKIPPED_CHECKS") {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "{check}: {reason}").unwrap();
    }
}
