//! Traverses an OpenAPI document.

mod operations;

use std::borrow::Cow;

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use crate::diagnostic::Pointer;
use crate::graph::Graph;
use crate::schema::{self, Schemas};
pub(crate) use operations::{
    OperationKey, Part, document_path, errors_mut, has_value, is_error, is_redirect, is_success,
    methods_mut, operation_slots, operations_mut, parameter_data_mut, split_operations, suffix,
    wire_path,
};

/// Returns the item, or `None` for a reference.
pub(crate) fn item_mut<T>(slot: &mut ReferenceOr<T>) -> Option<&mut T> {
    match slot {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
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
            Self::Boxed(slot) => **slot = schema::boxed(schema),
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
        names.push(schema::name(reference).to_owned());
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
