//! The generator of `generated-client`: OpenAPI document in, typed client out.

pub mod additions;
pub mod adopt;
pub mod api;
pub mod codegen;
pub mod corpus;
pub mod date;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod emit;
pub mod free_name;
pub mod graph;
pub mod layout;
pub mod lower;
pub mod media_type;
pub mod output;
pub mod pattern;
pub mod standalone;
pub mod upstream;
pub mod visitor;
