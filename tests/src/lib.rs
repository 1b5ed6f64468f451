//! Shared code for the tests of `generated-client`.
//!
//! The tests are in `tests/tests/`. The snapshots in `tests/snapshots/` cover each model, each method, and the bytes of
//! each request.

pub mod calls;
pub mod recorder;
pub mod relay;
pub mod spec;
pub mod view;

/// The README, whose examples are compiled and run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
