//! Runs other programs, mostly cargo, and measures what they use.

pub(crate) mod manifest;
pub mod scratch;
pub(crate) mod usage;
