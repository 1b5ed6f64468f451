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

/// The checks in the order of the list; each reports all that it finds.
const CHECKS: &[Check] = &[
    references::check,
    circles::check,
    types::check,
    values::check,
    bounds::check,
    properties::check,
    discriminators::check,
    operations::check,
    parameters::check,
    paths::check,
    responses::check,
    media_types::check,
    security::check,
];

/// Runs all checks, unless the root shows that this is no OpenAPI 3.0 document at all.
pub(super) fn run(tree: &Node, report: &mut Report) {
    let Some(root) = root::check(tree, report) else {
        return;
    };
    let outline = walk::outline(root, report);
    for check in CHECKS {
        check(&outline, report);
    }
}
