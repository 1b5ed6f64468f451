//! Writes out what `allOf` composes.

use std::collections::BTreeMap;

use openapiv3::{
    AnySchema, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type,
};

use super::{Complaint, Options};
use crate::walk::{self, Slot};

type Named = BTreeMap<String, Schema>;

/// Replaces every `allOf` that composes objects by the one object that it means. A member that is a
/// base with a `discriminator` gives its own properties, never its children, so that a child that
/// names its base is finite.
///
/// An `allOf` around one reference, the way to say something of a reference in OpenAPI 3.0, stays.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let components = document.components.get_or_insert_with(Default::default);
    let named: Named = components
        .schemas
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), schema.as_item()?.clone())))
        .collect();
    walk::every_slot(&mut document, &mut |slot: Slot<'_>| {
        if let Some(schema) = slot.schema() {
            if composes(schema) {
                let object = flatten(schema, &named, &mut Vec::new());
                schema.schema_kind = SchemaKind::Type(Type::Object(object));
            } else {
                settle(schema);
            }
        }
    });
    Ok(document)
}

/// Whether there is something to write out: several members, or properties of its own beside one.
fn composes(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => {
            !matches!(all_of.as_slice(), [ReferenceOr::Reference { .. }])
        }
        SchemaKind::Any(any) => !any.all_of.is_empty(),
        _ => false,
    }
}

/// An object that says more than an object may is the engine's "anything"; the properties of a base
/// that also lists its children make it an object again.
fn settle(schema: &mut Schema) {
    let SchemaKind::Any(any) = &schema.schema_kind else {
        return;
    };
    let is_object =
        any.typ.as_deref().is_none_or(|typ| typ == "object") && !any.properties.is_empty();
    if is_object && schema.schema_data.discriminator.is_none() {
        schema.schema_kind = SchemaKind::Type(Type::Object(own(any)));
    }
}

/// Everything that an object must satisfy, its members first, so that what stands further out wins.
fn flatten(schema: &Schema, named: &Named, within: &mut Vec<String>) -> ObjectType {
    let (members, own) = match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => (all_of.as_slice(), ObjectType::default()),
        SchemaKind::Any(any) => (any.all_of.as_slice(), own(any)),
        SchemaKind::Type(Type::Object(object)) => (&[][..], object.clone()),
        _ => (&[][..], ObjectType::default()),
    };
    let mut whole = ObjectType::default();
    for member in members {
        match member {
            ReferenceOr::Item(schema) => merge(&mut whole, flatten(schema, named, within)),
            ReferenceOr::Reference { reference } => {
                let name = walk::schema_name(reference).to_owned();
                let Some(target) = named.get(&name).filter(|_| !within.contains(&name)) else {
                    continue;
                };
                within.push(name);
                merge(&mut whole, flatten(target, named, within));
                within.pop();
            }
        }
    }
    merge(&mut whole, own);
    whole
}

fn own(any: &AnySchema) -> ObjectType {
    ObjectType {
        properties: any.properties.clone(),
        required: any.required.clone(),
        additional_properties: any.additional_properties.clone(),
        min_properties: any.min_properties,
        max_properties: any.max_properties,
    }
}

fn merge(whole: &mut ObjectType, part: ObjectType) {
    for (name, property) in part.properties {
        match whole.properties.get_mut(&name) {
            Some(known) => *known = refine(known, property),
            None => {
                whole.properties.insert(name, property);
            }
        }
    }
    for name in part.required {
        if !whole.required.contains(&name) {
            whole.required.push(name);
        }
    }
    whole.additional_properties = part.additional_properties.or(whole.additional_properties.take());
}

/// A property that a child describes anew keeps what only its base says of it.
fn refine(
    base: &ReferenceOr<Box<Schema>>,
    child: ReferenceOr<Box<Schema>>,
) -> ReferenceOr<Box<Schema>> {
    let (ReferenceOr::Item(base), ReferenceOr::Item(mut child)) = (base, child.clone()) else {
        return child;
    };
    let SchemaData { description, example, .. } = base.schema_data.clone();
    let data = &mut child.schema_data;
    data.description = data.description.take().or(description);
    data.example = data.example.take().or(example);
    ReferenceOr::Item(child)
}
