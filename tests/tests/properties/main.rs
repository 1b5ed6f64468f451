//! What holds for any value, shown with random ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod json;
mod models;
mod object_ids;
mod strings;
