//! Construction of operations, one for each resource version.

use std::collections::BTreeMap;

use openapiv3::{
    MediaType, OpenAPI, Operation as Document, Parameter, ParameterSchemaOrContent, PathStyle,
    QueryStyle, ReferenceOr, RequestBody, Response, SchemaKind, StringFormat, Type as Shape,
    VariantOrUnknownOrEmpty,
};

use super::engine::Value;
use super::types::{
    Body, ErrorStatus, Example, Location, Operation, Param, Style, StyleKind, Success, Successor,
    Type,
};
use super::{models, names, rules};
use crate::diagnostic::{Finding, Place, Pointer};
use crate::lower::{is_json, versions};
use crate::visitor::{self, OperationKey, SchemaRef};

/// The media type of a request without one.
const JSON: &str = "application/json";

/// An operation of the lowered document, with its Rust names.
pub(super) struct Source<'a> {
    path: &'a str,
    method: &'static str,
    document: &'a Document,
    ident: String,
    pub(super) type_ident: String,
    successor: Option<Successor>,
    params: Vec<(&'a Parameter, Location)>,
    body: Option<(&'a RequestBody, &'a String, &'a MediaType)>,
    success: Option<(&'a String, &'a MediaType)>,
}

/// Returns every operation that can be emitted, in the order of the document.
pub(super) fn sources<'a>(openapi: &'a OpenAPI, findings: &mut Vec<Finding>) -> Vec<Source<'a>> {
    let mut methods = names::InUse::default();
    let mut types = names::InUse::default();
    let mut newest: BTreeMap<(&str, &str), (Option<String>, String)> = BTreeMap::new();
    let mut sources = Vec::new();
    for (path, method, document) in openapi.operations() {
        let Some(method) = method_name(method) else { continue };
        let id = document.operation_id.clone().unwrap_or_default();
        let id = format!("{id}{}", visitor::suffix(path));
        let mut source = Source {
            path,
            method,
            document,
            ident: methods.free(&names::method(&id)),
            type_ident: types.free(&names::request_type(&id)),
            successor: None,
            params: params(document),
            body: body(document),
            success: success(document),
        };
        let key = OperationKey { path, method };
        if let Some((_, media_type, _)) = source.body.filter(|(_, it, _)| !is_json(it)) {
            findings.push(unsupported_body(&key.pointer(), media_type));
        }
        let key = (visitor::document_path(path), method);
        let version = source.version().map(ToOwned::to_owned);
        let (newest, ident) = newest.entry(key).or_insert((version.clone(), source.ident.clone()));
        if let (Some(newest), true) = (&newest, version < *newest) {
            source.successor = Some(Successor { version: newest.clone(), ident: ident.clone() });
        }
        sources.push(source);
    }
    sources
}

fn method_name(method: &str) -> Option<&'static str> {
    ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(method))
}

fn params(document: &Document) -> Vec<(&Parameter, Location)> {
    let params = document.parameters.iter().filter_map(ReferenceOr::as_item);
    let located = params.map(|param| match param {
        Parameter::Path { .. } => (param, Location::Path),
        Parameter::Query { .. } => (param, Location::Query),
        Parameter::Header { .. } => (param, Location::Header),
        Parameter::Cookie { .. } => (param, Location::Cookie),
    });
    located.collect()
}

fn body(document: &Document) -> Option<(&RequestBody, &String, &MediaType)> {
    let body = document.request_body.as_ref()?.as_item()?;
    let (media_type, media) = body.content.first()?;
    Some((body, media_type, media))
}

fn successes(document: &Document) -> impl Iterator<Item = &Response> {
    let responses = document.responses.responses.iter();
    let successes = responses.filter(|(status, _)| status.to_string().starts_with('2'));
    successes.filter_map(|(_, response)| response.as_item())
}

/// Returns the media type of the success response with a value, or else of the first one with any.
fn success(document: &Document) -> Option<(&String, &MediaType)> {
    let media: Vec<_> = successes(document).filter_map(|it| it.content.first()).collect();
    let full = media.iter().find(|(_, media)| media.schema.is_some());
    full.or(media.first()).copied()
}

fn unsupported_body(pointer: &str, media_type: &str) -> Finding {
    let pointer = Pointer::parse(pointer).unwrap_or_default().join(["requestBody"]);
    let what = format!("a body of `{media_type}` cannot be emitted: only JSON can");
    let help = "give the body a JSON media type, or leave the operation out with `--operations`";
    Finding::error(Place::Value(pointer), what, help)
}

impl<'a> Source<'a> {
    /// Returns the newest resource version in the media types.
    fn version(&self) -> Option<&'a str> {
        let body = self.body.map(|(_, media_type, _)| media_type);
        let success = self.success.map(|(media_type, _)| media_type);
        body.into_iter().chain(success).filter_map(|media_type| versions::version(media_type)).max()
    }

    /// Returns the date on which the server removes this version. Ignores the sunset of another
    /// version.
    fn sunset(&self) -> Option<String> {
        let body = self.body.map(|(_, media_type, media)| (media_type, media));
        let media = body.into_iter().chain(self.success);
        let own = media.filter(|(media_type, _)| versions::version(media_type) == self.version());
        let mut dates = own.filter_map(|(_, media)| media.extensions.get("x-sunset")?.as_str());
        dates.next().map(ToOwned::to_owned)
    }

    /// Returns the schemas whose types [`operation`](Self::operation) needs: those of parameters,
    /// body and success.
    pub(super) fn values(&self) -> Vec<Value<'a>> {
        let value = |schema, sent_only| Value { schema, required: true, sent_only };
        let params = self.params.iter().map(|(param, _)| value(param_schema(param), true));
        let body = self.body.iter().map(|(_, _, media)| {
            value(media.schema.as_ref().map_or_else(SchemaRef::any, SchemaRef::from), false)
        });
        let success = self.success.and_then(|(_, media)| media.schema.as_ref());
        let success = success.map(|schema| value(schema.into(), false));
        params.chain(body).chain(success).collect()
    }

    pub(super) fn operation(&self, types: Vec<Type>) -> Operation {
        let mut types = types.into_iter();
        let mut in_use = names::InUse::default();
        let params = self.params.iter().zip(types.by_ref());
        let params = params.map(|((it, location), ty)| param(it, *location, &ty, &mut in_use));
        let params: Vec<Param> = params.collect();
        let body = self.body.and_then(|body| Some((body, types.next()?)));
        let document = self.document;
        let sunset = self.sunset();
        let roles = document.extensions.get("x-rolesRequirements").and_then(|it| it.as_array());
        let roles = roles.into_iter().flatten().filter_map(|role| role.as_str());
        Operation {
            id: document.operation_id.clone().unwrap_or_default(),
            ident: self.ident.clone(),
            type_ident: self.type_ident.clone(),
            method: self.method.to_owned(),
            path: visitor::wire_path(self.path).to_owned(),
            version: self.version().map(ToOwned::to_owned),
            deprecated: document.deprecated || self.successor.is_some() || sunset.is_some(),
            successor: self.successor.clone(),
            sunset,
            accept: self.success.map_or_else(|| JSON.to_owned(), |(it, _)| it.clone()),
            feature: document.tags.first().cloned(),
            summary: document.summary.clone(),
            description: document.description.clone(),
            roles: roles.map(ToOwned::to_owned).collect(),
            params,
            body: body.map(|(source, ty)| self::request_body(source, ty)),
            success: self.success_type(types.next()),
            errors: errors(document),
            paging: None,
            example: Example::default(),
        }
    }

    fn success_type(&self, ty: Option<Type>) -> Success {
        let (Some(ty), Some((media_type, _))) = (ty, self.success) else { return Success::Nothing };
        let may_be_empty = successes(self.document)
            .any(|response| response.content.values().all(|media| media.schema.is_none()));
        // A file is sent unchanged, even with a JSON media type.
        let is_file = self.success.is_some_and(|(_, media)| is_binary(media));
        match (is_json(media_type) && !is_file, may_be_empty) {
            (false, _) => Success::Bytes,
            (true, true) => Success::Optional(ty),
            (true, false) => Success::Json(ty),
        }
    }
}

/// Returns whether the schema of a media type is `type: string, format: binary`.
fn is_binary(media: &MediaType) -> bool {
    let schema = media.schema.as_ref().and_then(ReferenceOr::as_item).map(|it| &it.schema_kind);
    let Some(SchemaKind::Type(Shape::String(string))) = schema else { return false };
    string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
}

fn param_schema(param: &Parameter) -> SchemaRef<'_> {
    match &param.parameter_data_ref().format {
        ParameterSchemaOrContent::Schema(schema) => schema.into(),
        ParameterSchemaOrContent::Content(content) => {
            let schema = content.values().next().and_then(|media| media.schema.as_ref());
            schema.map_or_else(SchemaRef::any, SchemaRef::from)
        }
    }
}

/// The style that the document asks for, or else the one that the specification gives to the place.
fn style(param: &Parameter) -> Style {
    let kind = match param {
        Parameter::Path { style: PathStyle::Matrix, .. } => StyleKind::Matrix,
        Parameter::Path { style: PathStyle::Label, .. } => StyleKind::Label,
        Parameter::Path { style: PathStyle::Simple, .. } | Parameter::Header { .. } => {
            StyleKind::Simple
        }
        Parameter::Query { style: QueryStyle::SpaceDelimited, .. } => StyleKind::SpaceDelimited,
        Parameter::Query { style: QueryStyle::PipeDelimited, .. } => StyleKind::PipeDelimited,
        Parameter::Query { style: QueryStyle::DeepObject, .. } => StyleKind::DeepObject,
        Parameter::Query { style: QueryStyle::Form, .. } | Parameter::Cookie { .. } => {
            StyleKind::Form
        }
    };
    let data = param.parameter_data_ref();
    let is_json = match &data.format {
        ParameterSchemaOrContent::Content(content) => {
            content.keys().next().is_some_and(|it| is_json(it))
        }
        ParameterSchemaOrContent::Schema(_) => false,
    };
    Style {
        kind: if is_json { StyleKind::Json } else { kind },
        explode: !is_json && data.explode.unwrap_or(kind == StyleKind::Form),
        reserved: matches!(param, Parameter::Query { allow_reserved: true, .. }),
    }
}

fn param(source: &Parameter, location: Location, ty: &Type, in_use: &mut names::InUse) -> Param {
    let data = source.parameter_data_ref();
    let schema = param_schema(source);
    let mut docs = schema.data().map(models::docs).unwrap_or_default();
    docs.description = data.description.clone().or(docs.description);
    docs.deprecated |= data.deprecated.unwrap_or_default();
    docs.example = data.example.clone().or(docs.example);
    Param {
        ident: in_use.free(&names::param(&data.name)),
        name: data.name.clone(),
        location,
        style: Some(style(source)),
        ty: ty.value().clone(),
        required: data.required,
        rules: rules::of(schema),
        validates: false,
        docs,
    }
}

fn request_body((body, media_type, media): (&RequestBody, &String, &MediaType), ty: Type) -> Body {
    let named = media.examples.values().find_map(|it| it.as_item()?.value.clone());
    Body {
        media_type: media_type.clone(),
        ty,
        validates: false,
        description: body.description.clone(),
        example: media.example.clone().or(named),
    }
}

fn errors(document: &Document) -> Vec<ErrorStatus> {
    let statuses = document.responses.responses.iter();
    let statuses = statuses.map(|(status, response)| (status.to_string(), response));
    let errors = statuses.filter(|(status, _)| status.starts_with(['4', '5']));
    let default = document.responses.default.iter().map(|it| ("default".to_owned(), it));
    let errors = errors.chain(default).filter_map(|(status, response)| {
        Some(ErrorStatus { status, meaning: response.as_item()?.description.clone() })
    });
    errors.collect()
}
