//! Checks that cannot run here.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::OpenOptions;
use std::io::Write as _;

/// Reports that a check is skipped, and why. `.ci/run` lists these lines when it ends: it names the
/// file for them in `SKIPPED_CHECKS`, because cargo hides what a test that passes prints.
pub(crate) fn skip(check: &str, reason: &str) {
    eprintln!("SKIPPED: {check}: {reason}");
    if let Some(path) = std::env::var_os("SKIPPED_CHECKS") {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "{check}: {reason}").unwrap();
    }
}
