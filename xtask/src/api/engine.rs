//! The Rust types of values, which progenitor determines. No other module uses progenitor.
//!
//! progenitor receives one object, the *holder*, whose properties are the distinct scalars, lists, maps and references
//! of the document. Each model is an opaque placeholder, so progenitor receives neither recursive schemas nor schemas
//! that it would reject. The types are read from progenitor's public type space, and the code that progenitor emits is
//! discarded.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use indexmap::IndexSet;
use openapiv3::{
    Components, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaKind, StringType, Type as Shape,
};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use typify::{TypeDetails, TypeId, TypeSpace};

use super::plain::{BASE64, OBJECT_ID, PASSWORD, plain};
use super::types::Type;
use crate::schema::{SchemaRef, bare, boxed};

/// A value whose Rust type progenitor determines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) schema: SchemaRef<'a>,
    /// Whether the value is always present.
    pub(super) required: bool,
    /// Whether the value is a parameter or a part of a multipart body, which responses never contain. If so, an integer
    /// whose minimum is 0 or more is unsigned.
    pub(super) is_parameter: bool,
}

/// Returns the types of the values in each group, in order. `models` maps the name of each named schema to its Rust
/// name. `type_unions` contains the Rust names of the unions of JSON types.
pub(super) fn types(
    groups: &[Vec<Value<'_>>],
    models: &BTreeMap<String, String>,
    type_unions: &BTreeSet<&str>,
) -> anyhow::Result<Vec<Vec<Type>>> {
    // progenitor would change some model names, such as `ABC`, but does not change these placeholders.
    let handles = models.keys().zip(0..);
    let handles: BTreeMap<_, _> =
        handles.map(|(name, index)| (name.clone(), format!("Model{index}"))).collect();
    let mut holder = Holder::default();
    let indices = groups.iter().map(|group| {
        group.iter().map(|value| holder.add(value, &handles)).collect::<serde_json::Result<_>>()
    });
    let indices = indices.collect::<serde_json::Result<Vec<Vec<usize>>>>()?;
    let mut components = Components::default();
    for handle in handles.values() {
        components.schemas.insert(handle.clone(), ReferenceOr::Item(opaque()));
    }
    let object = bare(SchemaKind::Type(Shape::Object(holder.object)));
    components.schemas.insert(HOLDER.to_owned(), ReferenceOr::Item(object));
    let document =
        OpenAPI { openapi: "3.0.3".to_owned(), components: Some(components), ..OpenAPI::default() };
    let replacements = handles.values().zip(models.values()).map(|(handle, model)| {
        let module = if type_unions.contains(model.as_str()) { TYPE_UNIONS } else { MODELS };
        (handle, format!("{module}{model}"))
    });
    let mut generator = Generator::new(&settings(replacements));
    generator
        .generate_tokens(&document)
        .context("progenitor cannot determine the types of the document")?;
    let types = read(generator.get_type_space())?;
    let type_of = |index: usize| types.get(&index).cloned().unwrap_or(Type::Json);
    Ok(indices.into_iter().map(|group| group.into_iter().map(type_of).collect()).collect())
}

const HOLDER: &str = "Holder";

/// The object with a property for each distinct value: `p0`, `p1`, ...
#[derive(Default)]
struct Holder {
    object: ObjectType,
    /// The distinct values: whether each is required, and its schema as JSON.
    known: IndexSet<(bool, String)>,
}

impl Holder {
    /// Returns the number of the property for a value, such as 0 for `p0`. Adds the property if it is new.
    fn add(
        &mut self,
        value: &Value<'_>,
        handles: &BTreeMap<String, String>,
    ) -> serde_json::Result<usize> {
        let schema = boxed(plain(value.schema, value.is_parameter, handles));
        let key = (value.required, serde_json::to_string(&schema)?);
        let (index, is_new) = self.known.insert_full(key);
        if is_new {
            let name = format!("p{index}");
            self.object.required.extend(value.required.then(|| name.clone()));
            self.object.properties.insert(name, schema);
        }
        Ok(index)
    }
}

/// Returns settings that make progenitor use the replacement of every placeholder, and the runtime's types for object
/// ids, Base64 and secrets.
fn settings<'a>(replacements: impl Iterator<Item = (&'a String, String)>) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    let text = [TypeImpl::Display, TypeImpl::FromStr];
    let conversions = [(OBJECT_ID, OBJECT_ID_TYPE), (BASE64, BASE64_TYPE), (PASSWORD, SECRET_TYPE)];
    for (format, ty) in conversions {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, ty, text.into_iter());
    }
    for (handle, replacement) in replacements {
        settings.with_replacement(handle, replacement, text.into_iter());
    }
    settings
}

const OBJECT_ID_TYPE: &str = "crate::ObjectId";
const BASE64_TYPE: &str = "crate::Base64";
const SECRET_TYPE: &str = "crate::Secret";
const MODELS: &str = "crate::models::";
/// The prefix of the models that are unions of JSON types.
const TYPE_UNIONS: &str = "crate::type_unions::";

fn opaque() -> Schema {
    bare(SchemaKind::Type(Shape::String(StringType::default())))
}

/// Returns the type of each property of the holder, by the number of the property.
fn read(space: &TypeSpace) -> anyhow::Result<BTreeMap<usize, Type>> {
    let mut types = BTreeMap::new();
    for ty in space.iter_types() {
        let TypeDetails::Struct(object) = ty.details() else { continue };
        if ty.name() != HOLDER {
            continue;
        }
        for property in object.properties_info() {
            if let Some(index) = property.name.strip_prefix('p').and_then(|it| it.parse().ok()) {
                types.insert(index, read_type(space, &property.type_id)?);
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
    if let Some(union) = name.strip_prefix(TYPE_UNIONS) {
        return Ok(Type::TypeUnion(union.to_owned()));
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
        SECRET_TYPE => Type::Secret,
        _ => bail!("progenitor returned the unexpected type `{name}`"),
    })
}
