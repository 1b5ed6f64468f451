//! Finds out what tells the variants of a union apart, where the document does not say it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{
    AnySchema, Discriminator, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaKind, StringType,
    Type,
};

use super::{Lowered, Options};
use crate::notes::{Note, Place, Untyped};
use crate::walk;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Gives a union without a `discriminator` the form that says the same and can be read without a
/// guess:
///
/// - of enums, one enum with the values of all;
/// - of objects that have a property whose values tell them apart, a union by that property;
/// - of other objects, one object with the properties of all, required where all require them.
///
/// Another union stays as it is.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let schemas = &mut document.components.get_or_insert_with(Default::default).schemas;
    let unions = schemas.iter().enumerate().filter_map(|(index, (name, schema))| {
        let schema = schema.as_item().filter(|it| it.schema_data.discriminator.is_none())?;
        Some((index, unite(name, schema, schemas)?))
    });
    for (index, united) in unions.collect::<Vec<_>>() {
        let Some((_, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) else { continue };
        match united {
            United::Is(kind) => schema.schema_kind = SchemaKind::Type(kind),
            United::By(discriminator) => schema.schema_data.discriminator = Some(discriminator),
        }
    }
    Ok(document)
}

/// The form that says the same as a union.
enum United {
    /// One type in its place.
    Is(Type),
    /// The union, with what tells its variants apart.
    By(Discriminator),
}

/// A variant by its name.
struct Member<'a> {
    name: &'a str,
    schema: &'a Schema,
}

impl<'a> Member<'a> {
    fn object(&self) -> Option<&'a ObjectType> {
        match &self.schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// What to say of a property that a member before describes in another way.
    fn conflict(&self, union: &str, property: &str) -> Untyped {
        let place = Place::of(self.name, &self.schema.schema_data.extensions);
        let key = property.replace('~', "~0").replace('/', "~1");
        Untyped {
            pointer: format!("{place}/properties/{key}"),
            what: format!(
                "`{property}` of `{union}` is any value: the variants describe it in different ways"
            ),
            help: "describe it in one way, or add a `discriminator` to the union".to_owned(),
        }
    }
}

fn member<'a>(slot: &'a ReferenceOr<Schema>, schemas: &'a Schemas) -> Option<Member<'a>> {
    let ReferenceOr::Reference { reference } = slot else { return None };
    let name = walk::schema_name(reference);
    Some(Member { name, schema: schemas.get(name)?.as_item()? })
}

fn unite(name: &str, schema: &Schema, schemas: &Schemas) -> Option<United> {
    let variants = walk::variants(&schema.schema_kind).iter();
    let members: Vec<Member<'_>> = variants.map(|it| member(it, schemas)).collect::<Option<_>>()?;
    if members.is_empty() {
        return settle(&schema.schema_kind).map(United::Is);
    }
    if let Some(values) = all_values(&members) {
        let enumeration = values.into_iter().map(Some).collect();
        let string = StringType { enumeration, ..StringType::default() };
        return Some(United::Is(Type::String(string)));
    }
    infer(&members, schemas).map(United::By).or_else(|| {
        let object = all_properties(name, &schema.schema_kind, &members)?;
        Some(United::Is(Type::Object(object)))
    })
}

/// Properties beside nothing else make an object, whatever the document says or leaves out.
fn settle(kind: &SchemaKind) -> Option<Type> {
    let SchemaKind::Any(any) = kind else { return None };
    let is_object = any.typ.as_deref().is_none_or(|typ| typ == "object");
    let is_object = is_object && !any.properties.is_empty();
    is_object.then(|| Type::Object(walk::own_object(any)))
}

/// The values of all members, if each is an enum.
fn all_values(members: &[Member<'_>]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for member in members {
        for value in values(member.schema)? {
            if !all.contains(value) {
                all.push(value.clone());
            }
        }
    }
    Some(all)
}

fn values(schema: &Schema) -> Option<Vec<&String>> {
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return None };
    let values: Vec<&String> = string.enumeration.iter().flatten().collect();
    (!values.is_empty()).then_some(values)
}

/// The first property that every object has, as an enum, with a value that is its own. A value that
/// several have stands for the one that has the fewest.
fn infer(members: &[Member<'_>], schemas: &Schemas) -> Option<Discriminator> {
    let first = members.first()?.object()?;
    first.properties.keys().find_map(|property| {
        let mut owners: BTreeMap<&String, (usize, &str)> = BTreeMap::new();
        for member in members {
            let values = values(enumerated(member.object()?.properties.get(property)?, schemas)?)?;
            for value in &values {
                let owner = (values.len(), member.name);
                let known = owners.entry(value).or_insert(owner);
                *known = (*known).min(owner);
            }
        }
        let owns = |member: &Member<'_>| owners.values().any(|(_, name)| *name == member.name);
        members.iter().all(owns).then(|| {
            let reference = |name: &str| format!("{}{name}", walk::SCHEMAS);
            let mapping =
                owners.iter().map(|(value, (_, name))| ((*value).clone(), reference(name)));
            Discriminator {
                property_name: property.clone(),
                mapping: mapping.collect(),
                ..Discriminator::default()
            }
        })
    })
}

/// The enum that a property refers to.
fn enumerated<'a>(
    property: &'a ReferenceOr<Box<Schema>>,
    schemas: &'a Schemas,
) -> Option<&'a Schema> {
    let reference = match property {
        ReferenceOr::Reference { reference } => reference,
        ReferenceOr::Item(schema) => match &schema.schema_kind {
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [ReferenceOr::Reference { reference }] => reference,
                _ => return None,
            },
            _ => return Some(schema),
        },
    };
    schemas.get(walk::schema_name(reference))?.as_item()
}

/// One object for all: a property that the members describe differently is any value.
fn all_properties(union: &str, kind: &SchemaKind, members: &[Member<'_>]) -> Option<ObjectType> {
    let mut whole = match kind {
        SchemaKind::Any(any) => walk::own_object(any),
        _ => ObjectType::default(),
    };
    let objects: Vec<&ObjectType> = members.iter().map(Member::object).collect::<Option<_>>()?;
    let (first, others) = objects.split_first()?;
    let required =
        first.required.iter().filter(|name| others.iter().all(|it| it.required.contains(name)));
    whole.required.extend(required.cloned());
    for (member, object) in members.iter().zip(objects) {
        for (name, property) in &object.properties {
            match whole.properties.get_mut(name) {
                None => {
                    whole.properties.insert(name.clone(), property.clone());
                }
                Some(known) if known != property => loosen(known, &member.conflict(union, name)),
                Some(_) => {}
            }
        }
    }
    Some(whole)
}

fn loosen(property: &mut ReferenceOr<Box<Schema>>, untyped: &Untyped) {
    let mut schema_data =
        property.as_item().map(|schema| schema.schema_data.clone()).unwrap_or_default();
    if Untyped::read(&schema_data.extensions).is_none() {
        untyped.write(&mut schema_data.extensions);
    }
    let schema_kind = SchemaKind::Any(AnySchema::default());
    *property = ReferenceOr::Item(Box::new(Schema { schema_data, schema_kind }));
}
