//! The operations of the API and the values that they take and give.

pub mod models;
pub mod operations;
