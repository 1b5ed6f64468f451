//! Converts bases and their children to tagged unions.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use openapiv3::{
    Discriminator, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaKind, StringType, Type,
};
use serde_json::Value;

use super::{Children, Finding, Lowered, Options, scalars, value_notes, warning};
use crate::diagnostic::Pointer;
use crate::graph::Graph;
use crate::schema::{self, Schemas};
use crate::visitor;

/// Replaces each schema that has a `discriminator` with a `oneOf` of its children. Adds the properties of the base,
/// including its additional properties, to the children, and to the children of a child that is such a union. Removes
/// the discriminator property from the children in [`Lowered::tags`], and adds it to the other children if they lack
/// it. Children that nothing else refers to also require the properties that the base requires. If a child is neither
/// an object nor such a union, or if the union contains itself, the schema is read as any JSON value.
///
/// A union with a single variant and without a discriminator becomes that variant.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, children, tags, findings, .. } = lowered;
    let uses = uses(openapi);
    let schemas = visitor::schemas_mut(openapi);
    let unions = unions(schemas);
    for (name, schema) in &mut *schemas {
        let Some(schema) = visitor::item_mut(schema) else { continue };
        if let Some(union) = unions.get(name) {
            let one_of = union.children().into_iter().map(schema::reference_to).collect();
            schema.schema_kind = SchemaKind::OneOf { one_of };
            schema.schema_data.discriminator = Some(union.discriminator.clone());
            continue;
        }
        if schema.schema_data.discriminator.take().is_some() {
            findings.push(no_objects(name, &origins.pointer(name)));
            schema.schema_kind = schema::any_kind();
            continue;
        }
        if let [only] = schema::variants(&schema.schema_kind) {
            let plain = schema::target(only).map(schema::reference_to);
            let all_of = vec![plain.unwrap_or_else(|| only.clone())];
            schema.schema_kind = SchemaKind::AllOf { all_of };
        }
    }
    let descendants = descendants(&unions);
    for (name, variant) in &descendants {
        if let (Some(union), Some(object)) = (unions.get(*name), object_mut(schemas, variant)) {
            union.open(object);
        }
    }
    *tags = self::tags(schemas, &unions, children);
    for (name, variant) in &descendants {
        if let (Some(union), Some(object)) = (unions.get(*name), object_mut(schemas, variant)) {
            union.complete(object, tags.get(*variant));
        }
    }
    for union in unions.values() {
        for child in union.children().into_iter().filter(|child| uses.get(*child) == Some(&1)) {
            if let Some(object) = object_mut(schemas, child) {
                union.require(object);
            }
        }
    }
}

/// Returns each union with each of its variants, followed by the variants of these variants, and so on.
fn descendants(unions: &BTreeMap<String, Union>) -> IndexSet<(&str, &str)> {
    let variants = unions
        .iter()
        .flat_map(|(name, union)| union.children().into_iter().map(|it| (name.as_str(), it)));
    let mut found: IndexSet<(&str, &str)> = variants.collect();
    let mut next = 0;
    while let Some((name, variant)) = found.get_index(next).copied() {
        let variants = unions.get(variant).map(Union::children).unwrap_or_default();
        found.extend(variants.into_iter().map(|variant| (name, variant)));
        next += 1;
    }
    found
}

/// Counts the references to each schema. Those in a `mapping` count only if the union does not list the schema as a
/// variant.
fn uses(openapi: &mut OpenAPI) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    visitor::every_slot(openapi, &mut |slot| {
        if let Some(reference) = slot.reference() {
            *uses.entry(schema::name(reference).to_owned()).or_default() += 1;
        }
    });
    for schema in visitor::schemas_mut(openapi).values().filter_map(ReferenceOr::as_item) {
        let Some(discriminator) = &schema.schema_data.discriminator else { continue };
        let variants = schema::variants(&schema.schema_kind).iter().filter_map(schema::target);
        let listed: BTreeSet<&str> = variants.collect();
        let mapped = discriminator.mapping.values().map(|reference| schema::name(reference));
        for child in mapped.collect::<BTreeSet<&str>>().difference(&listed) {
            *uses.entry((*child).to_owned()).or_default() += 1;
        }
    }
    uses
}

/// A union with a discriminator.
struct Union {
    discriminator: Discriminator,
    /// The union's own properties, which every variant gets.
    own: ObjectType,
}

/// Returns the unions that do not contain themselves and whose variants are all objects, or unions of objects.
fn unions(schemas: &Schemas) -> BTreeMap<String, Union> {
    let unions = schemas.iter().filter_map(|(name, schema)| {
        let schema = schema.as_item()?;
        let mut discriminator = schema.schema_data.discriminator.clone()?;
        for reference in discriminator.mapping.values_mut() {
            let target = schema::last_target(schema::name(reference), schemas);
            *reference = schema::reference(target);
        }
        let own = match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => object.clone(),
            SchemaKind::Any(any) => schema::own_object(any),
            _ => ObjectType::default(),
        };
        Some((name.clone(), Union { discriminator, own }))
    });
    let mut unions: BTreeMap<String, Union> = unions.collect();
    // An object with a discriminator becomes a union or any JSON value.
    let is_object = |name: &str| {
        let schema = schema::named(name, schemas);
        let schema = schema.filter(|it| it.schema_data.discriminator.is_none());
        schema.and_then(schema::object).is_some()
    };
    loop {
        let graph: Graph = unions
            .iter()
            .map(|(name, union)| {
                (name.clone(), union.children().into_iter().map(ToOwned::to_owned).collect())
            })
            .collect();
        let before = unions.len();
        let names: BTreeSet<String> = unions.keys().cloned().collect();
        unions.retain(|name, union| {
            let is_sound = |child: &&str| is_object(child) || names.contains(*child);
            union.children().iter().all(is_sound) && !graph.leads(name, name)
        });
        if unions.len() == before {
            return unions;
        }
    }
}

impl Union {
    /// Returns the distinct names of the variants.
    fn children(&self) -> Vec<&str> {
        let mut children: Vec<&str> = Vec::new();
        for reference in self.discriminator.mapping.values() {
            let child = schema::name(reference);
            if !children.contains(&child) {
                children.push(child);
            }
        }
        children
    }

    /// Adds the additional properties of the union to a variant that describes none.
    fn open(&self, variant: &mut ObjectType) {
        if variant.additional_properties.is_none() {
            variant.additional_properties.clone_from(&self.own.additional_properties);
        }
    }

    /// Adds the properties of the union that the variant lacks. Removes the discriminator property if the variant
    /// writes it itself, as its `tag`. Otherwise, adds the property if the variant lacks it.
    fn complete(&self, variant: &mut ObjectType, tag: Option<&(String, Value)>) {
        let property = &self.discriminator.property_name;
        let is_tagged = tag.is_some_and(|(tag, _)| tag == property);
        for (name, schema) in self.own.properties.iter().filter(|(name, _)| *name != property) {
            variant.properties.entry(name.clone()).or_insert_with(|| schema.clone());
        }
        if is_tagged {
            variant.properties.shift_remove(property);
            variant.required.retain(|name| name != property);
        } else {
            let text = schema::bare(SchemaKind::Type(Type::String(StringType::default())));
            let known = self.own.properties.get(property).cloned();
            variant
                .properties
                .entry(property.clone())
                .or_insert_with(|| known.unwrap_or(ReferenceOr::Item(Box::new(text))));
        }
    }

    /// Makes the properties of a variant required if the union requires them.
    fn require(&self, variant: &mut ObjectType) {
        for name in &self.own.required {
            if variant.properties.contains_key(name) && !variant.required.contains(name) {
                variant.required.push(name.clone());
            }
        }
    }
}

fn object<'a>(schemas: &'a Schemas, name: &'a str) -> Option<&'a ObjectType> {
    schema::object(schema::named(name, schemas)?)
}

fn object_mut<'a>(schemas: &'a mut Schemas, name: &str) -> Option<&'a mut ObjectType> {
    let schema = schemas.get_mut(name).and_then(visitor::item_mut)?;
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(object),
        _ => None,
    }
}

/// For each variant that writes its discriminator itself, the property and the value.
pub(crate) type Tags = BTreeMap<String, (String, Value)>;

/// Returns the tags of the variants. Omits variants with several tags, objects that keep unknown properties, variants
/// whose property can have a value that none of their unions maps, and variants whose value is neither a string nor an
/// integer. Also omits variants of which other variants are composed, because outside their unions, their property can
/// have the value of such a variant.
fn tags(schemas: &Schemas, unions: &BTreeMap<String, Union>, children: &Children) -> Tags {
    let mut all: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let mut siblings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let discriminators =
        schemas.values().filter_map(|it| it.as_item()?.schema_data.discriminator.as_ref());
    for discriminator in discriminators {
        for (value, reference) in &discriminator.mapping {
            let child = schema::name(reference).to_owned();
            let tag = (discriminator.property_name.clone(), value.clone());
            siblings
                .entry(child.clone())
                .or_default()
                .extend(discriminator.mapping.keys().cloned());
            all.entry(child).or_default().insert(tag);
        }
    }
    let variants: BTreeSet<String> = all.keys().cloned().collect();
    let is_base = |name: &str| {
        children.get(name).is_some_and(|it| it.iter().any(|child| variants.contains(child)))
    };
    let single = all.into_iter().filter(|(name, tags)| tags.len() == 1 && !is_base(name));
    let tags = single.filter_map(|(child, tags)| {
        let (property, text) = tags.into_iter().next()?;
        let object = object(schemas, &child);
        // An object that keeps unknown properties also keeps its discriminator.
        if object.and_then(schema::rest).is_some() {
            return None;
        }
        // A variant that does not define the property inherits it from a union.
        let inherited = || {
            let mut parents = unions.values().filter(|it| it.children().contains(&child.as_str()));
            parents.find_map(|it| it.own.properties.get(&property))
        };
        let own = object.and_then(|it| it.properties.get(&property));
        let slot = own.or_else(inherited);
        let schema = slot.and_then(|it| schema::resolved(it, schemas));
        // Without the property, a value that no union of the variant maps would be lost. The value of a sibling is
        // allowed, because variants often inherit one enum with the values of all variants.
        let values = schema.and_then(scalars::constants).unwrap_or_default();
        let mapped = siblings.get(&child)?;
        let is_mapped = |value| mapped.contains(&value_notes::text(value));
        if !values.iter().all(is_mapped) {
            return None;
        }
        let value = typed(schema, text)?;
        Some((child, (property, value)))
    });
    tags.collect()
}

/// Returns the value of a discriminator from its text and the schema of its property.
fn typed(schema: Option<&Schema>, text: String) -> Option<Value> {
    match schema.map(|schema| &schema.schema_kind) {
        Some(SchemaKind::Type(Type::Boolean(_) | Type::Number(_))) => None,
        Some(SchemaKind::Type(Type::Integer(_))) => text.parse::<i64>().ok().map(Value::from),
        Some(SchemaKind::Any(any)) if !any.enumeration.is_empty() => {
            let value = any.enumeration.iter().find(|value| value_notes::text(value) == text)?;
            (value.is_string() || value.is_i64()).then(|| value.clone())
        }
        _ => Some(text.into()),
    }
}

fn no_objects(name: &str, pointer: &Pointer) -> Finding {
    warning(
        pointer.join(["discriminator"]),
        format!("a variant of the union `{name}` is not an object, or is the union itself"),
        format!("`{name}` is read as any JSON value"),
        "map each value of the discriminator to an object",
    )
}
