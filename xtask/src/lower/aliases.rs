//! Writes out the names that stand for no type of their own.

use std::collections::BTreeMap;

use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options};
use crate::notes::{Note, Place, Tag, Untyped};
use crate::reach::Reach;
use crate::walk::{self, Slot};

type Aliases = BTreeMap<String, ReferenceOr<Schema>>;

/// Replaces a reference to a named string, number, list or map by what it names. The engine would
/// wrap each in a type that says nothing.
///
/// A name without an end, such as a list whose items are that list, is any value.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let named = walk::schemas_mut(&mut document).filter(|(_, schema)| is_alias(schema));
    let mut named: Aliases = named.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let reach = Reach::of(&mut named);
    let target = |name: &str, it| if reach.leads_back(name) { endless(name, &it) } else { it };
    let aliases: Aliases =
        named.into_iter().map(|(name, it)| (name.clone(), target(&name, it))).collect();
    walk::every_slot(&mut document, &mut |mut slot| {
        while write_out(slot.reborrow(), &aliases) {}
    });
    Ok(document)
}

fn endless(name: &str, schema: &ReferenceOr<Schema>) -> ReferenceOr<Schema> {
    let extensions = schema.as_item().map(|it| it.schema_data.extensions.clone());
    let mut schema_data = SchemaData::default();
    let untyped = Untyped {
        pointer: Place::of(name, &extensions.unwrap_or_default()),
        what: format!(
            "`{name}` is any value: it holds itself, and no object between that has a name"
        ),
        help: "put an object with `properties` in between".to_owned(),
    };
    untyped.write(&mut schema_data.extensions);
    ReferenceOr::Item(Schema { schema_data, schema_kind: SchemaKind::Any(AnySchema::default()) })
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

fn write_out(mut slot: Slot<'_>, aliases: &Aliases) -> bool {
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
fn unwrap(schema: &mut Schema, aliases: &Aliases) -> bool {
    let SchemaKind::AllOf { all_of } = &schema.schema_kind else {
        return false;
    };
    let [ReferenceOr::Reference { reference }] = all_of.as_slice() else {
        return false;
    };
    match aliases.get(walk::schema_name(reference)) {
        Some(ReferenceOr::Item(target)) => {
            schema.schema_kind = target.schema_kind.clone();
            walk::complete(&mut schema.schema_data, &target.schema_data);
            true
        }
        Some(alias @ ReferenceOr::Reference { .. }) => {
            schema.schema_kind = SchemaKind::AllOf { all_of: vec![alias.clone()] };
            true
        }
        None => false,
    }
}
