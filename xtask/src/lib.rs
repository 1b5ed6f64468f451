//! The generator: OpenAPI document in, typed client out.

pub mod adopt;
pub mod api;
pub mod codegen;
pub mod corpus;
pub mod date;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod emit;
mod free_name;
mod graph;
mod identifier;
pub mod layout;
pub mod lower;
mod media_type;
mod number;
pub mod output;
mod pattern;
mod schema;
mod server_url;
pub mod standalone;
pub mod text;
pub mod upstream;
mod visitor;
