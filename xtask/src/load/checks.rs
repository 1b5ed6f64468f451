//! What a document must hold beyond the grammar of its objects.

use super::outline::Outline;
use super::report::Report;
use super::tree::Node;
use super::walk;

mod bounds;
mod circles;
mod discriminators;
mod media_types;
mod operations;
mod parameters;
mod paths;
mod properties;
mod references;
mod responses;
mod root;
mod security;
mod types;
mod values;

type Check = fn(&Outline<'_>, &mut Report);

/// What lowering takes for granted; each check reports all that it finds.
const STRUCTURE: &[Check] = &[
    references::check,
    circles::check,
    types::check,
    discriminators::check,
    operations::check,
    media_types::check,
];

/// What may be wrong in one place without being a reason for anything that lowering complains about.
const DETAILS: &[Check] = &[
    values::check,
    bounds::check,
    properties::check,
    parameters::check,
    paths::check,
    responses::check,
    security::check,
];

/// Runs all checks, unless the root shows that this is no OpenAPI 3.0 document at all. Returns whether
/// the document has the structure that lowering takes for granted.
pub(super) fn run(tree: &Node, report: &mut Report) -> bool {
    let Some(root) = root::check(tree, report) else {
        return false;
    };
    let outline = walk::outline(root, report);
    for check in STRUCTURE {
        check(&outline, report);
    }
    let is_sound = report.is_empty();
    for check in DETAILS {
        check(&outline, report);
    }
    is_sound
}
