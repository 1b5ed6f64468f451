//! The variants of a union, and the forms into which several of them merge.

use indexmap::{IndexMap, IndexSet};
use openapiv3::{Discriminator, ObjectType, ReferenceOr, Schema, SchemaKind};
use serde_json::Value;

use super::merge::{Alternative, Merge, extend};
use super::nullable::is_nullable;
use super::scalars::{common_scalar, constants, enum_of, values};
use super::simplify::is_unconstrained;
use super::value_notes::{self, text};
use crate::schema::{self, Schemas};

/// The merged form of several objects.
pub(super) enum Objects {
    /// A single object, and the properties that the first variant requires but the object does not.
    One(Box<ObjectType>, Vec<String>),
    /// The discriminator of a union of the objects.
    By(Discriminator),
}

/// A variant, with the name of the schema that describes it.
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) schema: &'a Schema,
    pub(super) is_nullable: bool,
}

/// Resolves a variant of a union.
pub(super) fn member<'a>(merge: &Merge<'a>, slot: &'a ReferenceOr<Schema>) -> Option<Member<'a>> {
    let schema = schema::resolved(slot, merge.schemas)?;
    let is_nullable = is_nullable(slot, merge.nullable, merge.schemas);
    Some(Member { name: schema::target(slot).unwrap_or(merge.name), schema, is_nullable })
}

/// Returns one schema for all members: an enum of all their values, if all are enums, or else their common scalar type.
/// An enum also has the names and descriptions of its values.
pub(super) fn of_scalars(members: &[Member<'_>]) -> Option<Schema> {
    let enums: Option<Vec<_>> = members.iter().map(|member| values(member.schema)).collect();
    let Some(enums) = enums else {
        let schemas: Vec<&Schema> = members.iter().map(|member| member.schema).collect();
        return Some(schema::bare(SchemaKind::Type(common_scalar(&schemas)?)));
    };
    let values: IndexSet<Value> = enums.into_iter().flatten().collect();
    let mut schema = schema::bare(enum_of(values.into_iter().collect()));
    let notes = value_notes::of(members.iter().map(|member| member.schema));
    value_notes::add(&mut schema.schema_data, notes);
    Some(schema)
}

pub(super) fn of_objects<'a>(
    merge: &mut Merge<'a>,
    schema: &Schema,
    members: &[Member<'a>],
) -> Option<Objects> {
    let own = match &schema.schema_kind {
        SchemaKind::Any(any) => schema::own_object(any),
        _ => ObjectType::default(),
    };
    if members.len() == 1 && own == ObjectType::default() {
        return None;
    }
    // A variant without constraints allows any value, unless the union itself is an object.
    let is_bare = matches!(schema.schema_kind, SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. });
    if is_bare && members.iter().any(|it| is_unconstrained(&it.schema.schema_kind)) {
        return None;
    }
    let objects: Option<Vec<_>> = members
        .iter()
        .map(|it| Some(Alternative { name: it.name, object: merge.object(it.schema)? }))
        .collect();
    let objects = objects?;
    if let Some(discriminator) = infer(&objects, merge.schemas) {
        return Some(Objects::By(discriminator));
    }
    let mut whole = merge.alternatives(&objects, &own);
    extend(&mut whole, own);
    let first = objects.into_iter().next().map(|it| it.object.required).unwrap_or_default();
    let others = first.into_iter().filter(|name| !whole.required.contains(name)).collect();
    Some(Objects::One(Box::new(whole), others))
}

/// Infers the discriminator from the first property whose values distinguish the objects: the property is an enum in
/// each object, and no value occurs twice.
fn infer(members: &[Alternative<'_>], schemas: &Schemas) -> Option<Discriminator> {
    let first = members.first()?;
    first.object.properties.keys().find_map(|property| {
        let mut mapping = IndexMap::new();
        for member in members {
            let property = schema::resolved(member.object.properties.get(property)?, schemas)?;
            for value in constants(property)? {
                let reference = schema::reference(member.name);
                if mapping.insert(text(&value), reference).is_some() {
                    return None;
                }
            }
        }
        let property_name = property.clone();
        Some(Discriminator { property_name, mapping, ..Discriminator::default() })
    })
}
