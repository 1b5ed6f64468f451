//! The operations of the spec.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, bail, ensure};
use axum::http::{self, Method};
use chrono::NaiveDate;
use indexmap::IndexMap;
use openapiv3::{self as openapi, OpenAPI, ParameterSchemaOrContent, ReferenceOr, StatusCode};
use serde_json::{Map, Value, json};

use crate::{
    behaviour::Behaviour,
    example::Examples,
    negotiate,
    route::PathTemplate,
    schema::{Schema, Schemas, Unknown, Violation},
};

/// The operations of a spec.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: String,
    pub(crate) behaviour: Behaviour,
    pub(crate) method: Method,
    pub(crate) path: PathTemplate,
    pub(crate) parameters: Vec<Parameter>,
    /// The media types of the request body. Empty if the operation has no request body.
    pub(crate) requests: Vec<MediaType>,
    pub(crate) needs_body: bool,
    /// The status of a successful response.
    pub(crate) status: http::StatusCode,
    /// The media types of a successful response. Empty if the response has no body.
    pub(crate) answers: Vec<MediaType>,
    /// The body of a successful response in each media type that has a schema.
    pub(crate) bodies: BTreeMap<String, Body>,
}

/// The body of a successful response: an example, or `None` if the operation is implemented. The error is the reason
/// why the local Atlas does not support this version.
pub(crate) type Body = Result<Option<Value>, String>;

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    /// The JSON type of the parameter, such as `integer`.
    pub(crate) kind: Option<String>,
    /// The type of list items.
    pub(crate) item_kind: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) schema: Schema,
}

/// A media type of a body: a resource version, or a media type without versions, such as
/// `application/json`.
#[derive(Debug)]
pub(crate) struct MediaType {
    pub(crate) name: String,
    pub(crate) version: Option<NaiveDate>,
    /// The date of the next version. `None` if there is no next version, or if this version is not deprecated.
    pub(crate) deprecated: Option<NaiveDate>,
    pub(crate) sunset: Option<NaiveDate>,
    /// The schema of the body, or `None` if the spec does not define a schema.
    pub(crate) schema: Option<Schema>,
}

impl MediaType {
    pub(crate) fn is_json(&self) -> bool {
        self.name == "application/json" || self.name.ends_with("+json")
    }
}

impl Spec {
    /// Loads a spec. Caches the last loaded spec, because parsing is slow and tests start many
    /// servers.
    pub(crate) fn load(file: &Path) -> anyhow::Result<Arc<Self>> {
        static LAST: Mutex<Option<(String, Arc<Spec>)>> = Mutex::new(None);
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read the spec `{}`", file.display()))?;
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, spec)) = last.as_ref().filter(|(known, _)| *known == text) {
            return Ok(Arc::clone(spec));
        }
        let spec = Self::parse(&text)
            .with_context(|| format!("cannot use the spec `{}`", file.display()))?;
        let spec = Arc::new(spec);
        *last = Some((text, Arc::clone(&spec)));
        Ok(spec)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let document: OpenAPI =
            serde_yaml::from_str(text).context("it is not an OpenAPI 3.0 document")?;
        let json = serde_yaml::from_str(text)?;
        let reader = Reader::new(&document, &json)?;
        let operations = document
            .operations()
            .filter_map(|(path, method, operation)| {
                let id = operation.operation_id.as_deref()?;
                Some(
                    reader
                        .operation(id, path, method, operation)
                        .with_context(|| format!("cannot read the operation `{id}`")),
                )
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        ensure!(!operations.is_empty(), "it has no operation with an `operationId`");
        Ok(Self { operations })
    }
}

/// A reader of the operations in a document, which resolves references and compiles schemas.
struct Reader<'a> {
    document: &'a OpenAPI,
    schemas: Schemas,
    examples: Examples<'a>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a OpenAPI, json: &'a Value) -> anyhow::Result<Self> {
        let components = document.components.as_ref().map(|components| &components.schemas);
        let components = match serde_json::to_value(components)? {
            Value::Object(components) => components,
            _ => Map::new(),
        };
        let schemas = Schemas::new(&components);
        Ok(Self { document, schemas, examples: Examples::new(json) })
    }

    fn operation(
        &self,
        id: &str,
        path: &str,
        method: &str,
        operation: &'a openapi::Operation,
    ) -> anyhow::Result<Operation> {
        let behaviour = Behaviour::of(id);
        let body = operation.request_body.as_ref();
        let body = body.map(|body| self.resolve(body, |it| &it.request_bodies)).transpose()?;
        let (status, success) = self.success(operation)?;
        let content = success.map(|success| &success.content);
        let shared = self.document.paths.paths.get(path).and_then(ReferenceOr::as_item);
        let parameters = shared.map(|item| &item.parameters).into_iter().flatten();
        Ok(Operation {
            id: id.to_owned(),
            behaviour,
            method: method.to_uppercase().parse()?,
            path: PathTemplate::new(path),
            parameters: parameters
                .chain(&operation.parameters)
                .map(|parameter| self.parameter(parameter))
                .collect::<anyhow::Result<_>>()?,
            requests: self.media_types(
                body.map(|body| &body.content),
                operation.deprecated,
                Unknown::Refused,
            )?,
            needs_body: body.is_some_and(|body| body.required),
            status,
            answers: self.media_types(content, operation.deprecated, Unknown::Allowed)?,
            bodies: self.bodies(behaviour, content)?,
        })
    }

    fn parameter(
        &self,
        parameter: &'a ReferenceOr<openapi::Parameter>,
    ) -> anyhow::Result<Parameter> {
        let parameter = self.resolve(parameter, |components| &components.parameters)?;
        let data = parameter.parameter_data_ref();
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            bail!("the parameter `{}` has no schema", data.name);
        };
        let schema = serde_json::to_value(schema)?;
        let resolved = self.follow(&schema);
        let kind = |schema: &Value| schema.get("type").and_then(Value::as_str).map(str::to_owned);
        Ok(Parameter {
            name: data.name.clone(),
            in_path: matches!(parameter, openapi::Parameter::Path { .. }),
            required: data.required,
            kind: kind(resolved),
            item_kind: resolved.get("items").and_then(|items| kind(self.follow(items))),
            default: resolved.get("default").cloned(),
            schema: self.schemas.compile(&schema, Unknown::Allowed)?,
        })
    }

    /// Returns the first success status of an operation, and its response. If the operation has no
    /// success status, returns 200 and the default response, if any.
    fn success(
        &self,
        operation: &'a openapi::Operation,
    ) -> anyhow::Result<(http::StatusCode, Option<&'a openapi::Response>)> {
        let listed =
            operation.responses.responses.iter().find_map(|(status, answer)| match status {
                StatusCode::Code(code) if (200..300).contains(code) => Some((*code, answer)),
                _ => None,
            });
        let default = operation.responses.default.as_ref().map(|answer| (200, answer));
        let Some((code, answer)) = listed.or(default) else {
            return Ok((http::StatusCode::OK, None));
        };
        let answer = self.resolve(answer, |components| &components.responses)?;
        Ok((http::StatusCode::from_u16(code)?, Some(answer)))
    }

    /// Returns the body of a successful response in each media type that has a schema.
    fn bodies(
        &self,
        behaviour: Behaviour,
        content: Option<&openapi::Content>,
    ) -> anyhow::Result<BTreeMap<String, Body>> {
        let content = content.into_iter().flatten();
        let described = content.filter(|(_, media_type)| media_type.schema.is_some());
        described
            .map(|(name, media_type)| {
                let schema = serde_json::to_value(&media_type.schema)?;
                let body = match behaviour {
                    Behaviour::Example => self.example(media_type, &schema)?.map(Some),
                    implemented => self.is_filled(implemented, &schema)?.map(|()| None),
                };
                Ok((name.clone(), body))
            })
            .collect()
    }

    /// Returns the first example that matches a schema, or the reason why no example matches.
    fn example(
        &self,
        media_type: &openapi::MediaType,
        schema: &Value,
    ) -> anyhow::Result<Result<Value, String>> {
        let compiled = self.schemas.compile(schema, Unknown::Allowed)?;
        let mut broken = None;
        for value in self.examples.of(media_type) {
            match reason(&compiled.violations(&value)) {
                None => return Ok(Ok(value)),
                Some(reason) => _ = broken.get_or_insert(reason),
            }
        }
        let broken = broken.unwrap_or_else(|| "none can be built from the schema".to_owned());
        Ok(Err(format!("the spec has no valid example: {broken}. Add an `example` to the spec.")))
    }

    /// Checks that the operation has no sets of sample resources, or that one of them matches the schema. Otherwise,
    /// returns the reason as an error. For a list, compares the resources with the schema of its items, and an empty
    /// list with the schema of the list.
    fn is_filled(
        &self,
        behaviour: Behaviour,
        schema: &Value,
    ) -> anyhow::Result<Result<(), String>> {
        let items = self.follow(schema).pointer("/properties/results/items");
        if items.is_some() {
            let page = json!({ "links": [], "results": [], "totalCount": 0 });
            let page_schema = self.schemas.compile(schema, Unknown::Refused)?;
            if let Some(reason) = reason(&page_schema.violations(&page)) {
                return Ok(Err(unfilled(&reason)));
            }
        }
        let resource = self.schemas.compile(items.unwrap_or(schema), Unknown::Refused)?;
        let mut broken = Vec::new();
        for set in behaviour.samples() {
            let violations = set.iter().flat_map(|it| resource.violations(it)).collect::<Vec<_>>();
            match reason(&violations) {
                None => return Ok(Ok(())),
                Some(reason) => broken.push(reason),
            }
        }
        Ok(broken.first().map_or(Ok(()), |reason| Err(unfilled(reason))))
    }

    /// Returns the target if the schema is a reference, or else the schema itself.
    fn follow<'b>(&'b self, schema: &'b Value) -> &'b Value {
        let reference = schema.get("$ref").and_then(Value::as_str);
        reference.and_then(|it| self.examples.follow(it)).unwrap_or(schema)
    }

    fn resolve<T>(
        &self,
        item: &'a ReferenceOr<T>,
        section: impl Fn(&'a openapi::Components) -> &'a IndexMap<String, ReferenceOr<T>>,
    ) -> anyhow::Result<&'a T> {
        let reference = match item {
            ReferenceOr::Item(item) => return Ok(item),
            ReferenceOr::Reference { reference } => reference,
        };
        let name = reference.rsplit('/').next().unwrap_or_default();
        let components = self.document.components.as_ref();
        components
            .and_then(|components| section(components).get(name)?.as_item())
            .with_context(|| format!("`{reference}` has no target"))
    }

    fn media_types(
        &self,
        content: Option<&openapi::Content>,
        deprecated: bool,
        unknown: Unknown,
    ) -> anyhow::Result<Vec<MediaType>> {
        let content = content.into_iter().flatten();
        let versions =
            content.clone().filter_map(|(name, _)| negotiate::version(name)).collect::<Vec<_>>();
        content
            .map(|(name, media_type)| {
                let version = negotiate::version(name);
                let sunset = sunset(media_type)
                    .with_context(|| format!("the `x-sunset` of `{name}` is not a date"))?;
                let successor =
                    versions.iter().filter(|&&date| Some(date) > version).min().copied();
                let schema = media_type
                    .schema
                    .as_ref()
                    .map(|schema| self.schemas.compile(&serde_json::to_value(schema)?, unknown));
                Ok(MediaType {
                    name: name.clone(),
                    version,
                    deprecated: successor.filter(|_| deprecated || sunset.is_some()),
                    sunset,
                    schema: schema.transpose()?,
                })
            })
            .collect()
    }
}

/// Describes violations in one line. Returns `None` if there are no violations.
fn reason(violations: &[Violation]) -> Option<String> {
    let words = violations.iter().map(|it| format!("`{}`: {}", it.field, it.description));
    let words = words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some(words)
}

fn unfilled(reason: &str) -> String {
    format!(
        "the resources of the local Atlas do not match the schema ({reason}). Implement this version \
         in `tests/emulator/src/behaviour.rs`."
    )
}

fn sunset(media_type: &openapi::MediaType) -> anyhow::Result<Option<NaiveDate>> {
    let date = media_type.extensions.get("x-sunset").and_then(Value::as_str);
    Ok(date.map(str::parse).transpose()?)
}
