//! Says where `null` may stand, not what may be `null`.

use std::collections::BTreeSet;

use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options};
use crate::walk::{self, Slot};

/// Takes `nullable` from every named schema and gives it to the properties, items and values that
/// refer to it. The engine would make the name an `Option` in a struct.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let mut nullable = BTreeSet::new();
    for (name, schema) in walk::schemas_mut(&mut document) {
        if let Some(schema) = walk::item_mut(schema).filter(|it| it.schema_data.nullable) {
            schema.schema_data.nullable = false;
            nullable.insert(name.clone());
        }
    }
    walk::every_schema(&mut document, &mut |schema| {
        if matches!(schema.schema_kind, SchemaKind::Type(Type::Object(_) | Type::Array(_))) {
            for (_, slot) in walk::children(schema) {
                mark(slot, &nullable);
            }
        }
    });
    Ok(document)
}

fn mark(mut slot: Slot<'_>, nullable: &BTreeSet<String>) {
    let Some(reference) = slot.reborrow().reference() else { return };
    let name = walk::schema_name(reference).to_owned();
    if nullable.contains(&name) {
        slot.fill(ReferenceOr::Item(Schema {
            schema_data: SchemaData { nullable: true, ..SchemaData::default() },
            schema_kind: SchemaKind::AllOf { all_of: vec![walk::schema_reference(&name)] },
        }));
    }
}
