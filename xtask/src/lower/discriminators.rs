//! Makes a base and its children a tagged union.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};
use openapiv3::{Discriminator, OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use super::{Complaint, Options};
use crate::notes::{Note, Tag};
use crate::walk;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Replaces every schema with a `discriminator` by the `oneOf` of its children, and takes the
/// discriminator out of each child that it alone tells apart: such a child always has the same value
/// there, and a note keeps it.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let schemas = &mut document.components.get_or_insert_with(Default::default).schemas;
    let mut values: BTreeMap<(String, String), IndexSet<String>> = BTreeMap::new();
    for schema in schemas.values_mut().filter_map(walk::item_mut) {
        let Some(discriminator) = &mut schema.schema_data.discriminator else {
            continue;
        };
        complete(discriminator, &schema.schema_kind);
        for (value, reference) in &discriminator.mapping {
            let child = walk::schema_name(reference).to_owned();
            let property = discriminator.property_name.clone();
            values.entry((child, property)).or_default().insert(value.clone());
        }
        let children: IndexSet<&String> = discriminator.mapping.values().collect();
        let one_of = children.into_iter().map(|it| walk::schema_reference(walk::schema_name(it)));
        schema.schema_kind = SchemaKind::OneOf { one_of: one_of.collect() };
    }
    for ((child, property), values) in values {
        if let (Some(value), 1) = (values.first(), values.len()) {
            tag(schemas, &child, Tag { property, value: value.clone() });
        }
    }
    Ok(document)
}

/// Without a mapping, the name of a child is its value
/// ([OpenAPI 3.0.3, Discriminator Object](https://spec.openapis.org/oas/v3.0.3#discriminator-object)).
fn complete(discriminator: &mut Discriminator, kind: &SchemaKind) {
    let variants = match kind {
        SchemaKind::OneOf { one_of: variants } | SchemaKind::AnyOf { any_of: variants } => variants,
        SchemaKind::Any(any) => &any.one_of,
        _ => return,
    };
    for variant in variants {
        let ReferenceOr::Reference { reference } = variant else {
            continue;
        };
        if !discriminator
            .mapping
            .values()
            .any(|known| walk::schema_name(known) == walk::schema_name(reference))
        {
            let name = walk::schema_name(reference).to_owned();
            discriminator.mapping.insert(name, reference.clone());
        }
    }
}

fn tag(schemas: &mut Schemas, child: &str, tag: Tag) {
    let Some(ReferenceOr::Item(schema)) = schemas.get_mut(child) else {
        return;
    };
    let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind else {
        return;
    };
    object.properties.shift_remove(&tag.property);
    object.required.retain(|name| *name != tag.property);
    tag.write(&mut schema.schema_data.extensions);
}
