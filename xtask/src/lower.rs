//! OpenAPI in, plain OpenAPI out: one pass per file, in the order of [`PASSES`].
//!
//! A pass is stated in terms of OpenAPI and knows no operation and no type by name. It never fails: it records a
//! [`Finding`] and leaves the document in a form that later passes can work on.

use std::collections::BTreeMap;

use openapiv3::OpenAPI;

use crate::diagnostic::{Finding, Place, Pointer};

mod aliases;
mod any_values;
mod compose;
mod discriminators;
mod hoist;
mod mappings;
mod nullable;
mod prune;
mod resolve;
mod responses;
mod select;
mod simplify;
mod unions;
pub mod versions;

pub use discriminators::tags;
pub(crate) use responses::is_json;

/// What the maintainer asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The operations to keep, by `operationId`. All are kept if no tags are given either.
    pub operations: Vec<String>,
    /// The tags whose operations are kept as well; each one tag, or several with commas.
    pub tags: Vec<String>,
    /// Leave out every resource version that is later than this date.
    pub api_version: Option<String>,
    /// Include the versions that have no date yet.
    pub preview: bool,
    /// If there are many tags, make each one a Cargo feature.
    pub features: bool,
    /// Make a crate of its own, and not the generated part of the workspace's client.
    pub package: Option<Naming>,
}

/// What a crate is called. The document decides what is not given.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    /// The name of the package.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// Where an inline schema, which has got a name since, was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// A JSON pointer into the document that was read.
    pub pointer: String,
    /// The named schema or the operation around it.
    pub owner: String,
}

/// A document on its way through the passes.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    /// The document.
    pub openapi: OpenAPI,
    /// The origins of the schemas that were inline, by name.
    pub origins: Origins,
    /// What the passes found.
    pub findings: Vec<Finding>,
}

/// The origins of schemas, by name.
#[derive(Debug, Clone, Default)]
pub struct Origins(pub BTreeMap<String, Origin>);

impl Origins {
    /// Where the schema of this name is in the document that was read.
    #[must_use]
    pub fn pointer(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(origin) => origin.pointer.clone(),
            None => format!("/components/schemas/{}", crate::visitor::escape(name)),
        }
    }
}

/// A warning about what is emitted in place of what the document says.
fn warning(pointer: &str, what: String, fallback: String, help: &str) -> Finding {
    Finding::warning(place(pointer), what, fallback, help)
}

fn place(pointer: &str) -> Place {
    Place::Value(Pointer::parse(pointer).unwrap_or_default())
}

/// A step of the lowering.
pub type Pass = fn(&mut Lowered, &Options);

/// Every pass, in order.
pub const PASSES: &[(&str, Pass)] = &[
    ("select", select::run),
    ("resolve", resolve::run),
    ("versions", versions::run),
    ("responses", responses::run),
    ("prune", prune::run),
    ("simplify", simplify::run),
    ("hoist", hoist::run),
    ("mappings", mappings::run),
    ("compose", compose::run),
    ("unions", unions::run),
    ("discriminators", discriminators::run),
    ("nullable", nullable::run),
    ("aliases", aliases::run),
    ("any_values", any_values::run),
    ("prune", prune::run),
];

/// Runs every pass.
#[must_use]
pub fn lower(document: OpenAPI, options: &Options) -> Lowered {
    run(PASSES, document, options)
}

/// Runs every pass up to and including the one of this name.
#[doc(hidden)]
#[must_use]
pub fn lower_until(last: &str, document: OpenAPI, options: &Options) -> Lowered {
    let end = PASSES.iter().rposition(|(name, _)| *name == last).map_or(0, |index| index + 1);
    run(PASSES.get(..end).unwrap_or_default(), document, options)
}

fn run(passes: &[(&str, Pass)], openapi: OpenAPI, options: &Options) -> Lowered {
    let mut lowered = Lowered { openapi, ..Lowered::default() };
    for (_, pass) in passes {
        pass(&mut lowered, options);
    }
    lowered
}
