//! Lowers a document to simpler OpenAPI. Each pass has its own file, and `PASSES` sets the order.
//!
//! A pass refers only to concepts of OpenAPI, never to an operation or a type of a particular API. A pass cannot fail.
//! Instead, it records a problem as a [`Finding`] and leaves a document that later passes can process.

use std::collections::BTreeMap;

use openapiv3::OpenAPI;

use crate::diagnostic::{Finding, Place, Pointer};
use crate::document::Selection;

mod access;
mod aliases;
mod alternatives;
mod any_values;
mod compose;
mod discriminators;
mod empty_bodies;
mod endless;
mod groups;
mod hoist;
mod json_types;
mod lineage;
mod mappings;
mod media_types;
mod merge;
mod narrow;
mod nullable;
mod opaque;
mod overlaps;
mod page_numbers;
mod page_objects;
mod parts;
mod prune;
mod redefined;
mod repeated;
mod replaced;
mod resolve;
mod responses;
mod scalars;
mod select;
mod servers;
mod shared;
mod shared_values;
mod siblings;
mod simplify;
mod unions;
mod value_notes;
mod variant_names;
mod variants;
mod versions;

pub(crate) use discriminators::Tags;
pub use json_types::JsonType;
pub(crate) use json_types::TypeUnions;
pub(crate) use mappings::Children;
pub(crate) use page_numbers::{NUMBERS, OFFSETS, SIZES, is_named};
pub(crate) use servers::default_url;
pub(crate) use value_notes::{DESCRIPTIONS, NAMES, text};

/// The options of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The operations to keep.
    pub selection: Selection,
    /// The date of plain method names, which are those of the newest resource versions up to this date. If this is
    /// `None`, they are those of the newest versions.
    pub api_version: Option<String>,
    /// Whether to include unreleased versions.
    pub preview: bool,
    /// The separate crate to create. If this is `None`, the run creates the generated part of the workspace's client.
    pub package: Option<Naming>,
}

/// The identity of a crate. Fields that are `None` are derived from the document.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    /// The name of the package.
    pub name: Option<String>,
    /// The version of the package.
    pub version: Option<String>,
    /// Whether the operations of a tag need a Cargo feature. If this is `None`, the number of tags decides.
    pub tag_features: Option<bool>,
    /// The URLs of the servers of the workspace's client. A crate for one of these servers has the same hand-written
    /// constants and credentials as that client.
    pub own_servers: Vec<String>,
}

/// The origin of a named schema that was inline in the document, or that a pass created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The location in the document.
    pub(crate) pointer: Pointer,
    /// The named schema or operation that contained the schema, or the schema itself if it is named after a shared
    /// component.
    pub(crate) owner: String,
}

/// The document that the passes rewrite, and the facts about it that they record.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    /// The document.
    pub openapi: OpenAPI,
    /// The origins of the schemas that were inline or that a pass created, by name.
    pub(crate) origins: Origins,
    /// For each object that replaces a union, the properties that the first variant requires but another variant does
    /// not.
    pub(crate) first_requires: BTreeMap<String, Vec<String>>,
    /// For each schema that an `allOf` refers to, the schemas with such an `allOf`.
    pub(crate) children: Children,
    /// The discriminators that the variants write themselves, by variant.
    pub(crate) tags: Tags,
    /// The unions whose variants have different JSON types.
    pub(crate) type_unions: TypeUnions,
    /// The newest released version in the whole document, before operations are selected.
    pub(crate) newest_version: Option<String>,
    /// The findings of the passes.
    pub findings: Vec<Finding>,
}

/// The origins of schemas, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(pub(crate) BTreeMap<String, Origin>);

impl Origins {
    /// Returns the location of the schema `name` in the original document.
    pub(crate) fn pointer(&self, name: &str) -> Pointer {
        match self.0.get(name) {
            Some(origin) => origin.pointer.clone(),
            None => Pointer::new(["components", "schemas", name]),
        }
    }
}

/// Creates a warning about a difference between the document and the emitted code.
fn warning(pointer: Pointer, what: String, fallback: impl Into<String>, help: &str) -> Finding {
    Finding::warning(Place::Value(pointer), what, fallback, help)
}

/// A lowering pass.
pub(crate) type Pass = fn(&mut Lowered, &Options);

/// The passes, in the order in which they run.
pub(crate) const PASSES: &[(&str, Pass)] = &[
    ("select", select::run),
    ("shared", shared::run),
    ("resolve", resolve::run),
    ("page_objects", page_objects::run),
    ("page_numbers", page_numbers::run),
    ("servers", servers::run),
    ("versions", versions::run),
    ("empty_bodies", empty_bodies::run),
    ("media_types", media_types::run),
    ("responses", responses::run),
    ("opaque", opaque::run),
    ("prune", prune::run),
    ("simplify", simplify::run),
    ("repeated", repeated::run),
    ("hoist", hoist::run),
    ("shared_values", shared_values::run),
    ("mappings", mappings::run),
    ("siblings", siblings::run),
    ("redefined", redefined::run),
    ("compose", compose::run),
    ("unions", unions::run),
    ("discriminators", discriminators::run),
    ("endless", endless::run),
    ("json_types", json_types::run),
    ("nullable", nullable::run),
    ("aliases", aliases::run),
    ("access", access::run),
    ("any_values", any_values::run),
    ("parts", parts::run),
    ("prune", prune::run),
];

/// Runs every pass.
#[must_use]
pub fn lower(document: OpenAPI, options: &Options) -> Lowered {
    run(PASSES, document, options)
}

/// Runs every pass up to and including the last one named `last`.
#[doc(hidden)]
#[must_use]
pub fn lower_until(last: &str, document: OpenAPI, options: &Options) -> Lowered {
    let end = PASSES.iter().rposition(|(name, _)| *name == last).map_or(0, |index| index + 1);
    run(PASSES.get(..end).unwrap_or_default(), document, options)
}

fn run(passes: &[(&str, Pass)], openapi: OpenAPI, options: &Options) -> Lowered {
    let newest_version = versions::newest(&openapi);
    let mut lowered = Lowered { openapi, newest_version, ..Lowered::default() };
    for (_, pass) in passes {
        pass(&mut lowered, options);
    }
    lowered
}
