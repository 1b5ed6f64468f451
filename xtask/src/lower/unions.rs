//! Finds a discriminator for unions without one and merges variants.

use openapiv3::{Discriminator, ObjectType, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::{Map, Value};

use super::groups::{self, Groups};
use super::lineage::Lineage;
use super::merge::{Merge, add};
use super::variants::{self, DESCRIPTIONS, Member, Objects};
use super::{Lowered, Options};
use crate::visitor;

/// The maximum depth of merged items and properties. These can be unions, whose variants can have items and properties
/// again.
const MAX_DEPTH: usize = 6;

/// Converts a union without a `discriminator` to an equivalent form that can be decoded without
/// guessing:
///
/// - Enums become one enum with all values.
/// - Other scalars of one type become that type.
/// - Objects with a property whose values distinguish them become a union with that discriminator.
/// - Other objects become one object with all properties. A property is required if all objects
///   require it. [`Lowered::first_requires`] lists the other properties that the first object requires.
/// - If the variants have several JSON types, the variants of each type are merged in this way. Arrays become one array,
///   whose items are a union of the item schemas. A `discriminator` applies to the objects.
///
/// Any other union is left unchanged.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, first_requires, findings } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let mut pending: Vec<String> = schemas.keys().cloned().collect();
    let mut lineage = Lineage::default();
    for _ in 0..MAX_DEPTH {
        let (mut unions, mut added) = (Vec::new(), Vec::new());
        for (index, name, schema) in pending.iter().filter_map(|name| schemas.get_full(name)) {
            let Some(schema) = schema.as_item() else { continue };
            lineage.record(name, schema);
            let known = added.len();
            let mut merge = Merge::new(name, schemas, origins, findings, &mut added, &lineage);
            unions.extend(merged(&mut merge, schema).map(|merged| (index, merged)));
            added.iter().skip(known).for_each(|(new, ..)| lineage.descend(new, name));
        }
        for (index, (merged, is_nullable)) in unions {
            let Some((name, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) else {
                continue;
            };
            schema.schema_data.nullable |= is_nullable;
            first_requires.extend(apply(merged, name, schema));
        }
        pending = added.iter().map(|(name, ..)| name.clone()).collect();
        add(added, schemas, origins);
    }
}

/// Replaces the union. Returns, for each new object, the properties that the first variant requires but another variant
/// does not.
fn apply(merged: Merged, name: &str, schema: &mut Schema) -> Vec<(String, Vec<String>)> {
    match merged {
        Merged::Is(kind, descriptions) => {
            schema.schema_kind = *kind;
            if !descriptions.is_empty() {
                let extensions = &mut schema.schema_data.extensions;
                extensions.entry(DESCRIPTIONS.to_owned()).or_insert(descriptions.into());
            }
        }
        Merged::Object(object, others) => {
            schema.schema_kind = SchemaKind::Type(Type::Object(*object));
            if !others.is_empty() {
                return vec![(name.to_owned(), others)];
            }
        }
        Merged::By(discriminator) => schema.schema_data.discriminator = Some(discriminator),
        Merged::Types(Groups { variants, first_requires }) => {
            schema.schema_kind = SchemaKind::OneOf { one_of: variants };
            schema.schema_data.discriminator = None;
            return first_requires;
        }
    }
    Vec::new()
}

/// The equivalent form of a union.
enum Merged {
    /// A single schema, which replaces the union, and the descriptions of the values of an enum.
    Is(Box<SchemaKind>, Map<String, Value>),
    /// A single object, which replaces the union, and the properties that the first variant requires but the object
    /// does not.
    Object(Box<ObjectType>, Vec<String>),
    /// The union, with its discriminator.
    By(Discriminator),
    /// A union of variants with different JSON types.
    Types(Groups),
}

/// Returns the equivalent form, if there is one, and whether it can be `null`.
fn merged<'a>(merge: &mut Merge<'a>, schema: &'a Schema) -> Option<(Merged, bool)> {
    let members =
        visitor::variants(&schema.schema_kind).iter().map(|slot| variants::member(merge, slot));
    let members = members.collect::<Option<Vec<Member<'_>>>>().filter(|it| !it.is_empty())?;
    let is_nullable = members.iter().any(|member| member.is_nullable);
    let merged = if schema.schema_data.discriminator.is_some() {
        None
    } else {
        let scalar = variants::of_scalars(&members);
        let scalar =
            scalar.map(|kind| Merged::Is(Box::new(kind), variants::descriptions(&members)));
        scalar.or_else(|| match variants::of_objects(merge, schema, &members)? {
            Objects::One(object, others) => Some(Merged::Object(object, others)),
            Objects::By(discriminator) => Some(Merged::By(discriminator)),
        })
    };
    let merged = merged.or_else(|| {
        let groups = groups::of(merge, schema)?;
        match groups.variants.as_slice() {
            [ReferenceOr::Item(only)] => {
                Some(Merged::Is(Box::new(only.schema_kind.clone()), Map::new()))
            }
            _ => Some(Merged::Types(groups)),
        }
    })?;
    Some((merged, is_nullable))
}
