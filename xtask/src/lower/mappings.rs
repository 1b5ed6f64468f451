//! Completes the mappings of discriminators.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind};

use super::scalars;
use super::value_notes::text;
use super::{Finding, Lowered, Options, Origin, Origins, warning};
use crate::diagnostic::Pointer;
use crate::free_name::free_name;
use crate::schema::{self, Schemas};
use crate::visitor;

/// Adds the variants of each union to the mapping of its discriminator. For a base without a mapping, adds the schemas
/// that are composed of the base, and the schemas that are composed of these. A base that is a variant of itself gets a
/// second schema for that variant.
///
/// A variant that the mapping lacks is selected by the first of these that exists:
///
/// - The values that the variant allows for the discriminator property, unless one of them is the variant's name or is
///   already mapped.
/// - The union's value that differs from the variant's name only in case or punctuation.
/// - The variant's name ([OpenAPI 3.0.3, Discriminator
///   Object](https://spec.openapis.org/oas/v3.0.3#discriminator-object)).
///
/// Records the schemas that are composed of each base in [`Lowered::children`].
///
/// The discriminator is ignored if two of these variants have the same value and `shared_values` did not combine them,
/// or if the mapping remains empty.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, children, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    *children = self::children(schemas);
    let mut implied = implied(schemas, children, origins, findings);
    let bases = bases(schemas);
    for (name, schema) in &mut *schemas {
        let Some(schema) = visitor::item_mut(schema) else { continue };
        let Some(discriminator) = &mut schema.schema_data.discriminator else { continue };
        let mapping = &mut discriminator.mapping;
        let implied = implied.remove(name).unwrap_or_default();
        if let Some(value) = shared(implied.iter().map(|(_, values)| values)) {
            let property = &discriminator.property_name;
            let fallback = "the discriminator is ignored";
            findings.push(indistinct(name, value, property, fallback, origins));
            schema.schema_data.discriminator = None;
            continue;
        }
        for (child, values) in implied {
            let reference = schema::reference(&child);
            for value in values {
                mapping.entry(value).or_insert_with(|| reference.clone());
            }
        }
        for child in mapping.values_mut().filter(|child| schema::name(child) == name) {
            if let Some((base, _)) = bases.get(name) {
                *child = schema::reference(base);
            }
        }
        mapping.retain(|_, child| schema::name(child) != name);
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

/// Returns a second schema, with its name, for each base that is a variant of itself. A base that has only `oneOf` or
/// `anyOf` gets none.
fn bases(schemas: &Schemas) -> BTreeMap<String, (String, Schema)> {
    let bases = schemas.iter().filter_map(|(name, schema)| {
        let schema = schema.as_item()?;
        let mapping = &schema.schema_data.discriminator.as_ref()?.mapping;
        mapping.values().find(|child| schema::name(child) == name)?;
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

/// A variant that the mapping of a discriminator lacks, and the values that select the variant.
type Implied = (String, Vec<String>);

/// Returns, for each schema with a discriminator, the variants that the mapping lacks.
fn implied(
    schemas: &Schemas,
    children: &Children,
    origins: &Origins,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, Vec<Implied>> {
    let implied = schemas.iter().filter_map(|(name, schema)| {
        let schema = schema.as_item()?;
        let Discriminator { property_name, mapping, .. } =
            schema.schema_data.discriminator.as_ref()?;
        // A union can list a variant twice.
        let mut variants: IndexSet<&str> =
            schema::variants(&schema.schema_kind).iter().filter_map(schema::target).collect();
        let mut listed = variants.len();
        if variants.is_empty() && mapping.is_empty() {
            variants = descendants(name, schemas, children);
            listed = children.get(name).map_or(0, IndexSet::len);
        }
        let is_mapped = |child: &str| mapping.values().any(|known| schema::name(known) == child);
        let variants = variants.into_iter().filter(|child| !is_mapped(child)).map(|child| {
            let values = constants(child, property_name, schemas, &mut vec![name]);
            let values = values.filter(|values| !values.iter().any(|value| value == child));
            let is_free = |values: &Vec<String>| !values.iter().any(|it| mapping.contains_key(it));
            let values = values.filter(is_free);
            let values = values.or_else(|| spelled(child, own(schema, property_name, schemas)?));
            (child.to_owned(), values.unwrap_or_else(|| vec![child.to_owned()]))
        });
        let mut all: Vec<Implied> = variants.collect();
        let below = all.split_off(listed.min(all.len()));
        let (below, shared) = distinct(below, &all);
        for value in &shared {
            let fallback = "objects with this value are read as `Unknown`";
            findings.push(indistinct(name, value, property_name, fallback, origins));
        }
        all.extend(below);
        Some((name.clone(), all))
    });
    implied.collect()
}

/// Leaves out the schemas `below` the children of a base that share a value with a child or with each other. Decoded as
/// one of several such schemas, an object would lose the properties of the others. Also returns the values that only
/// the schemas below the children share.
fn distinct(mut below: Vec<Implied>, children: &[Implied]) -> (Vec<Implied>, BTreeSet<String>) {
    let known: BTreeSet<&String> = children.iter().flat_map(|(_, values)| values).collect();
    let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for (_, values) in &below {
        let values: BTreeSet<&String> = values.iter().filter(|it| !known.contains(it)).collect();
        shared.extend(values.iter().filter(|it| seen.contains(**it)).map(|it| (*it).clone()));
        seen.extend(values);
    }
    let is_shared = |value: &String| known.contains(value) || shared.contains(value);
    below.retain(|(_, values)| !values.iter().any(is_shared));
    (below, shared)
}

/// Returns the values that a schema allows for the discriminator `property`, if they are an enum. Skips the schemas in
/// `within`.
pub(super) fn constants<'a>(
    name: &'a str,
    property: &str,
    schemas: &'a Schemas,
    within: &mut Vec<&'a str>,
) -> Option<Vec<String>> {
    if within.contains(&name) {
        return None;
    }
    within.push(name);
    let constants = constants_in(schema::named(name, schemas)?, property, schemas, within);
    within.pop();
    constants
}

fn constants_in<'a>(
    schema: &'a Schema,
    property: &str,
    schemas: &'a Schemas,
    within: &mut Vec<&'a str>,
) -> Option<Vec<String>> {
    if let Some(own) = own(schema, property, schemas) {
        return Some(own);
    }
    let mut of = |slot: &'a ReferenceOr<Schema>| match schema::target(slot) {
        Some(name) => constants(name, property, schemas, within),
        None => constants_in(slot.as_item()?, property, schemas, within),
    };
    // A later member of `allOf` takes precedence.
    if let Some(values) = schema::members(&schema.schema_kind).iter().rev().find_map(&mut of) {
        return Some(values);
    }
    let variants = schema::variants(&schema.schema_kind);
    let values = variants.iter().map(of).collect::<Option<Vec<_>>>()?.concat();
    (!values.is_empty()).then_some(values)
}

/// Returns the values of `property` as text, if the schema itself defines it as an enum.
fn own(schema: &Schema, property: &str, schemas: &Schemas) -> Option<Vec<String>> {
    let property = schema::own_properties(schema)?.get(property)?;
    Some(scalars::constants(schema::resolved(property, schemas)?)?.iter().map(text).collect())
}

/// Returns the one allowed value that differs from the name of a child only in case or punctuation. Returns `None` if
/// there is no such value, if there are several, or if a value equals the name.
fn spelled(child: &str, allowed: Vec<String>) -> Option<Vec<String>> {
    let plain = |text: &str| {
        let letters = text.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let (is_exact, name) = (allowed.iter().any(|it| it == child), plain(child));
    let alike: Vec<String> = allowed.into_iter().filter(|it| plain(it) == name).collect();
    (!is_exact && alike.len() == 1).then_some(alike)
}

/// Returns a value that selects two variants, if there is one. `variants` are the values of each variant.
pub(super) fn shared<'a>(
    variants: impl IntoIterator<Item = &'a Vec<String>>,
) -> Option<&'a String> {
    let mut seen = BTreeSet::new();
    variants.into_iter().find_map(|values| {
        let shared = values.iter().find(|value| seen.contains(value));
        seen.extend(values);
        shared
    })
}

/// For each base, the schemas whose `allOf` refers to it.
pub(crate) type Children = BTreeMap<String, IndexSet<String>>;

/// Returns the schemas that are composed of each base.
pub(super) fn children(schemas: &Schemas) -> Children {
    let mut children = Children::new();
    for (name, schema) in schemas {
        let members = schema.as_item().map(|schema| schema::members(&schema.schema_kind));
        for base in members.into_iter().flatten().filter_map(schema::target) {
            children.entry(base.to_owned()).or_default().insert(name.clone());
        }
    }
    children
}

/// Returns the children of a base, followed by their children, and so on. Leaves out the children of a schema that has
/// its own discriminator.
fn descendants<'a>(base: &str, schemas: &Schemas, children: &'a Children) -> IndexSet<&'a str> {
    let of = |base: &str| children.get(base).into_iter().flatten().map(String::as_str);
    let mut found: IndexSet<&str> = of(base).collect();
    let mut next = 0;
    while let Some(child) = found.get_index(next).copied() {
        let schema = schemas.get(child).and_then(ReferenceOr::as_item);
        if schema.is_some_and(|it| it.schema_data.discriminator.is_none()) {
            found.extend(of(child));
        }
        next += 1;
    }
    found
}

fn indistinct(
    name: &str,
    value: &str,
    property: &str,
    fallback: &str,
    origins: &Origins,
) -> Finding {
    warning(
        origins.pointer(name).join(["discriminator"]),
        format!("two variants of `{name}` have the same `{property}`, `{value}`"),
        fallback,
        "give each variant a different value, or map the values to the variants",
    )
}

fn ignored(name: &str, pointer: &Pointer) -> Finding {
    warning(
        pointer.join(["discriminator"]),
        format!("the discriminator of `{name}` maps no value to a schema"),
        "the discriminator is ignored",
        "map each value to a schema that has this one in its `allOf`",
    )
}
