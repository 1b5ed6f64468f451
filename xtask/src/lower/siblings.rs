//! Gives the discriminator of a base to unions of its children.

use std::collections::BTreeSet;

use openapiv3::{Discriminator, Schema};

use super::json_types::{self, JsonType, is_untagged_union};
use super::{Lowered, Options};
use crate::schema::{self, Schemas};
use crate::visitor;

/// Copies the discriminator of a base to each union of its children that has no discriminator. The union can have other
/// variants if they are not objects. Leaves out a union whose variants have several bases with different discriminators.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let schemas = visitor::schemas_mut(&mut lowered.openapi);
    let bases = schemas.values().filter_map(|schema| {
        let base = schema.as_item().filter(|it| schema::variants(&it.schema_kind).is_empty())?;
        base.schema_data.discriminator.clone()
    });
    let bases: Vec<Discriminator> = bases.collect();
    let unions = schemas.iter().enumerate().filter_map(|(index, (_, schema))| {
        let union = schema.as_item().filter(|it| is_untagged_union(it))?;
        let mut parts = bases.iter().filter_map(|base| part(base, union, schemas));
        let first = parts.next()?;
        parts.all(|other| other == first).then_some((index, first))
    });
    for (index, discriminator) in unions.collect::<Vec<_>>() {
        if let Some(schema) = schemas.get_index_mut(index).and_then(|it| visitor::item_mut(it.1)) {
            schema.schema_data.discriminator = Some(discriminator);
        }
    }
}

/// Returns the discriminator with only the values of the union's variants. Returns `None` if it does not map a value to
/// each variant that is an object.
fn part(base: &Discriminator, union: &Schema, schemas: &Schemas) -> Option<Discriminator> {
    let mut part = base.clone();
    let variants = schema::variants(&union.schema_kind);
    let names: BTreeSet<&str> = variants.iter().filter_map(schema::target).collect();
    part.mapping.retain(|_, child| names.contains(schema::name(child)));
    let mapped: BTreeSet<&str> = part.mapping.values().map(|child| schema::name(child)).collect();
    let mut others =
        variants.iter().filter(|slot| schema::target(slot).is_none_or(|it| !mapped.contains(it)));
    let is_complete = others.all(|slot| {
        let types = json_types::of(slot, schemas, &mut Vec::new());
        types.is_some_and(|types| !types.contains(&JsonType::Object))
    });
    (mapped.len() > 1 && is_complete).then_some(part)
}
