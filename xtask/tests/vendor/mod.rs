//! Tests with the vendor's full document, which is not part of this repository. If the document is missing, the tests
//! are skipped with a message. The tests that compile a client take minutes and run only with this command:
//!
//! ```sh
//! cargo test --workspace --test generator vendor -- --ignored --test-threads 1
//! ```

mod build;
mod compiles;
mod constants;
mod document;
mod edition;
pub(crate) mod examples;
mod recorded;
mod samples;
mod unions;
mod untyped;
mod valid;
