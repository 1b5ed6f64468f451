//! Reports the descriptions of a property that a later reference of an `allOf` replaces.

use std::collections::HashSet;

use openapiv3::{ObjectType, ReferenceOr, Schema};

use super::merge::{Merge, Property};
use super::{Finding, warning};
use crate::schema::{self, Schemas};

/// A description of a property that the schema `by` replaces.
pub(super) struct Replaced<'a> {
    property: String,
    earlier: String,
    later: String,
    by: &'a str,
}

impl<'a> Merge<'a> {
    /// Returns the properties whose objects or lists the schema `by` replaces. `whole` is the object so far, and `part`
    /// is the object of `by`.
    pub(super) fn replaced(
        &self,
        by: &'a str,
        whole: &ObjectType,
        part: &ObjectType,
    ) -> Vec<Replaced<'a>> {
        let replaced = part.properties.iter().filter_map(|(property, later)| {
            let earlier = object(whole.properties.get(property)?)?.to_owned();
            let later = object(later)?.to_owned();
            let (property, is_lost) = (property.clone(), is_lost(&earlier, &later, self.schemas));
            is_lost.then_some(Replaced { property, earlier, later, by })
        });
        replaced.collect()
    }

    /// Reports the replaced properties, unless a later part of the merged `whole` describes them again.
    pub(super) fn report(&mut self, replaced: Vec<Replaced<'_>>, whole: &ObjectType) {
        for Replaced { property, earlier, later, by } in replaced {
            let last = whole.properties.get(&property).and_then(object);
            let is_inline = last.is_some_and(|last| self.origins.0.contains_key(last));
            let is_kept = last == Some(later.as_str()) || is_inline;
            if is_kept && last.is_some_and(|last| is_lost(&earlier, last, self.schemas)) {
                self.findings.push(self.lost(&property, by));
            }
        }
    }

    fn lost(&self, property: &str, by: &str) -> Finding {
        let name = self.name;
        warning(
            self.origins.pointer(name).join(["allOf"]),
            format!("the members of `allOf` in `{name}` describe `{property}` differently"),
            format!("only the description of `{property}` in `{by}` is used"),
            "describe the whole property in the schema itself, for example with an overlay",
        )
    }
}

/// Returns the name of the schema that a property refers to, or that the items of a list refer to.
fn object(property: &Property) -> Option<&str> {
    match schema::target(property) {
        Some(name) => Some(name),
        None => object(schema::array(property.as_item()?)?.items.as_ref()?),
    }
}

/// Returns whether `earlier` and `later` are different objects or lists, and `later` does not contain everything that
/// `earlier` describes.
fn is_lost(earlier: &str, later: &str, schemas: &Schemas) -> bool {
    let [earlier, later] = [earlier, later].map(|it| schema::last_target(it, schemas));
    let both = schema::named(earlier, schemas).zip(schema::named(later, schemas));
    both.is_some_and(|(one, other)| {
        one.schema_kind != other.schema_kind
            && [one, other].into_iter().all(has_parts)
            && !extends(later, earlier, schemas, &mut HashSet::new())
    })
}

/// Returns whether a schema has properties, members of `allOf`, or items.
fn has_parts(schema: &Schema) -> bool {
    schema::own_properties(schema).is_some_and(|it| !it.is_empty())
        || schema::array(schema).is_some()
        || !schema::members(&schema.schema_kind).is_empty()
}

/// Returns whether a schema is the schema `base`, or refers to it in its `allOf`, even through other schemas.
fn extends<'a>(
    name: &'a str,
    base: &str,
    schemas: &'a Schemas,
    seen: &mut HashSet<&'a str>,
) -> bool {
    let schema = schema::named(name, schemas).filter(|_| seen.insert(name));
    name == base || schema.is_some_and(|it| contains(it, base, schemas, seen))
}

fn contains<'a>(
    schema: &'a Schema,
    base: &str,
    schemas: &'a Schemas,
    seen: &mut HashSet<&'a str>,
) -> bool {
    schema::members(&schema.schema_kind).iter().any(|member| match member {
        ReferenceOr::Item(member) => contains(member, base, schemas, seen),
        ReferenceOr::Reference { reference } => {
            extends(schema::name(reference), base, schemas, seen)
        }
    })
}
