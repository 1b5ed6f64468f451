//! The operations of the spec that the local Atlas has.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, bail, ensure};
use axum::http::Method;
use chrono::NaiveDate;
use indexmap::IndexMap;
use openapiv3::{self as openapi, OpenAPI, ParameterSchemaOrContent, ReferenceOr, StatusCode};
use serde_json::{Map, Value};

use crate::{
    negotiate,
    route::PathTemplate,
    schema::{Schema, Schemas, Unknown},
};

/// The operations of a spec that the local Atlas has.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: String,
    pub(crate) behaviour: Behaviour,
    pub(crate) method: Method,
    pub(crate) path: PathTemplate,
    pub(crate) parameters: Vec<Parameter>,
    /// The media types of the request body; none if the operation takes no body.
    pub(crate) requests: Vec<MediaType>,
    /// The media types of the success answer.
    pub(crate) answers: Vec<MediaType>,
}

/// What an operation does here. Two operations may do the same at different addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    CreateExportBucket,
    ListExportJobs,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    /// The type that its text stands for, such as `integer`.
    pub(crate) kind: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) schema: Schema,
}

/// One media type of a body: a resource version, or `application/json` where there are none.
#[derive(Debug)]
pub(crate) struct MediaType {
    pub(crate) name: String,
    pub(crate) version: Option<NaiveDate>,
    /// Since when it is deprecated; `None` while it is not.
    pub(crate) deprecated: Option<NaiveDate>,
    pub(crate) sunset: Option<NaiveDate>,
    pub(crate) schema: Schema,
}

impl Behaviour {
    fn of(operation_id: &str) -> Option<Self> {
        match operation_id {
            "createGroupBackupExportBucket" => Some(Self::CreateExportBucket),
            "listGroupClusterBackupExports" | "listBackupExportJobs" => Some(Self::ListExportJobs),
            _ => None,
        }
    }
}

impl Spec {
    /// Reads a spec. Parsing takes a while and tests start many servers, so the last spec is kept.
    pub(crate) fn load(file: &Path) -> anyhow::Result<Arc<Self>> {
        static LAST: Mutex<Option<(String, Arc<Spec>)>> = Mutex::new(None);
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read the spec {}", file.display()))?;
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, spec)) = last.as_ref().filter(|(known, _)| *known == text) {
            return Ok(Arc::clone(spec));
        }
        let spec = Self::parse(&text)
            .with_context(|| format!("cannot use the spec {}", file.display()))?;
        let spec = Arc::new(spec);
        *last = Some((text, Arc::clone(&spec)));
        Ok(spec)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let document: OpenAPI =
            serde_yaml::from_str(text).context("it is no OpenAPI 3.0 document")?;
        let reader = Reader::new(&document)?;
        let operations = document
            .operations()
            .filter_map(|(path, method, operation)| {
                let id = operation.operation_id.as_deref()?;
                let behaviour = Behaviour::of(id)?;
                Some(
                    reader
                        .operation(behaviour, path, method, operation)
                        .with_context(|| id.to_owned()),
                )
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        ensure!(!operations.is_empty(), "it has none of the operations that the local Atlas has");
        Ok(Self { operations })
    }
}

/// Reads operations out of a document: follows references, compiles schemas.
struct Reader<'a> {
    document: &'a OpenAPI,
    schemas: Schemas,
    /// The date of the oldest version of any operation: when the versioned API began.
    first_version: Option<NaiveDate>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a OpenAPI) -> anyhow::Result<Self> {
        let components = document.components.as_ref().map(|components| &components.schemas);
        let components = match serde_json::to_value(components)? {
            Value::Object(components) => components,
            _ => Map::new(),
        };
        let first_version = document
            .operations()
            .flat_map(|(_, _, operation)| operation.responses.responses.values())
            .filter_map(ReferenceOr::as_item)
            .flat_map(|answer| answer.content.keys())
            .filter_map(|name| negotiate::version(name))
            .min();
        Ok(Self { document, schemas: Schemas::new(&components), first_version })
    }

    fn operation(
        &self,
        behaviour: Behaviour,
        path: &str,
        method: &str,
        operation: &'a openapi::Operation,
    ) -> anyhow::Result<Operation> {
        let shared = self.document.paths.paths.get(path).and_then(ReferenceOr::as_item);
        let parameters = shared.map(|item| &item.parameters).into_iter().flatten();
        Ok(Operation {
            id: operation.operation_id.clone().unwrap_or_default(),
            behaviour,
            method: method.to_uppercase().parse()?,
            path: PathTemplate::new(path),
            parameters: parameters
                .chain(&operation.parameters)
                .map(|parameter| self.parameter(parameter))
                .collect::<anyhow::Result<_>>()?,
            requests: self.requests(operation)?,
            answers: self.answers(operation)?,
        })
    }

    fn parameter(
        &self,
        parameter: &'a ReferenceOr<openapi::Parameter>,
    ) -> anyhow::Result<Parameter> {
        let parameter = self.resolve(parameter, |components| &components.parameters)?;
        let data = parameter.parameter_data_ref();
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            bail!("the parameter {} has no schema", data.name);
        };
        let schema = serde_json::to_value(schema)?;
        Ok(Parameter {
            name: data.name.clone(),
            in_path: matches!(parameter, openapi::Parameter::Path { .. }),
            required: data.required,
            kind: schema.get("type").and_then(Value::as_str).map(str::to_owned),
            default: schema.get("default").cloned(),
            schema: self.schemas.compile(&schema, Unknown::Allowed)?,
        })
    }

    fn requests(&self, operation: &'a openapi::Operation) -> anyhow::Result<Vec<MediaType>> {
        let Some(body) = &operation.request_body else {
            return Ok(Vec::new());
        };
        let body = self.resolve(body, |components| &components.request_bodies)?;
        self.media_types(&body.content, operation.deprecated, Unknown::Refused)
    }

    fn answers(&self, operation: &'a openapi::Operation) -> anyhow::Result<Vec<MediaType>> {
        let answer = operation.responses.responses.get(&StatusCode::Code(200));
        let answer = answer.context("it has no answer 200")?;
        let answer = self.resolve(answer, |components| &components.responses)?;
        self.media_types(&answer.content, operation.deprecated, Unknown::Allowed)
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
            .with_context(|| format!("{reference} leads nowhere"))
    }

    fn media_types(
        &self,
        content: &openapi::Content,
        deprecated: bool,
        unknown: Unknown,
    ) -> anyhow::Result<Vec<MediaType>> {
        let versions =
            content.keys().filter_map(|name| negotiate::version(name)).collect::<Vec<_>>();
        content
            .iter()
            .map(|(name, media_type)| {
                let version = negotiate::version(name);
                let sunset =
                    sunset(media_type).with_context(|| format!("the x-sunset of {name}"))?;
                let successor =
                    versions.iter().filter(|&&date| Some(date) > version).min().copied();
                let since = successor.or(self.first_version);
                let schema = media_type.schema.as_ref().context("a body has no schema")?;
                let schema = serde_json::to_value(schema)?;
                Ok(MediaType {
                    name: name.clone(),
                    version,
                    deprecated: since.filter(|_| deprecated || sunset.is_some()),
                    sunset,
                    schema: self.schemas.compile(&schema, unknown)?,
                })
            })
            .collect()
    }
}

fn sunset(media_type: &openapi::MediaType) -> anyhow::Result<Option<NaiveDate>> {
    let date = media_type.extensions.get("x-sunset").and_then(Value::as_str);
    Ok(date.map(str::parse).transpose()?)
}
