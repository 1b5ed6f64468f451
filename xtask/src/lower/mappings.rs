//! Completes the mappings of discriminators.

use std::collections::BTreeMap;

use openapiv3::{ReferenceOr, Schema, SchemaKind};

use super::{Finding, Lowered, Options, Origin, warning};
use crate::diagnostic::Pointer;
use crate::free_name::free_name;
use crate::visitor::{self, Schemas};

/// Adds the union's variants to each mapping. For a base without a mapping, adds the schemas that are composed of the
/// base. A base that is a variant of itself gets a second schema. A schema that no mapping names is selected by its own
/// name ([OpenAPI 3.0.3, Discriminator Object](https://spec.openapis.org/oas/v3.0.3#discriminator-object)).
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings, .. } = lowered;
    let schemas = &mut openapi.components.get_or_insert_with(Default::default).schemas;
    let composed = composed(schemas);
    let bases = bases(schemas);
    for (name, schema) in &mut *schemas {
        let Some(schema) = visitor::item_mut(schema) else { continue };
        let Some(discriminator) = &mut schema.schema_data.discriminator else { continue };
        let mapping = &mut discriminator.mapping;
        let mut implied = references(visitor::variants(&schema.schema_kind));
        if implied.is_empty() && mapping.is_empty() {
            implied = children(name, &composed);
        }
        for child in implied {
            if !mapping.values().any(|known| visitor::schema_name(known) == child) {
                mapping.insert(child.clone(), format!("{}{child}", visitor::SCHEMAS));
            }
        }
        for child in mapping.values_mut().filter(|child| visitor::schema_name(child) == name) {
            if let Some((base, _)) = bases.get(name) {
                *child = format!("{}{base}", visitor::SCHEMAS);
            }
        }
        mapping.retain(|_, child| visitor::schema_name(child) != name);
        if mapping.is_empty() {
            findings.push(ignored(name, &origins.pointer(name)));
            schema.schema_data.discriminator = None;
        }
    }
    for (name, (base, schema)) in bases {
        let origin = Origin { pointer: origins.pointer(&name), owner: name };
        origins.0.insert(base.clone(), origin);
        schemas.insert(base, ReferenceOr::Item(schema));
    }
}

/// Returns a second schema, with its name, for each base that is a variant of itself.
fn bases(schemas: &Schemas) -> BTreeMap<String, (String, Schema)> {
    let bases = schemas.iter().filter_map(|(name, schema)| {
        let schema = schema.as_item()?;
        let mapping = &schema.schema_data.discriminator.as_ref()?.mapping;
        mapping.values().find(|child| visitor::schema_name(child) == name)?;
        let mut schema = schema.clone();
        schema.schema_data.discriminator = None;
        match &mut schema.schema_kind {
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => return None,
            SchemaKind::Any(any) => {
                any.one_of.clear();
                any.any_of.clear();
            }
            _ => {}
        }
        let base = free_name(&format!("{name}Base"), |base| !schemas.contains_key(base));
        Some((name.clone(), (base, schema)))
    });
    bases.collect()
}

fn references(members: &[ReferenceOr<Schema>]) -> Vec<String> {
    let reference = |member: &ReferenceOr<Schema>| match member {
        ReferenceOr::Reference { reference } => Some(visitor::schema_name(reference).to_owned()),
        ReferenceOr::Item(_) => None,
    };
    members.iter().filter_map(reference).collect()
}

/// Returns the composed schemas, each with the names of its members.
fn composed(schemas: &Schemas) -> Vec<(String, Vec<String>)> {
    let composed = schemas.iter().filter_map(|(name, schema)| {
        let members = references(visitor::members(&schema.as_item()?.schema_kind));
        Some((name.clone(), members)).filter(|(_, members)| !members.is_empty())
    });
    composed.collect()
}

/// Returns the schemas whose `allOf` refers to the base.
fn children(base: &str, composed: &[(String, Vec<String>)]) -> Vec<String> {
    let children = composed.iter().filter(|(_, bases)| bases.iter().any(|it| it == base));
    children.map(|(name, _)| name.clone()).collect()
}

fn ignored(name: &str, pointer: &Pointer) -> Finding {
    warning(
        pointer.join(["discriminator"]),
        format!("the discriminator of `{name}` maps no value to a schema"),
        "the discriminator is ignored".to_owned(),
        "map each value to a schema that is composed of this one",
    )
}
