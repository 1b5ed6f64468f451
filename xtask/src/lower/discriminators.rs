//! Converts a base and its children to a tagged union.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};
use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Finding, Lowered, Options, warning};
use crate::visitor;

/// Replaces each schema with a `discriminator` by the `oneOf` of its children. Removes the
/// discriminator from children where its value is constant ([`tags`]).
///
/// A union without a discriminator becomes any value, because guessing a variant would sometimes be
/// wrong.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings } = lowered;
    let schemas = &mut openapi.components.get_or_insert_with(Default::default).schemas;
    for (name, schema) in &mut *schemas {
        let Some(schema) = visitor::item_mut(schema) else { continue };
        if let Some(discriminator) = &schema.schema_data.discriminator {
            let children = discriminator.mapping.values().map(|it| visitor::schema_name(it));
            let children: IndexSet<&str> = children.collect();
            let one_of = children.into_iter().map(visitor::schema_reference).collect();
            schema.schema_kind = SchemaKind::OneOf { one_of };
            continue;
        }
        match visitor::variants(&schema.schema_kind) {
            [] => {}
            [only] => schema.schema_kind = SchemaKind::AllOf { all_of: vec![only.clone()] },
            _ => {
                findings.push(indistinct(name, &origins.pointer(name), schema));
                schema.schema_kind = visitor::any_value(SchemaData::default()).schema_kind;
            }
        }
    }
    for (child, (property, _)) in tags(schemas) {
        let schema = schemas.get_mut(&child).and_then(visitor::item_mut);
        if let Some(SchemaKind::Type(Type::Object(object))) = schema.map(|it| &mut it.schema_kind) {
            object.properties.shift_remove(&property);
            object.required.retain(|name| *name != property);
        }
    }
}

/// Returns, for each schema with exactly one, the property and value that distinguish it from the
/// other variants of its union.
#[must_use]
pub fn tags(schemas: &IndexMap<String, ReferenceOr<Schema>>) -> BTreeMap<String, (String, String)> {
    let mut all: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let discriminators =
        schemas.values().filter_map(|it| it.as_item()?.schema_data.discriminator.as_ref());
    for discriminator in discriminators {
        for (value, reference) in &discriminator.mapping {
            let tag = (discriminator.property_name.clone(), value.clone());
            all.entry(visitor::schema_name(reference).to_owned()).or_default().insert(tag);
        }
    }
    // An object that keeps all properties keeps its discriminator with them.
    let is_open = |name: &String| match schemas.get(name).map(|it| it.as_item()) {
        Some(Some(Schema { schema_kind: SchemaKind::Type(Type::Object(object)), .. })) => {
            visitor::rest(object).is_some()
        }
        _ => false,
    };
    let single = all.into_iter().filter(|(child, tags)| tags.len() == 1 && !is_open(child));
    single.filter_map(|(child, tags)| Some((child, tags.into_iter().next()?))).collect()
}

fn indistinct(name: &str, pointer: &str, schema: &Schema) -> Finding {
    let keyword = match &schema.schema_kind {
        SchemaKind::AnyOf { .. } => "anyOf",
        SchemaKind::Any(any) if any.one_of.is_empty() => "anyOf",
        _ => "oneOf",
    };
    warning(
        &format!("{pointer}/{keyword}"),
        format!("the variants of the union `{name}` cannot be distinguished"),
        format!("`{name}` is read as any JSON value"),
        "add a `discriminator`, or a property with a different value in each variant",
    )
}
