//! Properties that hold for any input, with one module per fuzz target.
//!
//! Each `check` derives an input from arbitrary bytes and panics if a property does not hold.
//! `cargo fuzz` searches for bytes that cause a panic. `tests/corpus.rs` runs the inputs of the corpus.

#![cfg(fuzzing)]
#![expect(clippy::missing_panics_doc, reason = "a check fails by panicking")]

pub mod digest;
pub mod envelope;
pub mod models;
pub mod mutations;
pub mod pipeline;
pub mod retry_after;
pub mod spec;

/// The name and the check of each target. The target's binary and its folder in `corpus/` have the same name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("digest", digest::check),
    ("envelope", envelope::check),
    ("models", models::check),
    ("mutations", mutations::check),
    ("pipeline", pipeline::check),
    ("retry_after", retry_after::check),
    ("spec", spec::check),
];

/// Returns the lines of an input as header values, or `None` for a line that is not a valid header
/// value.
fn header_values(data: &[u8]) -> impl Iterator<Item = Option<http::HeaderValue>> {
    let lines = data.split(|byte| *byte == b'\n');
    lines.map(|line| http::HeaderValue::from_bytes(line).ok())
}

/// Asserts that an error is short, fits on one line, and does not contain `secret`.
fn assert_fit_to_show(shown: &str, secret: &str) {
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(shown.len() < 8_000, "{} bytes: {shown:?}", shown.len());
    assert!(!shown.contains(secret), "{shown:?}");
}
