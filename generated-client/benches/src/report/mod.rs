//! The tables, and the file that keeps them.

pub mod comparison;
pub mod results;
pub mod table;
