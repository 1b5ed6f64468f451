//! Keeps the unions whose variants have different JSON types.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaData, SchemaKind, Type};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Finding, Lowered, Options, Origins, warning};
use crate::diagnostic::Pointer;
use crate::schema::{self, Schemas};
use crate::visitor;

/// A type of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JsonType {
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// Returns the type of a value, or `None` for `null`.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        })
    }

    /// Returns the type with this name in a schema.
    fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }

    /// Returns the type that determines whether two variants can be distinguished. For an integer, this is `Number`,
    /// because an integer is also a number.
    pub(crate) const fn class(self) -> Self {
        match self {
            Self::Integer => Self::Number,
            other => other,
        }
    }
}

/// For each union without a discriminator, the JSON types of each variant.
pub(crate) type TypeUnions = BTreeMap<String, Vec<BTreeSet<JsonType>>>;

/// Keeps each union without a discriminator whose variants have different JSON types. A variant without a `title` gets
/// the name of its schema as its title. If that schema was inline, the variant gets the title of the schema instead.
///
/// Any other union without a discriminator is read as any JSON value, because a guessed variant could be wrong.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, type_unions, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    // A union that is read as any JSON value can be a variant of another union, which is then also read as any value.
    while let Some((index, finding)) = first_indistinct(schemas, origins) {
        findings.push(finding);
        schema::set_kind(schemas, index, schema::any_kind());
    }
    let unions = schemas.iter().enumerate().filter_map(|(index, (name, schema))| {
        let schema = schema.as_item().filter(|it| is_untagged_union(it))?;
        type_unions.insert(name.clone(), of_variants(&schema.schema_kind, schemas)?);
        let variants = schema::variants(&schema.schema_kind).iter();
        let one_of = variants.map(|slot| titled(slot, schemas, origins)).collect();
        Some((index, SchemaKind::OneOf { one_of }))
    });
    for (index, kind) in unions.collect::<Vec<_>>() {
        schema::set_kind(schemas, index, kind);
    }
}

/// Returns whether the schema is a union without a discriminator.
pub(super) fn is_untagged_union(schema: &Schema) -> bool {
    schema.schema_data.discriminator.is_none() && !schema::variants(&schema.schema_kind).is_empty()
}

fn first_indistinct(schemas: &Schemas, origins: &Origins) -> Option<(usize, Finding)> {
    schemas.iter().enumerate().find_map(|(index, (name, schema))| {
        let schema = schema.as_item().filter(|it| is_untagged_union(it))?;
        let is_distinct = of_variants(&schema.schema_kind, schemas).is_some();
        (!is_distinct).then(|| (index, indistinct(name, &origins.pointer(name), schema)))
    })
}

/// Returns the JSON types of each variant of a union. Returns `None` if they are unknown, if two variants share a type,
/// or if the union has other keywords. Here, `integer` and `number` are the same type.
pub(super) fn of_variants(kind: &SchemaKind, schemas: &Schemas) -> Option<Vec<BTreeSet<JsonType>>> {
    if !has_only_variants(kind) {
        return None;
    }
    let variants = schema::variants(kind).iter();
    let types = variants.map(|slot| of(slot, schemas, &mut Vec::new()));
    let types: Vec<BTreeSet<JsonType>> = types.collect::<Option<_>>()?;
    let mut known = BTreeSet::new();
    let are_distinct = types.iter().all(|types| {
        let classes: BTreeSet<JsonType> = types.iter().map(|it| it.class()).collect();
        classes.into_iter().all(|class| known.insert(class))
    });
    are_distinct.then_some(types)
}

/// Returns the JSON types of the values that a schema allows, except `null`. Returns `None` if the types are unknown.
/// This is the case for a schema without a type, unless it has an `enum`, a discriminator or only variants. It is also
/// the case for a reference to one of the schemas in `within`, which contain this schema.
pub(super) fn of<'a>(
    slot: &'a ReferenceOr<Schema>,
    schemas: &'a Schemas,
    within: &mut Vec<&'a str>,
) -> Option<BTreeSet<JsonType>> {
    if let Some(name) = schema::target(slot) {
        let target = schemas.get(name).filter(|_| !within.contains(&name))?;
        within.push(name);
        let types = of(target, schemas, within);
        within.pop();
        return types;
    }
    let schema = slot.as_item()?;
    let only = |json_type| Some(BTreeSet::from([json_type]));
    match &schema.schema_kind {
        SchemaKind::Type(Type::Boolean(_)) => only(JsonType::Boolean),
        SchemaKind::Type(Type::Integer(_)) => only(JsonType::Integer),
        SchemaKind::Type(Type::Number(_)) => only(JsonType::Number),
        SchemaKind::Type(Type::String(_)) => only(JsonType::String),
        SchemaKind::Type(Type::Array(_)) => only(JsonType::Array),
        SchemaKind::Type(Type::Object(_)) => only(JsonType::Object),
        SchemaKind::Any(any) if !any.enumeration.is_empty() => {
            Some(any.enumeration.iter().filter_map(JsonType::of).collect())
        }
        SchemaKind::Any(AnySchema { typ: Some(name), .. }) => only(JsonType::named(name)?),
        _ if schema.schema_data.discriminator.is_some() => only(JsonType::Object),
        kind if has_only_variants(kind) => {
            let variants = schema::variants(kind).iter();
            let types = variants.map(|slot| of(slot, schemas, within));
            Some(types.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Returns whether a schema is a union without other keywords.
pub(super) fn has_only_variants(kind: &SchemaKind) -> bool {
    match kind {
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => true,
        SchemaKind::Any(any) => {
            let mut rest = any.clone();
            rest.one_of.clear();
            rest.any_of.clear();
            // With both keywords, a value must match a variant of each.
            any.one_of.is_empty() != any.any_of.is_empty() && rest == AnySchema::default()
        }
        _ => false,
    }
}

/// Returns a variant with its title and description. All other annotations, such as `nullable`, belong to the union.
fn titled(slot: &ReferenceOr<Schema>, schemas: &Schemas, origins: &Origins) -> ReferenceOr<Schema> {
    let target = schema::target(slot);
    let named = target.filter(|name| !origins.0.contains_key(*name)).map(ToOwned::to_owned);
    let inline = || schema::named(target?, schemas)?.schema_data.title.clone();
    let (own, schema_kind) = match slot {
        ReferenceOr::Item(schema) => (schema.schema_data.clone(), schema.schema_kind.clone()),
        ReferenceOr::Reference { reference } => {
            let name = schema::name(reference);
            (SchemaData::default(), schema::reference_kind(name))
        }
    };
    let title = own.title.or(named).or_else(inline);
    let schema_data = SchemaData { title, description: own.description, ..SchemaData::default() };
    ReferenceOr::Item(Schema { schema_data, schema_kind })
}

fn indistinct(name: &str, pointer: &Pointer, schema: &Schema) -> Finding {
    let keyword = match &schema.schema_kind {
        SchemaKind::AnyOf { .. } => "anyOf",
        SchemaKind::Any(any) if any.one_of.is_empty() => "anyOf",
        _ => "oneOf",
    };
    warning(
        pointer.join([keyword]),
        format!("the variants of the union `{name}` cannot be distinguished"),
        format!("`{name}` is read as any JSON value"),
        "add a `discriminator`, or a property with a different value in each variant",
    )
}
