//! Tells what is sent from what is received.

use std::collections::BTreeSet;

use openapiv3::{ObjectType, OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use super::{Lowered, Options};
use crate::notes::{Note, Usage};
use crate::reach::Reach;
use crate::walk;

/// Notes on every named schema whether requests hold it, answers, or both. What is `readOnly` is
/// never sent: it does not count as part of a request, an object that is only sent loses it, and one
/// that is sent and received cannot require it. What is `writeOnly` is never received, likewise.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    open_bodies(&mut document);
    let mut sent =
        Reach::along(walk::schemas_mut(&mut document), &|schema| !schema.schema_data.read_only);
    let mut received =
        Reach::along(walk::schemas_mut(&mut document), &|schema| !schema.schema_data.write_only);
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
    for (name, schema) in walk::schemas_mut(&mut document) {
        let usage = Usage { request: sent.contains(name), response: received.contains(name) };
        let Some(schema) = walk::item_mut(schema) else {
            continue;
        };
        usage.write(&mut schema.schema_data.extensions);
        if let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind {
            fit(object, usage);
        }
    }
    Ok(document)
}

/// `readOnly` is said of properties. A body is sent even where the schema that it refers to says so of
/// itself.
fn open_bodies(document: &mut OpenAPI) {
    let mut bodies = Vec::new();
    for operation in walk::operations_mut(document) {
        for (_, mut slot) in walk::request_slots(&mut [], operation.request_body.as_mut()) {
            bodies.extend(slot.reborrow().reference().cloned());
        }
    }
    let Some(components) = &mut document.components else { return };
    for reference in bodies {
        let schema = components.schemas.get_mut(walk::schema_name(&reference));
        if let Some(schema) = schema.and_then(walk::item_mut) {
            schema.schema_data.read_only = false;
        }
    }
}

fn follow(slot: walk::Slot<'_>, reach: &mut Reach) {
    walk::below(slot, &mut |slot| {
        if let Some(reference) = slot.reference() {
            reach.follow(walk::schema_name(reference));
        }
    });
}

/// Fits an object to where it is used.
fn fit(object: &mut ObjectType, usage: Usage) {
    let is_never = |property: &ReferenceOr<Box<Schema>>| {
        let data = property.as_item().map(|property| &property.schema_data);
        data.is_some_and(|it| usage.request && it.read_only || usage.response && it.write_only)
    };
    let never: BTreeSet<String> = object
        .properties
        .iter()
        .filter(|(_, it)| is_never(it))
        .map(|(name, _)| name.clone())
        .collect();
    object.required.retain(|name| !never.contains(name));
    if usage.request != usage.response {
        object.properties.retain(|name, _| !never.contains(name));
    }
}
