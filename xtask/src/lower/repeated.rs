//! Combines the inline objects that the parts of an `allOf` describe for one property.

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};

use super::narrow::narrow;
use super::{Lowered, Options};
use crate::schema;
use crate::visitor;

type Properties = IndexMap<String, ReferenceOr<Box<Schema>>>;

/// Combines the descriptions of a property that several parts of an `allOf` describe as inline objects, or as lists of
/// inline objects. The parts are the inline members, and the properties next to `allOf`. The last description becomes
/// an `allOf` of all of them. The other parts keep an empty description, so that the order of the properties remains.
///
/// This pass runs before `hoist`, so that the combined object gets only one name.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    visitor::every_schema(&mut lowered.openapi, &mut |schema| {
        let mut parts = Vec::new();
        if !schema::members(&schema.schema_kind).is_empty() {
            add_parts(&mut schema.schema_kind, &mut parts);
        }
        for index in 1..parts.len() {
            let (earlier, later) = parts.split_at_mut(index);
            for (name, property) in later.iter_mut().take(1).flat_map(|part| part.iter_mut()) {
                for part in &mut *earlier {
                    combine(part, name, property);
                }
            }
        }
    });
}

/// Adds the properties of each part of an `allOf`. The properties of the schema itself come last.
fn add_parts<'a>(kind: &'a mut SchemaKind, parts: &mut Vec<&'a mut Properties>) {
    let (members, own) = match kind {
        SchemaKind::AllOf { all_of } => (all_of.as_mut_slice(), None),
        SchemaKind::Any(any) => (any.all_of.as_mut_slice(), Some(&mut any.properties)),
        SchemaKind::Type(Type::Object(object)) => (&mut [][..], Some(&mut object.properties)),
        _ => return,
    };
    for member in members.iter_mut().filter_map(visitor::item_mut) {
        add_parts(&mut member.schema_kind, parts);
    }
    parts.extend(own);
}

/// Moves the description of a property from an earlier part to `property`, the description in a later part.
fn combine(earlier: &mut Properties, name: &str, property: &mut ReferenceOr<Box<Schema>>) {
    let Some(known) = earlier.get_mut(name).and_then(visitor::item_mut) else { return };
    if let Some(both) = property.as_item().and_then(|own| both(known, own)) {
        *property = ReferenceOr::Item(Box::new(both));
        **known = schema::bare(schema::any_kind());
    }
}

/// Returns one schema for two inline objects, or for two lists of inline objects. Returns `None` for all other schemas,
/// and for two objects without properties.
fn both(earlier: &Schema, later: &Schema) -> Option<Schema> {
    let mut both = later.clone();
    schema::complete(&mut both.schema_data, &earlier.schema_data);
    both.schema_kind = if is_object(earlier) && is_object(later) {
        if !has_properties(earlier) && !has_properties(later) {
            return None;
        }
        let members = [earlier, later].map(|it| ReferenceOr::Item(it.clone()));
        SchemaKind::AllOf { all_of: members.into() }
    } else {
        let known = schema::array(earlier)?.items.as_ref()?.as_item()?;
        let mut array = schema::array(later)?.clone();
        let items = self::both(known, array.items.as_ref()?.as_item()?)?;
        array.items = Some(ReferenceOr::Item(Box::new(items)));
        let mut kind = SchemaKind::Type(Type::Array(array));
        narrow(&mut kind, &earlier.schema_kind);
        kind
    };
    Some(both)
}

/// Returns whether a schema is an object or an `allOf` of inline objects, without a discriminator.
fn is_object(schema: &Schema) -> bool {
    let is_inline = |member: &ReferenceOr<Schema>| member.as_item().is_some_and(is_object);
    schema.schema_data.discriminator.is_none()
        && match &schema.schema_kind {
            SchemaKind::Type(Type::Object(_)) => true,
            SchemaKind::AllOf { all_of } => all_of.iter().all(is_inline),
            _ => false,
        }
}

/// Returns whether an object, or a member of its `allOf`, has properties.
fn has_properties(object: &Schema) -> bool {
    let mut members = schema::members(&object.schema_kind).iter().filter_map(ReferenceOr::as_item);
    schema::object(object).is_some_and(|it| !it.properties.is_empty())
        || members.any(has_properties)
}
