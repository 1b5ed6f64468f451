//! Determines the Rust types of values, with progenitor. No other file uses progenitor.
//!
//! progenitor receives one object per group of values, the *holder*, with scalars, lists, maps and
//! references as properties. Models are opaque to progenitor, so it receives no schema that it
//! would reject or recurse on. The types are read from its public type space. The code that
//! progenitor emits is not used.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use openapiv3::{
    Components, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringType,
    Type as Shape,
};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use typify::{TypeDetails, TypeId, TypeSpace};

use super::plain::{BASE64, OBJECT_ID, boxed, plain};
use super::types::Type;
use crate::visitor::SchemaRef;

/// A value whose type is requested.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) schema: SchemaRef<'a>,
    /// Whether the value is always present.
    pub(super) required: bool,
    /// Whether only requests contain the value. If so, a non-negative integer is unsigned.
    pub(super) sent_only: bool,
}

/// Returns the types of the values of each group, in order. `models` has the Rust name of each named schema.
pub(super) fn types(
    groups: &[Vec<Value<'_>>],
    models: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<Vec<Type>>> {
    // progenitor would change some model names, such as `ABC`, but does not change these placeholders.
    let handles = models.keys().zip(0..);
    let handles: BTreeMap<_, _> =
        handles.map(|(name, index)| (name.clone(), format!("Model{index}"))).collect();
    let mut components = Components::default();
    for handle in handles.values() {
        components.schemas.insert(handle.clone(), ReferenceOr::Item(opaque()));
    }
    for (index, group) in groups.iter().enumerate() {
        let holder = ReferenceOr::Item(holder(group, &handles));
        components.schemas.insert(format!("{HOLDER}{index}"), holder);
    }
    let document =
        OpenAPI { openapi: "3.0.3".to_owned(), components: Some(components), ..OpenAPI::default() };
    let mut generator = Generator::new(&settings(handles.values().zip(models.values())));
    generator
        .generate_tokens(&document)
        .context("progenitor cannot determine the types of the document")?;
    read(generator.get_type_space(), groups)
}

/// The prefix of the name of each holder.
const HOLDER: &str = "Holder";

/// Returns settings that make progenitor use the Rust name of every model.
fn settings<'a>(models: impl Iterator<Item = (&'a String, &'a String)>) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    let text = [TypeImpl::Display, TypeImpl::FromStr];
    for (format, ty) in [(OBJECT_ID, OBJECT_ID_TYPE), (BASE64, BASE64_TYPE)] {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, ty, text.into_iter());
    }
    for (handle, model) in models {
        settings.with_replacement(handle, format!("{MODELS}{model}"), text.into_iter());
    }
    settings
}

const OBJECT_ID_TYPE: &str = "crate::ObjectId";
const BASE64_TYPE: &str = "crate::Base64";
const MODELS: &str = "crate::models::";

fn opaque() -> Schema {
    kind(SchemaKind::Type(Shape::String(StringType::default())))
}

fn kind(schema_kind: SchemaKind) -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind }
}

/// Creates the holder of a group, with a property for each value: `p0`, `p1`, ...
fn holder(values: &[Value<'_>], handles: &BTreeMap<String, String>) -> Schema {
    let mut object = ObjectType::default();
    for (index, value) in values.iter().enumerate() {
        let name = format!("p{index}");
        let schema = boxed(plain(value.schema, value.sent_only, handles));
        if value.required {
            object.required.push(name.clone());
        }
        object.properties.insert(name, schema);
    }
    kind(SchemaKind::Type(Shape::Object(object)))
}

/// Reads the types of the holders' properties.
fn read(space: &TypeSpace, groups: &[Vec<Value<'_>>]) -> anyhow::Result<Vec<Vec<Type>>> {
    let mut types: Vec<Vec<Type>> =
        groups.iter().map(|group| vec![Type::Json; group.len()]).collect();
    for holder in space.iter_types() {
        let TypeDetails::Struct(object) = holder.details() else { continue };
        let name = holder.name();
        let index = name.strip_prefix(HOLDER).and_then(|index| index.parse::<usize>().ok());
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
        _ => bail!("progenitor returned an unexpected type: {}", known.describe()),
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
        BASE64_TYPE => Type::Bytes,
        _ => bail!("progenitor returned an unexpected type: {name}"),
    })
}
