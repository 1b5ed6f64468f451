//! The typed model of an API, built from a lowered document.
//!
//! [`types`] defines the model. [`build`] takes names and usage from the document, and determines types with
//! progenitor. Then it computes the facts that depend on the whole model, such as which fields are boxed and which
//! lists are paged.

mod bodies;
mod engine;
mod example;
mod facts;
mod models;
mod names;
mod operations;
mod package;
mod plain;
mod rules;
mod security;
mod servers;
mod successes;
pub mod types;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;

use crate::diagnostic::{Finding, Place, Pointer};
use crate::free_name::free_name;
use crate::lower::{Lowered, Options, Origins};
#[doc(hidden)]
pub use example::complete as complete_example;
pub use package::is_crate_name;
pub use types::*;

/// Builds the model of a lowered document. `options.package` determines the metadata of the crate, and whether the
/// crate can have Cargo features for tags.
///
/// # Errors
///
/// Returns an error if progenitor cannot determine the types of the document.
pub fn build(lowered: &mut Lowered, options: &Options) -> anyhow::Result<Api> {
    let usage = usage::of(&mut lowered.openapi);
    let Lowered {
        openapi,
        origins,
        first_requires,
        tags,
        type_unions,
        newest_version,
        findings,
        ..
    } = lowered;
    let operations = operations::sources(openapi);
    let idents = model_idents(openapi, origins, findings);
    let models =
        models::sources(openapi, &usage, &idents, origins, first_requires, tags, type_unions);

    let values = models.iter().map(models::Source::values);
    let values: Vec<_> = values.chain(operations.iter().map(operations::Source::values)).collect();
    let type_unions: BTreeSet<&str> =
        models.iter().filter_map(models::Source::type_union).collect();
    let mut types = engine::types(&values, &idents, &type_unions)?.into_iter();
    let models = models.iter().map(|it| it.model(types.next().unwrap_or_default(), &idents));
    let models = models.collect();
    let operations = operations.iter().map(|it| it.operation(types.next().unwrap_or_default()));
    let operations: Vec<Operation> = operations.collect();
    let mut api = Api {
        servers: openapi.servers.iter().map(|server| server.url.clone()).collect(),
        api_version: options.api_version.clone().or_else(|| newest_version.clone()),
        operations,
        models,
        ..Api::default()
    };
    let package = options.package.as_ref();
    api.package = package.map(|naming| package::of(openapi, naming, &api.operations, findings));
    if let Some(Package { security, .. }) = &api.package {
        for alternatives in api.operations.iter_mut().filter_map(|it| it.security.as_mut()) {
            *alternatives = security::constructors(security, alternatives);
        }
    }
    // Operations and models are sorted, so that moving a schema within the document changes no emitted file.
    api.operations.sort_by(|one, other| one.ident.cmp(&other.ident));
    api.models.sort_by(|one, other| one.ident.cmp(&other.ident));
    facts::complete(&mut api);
    example::write(&mut api);
    Ok(api)
}

/// Returns the Rust name of each schema in `components`, including schemas that were inline in the document.
fn model_idents(
    openapi: &OpenAPI,
    origins: &Origins,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut modules: BTreeMap<String, &String> = BTreeMap::new();
    let mut idents = BTreeMap::new();
    for name in openapi.components.iter().flat_map(|it| it.schemas.keys()) {
        let ident = names::model(name);
        // Two types with the same module name, such as `AB` and `Ab`, would share a file. A schema that was inline
        // causes no warning, because the document does not contain its name.
        let owner = modules.get(&names::module(&ident)).filter(|_| !origins.0.contains_key(name));
        findings.extend(owner.map(|owner| same_ident(name, owner, &ident)));
        let free = free_name(&ident, |it| !modules.contains_key(&names::module(it)));
        modules.insert(names::module(&free), name);
        idents.insert(name.clone(), free);
    }
    idents
}

fn same_ident(name: &str, owner: &str, ident: &str) -> Finding {
    Finding::warning(
        Place::Value(Pointer::new(["components", "schemas", name])),
        format!("the schemas `{owner}` and `{name}` would both become the type `{ident}`"),
        format!("a number is appended to the type name of `{name}`"),
        "rename one of the two schemas",
    )
}
