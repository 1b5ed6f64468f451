//! The generator of `generated-client`.

pub mod diagnostic;
pub mod load;
