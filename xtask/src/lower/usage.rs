//! Tells what is sent from what is received.

use openapiv3::{OpenAPI, SchemaKind, Type};

use super::{Complaint, Options};
use crate::notes::{Note, Usage};
use crate::reach::Reach;
use crate::walk;

/// Notes on every named schema whether requests hold it, answers, or both. What is `readOnly` is
/// never sent: it does not count as part of a request, and an object that is only sent loses it.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let mut sent = Reach::along(&document, &|schema| !schema.schema_data.read_only);
    let mut received = Reach::of(&document);
    for operation in walk::operations_mut(&mut document) {
        let body = operation.request_body.as_mut();
        for (_, slot) in walk::request_slots(&mut operation.parameters, body) {
            follow(slot, &mut sent);
        }
        for (_, response) in walk::responses_mut(&mut operation.responses) {
            for (_, slot) in walk::response_slots(response) {
                follow(slot, &mut received);
            }
        }
    }
    let schemas = document.components.iter_mut().flat_map(|it| &mut it.schemas);
    for (name, schema) in schemas {
        let usage = Usage { request: sent.contains(name), response: received.contains(name) };
        let Some(schema) = walk::item_mut(schema) else {
            continue;
        };
        usage.write(&mut schema.schema_data.extensions);
        if usage.request && !usage.response {
            drop_read_only(&mut schema.schema_kind);
        }
    }
    Ok(document)
}

fn follow(slot: walk::Slot<'_>, reach: &mut Reach) {
    walk::below(slot, &mut |slot| {
        if let Some(reference) = slot.reference() {
            reach.follow(walk::schema_name(reference));
        }
    });
}

fn drop_read_only(kind: &mut SchemaKind) {
    let SchemaKind::Type(Type::Object(object)) = kind else {
        return;
    };
    object.properties.retain(|_, property| {
        !property.as_item().is_some_and(|property| property.schema_data.read_only)
    });
    let properties = &object.properties;
    object.required.retain(|name| properties.contains_key(name));
}
