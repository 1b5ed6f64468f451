//! The lowered document in the words of the emitted code.

use std::collections::{BTreeSet, HashMap};

use heck::{ToSnakeCase, ToUpperCamelCase};
use indexmap::IndexMap;
use openapiv3::{
    OpenAPI, ParameterSchemaOrContent, ReferenceOr, Schema, SchemaData, SchemaKind, Type,
};
use serde_json::Value;

use crate::common::{self, Common};
use crate::notes::{Note, Owner, Rules, ServerDefault, Tag, Usage, Wire};
use crate::walk;

/// Everything that is emitted, as the document describes it.
#[derive(Debug, Clone)]
pub struct Api {
    /// The operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// The name of the method of each operation, by its id.
    pub methods: HashMap<String, String>,
    /// What many operations say of a parameter.
    pub common: Common,
    /// The models, by name.
    pub models: IndexMap<String, Model>,
}

/// One operation in one version.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The `operationId`, with the version that it was split off for.
    pub id: String,
    /// The name of the Rust method that prepares it.
    pub method_name: String,
    /// The name of the type of a prepared request.
    pub type_name: String,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// What goes over the wire.
    pub wire: Wire,
    /// The first of its tags.
    pub tag: Option<String>,
    /// One line on what it does.
    pub summary: Option<String>,
    /// What there is to know about it.
    pub description: Option<String>,
    /// Whether the server means to stop answering it.
    pub deprecated: bool,
    /// The roles of which the caller needs one.
    pub roles: Vec<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its body, if it takes one.
    pub body: Option<Body>,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub struct Body {
    /// What to put there.
    pub description: Option<String>,
    /// One that the server takes.
    pub example: Option<Value>,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// A pair of the query.
    Query,
    /// A header.
    Header,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// What is said of its value.
    pub about: About,
}

/// What a document says of a value.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What it means.
    pub description: Option<String>,
    /// Whether the server ignores it, or will.
    pub deprecated: bool,
    /// What the server demands of it.
    pub rules: Rules,
    /// What the server takes where it is absent.
    pub default: Option<Value>,
    /// A value that the server takes.
    pub example: Option<Value>,
    /// Whether it must be there.
    pub required: bool,
    /// Whether the description is only the first sentence of one in [`Api::common`].
    pub is_shortened: bool,
}

/// A named schema.
#[derive(Debug, Clone)]
pub struct Model {
    /// What it stands for.
    pub description: Option<String>,
    /// The model or operation within which it was described, if it was not by itself.
    pub owner: Option<String>,
    /// Whether it goes out, comes in, or both.
    pub usage: Usage,
    /// Its shape.
    pub shape: Shape,
}

/// The shape of a model.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object: its properties by their names on the wire.
    Object {
        /// What is said of each property.
        fields: IndexMap<String, About>,
        /// The models that its properties hold.
        models: Vec<String>,
        /// The one value of the discriminator, where the object is a variant of a union.
        tag: Option<Tag>,
    },
    /// One of several strings, each with its meaning.
    Enum {
        /// The strings.
        values: IndexMap<String, Option<String>>,
    },
    /// One of several models, told apart by a property.
    Union {
        /// The discriminator.
        property: String,
        /// The model for each of its values.
        variants: IndexMap<String, String>,
    },
}

impl Api {
    /// Reads a lowered document.
    #[must_use]
    pub fn read(document: &OpenAPI) -> Self {
        let schemas = document.components.iter().flat_map(|it| &it.schemas);
        let models = schemas
            .filter_map(|(name, schema)| Some((name.clone(), model(schema.as_item()?)?)))
            .collect();
        let mut operations: Vec<Operation> = document
            .operations()
            .filter_map(|(_, method, operation)| Some(read_operation(methods(method)?, operation)))
            .collect();
        let common = common::shorten(&mut operations);
        let methods = operations.iter().map(|it| (it.id.clone(), it.method_name.clone())).collect();
        Self { operations, methods, common, models }
    }
}

impl Api {
    /// Whether a value of one model may hold a value of the other, at any depth.
    #[must_use]
    pub fn leads_to(&self, from: &str, to: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut ahead = vec![from];
        while let Some(name) = ahead.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name) {
                ahead.extend(self.models.get(name).into_iter().flat_map(|it| it.shape.models()));
            }
        }
        false
    }
}

impl Shape {
    /// The models directly within.
    fn models(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Object { models, .. } => Box::new(models.iter().map(String::as_str)),
            Self::Union { variants, .. } => Box::new(variants.values().map(String::as_str)),
            Self::Enum { .. } => Box::new(std::iter::empty()),
        }
    }
}

fn methods(method: &str) -> Option<&'static str> {
    ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(method))
}

fn read_operation(method: &'static str, operation: &openapiv3::Operation) -> Operation {
    let parameters = operation.parameters.iter().filter_map(ReferenceOr::as_item);
    let id = operation.operation_id.clone().unwrap_or_default();
    Operation {
        method_name: id.to_snake_case(),
        type_name: id.to_upper_camel_case(),
        id,
        method,
        wire: Wire::read(&operation.extensions).unwrap_or_default(),
        tag: operation.tags.first().cloned(),
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        deprecated: operation.deprecated,
        roles: strings(operation.extensions.get("x-rolesRequirements")),
        parameters: parameters.filter_map(parameter).collect(),
        body: operation.request_body.as_ref().and_then(ReferenceOr::as_item).map(body),
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let values = value.and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

fn parameter(parameter: &openapiv3::Parameter) -> Option<Parameter> {
    let place = match parameter {
        openapiv3::Parameter::Path { .. } => Place::Path,
        openapiv3::Parameter::Query { .. } => Place::Query,
        openapiv3::Parameter::Header { .. } => Place::Header,
        openapiv3::Parameter::Cookie { .. } => return None,
    };
    let data = parameter.parameter_data_ref();
    let mut about = match &data.format {
        ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) => about(&schema.schema_data),
        _ => About::default(),
    };
    about.description = data.description.clone().or(about.description);
    about.deprecated |= data.deprecated.unwrap_or_default();
    about.example = data.example.clone().or(about.example);
    about.required = data.required;
    Some(Parameter { name: data.name.clone(), place, about })
}

fn body(body: &openapiv3::RequestBody) -> Body {
    let media = body.content.values().next();
    let example = media.and_then(|media| {
        let named = media.examples.values().find_map(|it| it.as_item()?.value.clone());
        media.example.clone().or(named)
    });
    Body { description: body.description.clone(), example }
}

fn about(data: &SchemaData) -> About {
    About {
        description: data.description.clone(),
        deprecated: data.deprecated,
        rules: Rules::read(&data.extensions).unwrap_or_default(),
        default: ServerDefault::read(&data.extensions).map(|ServerDefault(value)| value),
        example: data.example.clone(),
        required: false,
        is_shortened: false,
    }
}

fn model(schema: &Schema) -> Option<Model> {
    let data = &schema.schema_data;
    Some(Model {
        description: data.description.clone(),
        owner: Owner::read(&data.extensions).map(|Owner(name)| name),
        usage: Usage::read(&data.extensions).unwrap_or_default(),
        shape: shape(schema)?,
    })
}

fn shape(schema: &Schema) -> Option<Shape> {
    let data = &schema.schema_data;
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            let fields = object.properties.iter().map(|(name, property)| {
                let about = property.as_item().map(|property| about(&property.schema_data));
                let required = object.required.contains(name);
                (name.clone(), About { required, ..about.unwrap_or_default() })
            });
            Some(Shape::Object {
                fields: fields.collect(),
                models: references(schema),
                tag: Tag::read(&data.extensions),
            })
        }
        SchemaKind::Type(Type::String(string)) => {
            let meanings = data.extensions.get("x-enumDescriptions");
            let values = string.enumeration.iter().flatten().map(|value| {
                let meaning = meanings.and_then(|it| it.get(value)?.as_str());
                (value.clone(), meaning.map(ToOwned::to_owned))
            });
            Some(Shape::Enum { values: values.collect() })
        }
        SchemaKind::OneOf { .. } => {
            let discriminator = data.discriminator.as_ref()?;
            let variants = discriminator.mapping.iter();
            let variants =
                variants.map(|(value, it)| (value.clone(), walk::schema_name(it).to_owned()));
            let property = discriminator.property_name.clone();
            Some(Shape::Union { property, variants: variants.collect() })
        }
        _ => None,
    }
}

/// The models that the properties of an object hold.
fn references(schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    let mut slot = ReferenceOr::Item(schema.clone());
    walk::below(walk::Slot::Plain(&mut slot), &mut |slot| {
        found.extend(slot.reference().map(|reference| walk::schema_name(reference).to_owned()));
    });
    found
}
