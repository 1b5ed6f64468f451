//! Property-based tests with random values.

mod json;
mod models;
mod object_ids;
mod paging;
mod strings;
