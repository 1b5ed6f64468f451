//! Finds what tells the variants of a union apart, if the document does not say it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{Discriminator, ObjectType, ReferenceOr, Schema, SchemaKind, StringType, Type};

use super::{Finding, Lowered, Options, Origins, warning};
use crate::visitor;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Gives a union without a `discriminator` an equivalent form that can be read without a guess:
///
/// - of enums, one enum with the values of all;
/// - of objects that have a property whose values tell them apart, a union by that property;
/// - of other objects, one object with the properties of all, required if all require them.
///
/// Any other union is left as it is.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings } = lowered;
    let schemas = &mut openapi.components.get_or_insert_with(Default::default).schemas;
    let mut unions = Vec::new();
    for (index, (name, schema)) in schemas.iter().enumerate() {
        let schema = schema.as_item().filter(|it| it.schema_data.discriminator.is_none());
        let mut scope = Scope { name, schemas, origins, findings };
        unions.extend(schema.and_then(|schema| Some((index, scope.unite(schema)?))));
    }
    for (index, united) in unions {
        let Some((_, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) else { continue };
        match united {
            United::Is(kind) => schema.schema_kind = SchemaKind::Type(kind),
            United::By(discriminator) => schema.schema_data.discriminator = Some(discriminator),
        }
    }
}

/// The equivalent form of a union.
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
}

fn member<'a>(slot: &'a ReferenceOr<Schema>, schemas: &'a Schemas) -> Option<Member<'a>> {
    let ReferenceOr::Reference { reference } = slot else { return None };
    let name = visitor::schema_name(reference);
    Some(Member { name, schema: schemas.get(name)?.as_item()? })
}

/// A union and what is needed to replace it.
struct Scope<'a> {
    /// The name of the union.
    name: &'a str,
    schemas: &'a Schemas,
    origins: &'a Origins,
    findings: &'a mut Vec<Finding>,
}

impl Scope<'_> {
    fn unite(&mut self, schema: &Schema) -> Option<United> {
        let variants = visitor::variants(&schema.schema_kind).iter();
        let members: Option<Vec<Member<'_>>> =
            variants.map(|it| member(it, self.schemas)).collect();
        let members = members?;
        if members.is_empty() {
            return settle(&schema.schema_kind).map(United::Is);
        }
        if let Some(values) = all_values(&members) {
            let enumeration = values.into_iter().map(Some).collect();
            let string = StringType { enumeration, ..StringType::default() };
            return Some(United::Is(Type::String(string)));
        }
        infer(&members, self.schemas).map(United::By).or_else(|| {
            let object = self.all_properties(&schema.schema_kind, &members)?;
            Some(United::Is(Type::Object(object)))
        })
    }

    /// One object with the properties of all. A property that the members describe differently is any value.
    fn all_properties(&mut self, kind: &SchemaKind, members: &[Member<'_>]) -> Option<ObjectType> {
        let mut whole = match kind {
            SchemaKind::Any(any) => visitor::own_object(any),
            _ => ObjectType::default(),
        };
        let objects: Vec<&ObjectType> =
            members.iter().map(Member::object).collect::<Option<_>>()?;
        let (first, others) = objects.split_first()?;
        let required =
            first.required.iter().filter(|name| others.iter().all(|it| it.required.contains(name)));
        whole.required.extend(required.cloned());
        let mut conflicts = BTreeMap::new();
        for (member, object) in members.iter().zip(objects) {
            for (name, property) in &object.properties {
                match whole.properties.get(name) {
                    None => {
                        whole.properties.insert(name.clone(), property.clone());
                    }
                    Some(known) if known != property => {
                        conflicts.entry(name.clone()).or_insert(member.name);
                    }
                    Some(_) => {}
                }
            }
        }
        for (name, member) in conflicts {
            self.findings.push(self.conflict(member, &name));
            whole.properties.entry(name).and_modify(make_any);
        }
        Some(whole)
    }

    /// A property that a member before describes differently.
    fn conflict(&self, member: &str, property: &str) -> Finding {
        let pointer = self.origins.pointer(member);
        let union = self.name;
        warning(
            &format!("{pointer}/properties/{}", visitor::escape(property)),
            format!("the variants of `{union}` describe `{property}` differently"),
            format!("`{property}` is any JSON value"),
            "describe it in one way, or add a `discriminator` to the union",
        )
    }
}

fn make_any(property: &mut ReferenceOr<Box<Schema>>) {
    let data = property.as_item().map(|schema| schema.schema_data.clone()).unwrap_or_default();
    *property = ReferenceOr::Item(Box::new(visitor::any_value(data)));
}

/// Properties without a `type` or with `type: object` make an object.
fn settle(kind: &SchemaKind) -> Option<Type> {
    let SchemaKind::Any(any) = kind else { return None };
    let is_object = any.typ.as_deref().is_none_or(|typ| typ == "object");
    let is_object = is_object && !any.properties.is_empty();
    is_object.then(|| Type::Object(visitor::own_object(any)))
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
            let reference = |name: &str| format!("{}{name}", visitor::SCHEMAS);
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
    schemas.get(visitor::schema_name(reference))?.as_item()
}
