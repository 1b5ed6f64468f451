//! The example in the docs of an operation, which is compiled as a test.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use serde_json::Value;

use super::operation::{Argument, Call};
use super::structs::Object;
use super::{docs, enums, sample};
use crate::api::{Api, Shape};
use crate::engine::Emitted;
use crate::print;
use crate::rust_type::Type;

/// How deep a value is written out. A model that must hold itself has no end.
const DEPTH: usize = 8;

/// The code of the example, fenced.
pub(super) fn of(call: &Call<'_>, api: &Api, emitted: &Emitted) -> String {
    let mut writer = Writer { api, emitted, used: BTreeSet::new() };
    let required = call.arguments.iter().filter(|argument| argument.parameter.about.required);
    let mut arguments: Vec<String> = required.map(|argument| writer.argument(argument)).collect();
    let body = call.body.as_ref().map(|ty| writer.body(ty, call));
    arguments.extend(body.as_ref().map(|_| "body".to_owned()));
    let uses = writer.uses();
    let mut code: Vec<String> = body.into_iter().collect();
    let optional = bounded(call, &mut writer).unwrap_or_default();
    let method = &call.operation.method_name;
    let arguments = arguments.join(", ");
    let call_code = format!("client.{method}({arguments}){optional}.send().await?;");
    if call.answers_nothing() {
        code.push(call_code);
    } else {
        code.push(format!("let response = {call_code}"));
        code.push("println!(\"{:?}\", response.into_inner());".to_owned());
    }
    let uses = uses.map(|uses| format!("{uses}\n\n")).unwrap_or_default();
    fence(call, &format!("{uses}{}", layout(&code.join("\n"))))
}

/// The code within what makes it a test.
fn fence(call: &Call<'_>, code: &str) -> String {
    let allow = if call.operation.deprecated { "# #![allow(deprecated)]\n" } else { "" };
    let head = "# async fn example(client: generated_client::Client) \
                -> Result<(), Box<dyn std::error::Error>> {";
    format!("```no_run\n{allow}{head}\n{code}\n# Ok(()) }}\n```")
}

/// How far the function that the statements are laid out in is indented, and they are not.
const INDENT: usize = 4;

/// Statements laid out as in a file.
fn layout(code: &str) -> String {
    let Ok(file) = syn::parse_str::<syn::File>(&format!("async fn example() {{ {code} }}")) else {
        return code.to_owned();
    };
    let text = print::widen(&prettyplease::unparse(&file), docs::WIDTH + INDENT);
    let body = text.lines().skip(1).filter(|line| *line != "}");
    let lines: Vec<&str> = body.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    lines.join("\n")
}

/// The first optional parameter with bounds, as an example of one.
fn bounded(call: &Call<'_>, writer: &mut Writer<'_>) -> Option<String> {
    let mut optional = call.arguments.iter().filter(|it| !it.parameter.about.required);
    let Argument { ident, parameter, ty } = optional.find(|argument| {
        let about = &argument.parameter.about;
        about.rules.minimum.is_some() && about.example.is_some()
    })?;
    let value = writer.value(ty, sample::of(&parameter.about).as_ref(), DEPTH)?;
    Some(format!(".{ident}({value})"))
}

/// Writes values as expressions, after the examples of the document or else after their types.
struct Writer<'a> {
    api: &'a Api,
    emitted: &'a Emitted,
    /// The models named so far.
    used: BTreeSet<String>,
}

impl Writer<'_> {
    fn uses(&self) -> Option<String> {
        let names: Vec<&str> = self.used.iter().map(String::as_str).collect();
        let head = "use generated_client::models";
        (!names.is_empty()).then(|| print::use_names(head, &names, docs::WIDTH))
    }

    /// The statement that makes the body. A method takes what can be made into it, so the type of
    /// anything but a model is written down.
    fn body(&mut self, ty: &Type, call: &Call<'_>) -> String {
        let json = call.operation.body.as_ref().and_then(|body| body.example.as_ref());
        let model = ty.plain_name().filter(|name| self.api.models.contains_key(*name));
        let variant = model.and_then(|name| self.variant(name, json, DEPTH));
        if let Some(value) = variant {
            return format!("let body = {value};");
        }
        let value = self.owned(ty, json, DEPTH);
        let value = value.unwrap_or_else(|| "Default::default()".to_owned());
        let names = ty.innermost().filter(|name| self.api.models.contains_key(*name));
        self.used.extend(names.map(ToOwned::to_owned));
        let ty = ty.to_token_stream().to_string().replace("BTreeMap", "std::collections::BTreeMap");
        format!("let body: {ty} = {value};")
    }

    /// A model, or one of the models that a union is of.
    fn variant(&mut self, name: &str, json: Option<&Value>, depth: usize) -> Option<String> {
        let Shape::Union { property, variants } = &self.api.models.get(name)?.shape else {
            return self.model(name, json, depth);
        };
        let value = json.and_then(|json| json.get(property)?.as_str());
        let given = value.and_then(|value| variants.get(value));
        self.variant(given.or(variants.values().next())?, json, depth.checked_sub(1)?)
    }

    fn argument(&mut self, argument: &Argument<'_>) -> String {
        let about = &argument.parameter.about;
        if argument.is_converted() {
            return format!("{:?}", text(about.example.as_ref(), OBJECT_ID));
        }
        let example = sample::of(about);
        let value = self.value(&argument.ty, example.as_ref(), DEPTH);
        value.unwrap_or_else(|| "Default::default()".to_owned())
    }

    /// A value as `new` or a method takes it: a string as a literal, without a box.
    fn value(&mut self, ty: &Type, json: Option<&Value>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        if let Some(ty) = ty.argument("Box") {
            return self.value(ty, json, depth);
        }
        if let Some(ty) = ty.argument("Option") {
            let Some(json) = json.filter(|json| !json.is_null()) else {
                return Some("None".to_owned());
            };
            return Some(format!("Some({})", self.owned(ty, Some(json), depth)?));
        }
        if let Some(ty) = ty.argument("Vec") {
            let items = json.and_then(Value::as_array);
            let items: Option<Vec<String>> = match items {
                Some(items) => items.iter().map(|it| self.owned(ty, Some(it), depth)).collect(),
                None => self.owned(ty, None, depth).map(|item| vec![item]),
            };
            return Some(format!("vec![{}]", items?.join(", ")));
        }
        let name = ty.last_name();
        match name {
            "String" => Some(format!("{:?}", text(json, "value"))),
            "ObjectId" => Some(format!("{:?}.parse()?", text(json, OBJECT_ID))),
            "Uuid" => {
                let nil = "00000000-0000-0000-0000-000000000000";
                Some(format!("{:?}.parse()?", text(json, nil)))
            }
            "DateTime" => Some(format!("{:?}.parse()?", text(json, "2024-05-30T10:00:00Z"))),
            "NaiveDate" => Some(format!("{:?}.parse()?", text(json, "2024-05-30"))),
            "bool" => Some(json.and_then(Value::as_bool).unwrap_or(true).to_string()),
            "f32" | "f64" => Some(format!("{:?}", json.and_then(Value::as_f64).unwrap_or(1.0))),
            "i32" | "i64" | "u32" | "u64" => {
                // YAML may write a whole number as `1.6e+09`.
                let number = json.and_then(Value::as_f64).filter(|it| it.fract() == 0.0);
                let whole = json.filter(|json| json.is_i64() || json.is_u64());
                let whole = whole.map(ToString::to_string);
                Some(whole.or(number.map(|it| format!("{it:.0}"))).unwrap_or("1".to_owned()))
            }
            "Value" => {
                let json = json.map_or_else(|| "{}".to_owned(), ToString::to_string);
                Some(format!("serde_json::json!({json})"))
            }
            "BTreeMap" | "Map" => Some("Default::default()".to_owned()),
            _ => self.model(name, json, depth),
        }
    }

    /// A value of exactly this type.
    fn owned(&mut self, ty: &Type, json: Option<&Value>, depth: usize) -> Option<String> {
        let value = self.value(ty, json, depth)?;
        let is_text = ty.last_name() == "String";
        Some(if is_text { format!("{value}.to_owned()") } else { value })
    }

    fn model(&mut self, name: &str, json: Option<&Value>, depth: usize) -> Option<String> {
        let (api, emitted) = (self.api, self.emitted);
        let expression = match &api.models.get(name)?.shape {
            Shape::Union { .. } => {
                return Some(format!("{}.into()", self.variant(name, json, depth)?));
            }
            Shape::Object { fields, .. } => {
                let object = Object::read(name, fields, emitted, api).ok()?;
                let required = object.fields.iter().filter(|field| !field.is_optional());
                let values: Option<Vec<String>> = required
                    .map(|field| {
                        let given = json.and_then(|json| json.get(field.wire_name)).cloned();
                        let json = given.or_else(|| sample::of(field.about));
                        self.value(&field.ty, json.as_ref(), depth)
                    })
                    .collect();
                format!("{name}::new({})", values?.join(", "))
            }
            Shape::Enum { values } => {
                let given = json.and_then(Value::as_str).and_then(|it| values.get_index_of(it));
                let idents = enums::idents(values.keys());
                format!("{name}::{}", idents.get(given.unwrap_or(0))?)
            }
        };
        self.used.insert(name.to_owned());
        Some(expression)
    }
}

/// An identifier of no particular thing.
const OBJECT_ID: &str = "32b6e34b3d91647abb20e7b8";

fn text<'a>(json: Option<&'a Value>, otherwise: &'a str) -> &'a str {
    json.and_then(Value::as_str).unwrap_or(otherwise)
}
