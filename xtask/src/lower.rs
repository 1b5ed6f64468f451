//! From the document that people write to the plain one that the engine reads.
//!
//! A pass is a pure function over the document. It is stated in terms of OpenAPI, and knows no
//! operation and no type by name. What it takes away it leaves as a note ([`crate::notes`]).

#![expect(clippy::unnecessary_wraps, reason = "every pass is a `Pass`, also one that cannot fail")]

use openapiv3::OpenAPI;

mod aliases;
mod answers;
mod compose;
mod discriminators;
mod errors;
mod identifiers;
mod inline;
mod mappings;
mod media_types;
mod names;
mod nullable;
mod outline;
mod prune;
mod rules;
mod select;
mod simplify;
mod unions;
mod usage;
mod versions;

pub use identifiers::OBJECT_ID;

/// What the maintainer asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The operations to keep, by `operationId`; all where it is empty.
    pub operations: Vec<String>,
    /// Leave out every resource version that is later than this date.
    pub api_version: Option<String>,
    /// Take in the versions that have no date yet as well.
    pub preview: bool,
}

/// Something in the document that cannot be lowered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Where it stands: a JSON pointer into the document that was read.
    pub pointer: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

/// A step on the way down.
pub type Pass = fn(OpenAPI, &Options) -> Result<OpenAPI, Vec<Complaint>>;

/// Every pass, in order.
pub const PASSES: &[(&str, Pass)] = &[
    ("select", select::run),
    ("inline", inline::run),
    ("versions", versions::run),
    ("answers", answers::run),
    ("media_types", media_types::run),
    ("errors", errors::run),
    ("simplify", simplify::run),
    ("outline", outline::run),
    ("mappings", mappings::run),
    ("compose", compose::run),
    ("unions", unions::run),
    ("discriminators", discriminators::run),
    ("nullable", nullable::run),
    ("aliases", aliases::run),
    ("prune", prune::run),
    ("names", names::run),
    ("identifiers", identifiers::run),
    ("usage", usage::run),
    ("rules", rules::run),
];

/// Takes the document through every pass.
///
/// # Errors
///
/// Everything that the first pass that fails has to say.
pub fn lower(document: OpenAPI, options: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    PASSES.iter().try_fold(document, |document, (_, pass)| pass(document, options))
}

/// Takes the document through one pass, or through all up to and including it.
///
/// # Errors
///
/// Everything that the first pass that fails has to say.
#[doc(hidden)]
pub fn lower_until(
    last: &str,
    document: OpenAPI,
    options: &Options,
) -> Result<OpenAPI, Vec<Complaint>> {
    let end = PASSES.iter().position(|(name, _)| *name == last).map_or(0, |index| index + 1);
    PASSES.iter().take(end).try_fold(document, |document, (_, pass)| pass(document, options))
}
