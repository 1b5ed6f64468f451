//! Merges the variants of a union that have the same JSON type.

use std::collections::BTreeSet;

use openapiv3::{ArrayType, Discriminator, ReferenceOr, Schema, SchemaKind, Type};

use super::json_types::{self, JsonType, is_untagged_union};
use super::merge::Merge;
use super::overlaps::{Group, insert};
use super::scalars::values;
use super::variants::{self, Member, Objects, member, of_objects};
use crate::schema::{self, Schemas};

/// For each new object, its name and the properties that the first variant requires but another variant does not.
pub(super) type FirstRequires = Vec<(String, Vec<String>)>;

/// The variants of a union, one for each group.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) variants: Vec<ReferenceOr<Schema>>,
    pub(super) first_requires: FirstRequires,
}

/// Merges the variants that share a JSON type. If no variants share a type, only replaces each anonymous union among
/// them with its variants. Returns `None` if all variants belong to one group, unless it is a group of arrays. Also
/// returns `None` if a variant cannot be assigned to a group, or if a group cannot be merged.
pub(super) fn of<'a>(merge: &mut Merge<'a>, schema: &'a Schema) -> Option<Groups> {
    let kind = &schema.schema_kind;
    let variants = schema::variants(kind);
    let are_distinct = variants.len() > 1 && json_types::of_variants(kind, merge.schemas).is_some();
    if are_distinct && !variants.iter().any(|slot| is_anonymous_union(merge, slot)) {
        let variants = variants.to_vec();
        return Some(Groups { variants, ..Groups::default() });
    }
    let mut slots = Vec::new();
    flatten(merge, kind, are_distinct, &mut vec![merge.name], &mut slots)?;
    let mut by_types: Vec<Group<'_, JsonType>> = Vec::new();
    for slot in slots {
        let types = json_types::of(slot, merge.schemas, &mut Vec::new())?;
        insert(slot, types.into_iter().map(JsonType::class).collect(), &mut by_types);
    }
    let is_of_arrays =
        |group: &Group<'_, JsonType>| group.keys == BTreeSet::from([JsonType::Array]);
    if by_types.len() < 2 && !by_types.iter().all(is_of_arrays) {
        return None;
    }
    let mut groups = Groups::default();
    for group in by_types {
        let variant = match group.slots.as_slice() {
            [only] => (*only).clone(),
            _ => merged(merge, schema, &group, &mut groups)?,
        };
        groups.variants.push(variant);
    }
    Some(groups)
}

/// Returns one schema for all variants of a union, including those of nested unions, if they are scalars of one type.
pub(super) fn of_scalars<'a>(merge: &Merge<'a>, schema: &'a Schema) -> Option<Schema> {
    let mut slots = Vec::new();
    flatten(merge, &schema.schema_kind, false, &mut vec![merge.name], &mut slots)?;
    let members: Vec<Member<'_>> =
        slots.iter().map(|slot| member(merge, slot)).collect::<Option<_>>()?;
    let mut scalar = variants::of_scalars(&members)?;
    scalar.schema_data.nullable = members.iter().any(|member| member.is_nullable);
    Some(scalar)
}

/// Collects the variants of a union. A variant that is itself a union without a discriminator is replaced by its own
/// variants. If `only_anonymous` is true, this applies only to anonymous variants. Returns `None` if one of these
/// unions contains itself or has other keywords.
fn flatten<'a>(
    merge: &Merge<'a>,
    kind: &'a SchemaKind,
    only_anonymous: bool,
    within: &mut Vec<&'a str>,
    slots: &mut Vec<&'a ReferenceOr<Schema>>,
) -> Option<()> {
    if !json_types::has_only_variants(kind) {
        return None;
    }
    for slot in schema::variants(kind) {
        let schema = schema::resolved(slot, merge.schemas)?;
        if !is_untagged_union(schema) || only_anonymous && !is_anonymous_union(merge, slot) {
            slots.push(slot);
            continue;
        }
        let name = schema::target(slot).filter(|name| !within.contains(name))?;
        within.push(name);
        flatten(merge, &schema.schema_kind, only_anonymous, within, slots)?;
        within.pop();
    }
    Some(())
}

/// Returns whether a variant is a union that was inline and has no discriminator, title or description.
fn is_anonymous_union(merge: &Merge<'_>, slot: &ReferenceOr<Schema>) -> bool {
    let is_inline = schema::target(slot).is_some_and(|name| merge.origins.0.contains_key(name));
    let schema = schema::resolved(slot, merge.schemas).filter(|_| is_inline);
    schema.is_some_and(|schema| {
        let data = &schema.schema_data;
        is_untagged_union(schema) && data.title.is_none() && data.description.is_none()
    })
}

/// Merges the variants of a group into one.
fn merged<'a>(
    merge: &mut Merge<'a>,
    union: &Schema,
    group: &Group<'a, JsonType>,
    groups: &mut Groups,
) -> Option<ReferenceOr<Schema>> {
    let members = group.slots.iter().map(|slot| member(merge, slot));
    let members: Vec<Member<'a>> = members.collect::<Option<_>>()?;
    let mut types = group.keys.iter();
    let only = types.next().filter(|_| types.next().is_none());
    if let Some(scalar) = variants::of_scalars(&members) {
        if values(&scalar).is_none() {
            return Some(ReferenceOr::Item(scalar));
        }
        let name = only.map_or("Value".to_owned(), |only| format!("{only:?}"));
        return Some(add(merge, &name, scalar));
    }
    match only? {
        JsonType::Array => array(merge, &members),
        JsonType::Object => object(merge, union, &group.slots, &members, groups),
        _ => None,
    }
}

/// Returns one array for all members. Its items have the item schema that all members share, or else a union of the
/// item schemas.
fn array(merge: &mut Merge<'_>, members: &[Member<'_>]) -> Option<ReferenceOr<Schema>> {
    let arrays = members.iter().map(|member| schema::array(member.schema));
    let arrays: Vec<&ArrayType> = arrays.collect::<Option<_>>()?;
    let kind = merge.array(&arrays, "Item", merge.origins.pointer(merge.name));
    Some(ReferenceOr::Item(schema::bare(kind)))
}

/// Adds a union of objects with a discriminator, or one object with all properties, and returns a reference to it.
fn object<'a>(
    merge: &mut Merge<'a>,
    union: &Schema,
    slots: &[&'a ReferenceOr<Schema>],
    members: &[Member<'a>],
    groups: &mut Groups,
) -> Option<ReferenceOr<Schema>> {
    let mut others = Vec::new();
    let one_of = slots.iter().copied().cloned().collect();
    let mut schema = schema::bare(SchemaKind::OneOf { one_of });
    let discriminator = match &union.schema_data.discriminator {
        Some(discriminator) => Some(of_the_objects(discriminator, merge.schemas)),
        None => match of_objects(merge, &schema, members)? {
            Objects::By(discriminator) => Some(discriminator),
            Objects::One(object, only_first) => {
                schema.schema_kind = SchemaKind::Type(Type::Object(*object));
                others = only_first;
                None
            }
        },
    };
    schema.schema_data.discriminator = discriminator;
    let slot = add(merge, "Object", schema);
    let name = schema::target(&slot);
    groups.first_requires.extend(name.map(|name| (name.to_owned(), others)));
    Some(slot)
}

/// Returns the discriminator without the values that are mapped to a JSON type other than `object`.
fn of_the_objects(discriminator: &Discriminator, schemas: &Schemas) -> Discriminator {
    let mut discriminator = discriminator.clone();
    discriminator.mapping.retain(|_, target| {
        let variant = schema::reference_to(schema::name(target));
        let types = json_types::of(&variant, schemas, &mut Vec::new());
        types.is_none_or(|types| types.contains(&JsonType::Object))
    });
    discriminator
}

/// Adds a named schema for the variants of one group and returns a reference to it.
fn add(merge: &mut Merge<'_>, suffix: &str, schema: Schema) -> ReferenceOr<Schema> {
    let pointer = merge.origins.pointer(merge.name);
    schema::reference_to(&merge.add(suffix, schema, pointer))
}
