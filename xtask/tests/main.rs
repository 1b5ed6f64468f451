//! Tests of the generator.
//!
//! All tests are in one program, because linking a program for each file would take longer, and because cargo runs test
//! programs one after another.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking"
)]

mod adopt;
mod broken_specs;
mod changes;
mod common;
mod diagnostics;
mod diff;
mod document;
mod emission;
mod growth;
mod output;
mod overlay;
mod paging;
mod passes;
mod prism;
mod readme;
mod scale;
mod standalone;
mod upstream;
mod vendor;
