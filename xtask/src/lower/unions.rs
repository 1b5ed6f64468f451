//! Finds discriminators for unions that have none, and merges variants.

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};

use super::groups::{self, FirstRequires, Groups};
use super::lineage::Lineage;
use super::merge::{Merge, add};
use super::narrow::narrow;
use super::nullable;
use super::scalars::values;
use super::simplify::own_type;
use super::variants::{self, Member, Objects};
use super::{Lowered, Options};
use crate::schema;
use crate::visitor;

/// The maximum depth of merged items and properties. Merged items and properties can be unions, and their variants can
/// in turn have items and properties to merge.
const MAX_DEPTH: usize = 6;

/// Converts a union to an equivalent form that can be decoded without guessing. If the union has a `discriminator`,
/// only the last of these rules applies:
///
/// - Enums become one enum with all values, also in nested unions.
/// - Other scalars of one type become that type with the union's own rules, also in nested unions.
/// - A union with its own type, other than `object`, becomes that type.
/// - Objects with a property whose values distinguish them become a union with that discriminator.
/// - Other objects become one object with all properties. A property is required if all objects require it.
///   [`Lowered::first_requires`] lists the other properties that the first object requires.
/// - If the variants have several JSON types, the variants of each type are merged in this way. Arrays become one
///   array, whose items are a union of the item schemas. A `discriminator` applies to the objects.
///
/// Any other union is left unchanged.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, first_requires, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let mut pending: Vec<String> = schemas.keys().cloned().collect();
    let mut lineage = Lineage::default();
    for _ in 0..MAX_DEPTH {
        let (mut unions, mut added) = (Vec::new(), Vec::new());
        let nullable = nullable::names(schemas);
        for (index, name, schema) in pending.iter().filter_map(|name| schemas.get_full(name)) {
            let Some(schema) = schema.as_item() else { continue };
            lineage.record(name, schema);
            let known = added.len();
            let mut merge =
                Merge::new(name, schemas, &nullable, origins, findings, &mut added, &lineage);
            unions.extend(merged(&mut merge, schema).map(|merged| (index, merged)));
            added.iter().skip(known).for_each(|(new, ..)| lineage.descend(new, name));
        }
        for (index, (merged, requires)) in unions {
            if let Some((_, schema)) = schemas.get_index_mut(index) {
                *schema = ReferenceOr::Item(merged);
            }
            first_requires.extend(requires.into_iter().filter(|(_, names)| !names.is_empty()));
        }
        pending = added.iter().map(|(name, ..)| name.clone()).collect();
        add(added, schemas, origins);
    }
}

/// Returns the equivalent form, if there is one. Also returns, for each new object, the properties that the first
/// variant requires but another variant does not.
fn merged<'a>(merge: &mut Merge<'a>, schema: &'a Schema) -> Option<(Schema, FirstRequires)> {
    let members =
        schema::variants(&schema.schema_kind).iter().map(|slot| variants::member(merge, slot));
    let members = members.collect::<Option<Vec<Member<'_>>>>().filter(|it| !it.is_empty())?;
    let mut whole = schema.clone();
    let data = &mut whole.schema_data;
    data.nullable |= members.iter().any(|member| member.is_nullable);
    let is_tagged = data.discriminator.is_some();
    let scalar = variants::of_scalars(&members).or_else(|| groups::of_scalars(merge, schema));
    if let Some(scalar) = scalar.filter(|_| !is_tagged) {
        let own = own_type(&schema.schema_kind).filter(|_| values(&scalar).is_none());
        whole.schema_kind = scalar.schema_kind;
        if let Some(own) = own {
            narrow(&mut whole.schema_kind, &own);
        }
        data.nullable |= scalar.schema_data.nullable;
        for (name, value) in scalar.schema_data.extensions {
            data.extensions.entry(name).or_insert(value);
        }
        return Some((whole, Vec::new()));
    }
    if let Some(own) = own_type(&schema.schema_kind).filter(|_| !is_tagged) {
        whole.schema_kind = own;
        return Some((whole, Vec::new()));
    }
    let objects = if is_tagged { None } else { variants::of_objects(merge, schema, &members) };
    match objects {
        Some(Objects::One(object, others)) => {
            whole.schema_kind = SchemaKind::Type(Type::Object(*object));
            Some((whole, vec![(merge.name.to_owned(), others)]))
        }
        Some(Objects::By(discriminator)) => {
            data.discriminator = Some(discriminator);
            Some((whole, Vec::new()))
        }
        None => {
            let Groups { variants, first_requires } = groups::of(merge, schema)?;
            data.discriminator = None;
            whole.schema_kind = match variants.as_slice() {
                [ReferenceOr::Item(only)] => only.schema_kind.clone(),
                _ => SchemaKind::OneOf { one_of: variants },
            };
            Some((whole, first_requires))
        }
    }
}
