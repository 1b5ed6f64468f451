//! Removes schemas that no operation needs.

use openapiv3::OpenAPI;

use super::{Lowered, Options, mappings};
use crate::graph::Graph;
use crate::schema;
use crate::visitor;

/// Keeps only the schemas that requests and responses can contain.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let document = &mut lowered.openapi;
    let mut roots = Vec::new();
    for (_, operation) in visitor::operations_mut(&mut document.paths) {
        for (_, slot) in visitor::operation_slots(operation) {
            visitor::references(slot, &|_| true, &mut roots);
        }
    }
    let graph = graph(document);
    let needed = graph.reachable(roots.iter().map(String::as_str));
    visitor::schemas_mut(document).retain(|name, _| needed.contains(name.as_str()));
}

/// Returns the references of each schema. A base also refers to the schemas in the mapping of its discriminator. The
/// base and the schemas that are composed of it also refer to the schemas that are composed of them.
fn graph(document: &mut OpenAPI) -> Graph {
    let schemas = visitor::schemas_mut(document);
    let mut graph = visitor::dependencies(schemas.iter_mut(), &|_| true);
    let children = mappings::children(schemas);
    let composed =
        children.iter().map(|(base, names)| (base.clone(), names.iter().cloned().collect()));
    let composed: Graph = composed.collect();
    for (name, schema) in &*schemas {
        let Some(discriminator) =
            schema.as_item().and_then(|it| it.schema_data.discriminator.as_ref())
        else {
            continue;
        };
        let mapped = discriminator.mapping.values();
        graph.add(name, mapped.map(|reference| schema::name(reference).to_owned()));
        for base in composed.reachable([name.as_str()]) {
            graph.add(base, children.get(base).into_iter().flatten().cloned());
        }
    }
    graph
}
