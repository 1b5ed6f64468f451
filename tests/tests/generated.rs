//! Snapshots of each model and each method of the client.
//!
//! A snapshot shows what is hard to see in the emitted file: the resolved signature, the request,
//! and the JSON form.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value, json};
use xtask::api::{
    Api, Field, Kind, Location, Model, Operation, Param, Success, Type, TypeUnion, TypeVariant,
};
use xtask::codegen::{self, Generated};
use xtask::lower::Options;
use xtask::standalone;

/// Generates the client from a document, with the date of plain method names in the client's manifest.
pub(crate) fn generate(spec: &str) -> Generated {
    let document = xtask::document::parse("spec/atlas.yaml", spec).unwrap();
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated-client");
    let api_version = standalone::api_version(&client).unwrap();
    let options = Options { api_version, ..Options::default() };
    codegen::generate(document.openapi, &options).unwrap()
}

fn generated() -> Generated {
    generate(atlas_tests::spec::TEXT)
}

fn compare(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_model_matches_its_snapshot() {
    let api = generated().api;
    for model in &api.models {
        compare(&format!("model-{}", model.module), &show_model(model, &api));
    }
}

#[test]
fn every_method_matches_its_snapshot() {
    for operation in &generated().api.operations {
        compare(&format!("method-{}", operation.ident), &show_operation(operation));
    }
}

#[test]
fn the_committed_client_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated-client/src/generated");
    for file in generated().files {
        let committed = std::fs::read_to_string(root.join(&file.path)).unwrap();
        assert_eq!(committed, file.text, "`{}` is stale: run `cargo xtask codegen`", file.path);
    }
}

fn rules(rules: &xtask::api::Rules) -> String {
    if rules.is_empty() { String::new() } else { format!(" {}", json!(rules)) }
}

fn show_model(model: &Model, api: &Api) -> String {
    let mut text = String::new();
    let usage = match (model.usage.request, model.usage.response) {
        (true, true) => "sent and received",
        (true, false) => "sent",
        _ => "received",
    };
    writeln!(text, "{}: {usage}", model.ident).unwrap();
    match &model.kind {
        Kind::Struct(object) => {
            if model.usage.request {
                let required = object.fields.iter().filter(|field| !field.optional);
                let arguments = required.map(|it| format!("{}: {}", it.ident, it.ty));
                writeln!(text, "new({})", arguments.collect::<Vec<_>>().join(", ")).unwrap();
            }
            for Field { ident, name, ty, rules: own, .. } in &object.fields {
                writeln!(text, "  {ident}: {ty} = `{name}`{}", rules(own)).unwrap();
            }
        }
        Kind::Enum(values) => {
            for value in values {
                writeln!(text, "  {} = `{}`", value.ident, value.value).unwrap();
            }
        }
        Kind::Union(union) => {
            for variant in &union.variants {
                let values = variant.values.join("`, `");
                let property = &union.property;
                writeln!(text, "  {}({}) = {property}: `{values}`", variant.ident, variant.model)
                    .unwrap();
            }
        }
        Kind::TypeUnion(TypeUnion { variants, .. }) => {
            for TypeVariant { ident, ty, rules: own, .. } in variants {
                writeln!(text, "  {ident}({ty}){}", rules(own)).unwrap();
            }
        }
    }
    let json = serde_json::to_string_pretty(&sample(model, api)).unwrap();
    writeln!(text, "\nJSON:\n{json}").unwrap();
    text
}

/// Returns a sample value of the model as JSON, with the document's examples, and placeholders for fields without an
/// example.
fn sample(model: &Model, api: &Api) -> Value {
    match &model.kind {
        Kind::Enum(values) => json!(values.first().map(|value| &value.value)),
        Kind::Union(union) => {
            let variant = union.variants.first().unwrap();
            sample(find(&variant.model, api), api)
        }
        Kind::TypeUnion(TypeUnion { variants, .. }) => value(&variants.first().unwrap().ty, api),
        Kind::Struct(object) => {
            let tag = object.tag.iter().map(|tag| (tag.property.clone(), json!(tag.value)));
            let fields = object.fields.iter().map(|field| {
                let example = field.docs.example.clone();
                (field.name.clone(), example.unwrap_or_else(|| value(&field.ty, api)))
            });
            Value::Object(tag.chain(fields).collect::<Map<_, _>>())
        }
    }
}

fn find<'a>(name: &str, api: &'a Api) -> &'a Model {
    api.models.iter().find(|model| model.ident == name).unwrap()
}

fn value(ty: &Type, api: &Api) -> Value {
    match ty {
        Type::Option(inner) | Type::Boxed(inner) => value(inner, api),
        Type::List(inner) => json!([value(inner, api)]),
        Type::Map(inner) => json!({ "key": value(inner, api) }),
        Type::Model(name) | Type::TypeUnion(name) => sample(find(name, api), api),
        Type::Bool => json!(false),
        Type::Integer(_) | Type::Float(_) => json!(0),
        Type::JsonObject => json!({}),
        _ => json!("..."),
    }
}

fn show_operation(operation: &Operation) -> String {
    let mut text = String::new();
    let required = operation.params.iter().filter(|param| param.required);
    let arguments = required.map(|param| format!("{}: {}", param.ident, param.ty));
    let body = operation.body.iter().map(|body| format!("body: {}", body.ty));
    let arguments: Vec<String> = arguments.chain(body).collect();
    writeln!(text, "client.{}({})", operation.ident, arguments.join(", ")).unwrap();
    for param in operation.params.iter().filter(|param| !param.required) {
        writeln!(text, "  .{}({})", param.ident, param.ty).unwrap();
    }
    let returned = match &operation.success {
        Success::Nothing | Success::Redirect => "()".to_owned(),
        Success::Json(ty) => ty.to_string(),
        Success::Statuses { ident, .. } => ident.clone(),
        Success::Lines(ty) => format!("JsonLines<{ty}>"),
        Success::Optional(ty) => format!("Option<{ty}>"),
        other => format!("{other:?}"),
    };
    writeln!(text, "  .send() -> Response<{returned}>").unwrap();
    if let Some(paging) = &operation.paging {
        writeln!(text, "  .stream() -> ItemStream<{}>", paging.item).unwrap();
    }
    writeln!(text, "\n{} {}", operation.method, operation.path).unwrap();
    for Param { name, location, ty, required, rules: own, docs, .. } in &operation.params {
        let location = match location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
            Location::Part(_) => "part",
        };
        let presence = if *required { "required" } else { "optional" };
        let default = docs.default.as_ref().map(|it| format!(" default {it}")).unwrap_or_default();
        let rules = rules(own);
        writeln!(text, "  {location} `{name}`: {presence} {ty}{rules}{default}").unwrap();
    }
    writeln!(text, "  accept: {}", operation.accept).unwrap();
    if let Some(body) = &operation.body {
        writeln!(text, "  content-type: {}", body.media_type).unwrap();
        writeln!(text, "  {}", json!(body.example)).unwrap();
    }
    let statuses: Vec<&str> = operation.errors.iter().map(|error| error.status.as_str()).collect();
    writeln!(text, "  errors: {}", statuses.join(" ")).unwrap();
    for (key, value) in [("version", &operation.version), ("sunset", &operation.sunset)] {
        if let Some(value) = value {
            writeln!(text, "  {key}: {value}").unwrap();
        }
    }
    text
}
