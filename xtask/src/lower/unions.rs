//! Finds a discriminator for unions without one, and unites variants.

mod groups;

use indexmap::{IndexMap, IndexSet};
use openapiv3::{Discriminator, ObjectType, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::{Map, Value};

use super::merge::{
    Alternative, Merge, add, common_scalar, enum_of, enumerated, extend, resolved, values,
};
use super::{Lowered, Options};
use crate::visitor::{self, Schemas};
use groups::Groups;

/// The extension that describes the values of an enum.
const DESCRIPTIONS: &str = "x-enumDescriptions";

/// The maximum depth of united arrays. Their items can be unions, which contain arrays again.
const MAX_DEPTH: usize = 4;

/// Converts a union without a `discriminator` to an equivalent form that can be decoded without
/// guessing:
///
/// - Enums become one enum with all values.
/// - Other scalars of one type become that type.
/// - Objects with a property whose values distinguish them become a union with that discriminator.
/// - Other objects become one object with all properties. A property is required if all objects
///   require it. [`Lowered::first_requires`] lists the other properties that the first object requires.
/// - If the variants have several JSON types, the variants of each type are united in this way. Arrays become one array,
///   whose items can be those of any of them. A `discriminator` applies to the objects.
///
/// Any other union is left unchanged.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, first_requires, findings } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let mut pending: Vec<String> = schemas.keys().cloned().collect();
    for _ in 0..MAX_DEPTH {
        let (mut unions, mut added) = (Vec::new(), Vec::new());
        for (index, name, schema) in pending.iter().filter_map(|name| schemas.get_full(name)) {
            let Some(schema) = schema.as_item() else { continue };
            let mut merge = Merge::new(name, schemas, origins, findings, &mut added);
            unions.extend(unite(&mut merge, schema).map(|united| (index, united)));
        }
        for (index, (united, is_nullable)) in unions {
            let Some((name, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) else {
                continue;
            };
            schema.schema_data.nullable |= is_nullable;
            first_requires.extend(apply(united, name, schema));
        }
        pending = added.iter().map(|(name, ..)| name.clone()).collect();
        add(added, schemas, origins);
    }
}

/// Replaces the union. Returns the properties that only the first variant of each new object requires.
fn apply(united: United, name: &str, schema: &mut Schema) -> Vec<(String, Vec<String>)> {
    match united {
        United::Is(kind, descriptions) => {
            schema.schema_kind = *kind;
            if !descriptions.is_empty() {
                let extensions = &mut schema.schema_data.extensions;
                extensions.entry(DESCRIPTIONS.to_owned()).or_insert(descriptions.into());
            }
        }
        United::Object(object, others) => {
            schema.schema_kind = SchemaKind::Type(Type::Object(*object));
            if !others.is_empty() {
                return vec![(name.to_owned(), others)];
            }
        }
        United::By(discriminator) => schema.schema_data.discriminator = Some(discriminator),
        United::Types(Groups { variants, first_requires }) => {
            schema.schema_kind = SchemaKind::OneOf { one_of: variants };
            schema.schema_data.discriminator = None;
            return first_requires;
        }
    }
    Vec::new()
}

/// The equivalent form of a union.
enum United {
    /// A single schema, which replaces the union, and the descriptions of the values of an enum.
    Is(Box<SchemaKind>, Map<String, Value>),
    /// A single object, which replaces the union, and the other properties that the first variant requires.
    Object(Box<ObjectType>, Vec<String>),
    /// The union, with its discriminator.
    By(Discriminator),
    /// A union of these variants, which have different JSON types.
    Types(Groups),
}

/// A variant, with the name of the schema that describes it.
struct Member<'a> {
    name: &'a str,
    schema: &'a Schema,
    is_nullable: bool,
}

/// Returns the equivalent form, and whether it can be `null`.
fn unite<'a>(merge: &mut Merge<'a>, schema: &'a Schema) -> Option<(United, bool)> {
    let variants = visitor::variants(&schema.schema_kind);
    let members = variants.iter().map(|slot| member(merge, slot));
    let members = members.collect::<Option<Vec<Member<'_>>>>().filter(|it| !it.is_empty())?;
    let is_nullable = members.iter().any(|member| member.is_nullable);
    let united = if schema.schema_data.discriminator.is_some() {
        None
    } else {
        let scalar = of_scalars(&members);
        let scalar = scalar.map(|kind| United::Is(Box::new(kind), descriptions(&members)));
        scalar.or_else(|| of_objects(merge, schema, &members))
    };
    let united = united.or_else(|| groups::of(merge, schema).map(United::Types))?;
    Some((united, is_nullable))
}

/// Resolves a variant of a union.
fn member<'a>(merge: &Merge<'a>, slot: &'a ReferenceOr<Schema>) -> Option<Member<'a>> {
    let schema = resolved(slot, merge.schemas)?;
    let annotated = slot.as_item().is_some_and(|it| it.schema_data.nullable);
    let is_nullable = annotated || schema.schema_data.nullable;
    Some(Member { name: visitor::target(slot).unwrap_or(merge.name), schema, is_nullable })
}

fn of_scalars(members: &[Member<'_>]) -> Option<SchemaKind> {
    let enums: Option<Vec<_>> = members.iter().map(|member| values(member.schema)).collect();
    if let Some(enums) = enums {
        let values: IndexSet<Value> = enums.into_iter().flatten().collect();
        return Some(enum_of(values.into_iter().collect()));
    }
    let schemas: Vec<&Schema> = members.iter().map(|member| member.schema).collect();
    common_scalar(&schemas).map(SchemaKind::Type)
}

/// Returns the descriptions of variants that have a single value.
fn descriptions(members: &[Member<'_>]) -> Map<String, Value> {
    let described = members.iter().filter_map(|member| {
        let description = member.schema.schema_data.description.as_ref()?;
        match values(member.schema)?.as_slice() {
            [Value::String(value)] => Some((value.clone(), description.as_str().into())),
            [value] => Some((value.to_string(), description.as_str().into())),
            _ => None,
        }
    });
    described.collect()
}

fn of_objects<'a>(
    merge: &mut Merge<'a>,
    schema: &Schema,
    members: &[Member<'a>],
) -> Option<United> {
    let own = match &schema.schema_kind {
        SchemaKind::Any(any) => visitor::own_object(any),
        _ => ObjectType::default(),
    };
    if members.len() == 1 && own == ObjectType::default() {
        return None;
    }
    let objects: Option<Vec<_>> = members
        .iter()
        .map(|it| Some(Alternative { name: it.name, object: merge.object(it.schema)? }))
        .collect();
    let objects = objects?;
    if let Some(discriminator) = infer(&objects, merge.schemas) {
        return Some(United::By(discriminator));
    }
    let mut whole = merge.alternatives(&objects);
    extend(&mut whole, own);
    let first = objects.into_iter().next().map(|it| it.object.required).unwrap_or_default();
    let others = first.into_iter().filter(|name| !whole.required.contains(name)).collect();
    Some(United::Object(Box::new(whole), others))
}

/// Returns the first property whose values distinguish the objects: the property is an enum of
/// strings in each object, and no value occurs twice.
fn infer(members: &[Alternative<'_>], schemas: &Schemas) -> Option<Discriminator> {
    let first = members.first()?;
    first.object.properties.keys().find_map(|property| {
        let mut mapping = IndexMap::new();
        for member in members {
            let values = values(enumerated(member.object.properties.get(property)?, schemas)?)?;
            for value in values {
                let reference = format!("{}{}", visitor::SCHEMAS, member.name);
                if mapping.insert(value.as_str()?.to_owned(), reference).is_some() {
                    return None;
                }
            }
        }
        let property_name = property.clone();
        Some(Discriminator { property_name, mapping, ..Discriminator::default() })
    })
}
