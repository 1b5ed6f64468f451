//! The comparison of the spec with the vendor's document.
//!
//! Each document becomes a contract: its operations with their parameters, bodies, responses and schemas. A contract
//! contains no prose, and `$ref` and `allOf` are resolved. [`compare`] traverses both contracts side by side. A
//! difference that the spec marks as deliberate is reported only if the vendor has since changed the value, or if the
//! two documents now agree.

mod compare;
mod contract;
mod effect;
mod marks;
mod matcher;
mod node;
mod report;
mod schema;

pub(crate) use self::contract::{Operation, Operations, ROLES};
pub use self::effect::Effect;
pub(crate) use self::matcher::Matcher;
pub(crate) use self::node::Node;
pub use self::report::Report;
pub(crate) use self::schema::RULES;

use self::compare::Comparison;
use self::marks::Marks;
use crate::diagnostic::Diagnostics;
use crate::document::Raw;

/// Compares every operation of the spec with the vendor's document.
///
/// # Errors
///
/// Returns an error if a mark in the spec is malformed.
pub fn compare(ours: &Raw, vendor: &Raw) -> Result<Report, Diagnostics> {
    let marks = Marks::of(ours)?;
    Ok(Report::new(ours, Comparison::of(ours, vendor, &marks).finish()))
}
