//! The generator of `generated-client`.
