//! Replaces `allOf` with the composed object.

use openapiv3::{AnySchema, ArrayType, ReferenceOr, Schema, SchemaKind, Type};

use super::lineage::Lineage;
use super::merge::{Merge, add, array, combine, resolved};
use super::narrow::narrow;
use super::scalars::{common_scalar, values};
use super::simplify::own_type;
use super::{Finding, Lowered, Options, discriminators, json_types, warning};
use crate::diagnostic::Pointer;
use crate::graph::Graph;
use crate::visitor::{self, Schemas};

/// Replaces each `allOf` of objects with the single object that it describes. A base with a `discriminator` contributes
/// only its own properties to its variants, so a variant that refers to its base is finite. In all other cases, a union
/// contributes the properties of all its variants.
///
/// An `allOf` of scalars with a common type becomes a single scalar, one of lists becomes a single list, and an `allOf`
/// with its own type becomes that type. An `allOf` around one reference to an object becomes a separate type. An
/// `allOf` around any other reference, such as one to a union, is kept for the `aliases` pass. A type next to this
/// `allOf` is dropped if the target has the same type. Any other `allOf` is read as any JSON value.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    // If a union has a `discriminator`, its copy in `roots` has no variants, because they stay separate.
    let roots: Vec<_> = schemas.values().map(|it| it.as_item().and_then(root)).collect();
    let (mut composed, mut added) = (Vec::new(), Vec::new());
    let lineage = Lineage::default();
    let variants = variants(schemas);
    for (index, (name, root)) in schemas.keys().zip(&roots).enumerate() {
        let Some(root) = root else { continue };
        if is_alias_of_union(name, schemas, &variants) {
            continue;
        }
        let object =
            Merge::new(name, schemas, origins, findings, &mut added, &lineage).object(root);
        let kind = match object {
            Some(object) => SchemaKind::Type(Type::Object(object)),
            None if visitor::only_member(root).is_some() => continue,
            None => typed_reference(root, schemas)
                .or_else(|| narrowest(root, schemas))
                .unwrap_or_else(|| {
                    findings.push(no_object(name, &origins.pointer(name)));
                    visitor::any_kind()
                }),
        };
        composed.push((index, kind));
    }
    for (index, kind) in composed {
        visitor::set_kind(schemas, index, kind);
    }
    add(added, schemas, origins);
}

/// Returns a copy of the schema if it has an `allOf`. If it also has a discriminator, the copy has no variants.
fn root(schema: &Schema) -> Option<Schema> {
    let mut schema =
        Some(schema).filter(|it| !visitor::members(&it.schema_kind).is_empty())?.clone();
    if let (SchemaKind::Any(any), Some(_)) =
        (&mut schema.schema_kind, &schema.schema_data.discriminator)
    {
        any.one_of.clear();
        any.any_of.clear();
    }
    Some(schema)
}

/// Returns the names of the variants of each union.
fn variants(schemas: &Schemas) -> Graph {
    let unions = schemas.iter().map(|(name, schema)| {
        let schema = schema.as_item();
        let variants = schema.map(|it| visitor::variants(&it.schema_kind)).unwrap_or_default();
        let discriminator = schema.and_then(|it| it.schema_data.discriminator.as_ref());
        let mapped = discriminator.iter().flat_map(|it| it.mapping.values());
        let mapped = mapped.map(|reference| visitor::schema_name(reference));
        let names = variants.iter().filter_map(visitor::target).chain(mapped);
        (name.clone(), names.map(ToOwned::to_owned).collect())
    });
    unions.collect()
}

/// Returns whether a schema only refers to a union, and is not a variant of that union.
fn is_alias_of_union(name: &str, schemas: &Schemas, variants: &Graph) -> bool {
    let target = discriminators::target(name, schemas);
    let union = schemas.get(target).and_then(ReferenceOr::as_item);
    let is_union = union.is_some_and(|it| !visitor::variants(&it.schema_kind).is_empty());
    target != name && is_union && !variants.leads(target, name)
}

/// Returns the schema as an `allOf` around one reference, if the only other keyword is a type that the target also has.
fn typed_reference(schema: &Schema, schemas: &Schemas) -> Option<SchemaKind> {
    let SchemaKind::Any(any) = &schema.schema_kind else { return None };
    let [slot @ ReferenceOr::Reference { .. }] = any.all_of.as_slice() else { return None };
    let (typ, all_of) = (any.typ.clone(), any.all_of.clone());
    if *any != (AnySchema { typ, all_of: all_of.clone(), ..AnySchema::default() }) {
        return None;
    }
    let own = ReferenceOr::Item(visitor::bare(own_type(&schema.schema_kind)?));
    let types = |slot| json_types::of(slot, schemas, &mut Vec::new());
    (types(slot) == types(&own)).then_some(SchemaKind::AllOf { all_of })
}

/// Returns the scalar that all members describe: the enum with the fewest values, or else the last member with the
/// rules of the other members and of the schema itself. If the members have no common scalar type, returns the schema's
/// own type with the rules of the members. If the schema has no type, returns the [`list`] that all members describe.
fn narrowest(schema: &Schema, schemas: &Schemas) -> Option<SchemaKind> {
    let members = visitor::members(&schema.schema_kind).iter();
    let members = members.map(|slot| resolved(slot, schemas));
    let members: Vec<&Schema> = members.collect::<Option<_>>()?;
    let own = own_type(&schema.schema_kind);
    if common_scalar(&members).is_none() {
        let Some(mut kind) = own else { return list(schema, &members) };
        for member in members {
            combine(&mut kind, &member.schema_kind);
        }
        return Some(kind);
    }
    let enums = members.iter().filter_map(|member| Some((values(member)?.len(), member)));
    if let Some((_, member)) = enums.min_by_key(|(count, _)| *count) {
        return Some(member.schema_kind.clone());
    }
    // An integer is also a number, so an integer is preferred to the last member.
    let is_integer = |it: &&&Schema| matches!(it.schema_kind, SchemaKind::Type(Type::Integer(_)));
    let last = members.iter().rfind(is_integer).or_else(|| members.last());
    let mut kind = last?.schema_kind.clone();
    for other in members.iter().rev().map(|it| &it.schema_kind).chain(&own) {
        narrow(&mut kind, other);
    }
    Some(kind)
}

/// Returns the list that all members describe, with the bounds of all members and of the schema itself. A member
/// without a type can also have bounds.
fn list(schema: &Schema, members: &[&Schema]) -> Option<SchemaKind> {
    let own = match &schema.schema_kind {
        SchemaKind::Any(any) => AnySchema { all_of: Vec::new(), ..any.clone() },
        _ => AnySchema::default(),
    };
    let own = SchemaKind::Any(own);
    let kinds = members.iter().map(|it| &it.schema_kind).chain([&own]);
    let lists: Vec<SchemaKind> = kinds.map(bounded).collect::<Option<_>>()?;
    let is_list = members.iter().any(|member| array(member).is_some());
    let combined = lists.into_iter().reduce(|mut list, other| {
        combine(&mut list, &other);
        list
    });
    combined.filter(|_| is_list)
}

/// Returns the schema as a list, if it is a list, or if it has no type and allows lists.
fn bounded(kind: &SchemaKind) -> Option<SchemaKind> {
    match kind {
        SchemaKind::Type(Type::Array(_)) => Some(kind.clone()),
        SchemaKind::Any(any) if visitor::is_untyped(any) => {
            let list = ArrayType {
                items: any.items.clone(),
                min_items: any.min_items,
                max_items: any.max_items,
                unique_items: any.unique_items.unwrap_or_default(),
            };
            any.properties.is_empty().then_some(SchemaKind::Type(Type::Array(list)))
        }
        _ => None,
    }
}

fn no_object(name: &str, pointer: &Pointer) -> Finding {
    warning(
        pointer.join(["allOf"]),
        format!("`allOf` in `{name}` composes values that are not all objects"),
        format!("`{name}` is read as any JSON value"),
        "compose only objects, or use a reference to one schema",
    )
}
