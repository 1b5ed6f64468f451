//! Operations, one for each resource version.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use openapiv3::{
    MediaType, OpenAPI, Operation as Document, Parameter, ParameterSchemaOrContent, PathStyle,
    QueryStyle, ReferenceOr, RequestBody, Response, Server,
};

use super::bodies::{self, Multipart};
use super::engine::Value;
use super::successes::Successes;
use super::types::{
    ErrorStatus, Example, Location, Operation, Param, Style, StyleKind, Success, Successor, Type,
};
use super::{models, names, rules};
use crate::date::is_date;
use crate::lower::default_url;
use crate::media_type::{is_json, version};
use crate::schema::SchemaRef;
use crate::server_url;
use crate::visitor;

/// An operation of the lowered document, with its Rust names.
pub(super) struct Source<'a> {
    path: &'a str,
    /// The HTTP method, in lower case.
    method: &'a str,
    document: &'a Document,
    /// The servers of the whole document.
    servers: &'a [Server],
    ident: String,
    pub(super) type_ident: String,
    successor: Option<Successor>,
    /// Whether this version is older than the one with the plain name.
    is_superseded: bool,
    params: Vec<(&'a Parameter, Location)>,
    body: Option<(&'a RequestBody, &'a String, &'a MediaType)>,
    multipart: Option<Multipart<'a>>,
    successes: Successes<'a>,
    security: Option<Vec<Vec<String>>>,
    scopes: Vec<String>,
    /// The name of the enum for the success values, if several successful responses have a schema.
    pub(super) success_ident: Option<String>,
}

/// Returns every operation, in document order.
pub(super) fn sources(openapi: &OpenAPI) -> Vec<Source<'_>> {
    let mut methods = names::InUse::default();
    let mut types = names::InUse::default();
    let mut sources = Vec::new();
    for (path, method, document) in openapi.operations() {
        let id = document.operation_id.clone().unwrap_or_default();
        let id = format!("{id}{}", visitor::suffix(path));
        let mut source = Source {
            path,
            method,
            document,
            servers: &openapi.servers,
            ident: methods.free(&names::method(&id)),
            type_ident: types.free(&names::request_type(&id)),
            successor: None,
            is_superseded: false,
            params: params(path, document),
            body: body(document),
            multipart: body(document)
                .and_then(|(_, name, media)| Multipart::of(openapi, name, media)),
            successes: Successes::of(document),
            security: security(openapi, document),
            scopes: scopes(openapi, document),
            success_ident: None,
        };
        if source.successes.differ() {
            let ident = format!("{}Success", source.type_ident);
            source.success_ident = Some(types.free(&ident));
        }
        sources.push(source);
    }
    relate(&mut sources);
    sources
}

/// Compares each version of an operation with the newest released version, and with the version that has the plain name.
fn relate(sources: &mut [Source<'_>]) {
    let mut newest: BTreeMap<(&str, &str), Successor> = BTreeMap::new();
    let mut plain: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for source in &*sources {
        let Some(version) = source.version().filter(|it| is_date(it)) else { continue };
        // The main format of a version precedes its other formats.
        if newest.get(&source.key()).is_none_or(|known| *known.version < *version) {
            let (version, ident) = (version.to_owned(), source.ident.clone());
            newest.insert(source.key(), Successor { version, ident });
        }
        if visitor::suffix(source.path).is_empty() {
            plain.insert(source.key(), version);
        }
    }
    for source in sources {
        let Some(version) = source.version() else { continue };
        let successor = newest.get(&source.key()).filter(|newest| *version < *newest.version);
        source.successor = successor.cloned();
        source.is_superseded = plain.get(&source.key()).is_some_and(|plain| version < *plain);
    }
}

/// Returns the security requirements of an operation, if they differ from those of the document.
fn security(openapi: &OpenAPI, document: &Document) -> Option<Vec<Vec<String>>> {
    let own = document.security.as_ref().filter(|own| openapi.security.as_ref() != Some(own))?;
    Some(own.iter().map(|alternative| alternative.keys().cloned().collect()).collect())
}

/// Returns the scopes of an operation's security requirements, each once.
fn scopes(openapi: &OpenAPI, document: &Document) -> Vec<String> {
    let alternatives = document.security.as_ref().or(openapi.security.as_ref());
    let named = alternatives.into_iter().flatten().flat_map(|it| it.values().flatten());
    named.cloned().collect::<IndexSet<String>>().into_iter().collect()
}

/// Returns the parameters. Path parameters are first, in the order of the path, because some documents sort parameters
/// by name.
fn params<'a>(path: &str, document: &'a Document) -> Vec<(&'a Parameter, Location)> {
    let params = document.parameters.iter().filter_map(ReferenceOr::as_item);
    let located = params.map(|param| match param {
        Parameter::Path { .. } => (param, Location::Path),
        Parameter::Query { .. } => (param, Location::Query),
        Parameter::Header { .. } => (param, Location::Header),
        Parameter::Cookie { .. } => (param, Location::Cookie),
    });
    let mut located: Vec<_> = located.collect();
    located.sort_by_key(|(param, location)| {
        match location {
            Location::Path => path.find(&format!("{{{}}}", param.parameter_data_ref().name)),
            _ => None,
        }
        .unwrap_or(usize::MAX)
    });
    located
}

fn body(document: &Document) -> Option<(&RequestBody, &String, &MediaType)> {
    let body = document.request_body.as_ref()?.as_item()?;
    let (media_type, media) = body.content.first()?;
    Some((body, media_type, media))
}

impl<'a> Source<'a> {
    /// Returns the path and the method in the document, which are the same in every version.
    fn key(&self) -> (&'a str, &'a str) {
        (visitor::document_path(self.path), self.method)
    }

    /// Returns the newest resource version among the media types.
    fn version(&self) -> Option<&'a str> {
        let body = self.body.map(|(_, media_type, _)| media_type);
        let success = self.successes.media_type().map(|(media_type, _)| media_type);
        body.into_iter().chain(success).filter_map(|media_type| version(media_type)).max()
    }

    /// Returns the date on which the server removes this version. Ignores a sunset date for a
    /// different version.
    fn sunset(&self) -> Option<String> {
        let body = self.body.map(|(_, media_type, media)| (media_type, media));
        let media = body.into_iter().chain(self.successes.media_type());
        let own = media.filter(|(media_type, _)| version(media_type) == self.version());
        let mut dates = own.filter_map(|(_, media)| media.extensions.get("x-sunset")?.as_str());
        dates.next().map(ToOwned::to_owned)
    }

    /// Returns the schemas whose types [`operation`](Self::operation) needs: those of the parameters, the body, the
    /// success values and the error bodies.
    pub(super) fn values(&self) -> Vec<Value<'a>> {
        let value = |schema, is_parameter| Value { schema, required: true, is_parameter };
        let params = self.params.iter().map(|(param, _)| value(param_schema(param), true));
        let parts = self.multipart.iter().flat_map(Multipart::schemas);
        let parts = parts.map(|schema| value(schema, true));
        let body = self.whole_body().map(|(_, _, media)| {
            value(media.schema.as_ref().map_or_else(SchemaRef::any, SchemaRef::from), false)
        });
        let success = self.successes.schemas().map(|schema| value(schema, false));
        let errors = errors(self.document).filter_map(|(_, response)| error_schema(response));
        let errors = errors.map(|schema| value(schema, false));
        params.chain(parts).chain(body).chain(success).chain(errors).collect()
    }

    /// Returns the body, or `None` if its parts are parameters.
    fn whole_body(&self) -> Option<(&'a RequestBody, &'a String, &'a MediaType)> {
        self.body.filter(|_| self.multipart.is_none())
    }

    pub(super) fn operation(&self, types: Vec<Type>) -> Operation {
        let mut types = types.into_iter();
        let mut in_use = names::InUse::default();
        let mut params: Vec<Param> = Vec::new();
        for ((source, location), ty) in self.params.iter().zip(types.by_ref()) {
            let ident = ident(source, *location, &params);
            params.push(param(source, *location, &ty, in_use.free(&ident)));
        }
        if let Some(multipart) = &self.multipart {
            params.extend(multipart.params(&mut types, &mut in_use));
        }
        let body = self.whole_body().and_then(|body| Some((body, types.next()?)));
        let success: Vec<Type> = types.by_ref().take(self.successes.schemas().count()).collect();
        let document = self.document;
        let servers = || self.servers.iter().map(default_url).collect::<Vec<_>>();
        let server = document.servers.first().map(default_url);
        let (base_url, server) = match server {
            Some(url) if server_url::obstacle(&url, &servers()).is_none() => (Some(url), None),
            unused => (None, unused),
        };
        let sunset = self.sunset();
        let roles = document.extensions.get("x-rolesRequirements").and_then(|it| it.as_array());
        let roles = roles.into_iter().flatten().filter_map(|role| role.as_str());
        Operation {
            id: document.operation_id.clone().unwrap_or_default(),
            ident: self.ident.clone(),
            type_ident: self.type_ident.clone(),
            method: self.method.to_uppercase(),
            path: visitor::wire_path(self.path).to_owned(),
            version: self.version().map(ToOwned::to_owned),
            deprecated: document.deprecated || self.is_superseded || sunset.is_some(),
            successor: self.successor.clone(),
            sunset,
            accept: self.successes.accept(),
            feature: document.tags.first().cloned(),
            summary: document.summary.clone(),
            description: document.description.clone(),
            roles: roles.map(ToOwned::to_owned).collect(),
            base_url,
            server,
            security: self.security.clone(),
            scopes: self.scopes.clone(),
            params,
            body: body.map(|(source, ty)| bodies::body(source, ty)),
            is_multipart: self.multipart.is_some(),
            success: match self.method {
                // A response to `HEAD` has no body.
                "head" => Success::Nothing,
                _ => self.successes.value(success, self.success_ident.as_ref()),
            },
            declares_link: self.successes.has_header("Link"),
            errors: error_statuses(document, types),
            paging: None,
            example: Example::default(),
        }
    }
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

/// Returns the style of a parameter: JSON if its content is JSON, and otherwise the document's style or the default for
/// the location.
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

/// Returns the name of a parameter's field and method. If an earlier parameter in another location has this name, the
/// location is appended, as in `id_query`.
fn ident(source: &Parameter, location: Location, earlier: &[Param]) -> String {
    let name = &source.parameter_data_ref().name;
    let ident = names::param(name);
    let is_taken = earlier.iter().any(|it| it.ident == ident && it.location != location);
    let place = match source {
        _ if !is_taken => return ident,
        Parameter::Path { .. } => "path",
        Parameter::Query { .. } => "query",
        Parameter::Header { .. } => "header",
        Parameter::Cookie { .. } => "cookie",
    };
    names::param(&format!("{name} {place}"))
}

fn param(source: &Parameter, location: Location, ty: &Type, ident: String) -> Param {
    let data = source.parameter_data_ref();
    let schema = param_schema(source);
    let mut docs = models::docs(schema);
    docs.description = data.description.clone().or(docs.description);
    docs.deprecated |= data.deprecated.unwrap_or_default();
    docs.example = data.example.clone().or(docs.example);
    Param {
        ident,
        name: data.name.clone(),
        location,
        style: Some(style(source)),
        media_type: None,
        ty: ty.value().clone(),
        required: data.required,
        rules: rules::of(schema),
        validates: false,
        accepts_text: false,
        docs,
    }
}

/// Returns the error responses with their statuses. `default` is last.
fn errors(document: &Document) -> impl Iterator<Item = (String, &Response)> {
    let listed = document.responses.responses.iter();
    let listed = listed.filter(|(status, _)| visitor::is_error(status));
    let listed = listed.map(|(status, response)| (status.to_string(), response));
    let default = document.responses.default.iter().map(|it| ("default".to_owned(), it));
    listed.chain(default).filter_map(|(status, response)| Some((status, response.as_item()?)))
}

fn error_schema(response: &Response) -> Option<SchemaRef<'_>> {
    response.content.values().find_map(|media| media.schema.as_ref()).map(SchemaRef::from)
}

fn error_statuses(document: &Document, mut types: impl Iterator<Item = Type>) -> Vec<ErrorStatus> {
    let statuses = errors(document).map(|(status, response)| ErrorStatus {
        status,
        meaning: response.description.clone(),
        ty: error_schema(response).and_then(|_| types.next()),
    });
    statuses.collect()
}
