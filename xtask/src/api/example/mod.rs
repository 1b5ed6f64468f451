//! Example calls in the docs of methods.

mod sample;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facts::bounds;
use super::types::{
    Api, Body, Docs, Example, Expression, Field, JsonType, Kind, Model, Operation, Param, Rules,
    Struct, Type, TypeUnion, TypeVariant,
};
use crate::lower;

/// The maximum depth of a value. Without a maximum, the value of a model that requires itself would be infinite.
const DEPTH: usize = 8;

/// An arbitrary identifier.
const OBJECT_ID: &str = "32b6e34b3d91647abb20e7b8";
const UUID: &str = "00000000-0000-0000-0000-000000000000";
const TIME: &str = "2024-05-30T10:00:00Z";
const DATE: &str = "2024-05-30";

/// Adds an example to each operation.
pub(super) fn write(api: &mut Api) {
    let models = api.models.iter().map(|model| (model.ident.as_str(), model)).collect();
    let examples = api.operations.iter().map(|operation| {
        let mut writer = Writer { models: &models, used: BTreeSet::new() };
        writer.example(operation)
    });
    let examples: Vec<Example> = examples.collect();
    for (operation, example) in api.operations.iter_mut().zip(examples) {
        operation.example = example;
    }
}

/// Returns an example call that sets every optional parameter, for tests.
#[doc(hidden)]
#[must_use]
pub fn complete(api: &Api, operation: &Operation) -> Example {
    let models = api.models.iter().map(|model| (model.ident.as_str(), model)).collect();
    let mut writer = Writer { models: &models, used: BTreeSet::new() };
    let options = operation.params.iter().filter(|param| !param.required);
    let options: Vec<_> = options.filter_map(|param| writer.option(param)).collect();
    // The writer has already recorded the models that the options use, so the example also imports these models.
    Example { options, ..writer.example(operation) }
}

/// A writer of values as expressions. The values come from the document's examples if these are valid, and otherwise
/// from the rules and types.
struct Writer<'a> {
    models: &'a BTreeMap<&'a str, &'a Model>,
    /// The models that the example uses so far.
    used: BTreeSet<String>,
}

impl Writer<'_> {
    fn example(&mut self, operation: &Operation) -> Example {
        let required = operation.params.iter().filter(|param| param.required);
        let arguments = required.map(|param| self.argument(param)).collect();
        let body = operation.body.as_ref();
        let body = body.map(|body| self.body(body)).map(|(ty, value)| (ty.cloned(), value));
        Example {
            arguments,
            body,
            options: self.bounded_option(operation).into_iter().collect(),
            models: std::mem::take(&mut self.used),
        }
    }

    fn argument(&mut self, param: &Param) -> Expression {
        if param.is_converted() {
            let placeholder = if param.ty == Type::Uuid { UUID } else { OBJECT_ID };
            return Expression::Text(text(param.docs.example.as_ref(), placeholder));
        }
        let example = sample::of(&param.rules, &param.docs);
        self.value(&param.ty, example.as_ref(), DEPTH).unwrap_or(Expression::Default)
    }

    /// Returns the name and the value of the first optional parameter that has a minimum and an example.
    fn bounded_option(&mut self, operation: &Operation) -> Option<(String, Expression)> {
        let mut optional = operation.params.iter().filter(|param| !param.required);
        let param = optional.find(|it| it.rules.minimum.is_some() && it.docs.example.is_some())?;
        self.option(param)
    }

    fn option(&mut self, param: &Param) -> Option<(String, Expression)> {
        let example = sample::of(&param.rules, &param.docs);
        Some((param.ident.clone(), self.value(&param.ty, example.as_ref(), DEPTH)?))
    }

    /// Writes the body, and returns it with the type to annotate. The emitted method accepts any type that converts to
    /// the body's type, so every value except a model needs a type annotation.
    fn body<'b>(&mut self, body: &'b Body) -> (Option<&'b Type>, Expression) {
        let docs = Docs { example: body.example.clone(), ..Docs::default() };
        let json = sample::of(&body.rules, &docs);
        if let Type::Model(model) = &body.ty
            && let Some(value) = self.variant(model, json.as_ref(), DEPTH)
        {
            return (None, value);
        }
        let value = self.owned(&body.ty, json.as_ref(), DEPTH).unwrap_or(Expression::Default);
        self.used.extend(body.ty.model().map(ToOwned::to_owned));
        (Some(&body.ty), value)
    }

    /// Writes a value of the model `name`. For a union, writes the model of one of its variants.
    fn variant(&mut self, name: &str, json: Option<&Value>, depth: usize) -> Option<Expression> {
        let Kind::Union(union) = &self.models.get(name)?.kind else {
            return self.model(name, json, depth);
        };
        let value = json.and_then(|json| json.get(&union.property)).map(lower::text);
        let mut variants = union.variants.iter();
        let given =
            variants.find(|it| value.as_ref().is_some_and(|value| it.values.contains(value)));
        let variant = given.or(union.variants.first())?;
        self.variant(&variant.model, json, depth.checked_sub(1)?)
    }

    /// Writes a value as an argument: strings are literals, and only the value of an `Option` is boxed.
    fn value(&mut self, ty: &Type, json: Option<&Value>, depth: usize) -> Option<Expression> {
        let depth = depth.checked_sub(1)?;
        Some(match ty {
            Type::Boxed(inner) => self.value(inner, json, depth)?,
            Type::Option(inner) => match json.filter(|json| !json.is_null()) {
                Some(json) => {
                    let value = Box::new(self.owned(inner, Some(json), depth)?);
                    let is_boxed = matches!(**inner, Type::Boxed(_));
                    let value = if is_boxed { Box::new(Expression::Boxed(value)) } else { value };
                    Expression::Some(value)
                }
                None => Expression::None,
            },
            Type::Nullable(inner) => Expression::Into(Box::new(self.owned(inner, json, depth)?)),
            Type::List(inner) => {
                let items: Option<Vec<Expression>> = match json.and_then(Value::as_array) {
                    Some(items) => {
                        items.iter().map(|it| self.owned(inner, Some(it), depth)).collect()
                    }
                    None => self.owned(inner, None, depth).map(|item| vec![item]),
                };
                Expression::List(items?)
            }
            Type::String | Type::Secret | Type::Upload => Expression::Text(text(json, "value")),
            Type::ObjectId => Expression::Parsed(text(json, OBJECT_ID)),
            Type::IdInput => Expression::Text(text(json, OBJECT_ID)),
            Type::Bytes => Expression::Bytes,
            Type::Uuid => Expression::Parsed(text(json, UUID)),
            Type::DateTime => Expression::Parsed(text(json, TIME)),
            Type::Date => Expression::Parsed(text(json, DATE)),
            Type::Bool => Expression::Bool(json.and_then(Value::as_bool).unwrap_or(true)),
            Type::Float(_) => Expression::Float(json.and_then(Value::as_f64).unwrap_or(1.0)),
            Type::Integer(name) => Expression::Integer(integer(json, name)),
            Type::Json => Expression::Json(
                json.cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            ),
            Type::Map(inner) => match json.and_then(Value::as_object) {
                Some(entries) => {
                    let entries = entries.iter().map(|(key, value)| {
                        Some((key.clone(), self.owned(inner, Some(value), depth)?))
                    });
                    Expression::Map(entries.collect::<Option<_>>()?)
                }
                // The rules may require at least one entry.
                None => match self.owned(inner, None, depth) {
                    Some(value) => Expression::Map(vec![("key".to_owned(), value)]),
                    None => Expression::Default,
                },
            },
            Type::JsonObject | Type::Form => Expression::Default,
            Type::Model(name) | Type::TypeUnion(name) => self.model(name, json, depth)?,
        })
    }

    /// Writes a value whose type is exactly `ty`, or the type in the box if `ty` is boxed.
    fn owned(&mut self, ty: &Type, json: Option<&Value>, depth: usize) -> Option<Expression> {
        Some(match self.value(ty, json, depth)? {
            Expression::Text(text) if *ty.unwrapped() == Type::String => {
                Expression::OwnedText(text)
            }
            value @ (Expression::Text(_) | Expression::Bytes) => Expression::Into(Box::new(value)),
            value => value,
        })
    }

    fn model(&mut self, name: &str, json: Option<&Value>, depth: usize) -> Option<Expression> {
        let model = *self.models.get(name)?;
        let expression = match &model.kind {
            Kind::Union(_) => {
                return Some(Expression::Into(Box::new(self.variant(name, json, depth)?)));
            }
            Kind::Struct(object) => {
                let required = object.fields.iter().filter(|field| field.is_argument());
                let arguments: Option<Vec<_>> =
                    required.map(|it| self.field(it, json, depth)).collect();
                let set = object.fields.iter().filter(|field| field.in_example);
                let setters: Option<Vec<_>> =
                    set.map(|it| Some((it.ident.clone(), self.field(it, json, depth)?))).collect();
                let (arguments, mut setters) = (arguments?, setters?);
                if arguments.is_empty() && setters.is_empty() {
                    setters.extend(self.optional_field(object, json, depth));
                }
                Expression::New { model: name.to_owned(), arguments, setters }
            }
            Kind::Enum(values) => {
                let value = values.iter().find(|it| Some(&it.value) == json);
                let variant = value.or(values.first())?.ident.clone();
                Expression::Variant { model: name.to_owned(), variant, value: None }
            }
            Kind::TypeUnion(TypeUnion { variants, .. }) => {
                let given = json.and_then(|json| variants.iter().find(|it| selects(it, json)));
                let variant = given.or(variants.first())?;
                let json = json.filter(|_| given.is_some());
                if variant.ty == Type::String {
                    return self.value(&variant.ty, json, depth);
                }
                Expression::Variant {
                    model: name.to_owned(),
                    variant: variant.ident.clone(),
                    value: Some(Box::new(self.owned(&variant.ty, json, depth)?)),
                }
            }
        };
        self.used.insert(name.to_owned());
        Some(expression)
    }

    /// Returns the name and a value of the first optional boolean, number or string that has no rules and is neither
    /// deprecated nor read-only. If an example would set no field of a struct, it sets this field, because a struct in
    /// a path parameter must not be empty.
    fn optional_field(
        &mut self,
        object: &Struct,
        json: Option<&Value>,
        depth: usize,
    ) -> Option<(String, Expression)> {
        let is_plain = |field: &&Field| {
            let Type::Option(ty) = &field.ty else { return false };
            matches!(**ty, Type::Bool | Type::Integer(_) | Type::Float(_) | Type::String)
                && Rules { finite: false, ..field.rules.clone() }.is_empty()
                && !field.docs.deprecated
                && !field.read_only
        };
        let field = object.fields.iter().find(is_plain)?;
        let given = json.and_then(|json| json.get(&field.name)).or(field.docs.example.as_ref());
        Some((field.ident.clone(), self.value(field.ty.value(), given, depth)?))
    }

    fn field(&mut self, field: &Field, json: Option<&Value>, depth: usize) -> Option<Expression> {
        let given = json.and_then(|json| json.get(&field.name)).cloned();
        let json = given.or_else(|| sample::of(&field.rules, &field.docs));
        self.value(field.argument(), json.as_ref(), depth)
    }
}

/// Returns whether the type of the JSON value selects the variant.
fn selects(variant: &TypeVariant, json: &Value) -> bool {
    let types = &variant.json_types;
    JsonType::of(json).is_some_and(|it| types.contains(&it) || types.contains(&it.class()))
}

fn text(json: Option<&Value>, otherwise: &str) -> String {
    json.and_then(Value::as_str).unwrap_or(otherwise).to_owned()
}

/// Formats an integer as a literal. Accepts whole numbers in the form `1.6e+09`, which YAML may contain. Returns `1` if
/// there is no integer, or if the integer type `name` cannot represent it.
fn integer(json: Option<&Value>, name: &str) -> String {
    let whole = json.filter(|json| json.is_i64() || json.is_u64()).map(ToString::to_string);
    let number = json.and_then(Value::as_f64).filter(|number| number.fract() == 0.0);
    let text = whole.or_else(|| number.map(|number| format!("{number:.0}")));
    let is_valid = |text: &String| {
        let (value, range) = (text.parse::<i128>().ok(), bounds::range(name));
        value.zip(range).is_some_and(|(value, (least, most))| (least..=most).contains(&value))
    };
    text.filter(is_valid).unwrap_or_else(|| "1".to_owned())
}
