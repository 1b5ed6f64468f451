//! Property-based tests with random values.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, including its helpers")]

mod json;
mod models;
mod object_ids;
mod strings;
