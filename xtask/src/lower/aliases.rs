//! Inlines named schemas that need no Rust type.

use std::collections::BTreeMap;

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};

use super::{Lowered, Options};
use crate::schema;
use crate::visitor::{self, Slot};

type Aliases = BTreeMap<String, ReferenceOr<Schema>>;

/// Replaces each reference to a named schema that needs no Rust type, such as a string, number, list or map, with that
/// schema.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, tags, .. } = lowered;
    let schemas = &*visitor::schemas_mut(openapi);
    // A variant of a union is a model even if it has only a discriminator.
    let named = schemas.iter().filter(|(name, it)| is_alias(it) && !tags.contains_key(*name));
    let aliases: Aliases = named.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    visitor::every_slot(openapi, &mut |slot| while replace(slot, &aliases) {});
}

/// Returns whether a named schema needs no Rust type.
pub(super) fn is_alias(schema: &ReferenceOr<Schema>) -> bool {
    let ReferenceOr::Item(schema) = schema else {
        return true;
    };
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => object.properties.is_empty(),
        SchemaKind::Type(Type::String(string)) => string.enumeration.is_empty(),
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => false,
        SchemaKind::Any(any) => any.enumeration.is_empty() && !schema::is_composed(any),
        _ => true,
    }
}

fn replace(slot: &mut Slot<'_>, aliases: &Aliases) -> bool {
    if let Some(schema) = slot.schema() {
        return unwrap(schema, aliases);
    }
    let target = slot.reference().and_then(|it| aliases.get(schema::name(it)));
    let Some(target) = target else { return false };
    slot.fill(target.clone());
    true
}

/// Replaces an `allOf` around one alias with the schema of the alias, and keeps the annotations.
fn unwrap(schema: &mut Schema, aliases: &Aliases) -> bool {
    match schema::only_member(schema).and_then(|name| aliases.get(name)) {
        Some(ReferenceOr::Item(target)) => {
            schema.schema_kind = target.schema_kind.clone();
            schema::complete(&mut schema.schema_data, &target.schema_data);
            true
        }
        Some(alias @ ReferenceOr::Reference { .. }) => {
            schema.schema_kind = SchemaKind::AllOf { all_of: vec![alias.clone()] };
            true
        }
        None => false,
    }
}
