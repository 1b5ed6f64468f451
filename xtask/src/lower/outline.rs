//! Names what has no name.

use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options};
use crate::notes::{Note, Owner, Place, Wire};
use crate::walk::{self, Slot};

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Makes every object with properties, every enum, every union and every composition a named schema,
/// called after the way to it (`ExportJob` + `stateReason`), so that each Rust type stands for one
/// schema by name, and what a schema holds within itself comes to an end.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let components = document.components.get_or_insert_with(Default::default);
    let mut schemas = std::mem::take(&mut components.schemas);
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names {
        // The name stays taken while the schema is away.
        let Some(slot) = schemas.get_mut(&name) else { continue };
        let mut taken = std::mem::replace(slot, walk::schema_reference(&name));
        if let ReferenceOr::Item(schema) = &mut taken {
            let place = Place::of(&name, &schema.schema_data.extensions);
            let names = &mut Names { owner: &name, schemas: &mut schemas };
            outline_children(schema, &name, &place, names);
        }
        schemas.insert(name, taken);
    }
    for operation in walk::operations_mut(&mut document) {
        let id = operation.operation_id.clone().unwrap_or_default().to_upper_camel_case();
        let place = Wire::read(&operation.extensions).unwrap_or_default().pointer;
        for (part, slot) in walk::operation_slots(operation) {
            let names = &mut Names { owner: &id, schemas: &mut schemas };
            outline(slot, (&id, &part), &place, names);
        }
    }
    document.components.get_or_insert_with(Default::default).schemas = schemas;
    Ok(document)
}

/// Where the new names go, and the schema or operation within which they stand.
struct Names<'a> {
    owner: &'a str,
    schemas: &'a mut Schemas,
}

fn outline_children(schema: &mut Schema, name: &str, place: &str, names: &mut Names<'_>) {
    let ways = walk::ways(&schema.schema_kind);
    for ((part, mut slot), way) in walk::children(schema).into_iter().zip(ways) {
        let place = format!("{place}{way}");
        if !part.is_empty() {
            outline(slot, (name, &part), &place, names);
        } else if let Some(member) = slot.reborrow().schema() {
            outline_children(member, name, &place, names);
        }
    }
}

/// Names what stands here after its parent and the part of it.
fn outline(mut slot: Slot<'_>, way: (&str, &str), place: &str, names: &mut Names<'_>) {
    let Some(schema) = slot.reborrow().schema().filter(|schema| !is_plain(schema)) else {
        return;
    };
    let (parent, part) = way;
    let name = format!("{parent}{}", part.to_upper_camel_case());
    outline_children(schema, &name, place, names);
    if !deserves_a_name(schema) {
        return;
    }
    let any = Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Any(AnySchema::default()),
    };
    let mut schema = std::mem::replace(schema, any);
    Place(place.to_owned()).write(&mut schema.schema_data.extensions);
    let said_here = said_at_the_place(&schema.schema_data);
    let name = add(schema, &name, names);
    slot.fill(match said_here {
        None => walk::schema_reference(&name),
        Some(schema_data) => ReferenceOr::Item(Schema {
            schema_data,
            schema_kind: SchemaKind::AllOf { all_of: vec![walk::schema_reference(&name)] },
        }),
    });
}

/// Whether the value is neither named nor made of others.
fn is_plain(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => string.enumeration.is_empty(),
        SchemaKind::Type(kind) => !matches!(kind, Type::Object(_) | Type::Array(_)),
        _ => false,
    }
}

fn deserves_a_name(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::Type(Type::String(string)) => !string.enumeration.is_empty(),
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => true,
        SchemaKind::AllOf { all_of } => {
            !matches!(all_of.as_slice(), [ReferenceOr::Reference { .. }])
        }
        SchemaKind::Any(any) => {
            let members = [&any.all_of, &any.one_of, &any.any_of];
            !any.properties.is_empty() || members.iter().any(|it| !it.is_empty())
        }
        _ => false,
    }
}

/// What belongs to the place rather than to the type that stands there.
fn said_at_the_place(data: &SchemaData) -> Option<SchemaData> {
    let said = SchemaData {
        nullable: data.nullable,
        read_only: data.read_only,
        write_only: data.write_only,
        deprecated: data.deprecated,
        description: data.description.clone(),
        default: data.default.clone(),
        ..SchemaData::default()
    };
    (said != SchemaData::default()).then_some(said)
}

/// Adds the schema under the name, or under the name and the first number that is free.
fn add(mut schema: Schema, name: &str, Names { owner, schemas }: &mut Names<'_>) -> String {
    Owner((*owner).to_owned()).write(&mut schema.schema_data.extensions);
    schema.schema_data.nullable = false;
    schema.schema_data.default = None;
    let mut free = name.to_owned();
    let mut number = 2;
    while schemas.contains_key(&free) {
        free = format!("{name}{number}");
        number += 1;
    }
    schemas.insert(free.clone(), ReferenceOr::Item(schema));
    free
}
