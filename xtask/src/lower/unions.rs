//! Finds a discriminator for unions without one.

use heck::ToUpperCamelCase as _;
use indexmap::{IndexMap, IndexSet};
use openapiv3::{
    BooleanType, Discriminator, IntegerType, NumberType, ObjectType, ReferenceOr, Schema,
    SchemaData, SchemaKind, StringType, Type,
};

use super::{Finding, Lowered, Options, Origin, Origins, warning};
use crate::visitor;

type Schemas = IndexMap<String, ReferenceOr<Schema>>;

/// Converts a union without a `discriminator` to an equivalent form that can be decoded without
/// guessing:
///
/// - Enums become one enum with all values.
/// - Objects with a property whose values distinguish them become a union with that discriminator.
/// - Other objects become one object with all properties. A property is required if all of them
///   require it.
///
/// Any other union is left unchanged.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings } = lowered;
    let schemas = &mut openapi.components.get_or_insert_with(Default::default).schemas;
    let (mut unions, mut added) = (Vec::new(), Vec::new());
    for (index, (name, schema)) in schemas.iter().enumerate() {
        let schema = schema.as_item().filter(|it| it.schema_data.discriminator.is_none());
        let mut scope = Scope { name, schemas, origins, findings, added: &mut added };
        unions.extend(schema.and_then(|schema| Some((index, scope.unite(schema)?))));
    }
    for (index, united) in unions {
        let Some((_, ReferenceOr::Item(schema))) = schemas.get_index_mut(index) else { continue };
        match united {
            United::Is(kind) => schema.schema_kind = SchemaKind::Type(kind),
            United::By(discriminator) => schema.schema_data.discriminator = Some(discriminator),
        }
    }
    for (name, schema, origin) in added {
        schemas.insert(name.clone(), ReferenceOr::Item(schema));
        origins.0.insert(name, origin);
    }
}

/// The equivalent form of a union.
enum United {
    /// A single type replaces the union.
    Is(Type),
    /// The union, with its discriminator.
    By(Discriminator),
}

/// A variant and its name.
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

/// A union and the context for replacing it.
struct Scope<'a> {
    /// The name of the union.
    name: &'a str,
    schemas: &'a Schemas,
    origins: &'a Origins,
    findings: &'a mut Vec<Finding>,
    /// New named schemas, for the replacements.
    added: &'a mut Vec<(String, Schema, Origin)>,
}

type Property = ReferenceOr<Box<Schema>>;

/// A property, with the name of the member that describes it.
type Described<'a> = (&'a str, &'a Property);

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

    /// Merges all members into one object.
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
        let mut properties: IndexMap<&String, Vec<Described<'_>>> = IndexMap::new();
        for (member, object) in members.iter().zip(objects) {
            for (name, property) in &object.properties {
                properties.entry(name).or_default().push((member.name, property));
            }
        }
        for (name, described) in properties {
            let property = self.reconcile(name, &described);
            whole.properties.insert(name.clone(), property);
        }
        Some(whole)
    }

    /// Merges a property that several members describe: if they agree, their schema; for enums, an
    /// enum with all values; for scalars of the same type, that type.
    fn reconcile(&mut self, name: &str, described: &[Described<'_>]) -> Property {
        let Some(((_, first), others)) = described.split_first() else {
            return ReferenceOr::Item(Box::new(visitor::any_value(SchemaData::default())));
        };
        let Some((member, _)) = others.iter().find(|(_, other)| other != first) else {
            return (*first).clone();
        };
        let data = first.as_item().map(|schema| schema.schema_data.clone()).unwrap_or_default();
        let resolved = described.iter().map(|(_, it)| enumerated(it, self.schemas));
        let resolved = resolved.collect::<Option<Vec<&Schema>>>().unwrap_or_default();
        let enums: Option<Vec<_>> = resolved.iter().map(|schema| values(schema)).collect();
        if let Some(enums) = enums.filter(|enums| !enums.is_empty()) {
            let values: IndexSet<&String> = enums.into_iter().flatten().collect();
            let all_of = vec![visitor::schema_reference(&self.add_enum(name, member, values))];
            let schema_kind = SchemaKind::AllOf { all_of };
            return ReferenceOr::Item(Box::new(Schema { schema_data: data, schema_kind }));
        }
        if let Some(scalar) = common_scalar(&resolved) {
            let schema_kind = SchemaKind::Type(scalar);
            return ReferenceOr::Item(Box::new(Schema { schema_data: data, schema_kind }));
        }
        self.findings.push(self.conflict(member, name));
        ReferenceOr::Item(Box::new(visitor::any_value(data)))
    }

    /// Adds an enum of these values, named after the union and the property.
    fn add_enum(&mut self, property: &str, member: &str, values: IndexSet<&String>) -> String {
        let enumeration = values.into_iter().cloned().map(Some).collect();
        let string = StringType { enumeration, ..StringType::default() };
        let schema_kind = SchemaKind::Type(Type::String(string));
        let mut name = format!("{}{}", self.name, property.to_upper_camel_case());
        while self.schemas.contains_key(&name) {
            name.push('_');
        }
        let pointer = self.origins.pointer(member);
        let pointer = format!("{pointer}/properties/{}", visitor::escape(property));
        let origin = Origin { pointer, owner: self.name.to_owned() };
        let schema = Schema { schema_data: SchemaData::default(), schema_kind };
        self.added.push((name.clone(), schema, origin));
        name
    }

    /// Reports a property that an earlier member describes differently.
    fn conflict(&self, member: &str, property: &str) -> Finding {
        let pointer = self.origins.pointer(member);
        let union = self.name;
        warning(
            &format!("{pointer}/properties/{}", visitor::escape(property)),
            format!("the variants of `{union}` describe `{property}` differently"),
            format!("`{property}` is read as any JSON value"),
            "describe it consistently, or add a `discriminator` to the union",
        )
    }
}

/// Returns the scalar type that all schemas have, with their format if they agree on it.
fn common_scalar(schemas: &[&Schema]) -> Option<Type> {
    let types: Option<Vec<&Type>> = schemas
        .iter()
        .map(|schema| match &schema.schema_kind {
            SchemaKind::Type(kind) => Some(kind),
            _ => None,
        })
        .collect();
    let types = types?;
    let (first, others) = types.split_first()?;
    let plain = |kind: &Type| match kind {
        Type::String(_) => Some(Type::String(StringType::default())),
        Type::Integer(it) => {
            Some(Type::Integer(IntegerType { format: it.format.clone(), ..IntegerType::default() }))
        }
        Type::Number(it) => {
            Some(Type::Number(NumberType { format: it.format.clone(), ..NumberType::default() }))
        }
        Type::Boolean(_) => Some(Type::Boolean(BooleanType::default())),
        Type::Object(_) | Type::Array(_) => None,
    };
    let scalar = plain(first)?;
    others.iter().all(|other| plain(other).as_ref() == Some(&scalar)).then_some(scalar)
}

/// Returns the object type, if there are properties and no other `type`.
fn settle(kind: &SchemaKind) -> Option<Type> {
    let SchemaKind::Any(any) = kind else { return None };
    let is_object = any.typ.as_deref().is_none_or(|typ| typ == "object");
    let is_object = is_object && !any.properties.is_empty();
    is_object.then(|| Type::Object(visitor::own_object(any)))
}

/// Returns the values of all members, if all are enums.
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

/// Returns the first property whose values distinguish the objects: each has it as an enum, and no
/// value occurs twice.
fn infer(members: &[Member<'_>], schemas: &Schemas) -> Option<Discriminator> {
    let first = members.first()?.object()?;
    first.properties.keys().find_map(|property| {
        let mut mapping = IndexMap::new();
        for member in members {
            let values = values(enumerated(member.object()?.properties.get(property)?, schemas)?)?;
            for value in values {
                let reference = format!("{}{}", visitor::SCHEMAS, member.name);
                if mapping.insert(value.clone(), reference).is_some() {
                    return None;
                }
            }
        }
        let property_name = property.clone();
        Some(Discriminator { property_name, mapping, ..Discriminator::default() })
    })
}

/// Returns the enum that a property refers to.
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
