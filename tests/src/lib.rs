//! What the tests of `generated-client` share.
//!
//! The tests are in `tests/tests/`, one file for each thing that they lock down; the snapshots are in
//! `tests/snapshots/`, one for each model, each method and each request on the wire.

pub mod calls;
pub mod recorder;
pub mod relay;
pub mod spec;
pub mod view;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
