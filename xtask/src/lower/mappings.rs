//! Says which schemas a discriminator chooses from, where the document leaves that implicit.

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaKind};

use super::{Complaint, Lowered, Options, lowered};
use crate::notes::Place;
use crate::walk;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Completes every mapping: with the variants of the union, or, in a base without a mapping, with the
/// schemas that are composed of it. The value of a schema that no mapping names is its own name
/// ([OpenAPI 3.0.3, Discriminator Object](https://spec.openapis.org/oas/v3.0.3#discriminator-object)).
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let schemas = &mut document.components.get_or_insert_with(Default::default).schemas;
    let composed = composed(schemas);
    let mut complaints = Vec::new();
    for (name, schema) in schemas {
        let Some(schema) = walk::item_mut(schema) else { continue };
        let place = Place::of(name, &schema.schema_data.extensions);
        let Some(discriminator) = &mut schema.schema_data.discriminator else { continue };
        let mapping = &mut discriminator.mapping;
        let mut implied = references(walk::variants(&schema.schema_kind));
        if implied.is_empty() && mapping.is_empty() {
            implied = children(name, &composed);
        }
        for child in implied {
            if !mapping.values().any(|known| walk::schema_name(known) == child) {
                mapping.insert(child.clone(), format!("{}{child}", walk::SCHEMAS));
            }
        }
        if mapping.values().any(|child| walk::schema_name(child) == name) {
            complaints.push(complaint(name, &place, "chooses the schema that holds it"));
            schema.schema_data.discriminator = None;
        } else if mapping.is_empty() {
            complaints.push(complaint(name, &place, "has nothing to choose from"));
            schema.schema_data.discriminator = None;
        }
    }
    lowered(document, complaints)
}

fn references(members: &[ReferenceOr<Schema>]) -> Vec<String> {
    let reference = |member: &ReferenceOr<Schema>| match member {
        ReferenceOr::Reference { reference } => Some(walk::schema_name(reference).to_owned()),
        ReferenceOr::Item(_) => None,
    };
    members.iter().filter_map(reference).collect()
}

/// The schemas that are composed of others, each with their names.
fn composed(schemas: &Schemas) -> Vec<(String, Vec<String>)> {
    let composed = schemas.iter().filter_map(|(name, schema)| {
        let members = match &schema.as_item()?.schema_kind {
            SchemaKind::AllOf { all_of } => all_of,
            SchemaKind::Any(any) => &any.all_of,
            _ => return None,
        };
        Some((name.clone(), references(members)))
    });
    composed.collect()
}

/// The schemas whose `allOf` names the base.
fn children(base: &str, composed: &[(String, Vec<String>)]) -> Vec<String> {
    let children = composed.iter().filter(|(_, bases)| bases.iter().any(|it| it == base));
    children.map(|(name, _)| name.clone()).collect()
}

fn complaint(name: &str, place: &str, what: &str) -> Complaint {
    Complaint {
        pointer: format!("{place}/discriminator"),
        what: format!("the discriminator of `{name}` {what}"),
        help: "map its values to schemas that are composed of it".to_owned(),
    }
}
