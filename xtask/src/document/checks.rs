//! Checks the document and repairs it for the later stages of the generator.
//!
//! A problem is an error only if nothing can be emitted, or if a selected operation cannot be emitted. For any other
//! problem, the check repairs the tree or leaves out the operation, and reports a warning with the fallback.

mod bounds;
mod content;
mod dangling;
mod discriminators;
mod endless;
mod forms;
mod media_types;
mod newer;
mod notes;
mod operations;
mod parameters;
mod paths;
mod properties;
mod references;
mod root;
mod security;
mod shape;
mod type_lists;
mod types;
mod unsupported;
mod values;
mod versions;

use serde_json::Value;

use super::findings::Findings;
use super::openapi::Kind;
use super::selection::Selection;
use super::tree::Tree;
use super::visitor::{Object, visit};

/// The maximum number of rounds in [`repair`]. A repair can reveal new problems, which the next round repairs.
const ROUNDS: usize = 10;

/// Runs all checks and returns the number of operations. Stops early if errors in the root make further checks useless.
pub(super) fn run(tree: &mut Tree, selection: &Selection, findings: &mut Findings) -> usize {
    let is_readable = root::check(&tree.value, findings);
    findings.settle(tree);
    if !is_readable {
        return 0;
    }
    let mut hoisted = references::Hoisted::default();
    repair(tree, findings, &mut |object, findings| {
        content::check(object, findings);
        references::siblings(object, findings);
        hoisted.hoist(object, findings);
    });
    repair(tree, findings, &mut shape::check);
    let operations = operations::name(&tree.value, findings);
    findings.settle(tree);
    // `shape` has already checked the keywords that move into the unions.
    let mut unions = type_lists::Unions::default();
    repair(tree, findings, &mut |object, findings| unions.convert(object, findings));
    notes::check(&tree.value, findings);
    references::cycles(&tree.value, findings);
    findings.settle(tree);
    dangling::check(&tree.value, selection, findings);
    findings.settle(tree);
    endless::check(&tree.value, findings);
    findings.settle(tree);
    contents(tree, findings);
    findings.settle(tree);
    unsupported::check(&tree.value, selection, findings);
    findings.settle(tree);
    visit(&tree.value, findings, &mut references::unescape);
    findings.settle(tree);
    // The checks have converted the document to OpenAPI 3.0.
    if !tree.value.get("openapi").and_then(Value::as_str).is_some_and(|it| it.starts_with("3.0.")) {
        findings.at(&["openapi"]).set("3.0.3");
        findings.settle(tree);
    }
    operations
}

/// Checks all objects until there are no more repairs, in at most [`ROUNDS`] rounds.
fn repair(
    tree: &mut Tree,
    findings: &mut Findings,
    check: &mut dyn FnMut(Object<'_>, &mut Findings),
) {
    for _ in 0..ROUNDS {
        visit(&tree.value, findings, &mut |object, findings| check(object, findings));
        if !findings.settle(tree) {
            return;
        }
    }
}

/// Checks the contents of each object that is not a reference.
fn contents(tree: &Tree, findings: &mut Findings) {
    let mut patterns = bounds::Patterns::new();
    visit(&tree.value, findings, &mut |object, findings| {
        blank_texts(object, findings);
        match object.kind {
            _ if object.reference().is_some() => {}
            Kind::Document => security::requirements(object, findings),
            Kind::MediaType => media_types::check(object, findings),
            Kind::Operation => {
                operations::check(object, findings);
                versions::check(object, findings);
                security::requirements(object, findings);
            }
            Kind::Parameter | Kind::Header => parameters::check(object, findings),
            Kind::PathItem => paths::check(object, findings),
            Kind::RequestBody => media_types::structures(object, findings),
            Kind::Schema => {
                types::check(object, findings);
                values::check(object, findings);
                bounds::check(object, &mut patterns, findings);
                properties::check(object, findings);
                discriminators::check(object, findings);
            }
            Kind::SecurityScheme | Kind::OAuthFlow => security::check(object, findings),
            _ => {}
        }
    });
}

/// Removes blank summaries and descriptions, so that the docs contain the generator's text instead. A response keeps
/// its description, which OpenAPI requires.
fn blank_texts(object: Object<'_>, findings: &mut Findings) {
    for key in ["summary", "description"].into_iter().filter(|_| object.kind != Kind::Response) {
        if object.text(key).is_some_and(|text| text.trim().is_empty()) {
            findings.at(&[key]).remove();
        }
    }
}
