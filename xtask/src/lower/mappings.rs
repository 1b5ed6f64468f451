//! Completes the mappings of discriminators.

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema};

use super::{Finding, Lowered, Options, warning};
use crate::visitor;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Adds the variants of the union to each mapping. For a base without a mapping, adds the schemas
/// composed of it. A schema that no mapping names is selected by its own name ([OpenAPI 3.0.3,
/// Discriminator Object](https://spec.openapis.org/oas/v3.0.3#discriminator-object)).
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings } = lowered;
    let schemas = &mut openapi.components.get_or_insert_with(Default::default).schemas;
    let composed = composed(schemas);
    for (name, schema) in schemas {
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
        let fault = if mapping.values().any(|child| visitor::schema_name(child) == name) {
            "maps a value to its own schema"
        } else if mapping.is_empty() {
            "maps no value to a schema"
        } else {
            continue;
        };
        findings.push(ignored(name, &origins.pointer(name), fault));
        schema.schema_data.discriminator = None;
    }
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

fn ignored(name: &str, pointer: &str, fault: &str) -> Finding {
    warning(
        &format!("{pointer}/discriminator"),
        format!("the discriminator of `{name}` {fault}"),
        "the discriminator is ignored".to_owned(),
        "map its values to schemas composed of it",
    )
}
