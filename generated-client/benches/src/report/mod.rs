//! The tables, and the file that contains them.

pub mod comparison;
pub mod results;
pub mod table;
