//! Writes out the names that stand for no type of their own.

use std::collections::BTreeMap;

use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use super::{Complaint, Options};
use crate::notes::{Note, Tag};
use crate::walk::{self, Slot};

/// How many names may lead to each other. A list whose items are that list has no end.
const DEPTH: usize = 16;

/// Replaces a reference to a named string, number, list or map by what it names. The engine would
/// wrap each in a type that says nothing.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let aliases: BTreeMap<String, ReferenceOr<Schema>> = document
        .components
        .iter()
        .flat_map(|components| &components.schemas)
        .filter(|(_, schema)| is_alias(schema))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    for _ in 0..DEPTH {
        let mut found = false;
        walk::every_slot(&mut document, &mut |slot| found |= write_out(slot, &aliases));
        if !found {
            break;
        }
    }
    Ok(document)
}

fn is_alias(schema: &ReferenceOr<Schema>) -> bool {
    let ReferenceOr::Item(schema) = schema else {
        return true;
    };
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            object.properties.is_empty() && Tag::read(&schema.schema_data.extensions).is_none()
        }
        SchemaKind::Type(Type::String(string)) => string.enumeration.is_empty(),
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => false,
        _ => true,
    }
}

fn write_out(mut slot: Slot<'_>, aliases: &BTreeMap<String, ReferenceOr<Schema>>) -> bool {
    if let Some(schema) = slot.reborrow().schema() {
        return unwrap(schema, aliases);
    }
    let Some(reference) = slot.reborrow().reference() else {
        return false;
    };
    let Some(target) = aliases.get(walk::schema_name(reference)) else {
        return false;
    };
    let target = target.clone();
    slot.fill(target);
    true
}

/// An `allOf` around one alias becomes what the alias names, and keeps what it says itself.
fn unwrap(schema: &mut Schema, aliases: &BTreeMap<String, ReferenceOr<Schema>>) -> bool {
    let SchemaKind::AllOf { all_of } = &schema.schema_kind else {
        return false;
    };
    let [ReferenceOr::Reference { reference }] = all_of.as_slice() else {
        return false;
    };
    match aliases.get(walk::schema_name(reference)) {
        Some(ReferenceOr::Item(target)) => {
            schema.schema_kind = target.schema_kind.clone();
            let own = &mut schema.schema_data;
            own.description = own.description.take().or(target.schema_data.description.clone());
            true
        }
        Some(alias @ ReferenceOr::Reference { .. }) => {
            schema.schema_kind = SchemaKind::AllOf { all_of: vec![alias.clone()] };
            true
        }
        None => false,
    }
}
