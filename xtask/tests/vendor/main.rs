//! Tests with the vendor's full document, which is not part of this repository. If the document is missing, the tests
//! are skipped with a message. The tests that compile a client take minutes and run only with this command:
//!
//! ```sh
//! cargo test --workspace --test vendor -- --ignored --test-threads 1
//! ```

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod build;
#[path = "../common/mod.rs"]
mod common;
mod compiles;
mod constants;
mod document;
mod edition;
mod examples;
mod recorded;
mod samples;
#[path = "../common/skip.rs"]
mod skip;
mod unions;
mod untyped;
mod valid;
