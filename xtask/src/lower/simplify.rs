//! Removes redundant wrappers and keywords from schemas.

use std::collections::BTreeMap;

use openapiv3::{AnySchema, ArrayType, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::scalars::enum_of;
use super::value_notes::{self, Notes};
use super::{Lowered, Options};
use crate::number::whole;
use crate::schema::{self, Schemas};
use crate::visitor;

/// Removes members of `allOf` that do not constrain the value, and `allOf` itself if a single inline schema is left. An
/// `allOf` around one reference is kept, because OpenAPI 3.0 needs it to annotate a reference. A union of a single
/// variant becomes an `allOf`, unless it has a discriminator, which can allow values that the document does not
/// describe. `type: object` next to `allOf` is dropped if there are no other keywords and the members imply it: if all
/// are inline, or if only one is left. Next to other references, it can exclude `null`.
///
/// Also gives a type to schemas whose keywords imply one, and to inline members and variants of a schema with a type
/// other than `object`. An `anyOf` next to a `oneOf` moves into `allOf`. An enum of scalars keeps only its values if it
/// is numeric, has no type, or composes other schemas. Lists that name or describe the values of an enum become maps
/// from values to texts. An enum that narrows another enum gets the names and descriptions of that enum's values.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    visitor::every_schema(&mut lowered.openapi, &mut |schema| {
        simplify(schema);
        type_parts(&mut schema.schema_kind);
        classify(&mut schema.schema_kind);
        value_notes::convert_lists(schema);
    });
    let notes = notes(visitor::schemas_mut(&mut lowered.openapi));
    visitor::every_schema(&mut lowered.openapi, &mut |schema| {
        drop_composed(schema, &notes);
        separate(&mut schema.schema_kind);
    });
}

fn simplify(schema: &mut Schema) {
    let SchemaKind::Any(any) = &mut schema.schema_kind else { return flatten(schema) };
    if !is_bare_composition(any) {
        return;
    }
    schema.schema_kind = SchemaKind::AllOf { all_of: std::mem::take(&mut any.all_of) };
    flatten(schema);
    if let SchemaKind::AllOf { all_of } = &mut schema.schema_kind
        && all_of.len() > 1
        && all_of.iter().any(|member| member.as_item().is_none())
    {
        let (typ, all_of) = (Some("object".to_owned()), std::mem::take(all_of));
        schema.schema_kind = SchemaKind::Any(AnySchema { typ, all_of, ..AnySchema::default() });
    }
}

/// Removes redundant members of `allOf`, and `allOf` itself if a single inline schema is left.
fn flatten(schema: &mut Schema) {
    loop {
        of_single_variant(schema);
        let SchemaKind::AllOf { all_of } = &mut schema.schema_kind else { return };
        let data = &mut schema.schema_data;
        all_of.retain(|member| match member {
            ReferenceOr::Item(member) if is_unconstrained(&member.schema_kind) => {
                schema::complete(data, &member.schema_data);
                data.nullable |= member.schema_data.nullable;
                false
            }
            _ => true,
        });
        let [ReferenceOr::Item(only)] = all_of.as_slice() else { return };
        let Schema { schema_data, schema_kind } = only.clone();
        let own = &mut schema.schema_data;
        schema::complete(own, &schema_data);
        own.nullable |= schema_data.nullable;
        own.discriminator = own.discriminator.take().or(schema_data.discriminator);
        schema.schema_kind = schema_kind;
    }
}

fn of_single_variant(schema: &mut Schema) {
    let (SchemaKind::AnyOf { any_of: variants } | SchemaKind::OneOf { one_of: variants }) =
        &mut schema.schema_kind
    else {
        return;
    };
    if variants.len() == 1 && schema.schema_data.discriminator.is_none() {
        schema.schema_kind = SchemaKind::AllOf { all_of: std::mem::take(variants) };
    }
}

/// Returns whether the schema has only `allOf` and `type: object`.
fn is_bare_composition(any: &AnySchema) -> bool {
    any.typ.as_deref() == Some("object") && !any.all_of.is_empty() && {
        let (typ, all_of) = (any.typ.clone(), any.all_of.clone());
        *any == AnySchema { typ, all_of, ..AnySchema::default() }
    }
}

/// Returns whether the schema allows every value.
pub(super) fn is_unconstrained(kind: &SchemaKind) -> bool {
    matches!(kind, SchemaKind::Any(any) if *any == AnySchema::default())
}

/// Gives the type of a composed schema to each inline member and variant that has neither a type nor an `enum`, members
/// or variants. Ignores the type `object`, because an untyped member of an object is treated as an object anyway.
fn type_parts(kind: &mut SchemaKind) {
    let SchemaKind::Any(any) = kind else { return };
    let Some(typ) = any.typ.as_deref().filter(|typ| *typ != "object") else { return };
    let parts = any.all_of.iter_mut().chain(&mut any.any_of).chain(&mut any.one_of);
    for part in parts.filter_map(visitor::item_mut) {
        let SchemaKind::Any(rules) = &part.schema_kind else { continue };
        if let Some(typed) = typed_rules(rules, typ).filter(|_| schema::is_untyped(rules)) {
            part.schema_kind = typed;
        }
    }
}

/// Returns rules that have no type as a schema of the type `name`.
pub(super) fn typed_rules(rules: &AnySchema, name: &str) -> Option<SchemaKind> {
    own_type(&SchemaKind::Any(AnySchema { typ: Some(name.to_owned()), ..rules.clone() }))
}

/// Returns the type and the rules of a schema, without its members and variants. Returns `None` if the schema has no
/// type, or the type `object`.
pub(super) fn own_type(kind: &SchemaKind) -> Option<SchemaKind> {
    let SchemaKind::Any(any) = kind else { return None };
    let mut own = any.clone();
    own.typ.as_deref().filter(|typ| *typ != "object")?;
    (own.all_of, own.any_of, own.one_of) = (Vec::new(), Vec::new(), Vec::new());
    let bounds =
        [("minimum", own.minimum), ("maximum", own.maximum), ("multipleOf", own.multiple_of)];
    let bounds =
        bounds.into_iter().filter_map(|(key, bound)| Some((key.to_owned(), number_value(bound?))));
    // `openapiv3` has no conversion from a schema with all keywords to a schema of one type.
    let mut own = serde_json::to_value(own).ok()?;
    own.as_object_mut()?.extend(bounds);
    let kind = serde_json::from_value(own).ok()?;
    matches!(kind, SchemaKind::Type(_)).then_some(kind)
}

/// Returns the notes about the values of each named enum and of each union of enums.
fn notes(schemas: &Schemas) -> BTreeMap<String, Notes> {
    let notes = schemas.iter().map(|(name, schema)| {
        let schema = schema.as_item();
        let variants = schema.map(|it| schema::variants(&it.schema_kind)).unwrap_or_default();
        let variants = variants.iter().filter_map(|slot| schema::resolved(slot, schemas));
        (name.clone(), value_notes::of(schema.into_iter().chain(variants)))
    });
    notes.filter(|(_, notes)| notes.iter().any(|(_, texts)| !texts.is_empty())).collect()
}

/// Drops the schemas that an enum composes, because they cannot add values. Keeps their notes about its values.
fn drop_composed(schema: &mut Schema, notes: &BTreeMap<String, Notes>) {
    let SchemaKind::Any(any) = &schema.schema_kind else { return };
    if !schema::is_composed(any) || !is_scalar(any) {
        return;
    }
    let composed = any.all_of.iter().chain(&any.one_of).chain(&any.any_of);
    let composed: Vec<String> =
        composed.filter_map(schema::target).map(ToOwned::to_owned).collect();
    schema.schema_kind = enum_of(any.enumeration.clone());
    value_notes::convert_lists(schema);
    for notes in composed.iter().filter_map(|name| notes.get(name)) {
        value_notes::add(&mut schema.schema_data, notes.clone());
    }
}

/// Moves an `anyOf` next to a `oneOf` into `allOf`, because later passes expect at most one union in each schema.
fn separate(kind: &mut SchemaKind) {
    let SchemaKind::Any(any) = kind else { return };
    if !any.one_of.is_empty() && !any.any_of.is_empty() {
        let any_of = std::mem::take(&mut any.any_of);
        any.all_of.push(ReferenceOr::Item(schema::bare(SchemaKind::AnyOf { any_of })));
    }
}

/// Normalizes enums, and schemas without a type.
fn classify(kind: &mut SchemaKind) {
    let typed = match kind {
        SchemaKind::Any(any) if any.enumeration.is_empty() => implied(any).map(SchemaKind::Type),
        SchemaKind::Any(any) if is_scalar(any) && !schema::is_composed(any) => {
            Some(enum_of(any.enumeration.clone()))
        }
        SchemaKind::Type(Type::Integer(integer)) => enumerated(&integer.enumeration),
        SchemaKind::Type(Type::Number(number)) => {
            let values: Vec<_> = number.enumeration.iter().map(|it| it.map(number_value)).collect();
            enumerated(&values)
        }
        _ => None,
    };
    if let Some(typed) = typed {
        *kind = typed;
    }
}

fn enumerated<T: Clone + Into<Value>>(values: &[Option<T>]) -> Option<SchemaKind> {
    let values: Vec<Value> = values.iter().flatten().map(|value| value.clone().into()).collect();
    (!values.is_empty()).then(|| enum_of(values))
}

/// Returns a number as JSON. A whole number becomes an integer, because servers write `2` and not `2.0`, and because
/// the bounds of integers are integers.
fn number_value(number: f64) -> Value {
    whole(number).map_or_else(|| number.into(), Value::from)
}

/// Returns whether all values of an enum are scalars, at least one of them is not `null`, and the schema has no
/// properties.
fn is_scalar(any: &AnySchema) -> bool {
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    any.enumeration.iter().all(is_scalar)
        && any.enumeration.iter().any(|value| !value.is_null())
        && any.properties.is_empty()
}

/// Infers the type of a schema without a `type` from its other keywords.
fn implied(any: &AnySchema) -> Option<Type> {
    let has_members = !any.properties.is_empty() || any.additional_properties.is_some();
    match (has_members, &any.items) {
        _ if any.typ.is_some() || schema::is_composed(any) => None,
        (true, None) => Some(Type::Object(schema::own_object(any))),
        (false, Some(items)) => Some(Type::Array(ArrayType {
            items: Some(items.clone()),
            min_items: any.min_items,
            max_items: any.max_items,
            unique_items: any.unique_items.unwrap_or_default(),
        })),
        _ => None,
    }
}
