//! Runs other programs, mostly cargo, and measures their resource usage.

pub(crate) mod manifest;
pub mod scratch;
pub(crate) mod usage;
