//! Removes schemas that no operation needs.

use openapiv3::{Discriminator, OpenAPI, ReferenceOr, Schema};

use super::{Lowered, Options};
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

/// Returns the references of each schema. A base also refers to the schemas in the mapping of its discriminator, and to
/// the schemas that are composed of the base.
fn graph(document: &mut OpenAPI) -> Graph {
    let schemas = visitor::schemas_mut(document);
    let mut graph = visitor::dependencies(schemas.iter_mut(), &|_| true);
    for (name, schema) in &*schemas {
        let mapping = discriminator(schema).into_iter().flat_map(|it| it.mapping.values());
        let mapped = mapping.map(|reference| schema::name(reference).to_owned());
        graph.add(name, mapped);
        let members = schema.as_item().map(|it| schema::members(&it.schema_kind));
        for base in members.into_iter().flatten().filter_map(schema::target) {
            if schemas.get(base).and_then(discriminator).is_some() {
                graph.add(base, [name.clone()]);
            }
        }
    }
    graph
}

fn discriminator(schema: &ReferenceOr<Schema>) -> Option<&Discriminator> {
    schema.as_item()?.schema_data.discriminator.as_ref()
}
