//! Where the fragment and the vendor's document differ.
//!
//! Both documents become the same [`contract`]: operations with parameters, bodies, responses and schemas,
//! `$ref` and `allOf` resolved, wording left out. [`compare`](self::compare) walks the two contracts side
//! by side. A difference that is marked in the fragment is left out until the vendor changes that place.

mod compare;
mod contract;
mod effect;
mod marks;
mod matcher;
mod node;
mod report;
mod schema;

pub use self::compare::{Difference, State};
pub use self::contract::{Operation, Operations, ROLES};
pub use self::effect::Effect;
pub use self::matcher::Matcher;
pub use self::node::Node;
pub use self::report::Report;

use self::compare::Comparison;
use self::marks::Marks;
use crate::diagnostic::Diagnostics;
use crate::document::Raw;

/// Compares every operation of the fragment with the vendor's document.
///
/// # Errors
/// If a mark in the fragment is not one.
pub fn compare(ours: &Raw, vendor: &Raw) -> Result<Report, Diagnostics> {
    let marks = Marks::of(ours)?;
    let mut comparison = Comparison::new(&marks);
    let (mine, theirs) = (Operations::of(ours), Operations::of(vendor));
    for operation in mine.iter() {
        comparison.operation(operation, theirs.same_as(operation));
    }
    Ok(Report::new(ours, comparison.finish()))
}
