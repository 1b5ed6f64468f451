//! The generator of `generated-client`: an `OpenAPI` document in, a typed client out.

pub mod api;
pub mod changes;
pub mod codegen;
pub mod common;
pub mod date;
pub mod diagnostic;
pub mod document;
pub mod dress;
pub mod engine;
pub mod features;
pub mod lower;
pub mod notes;
pub mod output;
pub mod pattern;
pub mod print;
pub mod reach;
pub mod rust_type;
pub mod standalone;
pub mod walk;
