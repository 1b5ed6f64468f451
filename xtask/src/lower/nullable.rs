//! Moves `nullable` from named schemas to their references.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Lowered, Options};
use crate::schema::{self, SchemaRef, Schemas};
use crate::visitor::{self, Part, Slot};

/// Moves `nullable` from each named schema to the properties, items, map values and successful responses that refer to
/// it. In Rust, a field can be an `Option`, but a model cannot. Other references, such as those of parameters and
/// request bodies, are left unchanged, because a caller can send a value other than `null`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let document = &mut lowered.openapi;
    let schemas = visitor::schemas_mut(document);
    let nullable = names(schemas);
    for schema in schemas.values_mut().filter_map(visitor::item_mut) {
        schema.schema_data.nullable = false;
    }
    for (_, operation) in visitor::operations_mut(&mut document.paths) {
        for (part, slot) in visitor::operation_slots(operation) {
            if part == Part::Response {
                mark(slot, &nullable);
            }
        }
    }
    visitor::every_schema(document, &mut |schema| {
        if matches!(schema.schema_kind, SchemaKind::Type(Type::Object(_) | Type::Array(_))) {
            for (_, slot) in visitor::children(schema) {
                mark(slot, &nullable);
            }
        }
    });
}

/// Returns the names of the schemas that can be `null`.
pub(super) fn names(schemas: &Schemas) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    loop {
        let known = names.len();
        // Schemas often refer to later ones.
        for (name, schema) in schemas.iter().rev() {
            if !names.contains(name) && is_nullable(schema, &names, schemas) {
                names.insert(name.clone());
            }
        }
        if names.len() == known {
            return names;
        }
    }
}

/// Returns whether a schema can be `null`: by itself, by one of its variants, or because its members allow it. A
/// reference can be `null` if its target is one of `names`.
pub(super) fn is_nullable<'a>(
    schema: impl Into<SchemaRef<'a>>,
    names: &BTreeSet<String>,
    schemas: &Schemas,
) -> bool {
    match schema.into() {
        SchemaRef::Name(name) => names.contains(name),
        SchemaRef::Schema(schema) => {
            let mut variants = schema::variants(&schema.schema_kind).iter();
            schema.schema_data.nullable
                || variants.any(|it| is_nullable(it, names, schemas))
                || have_nullable_members(schema, names, schemas)
        }
    }
}

/// Returns whether the members of an `allOf` allow `null`. Only those with a type can disallow it.
pub(super) fn have_nullable_members(
    schema: &Schema,
    names: &BTreeSet<String>,
    schemas: &Schemas,
) -> bool {
    let has_type = match &schema.schema_kind {
        SchemaKind::Any(any) => any.typ.is_some() || !any.enumeration.is_empty(),
        _ => false,
    };
    let is_typed = |slot: &&ReferenceOr<Schema>| {
        let target = schema::resolved(*slot, schemas).map(|it| &it.schema_kind);
        !matches!(target, Some(SchemaKind::Any(any)) if schema::is_untyped(any))
    };
    let mut members = schema::members(&schema.schema_kind).iter().filter(is_typed).peekable();
    !has_type && members.peek().is_some() && members.all(|it| is_nullable(it, names, schemas))
}

fn mark(mut slot: Slot<'_>, nullable: &BTreeSet<String>) {
    if let Some(reference) = slot.reference() {
        let name = schema::name(reference).to_owned();
        if nullable.contains(&name) {
            slot.fill(ReferenceOr::Item(Schema {
                schema_data: SchemaData { nullable: true, ..SchemaData::default() },
                schema_kind: schema::reference_kind(&name),
            }));
        }
    } else if let Some(schema) = slot.schema() {
        let target = schema::only_member(schema);
        schema.schema_data.nullable |= target.is_some_and(|name| nullable.contains(name));
    }
}
