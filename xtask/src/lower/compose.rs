//! Replaces `allOf` with the composed object.

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type};

use super::lineage::Lineage;
use super::merge::{Merge, add, combine};
use super::nullable::{self, have_nullable_members};
use super::scalars::{common_scalar, values};
use super::simplify::{own_type, typed_rules};
use super::{Finding, Lowered, Options, json_types, value_notes, warning};
use crate::diagnostic::Pointer;
use crate::graph::Graph;
use crate::schema::{self, Schemas};
use crate::visitor;

/// Replaces each `allOf` of objects with the single object that it describes. A base with a `discriminator` contributes
/// only its own properties to its variants, so a variant that refers to its base is finite. In all other cases, a union
/// contributes the properties of all its variants.
///
/// An `allOf` of scalars with a common type becomes a single scalar, and an `allOf` of lists becomes a single list. An
/// `allOf` with its own type becomes that type. An enum gets the names and descriptions that its direct members specify
/// for the values. An `allOf` around one reference to an object becomes a separate type. An `allOf` around any other
/// reference, such as one to a union, is kept for the `aliases` pass. A type next to this `allOf` is dropped if the
/// target has the same type. Any other `allOf` is read as any JSON value. A schema can be `null` if all members with a
/// type can be `null`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    // If a union has a `discriminator`, its copy in `roots` has no variants, because they stay separate.
    let roots: Vec<_> = schemas.values().map(|it| it.as_item().and_then(root)).collect();
    let (mut composed, mut added) = (Vec::new(), Vec::new());
    let lineage = Lineage::default();
    let (variants, nullable) = (variants(schemas), nullable::names(schemas));
    for (index, (name, root)) in schemas.keys().zip(&roots).enumerate() {
        let Some(root) = root else { continue };
        if is_alias_of_union(name, schemas, &variants) {
            continue;
        }
        let object = Merge::new(name, schemas, &nullable, origins, findings, &mut added, &lineage)
            .object(root);
        let kind = match object {
            Some(object) => SchemaKind::Type(Type::Object(object)),
            None if schema::only_member(root).is_some() => continue,
            None => typed_reference(root, schemas)
                .or_else(|| narrowest(root, schemas))
                .unwrap_or_else(|| {
                    findings.push(no_object(name, &origins.pointer(name)));
                    schema::any_kind()
                }),
        };
        let members = schema::members(&root.schema_kind).iter();
        let members = members.filter_map(|slot| schema::resolved(slot, schemas));
        let is_nullable = have_nullable_members(root, &nullable, schemas);
        composed.push((index, kind, is_nullable, value_notes::of(members)));
    }
    for (index, kind, is_nullable, notes) in composed {
        if let Some((_, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) {
            schema.schema_kind = kind;
            schema.schema_data.nullable |= is_nullable;
            value_notes::add(&mut schema.schema_data, notes);
        }
    }
    add(added, schemas, origins);
}

/// Returns a copy of the schema if it has an `allOf`. If it also has a discriminator, the copy has no variants.
fn root(schema: &Schema) -> Option<Schema> {
    let mut schema =
        Some(schema).filter(|it| !schema::members(&it.schema_kind).is_empty())?.clone();
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
        let variants = schema.map(|it| schema::variants(&it.schema_kind)).unwrap_or_default();
        let discriminator = schema.and_then(|it| it.schema_data.discriminator.as_ref());
        let mapped = discriminator.iter().flat_map(|it| it.mapping.values());
        let mapped = mapped.map(|reference| schema::name(reference));
        let names = variants.iter().filter_map(schema::target).chain(mapped);
        (name.clone(), names.map(ToOwned::to_owned).collect())
    });
    unions.collect()
}

/// Returns whether a schema only refers to a union, and is not a variant of that union.
fn is_alias_of_union(name: &str, schemas: &Schemas, variants: &Graph) -> bool {
    let target = schema::last_target(name, schemas);
    let union = schemas.get(target).and_then(ReferenceOr::as_item);
    let is_union = union.is_some_and(|it| !schema::variants(&it.schema_kind).is_empty());
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
    let own = ReferenceOr::Item(schema::bare(own_type(&schema.schema_kind)?));
    let types = |slot| json_types::of(slot, schemas, &mut Vec::new());
    (types(slot) == types(&own)).then_some(SchemaKind::AllOf { all_of })
}

/// Returns the scalar or the list that all members describe. If some members are enums, this is the enum with the
/// fewest values. Otherwise, it is the last member, or the last integer if there are also other numbers. The rules of
/// the other members and of the schema itself are added to it. A member without a type contributes only its rules. If
/// the members have no common type, returns the schema's own type with the rules of the members. Returns `None` if the
/// schema has no type either.
fn narrowest(schema: &Schema, schemas: &Schemas) -> Option<SchemaKind> {
    let members = schema::members(&schema.schema_kind).iter();
    let members = members.map(|slot| schema::resolved(slot, schemas));
    let members: Vec<&Schema> = members.collect::<Option<_>>()?;
    let typed = members.iter().copied().filter(|member| rules(&member.schema_kind).is_none());
    let typed: Vec<&Schema> = typed.collect();
    let scalar = common_scalar(&typed).map(SchemaKind::Type);
    if scalar.is_some() {
        let enums = members.iter().filter_map(|member| Some((values(member)?.len(), member)));
        if let Some((_, member)) = enums.min_by_key(|(count, _)| *count) {
            return Some(member.schema_kind.clone());
        }
    }
    let own = own_type(&schema.schema_kind);
    let is_list = typed.iter().all(|member| schema::array(member).is_some());
    let list = typed.first().filter(|_| is_list).map(|member| &member.schema_kind);
    let common = scalar.as_ref().or(list).or(own.as_ref());
    let common = common.and_then(type_name)?;
    let own = own.unwrap_or_else(|| match &schema.schema_kind {
        SchemaKind::Any(any) => SchemaKind::Any(AnySchema { all_of: Vec::new(), ..any.clone() }),
        _ => schema::any_kind(),
    });
    let kinds = [&own].into_iter().chain(members.iter().map(|member| &member.schema_kind));
    let kinds = kinds.map(|kind| match rules(kind) {
        // A bound with a fraction also applies to an integer.
        Some(rules) => typed_rules(rules, common).or_else(|| typed_rules(rules, "number")),
        None => Some(kind.clone()),
    });
    let mut kinds: Vec<SchemaKind> = kinds.collect::<Option<_>>()?;
    // An integer is also a number, so an integer is preferred to the last number.
    let is_integer = |it: &SchemaKind| common == "number" && type_name(it) == Some("integer");
    let integer = kinds.iter().rposition(is_integer);
    let other = || kinds.iter().rposition(|it| type_name(it) == Some(common));
    let mut kind = kinds.remove(integer.or_else(other)?);
    for other in kinds.iter().rev() {
        combine(&mut kind, other);
    }
    Some(kind)
}

/// Returns the schema if it has rules but no type.
fn rules(kind: &SchemaKind) -> Option<&AnySchema> {
    match kind {
        SchemaKind::Any(any) if schema::is_untyped(any) => Some(any),
        _ => None,
    }
}

fn type_name(kind: &SchemaKind) -> Option<&'static str> {
    let SchemaKind::Type(kind) = kind else { return None };
    match kind {
        Type::String(_) => Some("string"),
        Type::Number(_) => Some("number"),
        Type::Integer(_) => Some("integer"),
        Type::Boolean(_) => Some("boolean"),
        Type::Array(_) => Some("array"),
        Type::Object(_) => None,
    }
}

fn no_object(name: &str, pointer: &Pointer) -> Finding {
    warning(
        pointer.join(["allOf"]),
        format!("the schemas that `{name}` combines have no common type"),
        format!("`{name}` is read as any JSON value"),
        "give these schemas the same type",
    )
}
