//! Traverses an OpenAPI document.

mod operations;

use std::borrow::{Borrow, Cow};
use std::sync::LazyLock;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData,
    SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};

use crate::diagnostic::Pointer;
use crate::graph::Graph;
pub(crate) use operations::{
    OperationKey, Part, document_path, errors_mut, is_error, is_redirect, is_success, methods_mut,
    operation_slots, operations_mut, parameter_data_mut, split_operations, suffix, wire_path,
};

/// The prefix of a reference to a named schema.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// The named schemas of a document.
pub(crate) type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Creates a reference to the named schema.
pub(crate) fn schema_reference(name: &str) -> ReferenceOr<Schema> {
    ReferenceOr::Reference { reference: format!("{SCHEMAS}{name}") }
}

/// Returns the name of the schema that a reference points to.
pub(crate) fn schema_name(reference: &str) -> &str {
    reference.strip_prefix(SCHEMAS).unwrap_or(reference)
}

/// Returns the name of the schema that a location refers to, either directly or through an `allOf` that annotates the
/// reference.
pub(crate) fn target<S: Borrow<Schema>>(slot: &ReferenceOr<S>) -> Option<&str> {
    match slot {
        ReferenceOr::Reference { reference } => Some(schema_name(reference)),
        ReferenceOr::Item(schema) => only_member(schema.borrow()),
    }
}

/// Returns the name of the schema that an `allOf` refers to, if the reference is its only member.
pub(crate) fn only_member(schema: &Schema) -> Option<&str> {
    let SchemaKind::AllOf { all_of } = &schema.schema_kind else { return None };
    let [ReferenceOr::Reference { reference }] = all_of.as_slice() else { return None };
    Some(schema_name(reference))
}

/// Returns the kind of a schema that allows any value.
pub(crate) fn any_kind() -> SchemaKind {
    SchemaKind::Any(AnySchema::default())
}

/// Returns the kind of a schema that refers to the named schema. This is an `allOf`, because OpenAPI 3.0 has no other
/// way to annotate a reference.
pub(crate) fn reference_kind(name: &str) -> SchemaKind {
    SchemaKind::AllOf { all_of: vec![schema_reference(name)] }
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

/// Returns the variants of a union: those of `oneOf`, or else those of `anyOf`.
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

/// Returns whether a schema has neither a type nor an `enum`, members or variants.
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

/// Returns the item, or `None` for a reference.
pub(crate) fn item_mut<T>(slot: &mut ReferenceOr<T>) -> Option<&mut T> {
    match slot {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
    }
}

/// Boxes an inline schema. Leaves a reference unchanged.
pub(crate) fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

/// A location that contains a schema or a reference to one.
#[derive(Debug)]
pub(crate) enum Slot<'a> {
    /// An unboxed location, such as a member of `allOf` or the schema of a media type.
    Plain(&'a mut ReferenceOr<Schema>),
    /// A boxed location, such as a property of an object.
    Boxed(&'a mut ReferenceOr<Box<Schema>>),
}

impl Slot<'_> {
    /// Returns the reference, if there is one.
    pub(crate) fn reference(&mut self) -> Option<&mut String> {
        match self {
            Self::Plain(ReferenceOr::Reference { reference })
            | Self::Boxed(ReferenceOr::Reference { reference }) => Some(reference),
            _ => None,
        }
    }

    /// Returns the inline schema, if there is one.
    pub(crate) fn schema(&mut self) -> Option<&mut Schema> {
        match self {
            Self::Plain(ReferenceOr::Item(schema)) => Some(schema),
            Self::Boxed(ReferenceOr::Item(schema)) => Some(schema),
            _ => None,
        }
    }

    /// Writes `schema` to the location.
    pub(crate) fn fill(&mut self, schema: ReferenceOr<Schema>) {
        match self {
            Self::Plain(slot) => **slot = schema,
            Self::Boxed(slot) => **slot = boxed(schema),
        }
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
            ReferenceOr::Reference { reference } => Self::Name(schema_name(reference)),
            ReferenceOr::Item(schema) => Self::Schema(schema.borrow()),
        }
    }
}

/// The step from a schema to a subschema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// To a property.
    Property(&'a str),
    /// To the items of a list.
    Items,
    /// To the values of a map (`additionalProperties`).
    Values,
    /// To a member of `allOf`.
    AllOf(usize),
    /// To a variant of `oneOf`.
    OneOf(usize),
    /// To a variant of `anyOf`.
    AnyOf(usize),
}

impl Step<'_> {
    /// Returns the word that this step adds to the name of a subschema. The step to a member of `allOf` adds none,
    /// because the member is part of the outer schema.
    pub(crate) fn word(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Property(name) => Some((*name).into()),
            Self::Items => Some("Item".into()),
            Self::Values => Some("Value".into()),
            Self::OneOf(index) | Self::AnyOf(index) => Some(format!("Variant{}", index + 1).into()),
            Self::AllOf(_) => None,
        }
    }

    /// Returns the location to which this step leads from the schema at `pointer`.
    pub(crate) fn from(&self, pointer: &Pointer) -> Pointer {
        match self {
            Self::Property(name) => pointer.join(["properties", name]),
            Self::Items => pointer.join(["items"]),
            Self::Values => pointer.join(["additionalProperties"]),
            Self::AllOf(index) => pointer.join(["allOf", &index.to_string()]),
            Self::OneOf(index) => pointer.join(["oneOf", &index.to_string()]),
            Self::AnyOf(index) => pointer.join(["anyOf", &index.to_string()]),
        }
    }
}

/// Returns the direct subschemas of a schema, each with the step that leads to it.
pub(crate) fn children(schema: &mut Schema) -> Vec<(Step<'_>, Slot<'_>)> {
    let mut slots = Vec::new();
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            object_children(&mut object.properties, &mut object.additional_properties, &mut slots);
        }
        SchemaKind::Type(Type::Array(array)) => {
            slots.extend(array.items.iter_mut().map(|items| (Step::Items, Slot::Boxed(items))));
        }
        SchemaKind::Type(_) | SchemaKind::Not { .. } => {}
        SchemaKind::OneOf { one_of } => slots.extend(numbered(one_of, Step::OneOf)),
        SchemaKind::AnyOf { any_of } => slots.extend(numbered(any_of, Step::AnyOf)),
        SchemaKind::AllOf { all_of } => slots.extend(numbered(all_of, Step::AllOf)),
        SchemaKind::Any(any) => {
            object_children(&mut any.properties, &mut any.additional_properties, &mut slots);
            slots.extend(any.items.iter_mut().map(|items| (Step::Items, Slot::Boxed(items))));
            slots.extend(numbered(&mut any.one_of, Step::OneOf));
            slots.extend(numbered(&mut any.all_of, Step::AllOf));
            slots.extend(numbered(&mut any.any_of, Step::AnyOf));
        }
    }
    slots
}

fn object_children<'a>(
    properties: &'a mut IndexMap<String, ReferenceOr<Box<Schema>>>,
    additional: &'a mut Option<AdditionalProperties>,
    slots: &mut Vec<(Step<'a>, Slot<'a>)>,
) {
    let properties = properties.iter_mut();
    slots.extend(properties.map(|(name, slot)| (Step::Property(name), Slot::Boxed(slot))));
    if let Some(AdditionalProperties::Schema(values)) = additional {
        slots.push((Step::Values, Slot::Plain(values)));
    }
}

fn numbered<'a>(
    members: &'a mut [ReferenceOr<Schema>],
    step: fn(usize) -> Step<'a>,
) -> impl Iterator<Item = (Step<'a>, Slot<'a>)> {
    members.iter_mut().enumerate().map(move |(index, slot)| (step(index), Slot::Plain(slot)))
}

/// Calls `visit` with `slot` and with every location in its schema. Does not follow references.
pub(crate) fn below(mut slot: Slot<'_>, visit: &mut dyn FnMut(&mut Slot<'_>)) {
    visit(&mut slot);
    if let Some(schema) = slot.schema() {
        for (_, child) in children(schema) {
            below(child, visit);
        }
    }
}

/// Collects the names of the schemas that `slot` refers to, directly or in inline schemas for which `enter` returns
/// `true`.
pub(crate) fn references(
    mut slot: Slot<'_>,
    enter: &dyn Fn(&Schema) -> bool,
    names: &mut Vec<String>,
) {
    if let Some(reference) = slot.reference() {
        names.push(schema_name(reference).to_owned());
    } else if let Some(schema) = slot.schema().filter(|schema| enter(schema)) {
        for (_, child) in children(schema) {
            references(child, enter, names);
        }
    }
}

/// Returns a graph with an edge from each named schema to every schema that it refers to, directly or in inline schemas
/// for which `enter` returns `true`.
pub(crate) fn dependencies<'a>(
    schemas: impl Iterator<Item = (&'a String, &'a mut ReferenceOr<Schema>)>,
    enter: &dyn Fn(&Schema) -> bool,
) -> Graph {
    let dependencies = schemas.map(|(name, schema)| {
        let mut names = Vec::new();
        references(Slot::Plain(schema), enter, &mut names);
        (name.clone(), names)
    });
    dependencies.collect()
}

/// Calls `visit` with every location that contains a schema, in the named schemas and in the [`operation_slots`] of all
/// operations.
pub(crate) fn every_slot(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Slot<'_>)) {
    for (_, operation) in operations_mut(&mut document.paths) {
        for (_, slot) in operation_slots(operation) {
            below(slot, visit);
        }
    }
    for (_, schema) in schemas_mut(document) {
        below(Slot::Plain(schema), visit);
    }
}

/// Calls `visit` with every schema in the locations that [`every_slot`] visits.
pub(crate) fn every_schema(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Schema)) {
    every_slot(document, &mut |slot| {
        if let Some(schema) = slot.schema() {
            visit(schema);
        }
    });
}

/// Returns the named schemas of the document.
pub(crate) fn schemas_mut(document: &mut OpenAPI) -> &mut Schemas {
    &mut document.components.get_or_insert_default().schemas
}
