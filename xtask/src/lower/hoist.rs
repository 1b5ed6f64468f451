//! Turns inline schemas into named schemas.

use std::borrow::Cow;

use heck::ToUpperCamelCase as _;
use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options, Origin, Origins, variant_names};
use crate::diagnostic::Pointer;
use crate::free_name::free_name;
use crate::schema::{self, Schemas};
use crate::visitor::{self, Slot, Step};

/// Gives a name to each inline enum, union, `allOf` and object with properties. The name consists of the owner and the
/// properties that lead to the schema, as in `ExportJobStateReason`. The owner is a named schema or an operation. Names
/// inline objects in a union after the value, property or title that distinguishes them. Every Rust type then has a
/// name, and schemas contain no nested types.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, .. } = lowered;
    let OpenAPI { paths, components, .. } = openapi;
    let schemas = &mut components.get_or_insert_default().schemas;
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names {
        // The name remains reserved while the schema is outside the map.
        let Some(slot) = schemas.get_mut(&name) else { continue };
        let mut taken = std::mem::replace(slot, schema::reference_to(&name));
        if let ReferenceOr::Item(schema) = &mut taken {
            let pointer = origins.pointer(&name);
            let mut hoist = Hoist { owner: &name, schemas, origins };
            hoist.children(schema, &name, &pointer);
        }
        schemas.insert(name, taken);
    }
    for (key, operation) in visitor::operations_mut(paths) {
        let id = operation.operation_id.clone().unwrap_or_default();
        let id = format!("{id}{}", visitor::suffix(key.path)).to_upper_camel_case();
        let pointer = key.pointer();
        for (part, slot) in visitor::operation_slots(operation) {
            let mut hoist = Hoist { owner: &id, schemas, origins };
            hoist.slot(slot, &format!("{id}{}", part.word().to_upper_camel_case()), &pointer);
        }
    }
}

/// The schema, operation or component whose inline schemas are named, and the destination of the named schemas.
pub(super) struct Hoist<'a> {
    pub(super) owner: &'a str,
    pub(super) schemas: &'a mut Schemas,
    pub(super) origins: &'a mut Origins,
}

impl Hoist<'_> {
    fn children(&mut self, schema: &mut Schema, name: &str, pointer: &Pointer) {
        let variants = variant_names::words(schema, name);
        for (step, mut slot) in visitor::children(schema) {
            let pointer = step.from(pointer);
            let word = match step {
                Step::OneOf(index) | Step::AnyOf(index) => variants.get(index).cloned().flatten(),
                _ => None,
            };
            if let Some(word) = word.map(Cow::from).or_else(|| step.word()) {
                self.slot(slot, &format!("{name}{}", word.to_upper_camel_case()), &pointer);
            } else if let Some(member) = slot.schema() {
                self.children(member, name, &pointer);
            }
        }
    }

    /// Moves the schema in `slot` to the named schemas if it needs a name, and leaves a reference to it. Does the same
    /// for the schemas that it contains.
    pub(super) fn slot(&mut self, mut slot: Slot<'_>, name: &str, pointer: &Pointer) {
        let Some(schema) = slot.schema().filter(|schema| !is_scalar(schema)) else {
            return;
        };
        self.children(schema, name, pointer);
        if !needs_name(schema) {
            return;
        }
        let schema = std::mem::replace(schema, schema::bare(schema::any_kind()));
        let annotations = annotations(&schema.schema_data);
        let name = self.add(schema, name, pointer);
        slot.fill(match annotations {
            None => schema::reference_to(&name),
            Some(schema_data) => ReferenceOr::Item(Schema {
                schema_data,
                schema_kind: schema::reference_kind(&name),
            }),
        });
    }

    /// Adds the schema under `name`, with a number appended if the name is taken. Removes `nullable` and the default,
    /// which belong to the location. Returns the final name.
    fn add(&mut self, mut schema: Schema, name: &str, pointer: &Pointer) -> String {
        schema.schema_data.nullable = false;
        schema.schema_data.default = None;
        let free = free_name(name, |name| !self.schemas.contains_key(name));
        let origin = Origin { pointer: pointer.clone(), owner: self.owner.to_owned() };
        self.origins.0.insert(free.clone(), origin);
        self.schemas.insert(free.clone(), ReferenceOr::Item(schema));
        free
    }
}

/// Returns whether the schema needs no name and contains no other schema.
fn is_scalar(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => string.enumeration.is_empty(),
        SchemaKind::Type(kind) => !matches!(kind, Type::Object(_) | Type::Array(_)),
        _ => false,
    }
}

fn needs_name(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::Type(Type::String(string)) => !string.enumeration.is_empty(),
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => true,
        SchemaKind::AllOf { all_of } => {
            !matches!(all_of.as_slice(), [ReferenceOr::Reference { .. }])
        }
        SchemaKind::Any(any) => {
            !any.properties.is_empty() || !any.enumeration.is_empty() || schema::is_composed(any)
        }
        _ => false,
    }
}

/// Returns the annotations that the location keeps, or `None` if there are none. The type keeps a copy of all of them
/// except `nullable` and the default.
fn annotations(data: &SchemaData) -> Option<SchemaData> {
    let own = SchemaData {
        nullable: data.nullable,
        read_only: data.read_only,
        write_only: data.write_only,
        deprecated: data.deprecated,
        description: data.description.clone(),
        default: data.default.clone(),
        ..SchemaData::default()
    };
    (own != SchemaData::default()).then_some(own)
}
