//! The operations of the API and the values that they take and give.

pub(crate) mod models;
pub(crate) mod operations;
