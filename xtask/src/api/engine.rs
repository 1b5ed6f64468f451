//! Asks progenitor for the Rust types of values. No other file knows progenitor.
//!
//! progenitor sees only what it reads well: a holder object for each group of values, whose properties are scalars, lists,
//! maps and references. Models are opaque to it, so no schema that it would refuse or recurse on gets there. The types come
//! back through its public type space; the code that it emits is not used.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use openapiv3::{
    AdditionalProperties, ArrayType, BooleanType, Components, IntegerFormat, IntegerType,
    NumberType, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat,
    StringType, Type as Shape, VariantOrUnknownOrEmpty as Format,
};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use typify::{TypeDetails, TypeId, TypeSpace};

use super::types::Type;
use crate::visitor::{SchemaRef, any_value, schema_reference};

/// The format that progenitor reads as the runtime's `ObjectId`.
const OBJECT_ID: &str = "x-object-id";

/// The pattern of an object id: twelve bytes, written as 24 lower-case hexadecimal digits.
const OBJECT_ID_PATTERN: &str = "^([a-f0-9]{24})$";

/// A value whose type is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) schema: SchemaRef<'a>,
    /// Whether the value is always present.
    pub(super) required: bool,
    /// Whether only requests hold the value, so that an integer that cannot be negative is unsigned.
    pub(super) sent_only: bool,
}

/// Returns the types of the values of each group, in order. `models` has the Rust name of each named schema.
pub(super) fn types(
    groups: &[Vec<Value<'_>>],
    models: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<Vec<Type>>> {
    let prefix = holder_prefix(models);
    let mut components = Components::default();
    for model in models.values() {
        components.schemas.insert(model.clone(), ReferenceOr::Item(opaque()));
    }
    for (index, group) in groups.iter().enumerate() {
        let holder = ReferenceOr::Item(holder(group, models));
        components.schemas.insert(format!("{prefix}{index}"), holder);
    }
    let document =
        OpenAPI { openapi: "3.0.3".to_owned(), components: Some(components), ..OpenAPI::default() };
    let mut generator = Generator::new(&settings(models));
    generator.generate_tokens(&document).context("progenitor cannot type the document")?;
    read(generator.get_type_space(), &prefix, groups)
}

/// What the names of holders begin with, and no model's name does.
fn holder_prefix(models: &BTreeMap<String, String>) -> String {
    let mut prefix = "Holder".to_owned();
    while models.values().any(|model| model.starts_with(&prefix)) {
        prefix.push('s');
    }
    prefix
}

/// Replaces every model by its name.
fn settings(models: &BTreeMap<String, String>) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    let text = [TypeImpl::Display, TypeImpl::FromStr];
    let object_id = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some(OBJECT_ID.to_owned()),
        ..SchemaObject::default()
    };
    settings.with_conversion(object_id, OBJECT_ID_TYPE, text.into_iter());
    for model in models.values() {
        settings.with_replacement(model, format!("{MODELS}{model}"), text.into_iter());
    }
    settings
}

const OBJECT_ID_TYPE: &str = "crate::ObjectId";
const MODELS: &str = "crate::models::";

fn opaque() -> Schema {
    kind(SchemaKind::Type(Shape::String(StringType::default())))
}

fn kind(schema_kind: SchemaKind) -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind }
}

/// An object with a property for each value: `p0`, `p1`, ...
fn holder(values: &[Value<'_>], models: &BTreeMap<String, String>) -> Schema {
    let mut object = ObjectType::default();
    for (index, value) in values.iter().enumerate() {
        let name = format!("p{index}");
        let schema = boxed(plain(value.schema, value.sent_only, models));
        if value.required {
            object.required.push(name.clone());
        }
        object.properties.insert(name, schema);
    }
    kind(SchemaKind::Type(Shape::Object(object)))
}

/// The schema without everything that does not decide its type.
fn plain(
    schema: SchemaRef<'_>,
    sent_only: bool,
    models: &BTreeMap<String, String>,
) -> ReferenceOr<Schema> {
    let schema = match schema {
        SchemaRef::Name(name) => {
            return models.get(name).map_or_else(any, |model| schema_reference(model));
        }
        SchemaRef::Schema(schema) => schema,
    };
    let below = |schema: SchemaRef<'_>| plain(schema, sent_only, models);
    let schema_kind = match &schema.schema_kind {
        SchemaKind::Type(shape) => SchemaKind::Type(plain_type(shape, sent_only, below)),
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [only] => SchemaKind::AllOf { all_of: vec![below(only.into())] },
            _ => return any(),
        },
        _ => return any(),
    };
    let schema_data = SchemaData { nullable: schema.schema_data.nullable, ..SchemaData::default() };
    ReferenceOr::Item(Schema { schema_data, schema_kind })
}

fn plain_type(
    shape: &Shape,
    sent_only: bool,
    below: impl Fn(SchemaRef<'_>) -> ReferenceOr<Schema>,
) -> Shape {
    match shape {
        Shape::String(string) => {
            Shape::String(StringType { format: text_format(string), ..StringType::default() })
        }
        Shape::Integer(integer) => {
            let unsigned = if sent_only { unsigned_format(integer) } else { None };
            let format = unsigned.unwrap_or_else(|| integer.format.clone());
            Shape::Integer(IntegerType { format, ..IntegerType::default() })
        }
        Shape::Number(number) => {
            let format = number.format.clone();
            Shape::Number(NumberType { format, ..NumberType::default() })
        }
        Shape::Boolean(_) => Shape::Boolean(BooleanType::default()),
        Shape::Array(array) => {
            let items = array.items.as_ref().map_or_else(any, |items| below(items.into()));
            let items = Some(boxed(items));
            let (min_items, max_items, unique_items) = (None, None, false);
            Shape::Array(ArrayType { items, min_items, max_items, unique_items })
        }
        Shape::Object(object) => {
            let additional_properties = match &object.additional_properties {
                Some(AdditionalProperties::Schema(values)) => {
                    Some(AdditionalProperties::Schema(Box::new(below(values.as_ref().into()))))
                }
                _ => None,
            };
            Shape::Object(ObjectType { additional_properties, ..ObjectType::default() })
        }
    }
}

/// Whether a string is an object id.
pub(super) fn is_object_id(string: &StringType) -> bool {
    string.pattern.as_deref() == Some(OBJECT_ID_PATTERN)
}

/// The formats that have a type other than `String`.
fn text_format(string: &StringType) -> Format<StringFormat> {
    match &string.format {
        _ if is_object_id(string) => Format::Unknown(OBJECT_ID.to_owned()),
        Format::Item(StringFormat::Date | StringFormat::DateTime) => string.format.clone(),
        Format::Unknown(format) if format == "uuid" => string.format.clone(),
        _ => Format::Empty,
    }
}

/// The format of an integer that cannot be negative.
fn unsigned_format(integer: &IntegerType) -> Option<Format<IntegerFormat>> {
    integer.minimum.filter(|minimum| *minimum >= 0)?;
    let is_short = integer.format == Format::Item(IntegerFormat::Int32)
        || integer.maximum.is_some_and(|maximum| u32::try_from(maximum).is_ok());
    Some(Format::Unknown(if is_short { "uint32" } else { "uint64" }.to_owned()))
}

fn any() -> ReferenceOr<Schema> {
    ReferenceOr::Item(any_value(SchemaData::default()))
}

fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

/// Reads the types of the holders' properties.
fn read(
    space: &TypeSpace,
    prefix: &str,
    groups: &[Vec<Value<'_>>],
) -> anyhow::Result<Vec<Vec<Type>>> {
    let mut types: Vec<Vec<Type>> =
        groups.iter().map(|group| vec![Type::Json; group.len()]).collect();
    for holder in space.iter_types() {
        let TypeDetails::Struct(object) = holder.details() else { continue };
        let name = holder.name();
        let index = name.strip_prefix(prefix).and_then(|index| index.parse::<usize>().ok());
        let Some(group) = index.and_then(|index| types.get_mut(index)) else { continue };
        for property in object.properties_info() {
            let index = property.name.strip_prefix('p').and_then(|it| it.parse::<usize>().ok());
            if let Some(slot) = index.and_then(|index| group.get_mut(index)) {
                *slot = read_type(space, &property.type_id)?;
            }
        }
    }
    Ok(types)
}

fn read_type(space: &TypeSpace, id: &TypeId) -> anyhow::Result<Type> {
    let known = space.get_type(id)?;
    let inner = |id: &TypeId| read_type(space, id).map(Box::new);
    Ok(match known.details() {
        TypeDetails::String => Type::String,
        TypeDetails::Option(id) => Type::Option(inner(&id)?),
        TypeDetails::Vec(id) => Type::List(inner(&id)?),
        TypeDetails::Map(_, id) => match *inner(&id)? {
            Type::Json => Type::JsonObject,
            values => Type::Map(Box::new(values)),
        },
        TypeDetails::Builtin(name) => builtin(name)?,
        _ => bail!("progenitor made an unexpected type: {}", known.describe()),
    })
}

fn builtin(name: &str) -> anyhow::Result<Type> {
    if let Some(model) = name.strip_prefix(MODELS) {
        return Ok(Type::Model(model.to_owned()));
    }
    Ok(match name {
        "bool" => Type::Bool,
        "f32" | "f64" => Type::Float(name.to_owned()),
        "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" => {
            Type::Integer(name.to_owned())
        }
        "::serde_json::Value" => Type::Json,
        "::uuid::Uuid" => Type::Uuid,
        "::chrono::naive::NaiveDate" => Type::Date,
        "::chrono::DateTime<::chrono::offset::Utc>" => Type::DateTime,
        OBJECT_ID_TYPE => Type::ObjectId,
        _ => bail!("progenitor made an unexpected type: {name}"),
    })
}
