//! Moves `nullable` from named schemas to their references.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options};
use crate::graph::Graph;
use crate::schema::{self, Schemas};
use crate::visitor::{self, Part, Slot};

/// Moves `nullable` from each named schema to the properties, items, map values and successful responses that refer to
/// it. In Rust, a field can be an `Option`, but a model cannot. Other references, such as those of parameters and
/// request bodies, are left unchanged, because a caller can send a value other than `null`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let document = &mut lowered.openapi;
    let schemas = visitor::schemas_mut(document);
    let nullable = nullable(schemas);
    for schema in schemas.values_mut().filter_map(visitor::item_mut) {
        schema.schema_data.nullable = false;
    }
    for (_, operation) in visitor::operations_mut(&mut document.paths) {
        for (part, slot) in visitor::operation_slots(operation) {
            if part == Part::Response {
                mark(slot, &nullable);
            }
        }
    }
    visitor::every_schema(document, &mut |schema| {
        if matches!(schema.schema_kind, SchemaKind::Type(Type::Object(_) | Type::Array(_))) {
            for (_, slot) in visitor::children(schema) {
                mark(slot, &nullable);
            }
        }
    });
}

/// Returns the names of the schemas that can be `null`. These are the schemas with `nullable`, and those that consist
/// of a reference to such a schema or have such a schema as a variant.
fn nullable(schemas: &Schemas) -> BTreeSet<String> {
    let targets = schemas.iter().map(|(name, schema)| {
        let variants = schema.as_item().map(|it| schema::variants(&it.schema_kind));
        let variants = variants.into_iter().flatten().filter_map(schema::target);
        let targets = schema::target(schema).into_iter().chain(variants);
        (name.clone(), targets.map(ToOwned::to_owned).collect())
    });
    let is_nullable =
        |schema: &ReferenceOr<Schema>| schema.as_item().is_some_and(|it| it.schema_data.nullable);
    let own = schemas.iter().filter(|(_, schema)| {
        let variants = schema.as_item().map(|it| schema::variants(&it.schema_kind));
        is_nullable(schema) || variants.into_iter().flatten().any(is_nullable)
    });
    let holders = targets.collect::<Graph>().reversed();
    let names = holders.reachable(own.map(|(name, _)| name.as_str()));
    names.into_iter().map(ToOwned::to_owned).collect()
}

fn mark(mut slot: Slot<'_>, nullable: &BTreeSet<String>) {
    if let Some(reference) = slot.reference() {
        let name = schema::name(reference).to_owned();
        if nullable.contains(&name) {
            slot.fill(ReferenceOr::Item(Schema {
                schema_data: SchemaData { nullable: true, ..SchemaData::default() },
                schema_kind: schema::reference_kind(&name),
            }));
        }
    } else if let Some(schema) = slot.schema() {
        let target = schema::only_member(schema);
        schema.schema_data.nullable |= target.is_some_and(|name| nullable.contains(name));
    }
}
