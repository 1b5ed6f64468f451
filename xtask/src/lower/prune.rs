//! Removes schemas that no operation needs.

use openapiv3::{OpenAPI, ReferenceOr, Schema};

use super::{Lowered, Options};
use crate::graph::Graph;
use crate::visitor::{self, Slot};

/// Keeps only the schemas that requests and successful responses can contain.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let document = &mut lowered.openapi;
    let mut roots = Vec::new();
    for (_, operation) in visitor::operations_mut(document) {
        for (_, slot) in visitor::operation_slots(operation) {
            visitor::references(slot, &|_| true, &mut roots);
        }
    }
    let graph = graph(document);
    let needed = graph.reachable(roots.iter().map(String::as_str));
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| needed.contains(name.as_str()));
    }
}

/// Returns the references of each schema. A base refers to the schemas that its discriminator
/// selects.
fn graph(document: &mut OpenAPI) -> Graph {
    let mut composed = Vec::new();
    let mut edges: Vec<(String, Vec<String>)> = Vec::new();
    for (name, slot) in visitor::schemas_mut(document) {
        let mut targets = Vec::new();
        if let ReferenceOr::Item(schema) = &*slot {
            let members = visitor::members(&schema.schema_kind).iter();
            let bases = members.filter_map(|member| match member {
                ReferenceOr::Reference { reference } => Some(visitor::schema_name(reference)),
                ReferenceOr::Item(_) => None,
            });
            composed.extend(bases.map(|base| (base.to_owned(), name.clone())));
            targets.extend(mapped(schema));
        }
        visitor::references(Slot::Plain(slot), &|_| true, &mut targets);
        edges.push((name.clone(), targets));
    }
    for (name, slot) in visitor::schemas_mut(document) {
        let is_base = slot.as_item().is_some_and(|it| it.schema_data.discriminator.is_some());
        let targets = edges.iter_mut().find(|(known, _)| is_base && known == name);
        if let Some((_, targets)) = targets {
            let children = composed.iter().filter(|(base, _)| base == name);
            targets.extend(children.map(|(_, child)| child.clone()));
        }
    }
    edges.into_iter().collect()
}

fn mapped(schema: &Schema) -> impl Iterator<Item = String> {
    let mappings = schema.schema_data.discriminator.iter().flat_map(|it| it.mapping.values());
    mappings.map(|reference| visitor::schema_name(reference).to_owned())
}
