//! Notes what is left without a type.

use openapiv3::{AnySchema, OpenAPI, Schema, SchemaKind};

use super::{Complaint, Lowered, Options};
use crate::notes::{Note, Place, Untyped, Wire};
use crate::walk::{self, Slot};

/// Makes every schema that mixes keywords of several kinds, or says only what a value is not, any
/// value, and notes it, as earlier passes note what they cannot type.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    for operation in walk::operations_mut(&mut document) {
        let place = Wire::read(&operation.extensions).unwrap_or_default().pointer;
        let id = operation.operation_id.clone().unwrap_or_default();
        for (_, slot) in walk::operation_slots(operation) {
            below(slot, &id, &place);
        }
    }
    for (name, slot) in walk::schemas_mut(&mut document) {
        let Some(schema) = slot.as_item() else { continue };
        let place = Place::of(name, &schema.schema_data.extensions);
        below(Slot::Plain(slot), name, &place);
    }
    Ok(document)
}

/// Everything in a lowered document that has a note of this kind.
pub(super) fn noted(document: &mut OpenAPI) -> Vec<Complaint> {
    let mut found = Vec::new();
    walk::every_slot(document, &mut |slot| {
        let untyped = slot.schema().and_then(|it| Untyped::read(&it.schema_data.extensions));
        found.extend(untyped.map(|Untyped { pointer, what, help }| Complaint {
            pointer,
            what,
            help,
        }));
    });
    found
}

fn below(slot: Slot<'_>, name: &str, place: &str) {
    let Some(schema) = slot.schema() else { return };
    loosen(schema, name, place);
    let ways = walk::ways(&schema.schema_kind);
    for ((_, slot), way) in walk::children(schema).into_iter().zip(ways) {
        below(slot, name, &format!("{place}{way}"));
    }
}

fn loosen(schema: &mut Schema, name: &str, place: &str) {
    let is_lost = match &schema.schema_kind {
        SchemaKind::Any(any) => *any != AnySchema::default(),
        SchemaKind::Not { .. } => true,
        _ => false,
    };
    if !is_lost {
        return;
    }
    schema.schema_kind = SchemaKind::Any(AnySchema::default());
    let untyped = Untyped {
        pointer: place.to_owned(),
        what: format!("a value within `{name}` is any value: its keywords make no one type"),
        help: "give it one `type`, and the keywords of that type".to_owned(),
    };
    untyped.write(&mut schema.schema_data.extensions);
}
