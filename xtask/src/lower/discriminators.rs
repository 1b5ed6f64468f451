//! Makes a base and its children a tagged union.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};
use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use super::{Complaint, Options};
use crate::notes::{Note, Tag};
use crate::walk;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Replaces every schema with a `discriminator` by the `oneOf` of its children, and takes the
/// discriminator out of each child that it alone tells apart: such a child always has the same value
/// there, and a note keeps it.
///
/// A union that nothing tells apart is any value: to guess would sometimes be wrong.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let schemas = &mut document.components.get_or_insert_with(Default::default).schemas;
    let mut tags: BTreeMap<String, IndexSet<Tag>> = BTreeMap::new();
    for schema in schemas.values_mut().filter_map(walk::item_mut) {
        let Some(discriminator) = &schema.schema_data.discriminator else {
            loosen(&mut schema.schema_kind);
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

fn loosen(kind: &mut SchemaKind) {
    *kind = match walk::variants(kind) {
        [] => return,
        [only] => SchemaKind::AllOf { all_of: vec![only.clone()] },
        _ => SchemaKind::Any(AnySchema::default()),
    };
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
