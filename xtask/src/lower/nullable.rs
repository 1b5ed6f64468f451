//! Moves `nullable` from named schemas to their references.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options};
use crate::visitor::{self, Slot};

/// Moves `nullable` to the properties, items and values that refer to the schema. In Rust, a field
/// can be an `Option`, but a model cannot.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let document = &mut lowered.openapi;
    let mut nullable = BTreeSet::new();
    for (name, schema) in visitor::schemas_mut(document) {
        if let Some(schema) = visitor::item_mut(schema).filter(|it| it.schema_data.nullable) {
            schema.schema_data.nullable = false;
            nullable.insert(name.clone());
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

fn mark(mut slot: Slot<'_>, nullable: &BTreeSet<String>) {
    let Some(reference) = slot.reborrow().reference() else { return };
    let name = visitor::schema_name(reference).to_owned();
    if nullable.contains(&name) {
        slot.fill(ReferenceOr::Item(Schema {
            schema_data: SchemaData { nullable: true, ..SchemaData::default() },
            schema_kind: visitor::reference_kind(&name),
        }));
    }
}
