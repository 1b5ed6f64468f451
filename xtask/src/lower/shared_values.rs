//! Combines the variants of a union that share a value of its discriminator.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind};

use super::mappings::{constants, shared};
use super::overlaps::{Group, insert};
use super::{Finding, Lowered, Options, Origin, Origins, warning};
use crate::free_name::free_name;
use crate::identifier;
use crate::schema::{self, Schemas};
use crate::visitor;

type Slot = ReferenceOr<Schema>;

/// Replaces the variants that share a value of the union's discriminator with one variant, which is a union of them.
/// The `unions` pass merges this union, or finds another property that distinguishes its variants. If a variant that
/// shares a value is itself a union, its own variants are compared instead.
///
/// Leaves a union unchanged if all its variants share values.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let changed = schemas.iter().filter_map(|(name, schema)| {
        let schema = schema.as_item()?;
        let discriminator = schema.schema_data.discriminator.as_ref()?;
        let union = Union { name, discriminator, schemas };
        Some((name.clone(), discriminator.property_name.clone(), union.combined(schema)?))
    });
    for (name, property, variants) in changed.collect::<Vec<_>>() {
        let variants = variants.into_iter().map(|(value, mut slots)| {
            let Some(value) = value else { return slots.remove(0) };
            let combined = format!("{name}{}", identifier::variant(&value));
            let combined = free_name(&combined, |it| !schemas.contains_key(it));
            findings.push(indistinct(&name, &value, &property, &combined, origins));
            let owner = origins.0.get(&name).map_or(&name, |origin| &origin.owner).clone();
            let origin = Origin { pointer: origins.pointer(&name), owner };
            origins.0.insert(combined.clone(), origin);
            let schema = schema::bare(SchemaKind::OneOf { one_of: slots });
            schemas.insert(combined.clone(), ReferenceOr::Item(schema));
            schema::reference_to(&combined)
        });
        let variants = variants.collect();
        if let Some(union) = schemas.get_mut(&name).and_then(visitor::item_mut) {
            replace(&mut union.schema_kind, variants);
        }
    }
}

/// A union with a discriminator.
struct Union<'a> {
    name: &'a str,
    discriminator: &'a Discriminator,
    schemas: &'a Schemas,
}

/// A value that several variants share, if there is one, and these variants.
type Combined = (Option<String>, Vec<Slot>);

impl<'a> Union<'a> {
    /// Combines the variants of the union. Returns `None` if they do not change.
    fn combined(&self, union: &'a Schema) -> Option<Vec<Combined>> {
        let mut slots = distinct(schema::variants(&union.schema_kind));
        let mut replaced = BTreeSet::from([self.name]);
        let groups = loop {
            let groups = self.groups(&slots);
            let sharing = groups.iter().filter(|group| group.slots.len() > 1);
            let sharing = sharing.flat_map(|group| &group.slots);
            let nested: BTreeMap<_, _> = sharing.filter_map(|slot| self.nested(slot)).collect();
            if nested.is_empty() {
                break groups;
            }
            replaced.extend(nested.keys());
            let variants = slots.into_iter().flat_map(|slot| {
                let nested = schema::target(slot).and_then(|name| nested.get(name).copied());
                nested.unwrap_or(slice::from_ref(slot))
            });
            let is_replaced =
                |slot: &Slot| schema::target(slot).is_some_and(|name| replaced.contains(name));
            slots = distinct(variants.filter(|slot| !is_replaced(slot)));
        };
        let is_changed = replaced.len() > 1 || groups.len() < slots.len();
        let combined = groups.into_iter().map(|Group { slots, .. }| {
            let values: Vec<Vec<String>> = slots.iter().map(|slot| self.values(slot)).collect();
            (shared(&values).cloned(), slots.into_iter().cloned().collect())
        });
        let combined: Vec<Combined> = combined.collect();
        (is_changed && combined.len() > 1).then_some(combined)
    }

    /// Groups the variants that share values.
    fn groups(&self, slots: &[&'a Slot]) -> Vec<Group<'a, String>> {
        let mut groups = Vec::new();
        for slot in slots {
            insert(slot, self.values(slot).into_iter().collect(), &mut groups);
        }
        groups
    }

    /// Returns the values of the discriminator in the schema of a variant. Returns none if the mapping contains the
    /// variant or one of its values.
    fn values(&self, slot: &Slot) -> Vec<String> {
        let Discriminator { property_name, mapping, .. } = self.discriminator;
        let is_mapped = |name: &str| mapping.values().any(|child| schema::name(child) == name);
        let child = schema::target(slot).filter(|name| !is_mapped(name));
        let mut within = vec![self.name];
        let values =
            child.and_then(|child| constants(child, property_name, self.schemas, &mut within));
        let is_free = |values: &Vec<String>| !values.iter().any(|it| mapping.contains_key(it));
        values.filter(is_free).unwrap_or_default()
    }

    /// Returns the name and the variants of a variant that is itself a union without properties.
    fn nested(&self, slot: &'a Slot) -> Option<(&'a str, &'a [Slot])> {
        let schema = schema::resolved(slot, self.schemas)?;
        let variants = schema::variants(&schema.schema_kind);
        let has_properties = schema::own_properties(schema).is_some_and(|it| !it.is_empty());
        let is_plain = !has_properties && schema::members(&schema.schema_kind).is_empty();
        (is_plain && !variants.is_empty()).then_some((schema::target(slot)?, variants))
    }
}

/// Returns each variant once.
fn distinct<'a>(slots: impl IntoIterator<Item = &'a Slot>) -> Vec<&'a Slot> {
    let mut distinct = Vec::new();
    for slot in slots {
        if !distinct.contains(&slot) {
            distinct.push(slot);
        }
    }
    distinct
}

/// Replaces the variants of a union.
fn replace(kind: &mut SchemaKind, variants: Vec<Slot>) {
    match kind {
        SchemaKind::OneOf { one_of: known } | SchemaKind::AnyOf { any_of: known } => {
            *known = variants;
        }
        SchemaKind::Any(any) if any.one_of.is_empty() => any.any_of = variants,
        SchemaKind::Any(any) => any.one_of = variants,
        _ => {}
    }
}

fn indistinct(
    name: &str,
    value: &str,
    property: &str,
    combined: &str,
    origins: &Origins,
) -> Finding {
    warning(
        origins.pointer(name).join(["discriminator"]),
        format!("several variants of `{name}` have the same `{property}`, `{value}`"),
        format!("these variants become one variant, `{combined}`"),
        "give each variant a different value, or map the values to the variants",
    )
}
