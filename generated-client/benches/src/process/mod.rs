//! Running other programs, above all cargo, and measuring what they use.

pub(crate) mod manifest;
pub mod scratch;
pub(crate) mod usage;
