//! Merges the variants of a union that have the same JSON type.

use indexmap::IndexMap;
use openapiv3::{ArrayType, ReferenceOr, Schema, SchemaKind, Type};

use super::Origin;
use super::json_types::{self, JsonType};
use super::merge::{Merge, resolved, values};
use super::variants::{
    DESCRIPTIONS, Member, Objects, descriptions, member, of_objects, of_scalars,
};
use crate::visitor::{self, Schemas};

/// The variants of a union, one for each JSON type.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) variants: Vec<ReferenceOr<Schema>>,
    /// The properties that the first variant of each new object requires, but not every variant, by the name of the
    /// object.
    pub(super) first_requires: Vec<(String, Vec<String>)>,
}

/// Merges the variants that share a JSON type. Returns `None` if a variant has several types, if all variants have the
/// same type, or if the variants of one type cannot be merged.
pub(super) fn of<'a>(merge: &mut Merge<'a>, schema: &'a Schema) -> Option<Groups> {
    let kind = &schema.schema_kind;
    let variants = visitor::variants(kind);
    if variants.len() > 1 && json_types::of_variants(kind, merge.schemas).is_some() {
        let variants = variants.to_vec();
        return Some(Groups { variants, ..Groups::default() });
    }
    let mut slots = Vec::new();
    flatten(kind, merge.schemas, &mut vec![merge.name], &mut slots)?;
    let mut by_type: IndexMap<JsonType, Vec<&ReferenceOr<Schema>>> = IndexMap::new();
    for slot in slots {
        let types = json_types::of(slot, merge.schemas, &mut Vec::new())?;
        let mut classes = types.into_iter().map(JsonType::class);
        let first = classes.next()?;
        if classes.any(|it| it != first) {
            return None;
        }
        by_type.entry(first).or_default().push(slot);
    }
    if by_type.len() < 2 {
        return None;
    }
    let mut groups = Groups::default();
    for (json_type, slots) in by_type {
        let variant = match slots.as_slice() {
            [only] => (*only).clone(),
            slots => merged(merge, schema, json_type, slots, &mut groups)?,
        };
        groups.variants.push(variant);
    }
    Some(groups)
}

/// Collects the variants of a union, and those of the unions among them. Returns `None` if the union contains itself or
/// has other keywords.
fn flatten<'a>(
    kind: &'a SchemaKind,
    schemas: &'a Schemas,
    within: &mut Vec<&'a str>,
    slots: &mut Vec<&'a ReferenceOr<Schema>>,
) -> Option<()> {
    if !json_types::has_only_variants(kind) {
        return None;
    }
    for slot in visitor::variants(kind) {
        let schema = resolved(slot, schemas)?;
        let is_tagged = schema.schema_data.discriminator.is_some();
        if is_tagged || visitor::variants(&schema.schema_kind).is_empty() {
            slots.push(slot);
            continue;
        }
        let name = visitor::target(slot).filter(|name| !within.contains(name))?;
        within.push(name);
        flatten(&schema.schema_kind, schemas, within, slots)?;
        within.pop();
    }
    Some(())
}

/// Merges several variants that have this JSON type into one.
fn merged<'a>(
    merge: &mut Merge<'a>,
    union: &Schema,
    json_type: JsonType,
    slots: &[&'a ReferenceOr<Schema>],
    groups: &mut Groups,
) -> Option<ReferenceOr<Schema>> {
    let members = slots.iter().map(|slot| member(merge, slot));
    let members: Vec<Member<'a>> = members.collect::<Option<_>>()?;
    if let Some(kind) = of_scalars(&members) {
        return Some(scalar(merge, json_type, kind, &members));
    }
    match json_type {
        JsonType::Array => Some(array(merge, &members)),
        JsonType::Object => object(merge, union, slots, &members, groups),
        _ => None,
    }
}

fn scalar(
    merge: &mut Merge<'_>,
    json_type: JsonType,
    kind: SchemaKind,
    members: &[Member<'_>],
) -> ReferenceOr<Schema> {
    let mut schema = visitor::bare(kind);
    if values(&schema).is_none() {
        return ReferenceOr::Item(schema);
    }
    let descriptions = descriptions(members);
    if !descriptions.is_empty() {
        schema.schema_data.extensions.insert(DESCRIPTIONS.to_owned(), descriptions.into());
    }
    add(merge, &format!("{json_type:?}"), schema)
}

/// Returns an array whose items are a union of the members' item schemas.
fn array(merge: &mut Merge<'_>, members: &[Member<'_>]) -> ReferenceOr<Schema> {
    let items = members.iter().map(|member| match &member.schema.schema_kind {
        SchemaKind::Type(Type::Array(ArrayType { items: Some(items), .. })) => {
            items.clone().unbox()
        }
        _ => ReferenceOr::Item(visitor::bare(visitor::any_kind())),
    });
    let mut one_of: Vec<ReferenceOr<Schema>> = Vec::new();
    for item in items {
        if !one_of.contains(&item) {
            one_of.push(item);
        }
    }
    let items = match one_of.as_slice() {
        [only] => only.clone(),
        _ => add(merge, "Item", visitor::bare(SchemaKind::OneOf { one_of })),
    };
    let items = Some(visitor::boxed(items));
    let (min_items, max_items, unique_items) = (None, None, false);
    let array = ArrayType { items, min_items, max_items, unique_items };
    ReferenceOr::Item(visitor::bare(SchemaKind::Type(Type::Array(array))))
}

/// Returns a union of objects with a discriminator, or one object with all properties.
fn object<'a>(
    merge: &mut Merge<'a>,
    union: &Schema,
    slots: &[&'a ReferenceOr<Schema>],
    members: &[Member<'a>],
    groups: &mut Groups,
) -> Option<ReferenceOr<Schema>> {
    let mut others = Vec::new();
    let one_of = slots.iter().copied().cloned().collect();
    let mut schema = visitor::bare(SchemaKind::OneOf { one_of });
    let discriminator = match &union.schema_data.discriminator {
        Some(discriminator) => Some(discriminator.clone()),
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
    let name = visitor::target(&slot).filter(|_| !others.is_empty());
    groups.first_requires.extend(name.map(|name| (name.to_owned(), others)));
    Some(slot)
}

/// Adds a named schema for the variants of one type and returns a reference to it.
fn add(merge: &mut Merge<'_>, suffix: &str, schema: Schema) -> ReferenceOr<Schema> {
    let union = merge.name;
    let owner = merge.origins.0.get(union).map_or(union, |origin| &origin.owner).to_owned();
    let origin = Origin { pointer: merge.origins.pointer(union), owner };
    visitor::schema_reference(&merge.add(suffix, schema, origin))
}
