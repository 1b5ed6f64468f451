//! Property-based tests with random values.

#![expect(clippy::unwrap_used, reason = "tests and their helpers fail by panicking")]

mod json;
mod models;
mod object_ids;
mod strings;
