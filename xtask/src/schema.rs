//! Functions that read or build a single schema.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::sync::LazyLock;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, ObjectType, ReferenceOr, Schema, SchemaData,
    SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};

/// The prefix of a reference to a named schema.
const SCHEMAS: &str = "#/components/schemas/";

/// The named schemas of a document.
pub(crate) type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Returns the text of a reference to the named schema.
pub(crate) fn reference(name: &str) -> String {
    format!("{SCHEMAS}{name}")
}

/// Creates a reference to the named schema.
pub(crate) fn reference_to(name: &str) -> ReferenceOr<Schema> {
    ReferenceOr::Reference { reference: reference(name) }
}

/// Returns the name of the schema that a reference points to.
pub(crate) fn name(reference: &str) -> &str {
    reference.strip_prefix(SCHEMAS).unwrap_or(reference)
}

/// Returns the name of the schema that a location refers to, either directly or through an `allOf` that annotates the
/// reference.
pub(crate) fn target<S: Borrow<Schema>>(slot: &ReferenceOr<S>) -> Option<&str> {
    match slot {
        ReferenceOr::Reference { reference } => Some(name(reference)),
        ReferenceOr::Item(schema) => only_member(schema.borrow()),
    }
}

/// Returns the name of the schema that an `allOf` refers to, if the `allOf` has no other member.
pub(crate) fn only_member(schema: &Schema) -> Option<&str> {
    let SchemaKind::AllOf { all_of } = &schema.schema_kind else { return None };
    let [ReferenceOr::Reference { reference }] = all_of.as_slice() else { return None };
    Some(name(reference))
}

/// Returns the schema that a location refers to, or the location's inline schema.
pub(crate) fn resolved<'a, S: Borrow<Schema>>(
    slot: &'a ReferenceOr<S>,
    schemas: &'a Schemas,
) -> Option<&'a Schema> {
    match target(slot) {
        Some(name) => named(name, schemas),
        None => slot.as_item().map(Borrow::borrow),
    }
}

/// Returns the named schema. If it is only a reference, returns the last schema in the chain of references. Does not
/// follow a reference that an `allOf` annotates.
pub(crate) fn named<'a>(name: &'a str, schemas: &'a Schemas) -> Option<&'a Schema> {
    let reference = |slot: &'a ReferenceOr<Schema>| match slot {
        ReferenceOr::Reference { reference } => Some(self::name(reference)),
        ReferenceOr::Item(_) => None,
    };
    schemas.get(last(name, schemas, reference))?.as_item()
}

/// Returns the name of the last schema in the chain of references that starts at the named schema. Also follows
/// references that an `allOf` annotates.
pub(crate) fn last_target<'a>(name: &'a str, schemas: &'a Schemas) -> &'a str {
    last(name, schemas, target)
}

/// Follows a chain of schemas, and returns the name of the last one. `next` returns the name of the schema that follows
/// a given schema. A chain that leads back to one of its schemas ends there.
fn last<'a>(
    name: &'a str,
    schemas: &'a Schemas,
    next: impl Fn(&'a ReferenceOr<Schema>) -> Option<&'a str>,
) -> &'a str {
    // Most schemas are not references, so the set usually stays empty and allocates no memory.
    let mut seen = HashSet::new();
    let mut last = name;
    while let Some(next) = schemas.get(last).and_then(&next) {
        last = next;
        if next == name || !seen.insert(next) {
            break;
        }
    }
    last
}

/// Returns the kind of a schema that allows any value.
pub(crate) fn any_kind() -> SchemaKind {
    SchemaKind::Any(AnySchema::default())
}

/// Returns the kind of a schema that refers to the named schema. This is an `allOf`, because OpenAPI 3.0 has no other
/// way to annotate a reference.
pub(crate) fn reference_kind(name: &str) -> SchemaKind {
    SchemaKind::AllOf { all_of: vec![reference_to(name)] }
}

/// Creates a schema without annotations.
pub(crate) fn bare(schema_kind: SchemaKind) -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind }
}

/// Returns the object that a schema itself describes, without the properties of its members and variants.
pub(crate) fn own_object(any: &AnySchema) -> ObjectType {
    ObjectType {
        properties: any.properties.clone(),
        required: any.required.clone(),
        additional_properties: any.additional_properties.clone(),
        min_properties: any.min_properties,
        max_properties: any.max_properties,
    }
}

/// Returns the object, if the schema has the type `object` and is neither composed nor a union.
pub(crate) fn object(schema: &Schema) -> Option<&ObjectType> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(object),
        _ => None,
    }
}

/// Returns the schema as an array, if it is one.
pub(crate) fn array(schema: &Schema) -> Option<&ArrayType> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Array(array)) => Some(array),
        _ => None,
    }
}

/// Returns the properties that the schema itself defines, without those of its members and variants.
pub(crate) fn own_properties(
    schema: &Schema,
) -> Option<&IndexMap<String, ReferenceOr<Box<Schema>>>> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(&object.properties),
        SchemaKind::Any(any) => Some(&any.properties),
        _ => None,
    }
}

/// Returns the schema of an object's additional properties, or `None` if `additionalProperties` is absent or `false`.
pub(crate) fn rest(object: &ObjectType) -> Option<SchemaRef<'_>> {
    match object.additional_properties.as_ref()? {
        AdditionalProperties::Any(allowed) => allowed.then(SchemaRef::any),
        AdditionalProperties::Schema(schema) => Some(schema.as_ref().into()),
    }
}

/// Returns whether values of the string must not appear in logs (`format: password`).
pub(crate) fn is_secret(string: &StringType) -> bool {
    string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Password)
}

/// Returns whether the string is the contents of a file (`format: binary`).
pub(crate) fn is_binary(string: &StringType) -> bool {
    string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
}

/// Returns the variants of a union: those of `oneOf`, or else those of `anyOf`. After the `simplify` pass, no schema
/// has both.
pub(crate) fn variants(kind: &SchemaKind) -> &[ReferenceOr<Schema>] {
    match kind {
        SchemaKind::OneOf { one_of: variants } | SchemaKind::AnyOf { any_of: variants } => variants,
        SchemaKind::Any(any) if any.one_of.is_empty() => &any.any_of,
        SchemaKind::Any(any) => &any.one_of,
        _ => &[],
    }
}

/// Returns the members of an `allOf`.
pub(crate) fn members(kind: &SchemaKind) -> &[ReferenceOr<Schema>] {
    match kind {
        SchemaKind::AllOf { all_of } => all_of,
        SchemaKind::Any(any) => &any.all_of,
        _ => &[],
    }
}

/// Returns whether a schema has members or variants.
pub(crate) fn is_composed(any: &AnySchema) -> bool {
    [&any.all_of, &any.one_of, &any.any_of].iter().any(|schemas| !schemas.is_empty())
}

/// Returns whether a schema has no type, no `enum`, no members and no variants.
pub(crate) fn is_untyped(any: &AnySchema) -> bool {
    any.typ.is_none() && any.enumeration.is_empty() && !is_composed(any)
}

/// Adds the annotations of another schema that describes the same value. Copies the description, the example and the
/// default, each only if `data` lacks it.
pub(crate) fn complete(data: &mut SchemaData, other: &SchemaData) {
    data.read_only |= other.read_only;
    data.write_only |= other.write_only;
    data.deprecated |= other.deprecated;
    data.description = data.description.take().or_else(|| other.description.clone());
    data.example = data.example.take().or_else(|| other.example.clone());
    data.default = data.default.take().or_else(|| other.default.clone());
}

/// Replaces the kind of the named schema at `index`.
pub(crate) fn set_kind(schemas: &mut Schemas, index: usize, kind: SchemaKind) {
    if let Some((_, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) {
        schema.schema_kind = kind;
    }
}

/// Boxes an inline schema. Leaves a reference unchanged.
pub(crate) fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

/// A schema or a reference to one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SchemaRef<'a> {
    /// The name of the schema that a reference points to.
    Name(&'a str),
    /// A schema.
    Schema(&'a Schema),
}

/// A schema that allows any value.
static ANY: LazyLock<Schema> = LazyLock::new(|| bare(any_kind()));

impl<'a> SchemaRef<'a> {
    /// Returns a schema that allows any value.
    pub(crate) fn any() -> Self {
        Self::Schema(&ANY)
    }

    /// Returns the annotations, or `None` for a reference.
    pub(crate) fn data(self) -> Option<&'a SchemaData> {
        match self {
            Self::Name(_) => None,
            Self::Schema(schema) => Some(&schema.schema_data),
        }
    }
}

impl<'a, S: Borrow<Schema>> From<&'a ReferenceOr<S>> for SchemaRef<'a> {
    fn from(schema: &'a ReferenceOr<S>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::Name(name(reference)),
            ReferenceOr::Item(schema) => Self::Schema(schema.borrow()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check for circular definitions does not detect such a chain, because lowering turns a union with a single
    /// variant into an `allOf` only after the check.
    #[test]
    fn a_chain_that_leads_back_to_itself_ends() {
        let schemas = [("A", "B"), ("B", "C"), ("C", "B")];
        let schemas: Schemas = schemas
            .into_iter()
            .map(|(name, next)| (name.to_owned(), ReferenceOr::Item(bare(reference_kind(next)))))
            .collect();
        assert_eq!(last_target("A", &schemas), "B");
        assert_eq!(last_target("B", &schemas), "B");
    }
}
