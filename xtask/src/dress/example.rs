//! The example in the docs of an operation, which is compiled as a test.

use quote::ToTokens as _;
use serde_json::Value;
use syn::Type;

use super::operation::{Argument, Call};
use super::structs::Object;
use super::{enums, paths};
use crate::api::{Api, Shape};
use crate::engine::Emitted;

/// The code of the example, fenced.
pub(super) fn of(call: &Call<'_>, api: &Api, emitted: &Emitted) -> String {
    let mut lines = vec![
        "```no_run".to_owned(),
        "# async fn example(client: generated_client::Client) -> Result<(), Box<dyn std::error::Error>> {"
            .to_owned(),
    ];
    if call.operation.deprecated {
        lines.insert(1, "# #![allow(deprecated)]".to_owned());
    }
    let mut arguments: Vec<String> = call
        .arguments
        .iter()
        .filter(|argument| argument.parameter.about.required)
        .map(argument_value)
        .collect();
    if let Some(ty) = &call.body {
        lines.extend(body_lines(call, ty, api, emitted));
        arguments.push("body".to_owned());
    }
    lines.push("let response = client".to_owned());
    lines.push(format!("    .{}({})", call.operation.method_name(), arguments.join(", ")));
    lines.extend(bounded(call).map(|line| format!("    {line}")));
    let end = [
        "    .send()",
        "    .await?;",
        "println!(\"{:?}\", response.into_inner());",
        "# Ok(())",
        "# }",
        "```",
    ];
    lines.extend(end.map(ToOwned::to_owned));
    lines.join("\n")
}

fn argument_value(argument: &Argument<'_>) -> String {
    let example = argument.parameter.about.example.as_ref();
    match paths::plain_name(&argument.ty).as_deref() {
        Some("ObjectId") => {
            let id = example.and_then(Value::as_str).unwrap_or("32b6e34b3d91647abb20e7b8");
            format!("{id:?}")
        }
        Some("String") => format!("{:?}", example.and_then(Value::as_str).unwrap_or("value")),
        _ => literal(&argument.ty, example).unwrap_or_else(|| "Default::default()".to_owned()),
    }
}

/// The first optional parameter with bounds, as an example of one.
fn bounded(call: &Call<'_>) -> Option<String> {
    call.arguments.iter().find_map(|argument| {
        let about = &argument.parameter.about;
        let is_bounded = !about.required && about.rules.minimum.is_some();
        let value = is_bounded.then(|| literal(&argument.ty, about.example.as_ref()))??;
        Some(format!(".{}({value})", argument.ident))
    })
}

fn body_lines(call: &Call<'_>, ty: &Type, api: &Api, emitted: &Emitted) -> Vec<String> {
    let example = call.operation.body.as_ref().and_then(|body| body.example.as_ref());
    let mut used = Vec::new();
    let built =
        paths::plain_name(ty).and_then(|model| built(&model, example?, api, emitted, &mut used));
    let mut lines: Vec<String> = Vec::new();
    if let Some(built) = built {
        used.sort_unstable();
        lines.extend(used.iter().map(|model| format!("use generated_client::models::{model};")));
        lines.push(String::new());
        lines.push(format!("let body = {built};"));
    } else {
        let ty = ty.to_token_stream();
        lines.push("# use generated_client::models::*;".to_owned());
        let json = example.map_or_else(|| "{}".to_owned(), ToString::to_string);
        lines.push(format!("let body: {ty} = serde_json::from_str(r#\"{json}\"#)?;"));
    }
    lines
}

/// An expression that builds the model from its example.
fn built(
    model: &str,
    json: &Value,
    api: &Api,
    emitted: &Emitted,
    used: &mut Vec<String>,
) -> Option<String> {
    match &api.models.get(model)?.shape {
        Shape::Union { property, variants } => {
            let variant = variants.get(json.get(property)?.as_str()?)?;
            built(variant, json, api, emitted, used)
        }
        Shape::Object { fields, .. } => {
            let object = Object::read(model, fields, emitted, api).ok()?;
            let required = object.fields.iter().filter(|field| !field.is_optional());
            let arguments: Option<Vec<String>> =
                required.map(|field| literal(&field.ty, json.get(field.wire_name))).collect();
            used.push(model.to_owned());
            Some(format!("{model}::new({})", arguments?.join(", ")))
        }
        Shape::Enum { values } => {
            let value = values.get_key_value(json.as_str()?)?.0;
            used.push(model.to_owned());
            Some(format!("{model}::{}", enums::variant_name(value)))
        }
    }
}

fn literal(ty: &Type, json: Option<&Value>) -> Option<String> {
    match (paths::plain_name(ty)?.as_str(), json?) {
        ("String", Value::String(text)) => Some(format!("{text:?}")),
        ("ObjectId", Value::String(text)) => Some(format!("{text:?}.parse()?")),
        (_, json @ (Value::Bool(_) | Value::Number(_))) => Some(json.to_string()),
        _ => None,
    }
}
