//! Combines the objects that several bases of an `allOf` describe for one property.

use std::collections::{BTreeMap, HashSet};

use heck::ToUpperCamelCase as _;
use indexmap::{IndexMap, IndexSet};
use openapiv3::{ObjectType, ReferenceOr, Schema, SchemaKind, Type};

use super::redefined::is_object;
use super::{Lowered, Options, Origin};
use crate::free_name::free_name;
use crate::graph::Graph;
use crate::schema::{self, Schemas};
use crate::visitor;

type Property = ReferenceOr<Box<Schema>>;

/// Adds a member to each `allOf` that refers to several bases with different objects for one property. The member
/// describes the property as an `allOf` of these objects. Without the member, `compose` would keep only the last one.
///
/// Leaves out an object that another one extends. Ignores properties that the schema itself describes.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let mut graph = bases(schemas);
    // The combined objects, by the names of their parts.
    let mut combined: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let mut pending: Vec<String> = schemas.keys().rev().cloned().collect();
    while let Some(name) = pending.pop() {
        let mut member = ObjectType::default();
        for (property, objects) in conflicts(&name, schemas, &graph) {
            let object = match (objects.as_slice(), combined.get(&objects)) {
                ([only], _) => only.clone(),
                (_, Some(known)) => known.clone(),
                _ => {
                    let new = format!("{name}{}", property.to_upper_camel_case());
                    let new = free_name(&new, |it| !schemas.contains_key(it));
                    let owner = origins.0.get(&name).map_or(&name, |it| &it.owner).clone();
                    let origin = Origin { pointer: origins.pointer(&name), owner };
                    origins.0.insert(new.clone(), origin);
                    let all_of = objects.iter().map(|it| schema::reference_to(it)).collect();
                    let schema = schema::bare(SchemaKind::AllOf { all_of });
                    schemas.insert(new.clone(), ReferenceOr::Item(schema));
                    graph.add(&new, objects.iter().cloned());
                    combined.insert(objects, new.clone());
                    pending.push(new.clone());
                    new
                }
            };
            member.properties.insert(property, schema::boxed(schema::reference_to(&object)));
        }
        if !member.properties.is_empty() {
            let member = schema::bare(SchemaKind::Type(Type::Object(member)));
            add_member(schemas, &name, member);
        }
    }
}

/// Adds a member to the `allOf` of a schema.
fn add_member(schemas: &mut Schemas, name: &str, member: Schema) {
    match schemas.get_mut(name).and_then(visitor::item_mut).map(|it| &mut it.schema_kind) {
        Some(SchemaKind::AllOf { all_of }) => all_of.push(ReferenceOr::Item(member)),
        Some(SchemaKind::Any(any)) => any.all_of.push(ReferenceOr::Item(member)),
        _ => {}
    }
}

/// Returns the graph with an edge from each schema to the bases in its `allOf`.
fn bases(schemas: &Schemas) -> Graph {
    let bases = schemas.iter().map(|(name, schema)| {
        let mut bases = Vec::new();
        if let Some(schema) = schema.as_item() {
            add_bases(schema, &mut bases);
        }
        (name.clone(), bases.into_iter().map(ToOwned::to_owned).collect())
    });
    bases.collect()
}

/// Adds the names of the bases in the `allOf` of a schema, and in that of its inline members.
fn add_bases<'a>(schema: &'a Schema, bases: &mut Vec<&'a str>) {
    for member in schema::members(&schema.schema_kind) {
        match member {
            ReferenceOr::Reference { reference } => bases.push(schema::name(reference)),
            ReferenceOr::Item(member) => add_bases(member, bases),
        }
    }
}

/// Returns the properties for which the bases of a schema describe different objects, with the names of these objects.
fn conflicts(name: &str, schemas: &Schemas, graph: &Graph) -> Vec<(String, Vec<String>)> {
    let Some(schema) = schemas.get(name).and_then(ReferenceOr::as_item) else { return Vec::new() };
    let mut bases = Vec::new();
    add_bases(schema, &mut bases);
    let mut all: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
    for base in bases.iter().filter(|_| bases.len() > 1) {
        let mut properties = IndexMap::new();
        let mut seen = HashSet::from([name]);
        add_inherited(base, schemas, &mut seen, &mut properties);
        for (property, object) in properties {
            all.entry(property).or_default().extend(object);
        }
    }
    let mut own = Vec::new();
    add_own(schema, &mut own);
    all.retain(|property, objects| {
        objects.len() > 1 && !own.iter().any(|(name, _)| name == property)
    });
    let conflicts = all.into_iter().filter_map(|(property, objects)| {
        let last = *objects.last()?;
        let is_extended =
            |it: &str| objects.iter().any(|other| *other != it && graph.leads(other, it));
        let rest: Vec<String> =
            objects.iter().filter(|it| !is_extended(it)).map(|it| (*it).to_owned()).collect();
        (!rest.is_empty() && rest != [last]).then(|| (property.to_owned(), rest))
    });
    conflicts.collect()
}

/// Adds the properties of a base and of its own bases, each with the name of the object that describes it last.
fn add_inherited<'a>(
    base: &'a str,
    schemas: &'a Schemas,
    seen: &mut HashSet<&'a str>,
    properties: &mut IndexMap<&'a str, Option<&'a str>>,
) {
    let Some(schema) = schema::named(base, schemas).filter(|_| seen.insert(base)) else { return };
    let mut bases = Vec::new();
    add_bases(schema, &mut bases);
    for base in bases {
        add_inherited(base, schemas, seen, properties);
    }
    let mut own = Vec::new();
    add_own(schema, &mut own);
    for (name, property) in own {
        let object = schema::target(property);
        let object = object.filter(|it| is_object(it, schemas, &mut HashSet::new()));
        properties.insert(name, object);
    }
}

/// Adds the properties of a schema and of the inline members of its `allOf`.
fn add_own<'a>(schema: &'a Schema, own: &mut Vec<(&'a str, &'a Property)>) {
    let members = schema::members(&schema.schema_kind).iter().filter_map(ReferenceOr::as_item);
    members.for_each(|member| add_own(member, own));
    let properties = schema::own_properties(schema).into_iter().flatten();
    own.extend(properties.map(|(name, property)| (name.as_str(), property)));
}
