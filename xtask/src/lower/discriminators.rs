//! Makes a base and its children a tagged union.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};
use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use super::{Lowered, Options};
use crate::notes::{Note, Place, Tag, Untyped};
use crate::walk;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Replaces every schema with a `discriminator` by the `oneOf` of its children, and takes the
/// discriminator out of each child that it alone tells apart: such a child always has the same value
/// there, and a note keeps it.
///
/// A union that nothing tells apart is any value: to guess would sometimes be wrong.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let schemas = &mut document.components.get_or_insert_with(Default::default).schemas;
    let mut tags: BTreeMap<String, IndexSet<Tag>> = BTreeMap::new();
    for (name, schema) in &mut *schemas {
        let Some(schema) = walk::item_mut(schema) else { continue };
        let Some(discriminator) = &schema.schema_data.discriminator else {
            loosen(name, schema);
            continue;
        };
        for (value, reference) in &discriminator.mapping {
            let property = discriminator.property_name.clone();
            let tag = Tag { property, value: value.clone() };
            tags.entry(walk::schema_name(reference).to_owned()).or_default().insert(tag);
        }
        let children: IndexSet<&str> =
            discriminator.mapping.values().map(|it| walk::schema_name(it)).collect();
        let one_of = children.into_iter().map(walk::schema_reference);
        schema.schema_kind = SchemaKind::OneOf { one_of: one_of.collect() };
    }
    for (child, tags) in tags {
        if let (Some(tag), 1) = (tags.first(), tags.len()) {
            take_tag(schemas, &child, tag);
        }
    }
    Ok(document)
}

fn loosen(name: &str, schema: &mut Schema) {
    schema.schema_kind = match walk::variants(&schema.schema_kind) {
        [] => return,
        [only] => SchemaKind::AllOf { all_of: vec![only.clone()] },
        _ => {
            no_telling(name, schema).write(&mut schema.schema_data.extensions);
            SchemaKind::Any(AnySchema::default())
        }
    };
}

fn no_telling(name: &str, schema: &Schema) -> Untyped {
    let place = Place::of(name, &schema.schema_data.extensions);
    let keyword = match &schema.schema_kind {
        SchemaKind::AnyOf { .. } => "anyOf",
        SchemaKind::Any(any) if any.one_of.is_empty() => "anyOf",
        _ => "oneOf",
    };
    Untyped {
        pointer: format!("{place}/{keyword}"),
        what: format!("`{name}` is any value: nothing tells the variants of the union apart"),
        help: "add a `discriminator`, or a property that has other values in each variant"
            .to_owned(),
    }
}

fn take_tag(schemas: &mut Schemas, child: &str, tag: &Tag) {
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
