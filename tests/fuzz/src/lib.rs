//! What must hold for any input, one module a fuzz target.
//!
//! Each `check` takes any bytes, reads an input out of them as it likes, and panics where a
//! property does not hold. `cargo fuzz` looks for such bytes; `tests/corpus.rs` goes through those
//! that are worth keeping.

#![cfg(fuzzing)]
#![expect(clippy::missing_panics_doc, reason = "to panic is how a check fails")]

pub mod digest;
pub mod envelope;
pub mod models;
pub mod pipeline;
pub mod retry_after;
pub mod spec;

/// Every target, by the name of its binary and of its folder in `corpus/`.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("digest", digest::check),
    ("envelope", envelope::check),
    ("models", models::check),
    ("pipeline", pipeline::check),
    ("retry_after", retry_after::check),
    ("spec", spec::check),
];

/// The lines of an input, as they may stand in a header; what cannot stand there is left out.
fn header_values(data: &[u8]) -> impl Iterator<Item = Option<http::HeaderValue>> {
    let lines = data.split(|byte| *byte == b'\n');
    lines.map(|line| http::HeaderValue::from_bytes(line).ok())
}

/// An error is one line, short, and has no secret in it.
fn assert_fit_to_show(shown: &str, secret: &str) {
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(shown.len() < 8_000, "{} bytes: {shown:?}", shown.len());
    assert!(!shown.contains(secret), "{shown:?}");
}
