//! The successful responses of an operation.

use openapiv3::{MediaType, Operation, Response, StatusCode};

use super::bodies::{self, Content};
use super::names;
use super::types::{StatusValue, Success, Type};
use crate::media_type::{Family, family};
use crate::schema::SchemaRef;
use crate::visitor;

/// The media type to request if no successful response has a media type.
const JSON: &str = "application/json";

/// The successful responses of an operation.
pub(super) struct Successes<'a> {
    responses: Vec<(&'a StatusCode, &'a Response)>,
    /// Whether the operation describes a redirect and no successful response.
    is_redirect: bool,
}

impl<'a> Successes<'a> {
    pub(super) fn of(document: &'a Operation) -> Self {
        let responses = document.responses.responses.iter();
        let responses = responses.filter_map(|(status, it)| Some((status, it.as_item()?)));
        let (mut success, other): (Vec<_>, Vec<_>) =
            responses.partition(|(status, _)| visitor::is_success(status));
        success.sort_by_key(|(status, _)| matches!(status, StatusCode::Range(_)));
        let redirects = other.iter().any(|(status, _)| visitor::is_redirect(status));
        Self { is_redirect: success.is_empty() && redirects, responses: success }
    }

    /// Returns the responses that have a schema, with that schema.
    fn full(&self) -> impl Iterator<Item = (&'a StatusCode, &'a Response, SchemaRef<'a>)> {
        self.responses.iter().filter_map(|(status, response)| {
            let schema = response.content.values().find_map(|media| media.schema.as_ref())?;
            Some((*status, *response, schema.into()))
        })
    }

    /// Returns the schemas whose types [`value`](Self::value) needs.
    pub(super) fn schemas(&self) -> impl Iterator<Item = SchemaRef<'a>> {
        self.full().map(|(_, _, schema)| schema)
    }

    /// Returns whether several responses have a schema, so that the type of the value depends on the status.
    pub(super) fn differ(&self) -> bool {
        self.full().count() > 1
    }

    /// Returns whether a response declares the header `name`.
    pub(super) fn has_header(&self, name: &str) -> bool {
        let mut headers = self.responses.iter().flat_map(|(_, it)| it.headers.keys());
        headers.any(|header| header.eq_ignore_ascii_case(name))
    }

    /// Returns the media type of the first response with a schema. If there is none, returns that of the first response
    /// with a media type.
    pub(super) fn media_type(&self) -> Option<(&'a String, &'a MediaType)> {
        let media: Vec<_> =
            self.responses.iter().filter_map(|(_, it)| it.content.first()).collect();
        let full = media.iter().find(|(_, media)| media.schema.is_some());
        full.or(media.first()).copied()
    }

    /// Returns the value of the `Accept` header.
    pub(super) fn accept(&self) -> String {
        let mut accepted: Vec<&str> = Vec::new();
        if self.differ() {
            for (_, response, _) in self.full() {
                let names = response.content.keys().map(String::as_str);
                accepted.extend(names.filter(|name| !accepted.contains(name)).collect::<Vec<_>>());
            }
        } else {
            accepted.extend(self.media_type().map(|(name, _)| name.as_str()));
        }
        if accepted.is_empty() { JSON.to_owned() } else { accepted.join(", ") }
    }

    /// Returns the value of a successful response. `ident` is the name of the enum for several values.
    pub(super) fn value(&self, types: Vec<Type>, ident: Option<&String>) -> Success {
        let may_be_empty =
            self.responses.iter().any(|(_, it)| it.content.values().all(|it| it.schema.is_none()));
        let mut types = types.into_iter();
        if let Some(ident) = ident {
            return Success::Statuses { ident: ident.clone(), values: self.values(types) };
        }
        let Some((name, media)) = self.media_type() else {
            return if self.is_redirect { Success::Redirect } else { Success::Nothing };
        };
        let Some(ty) = types.next() else {
            // Without a schema, JSON can be any value, and other responses are bytes or text, unless the status implies
            // an empty body.
            let has_value = self.responses.iter().any(|(it, _)| visitor::has_value(it));
            return match bodies::content(name, media) {
                _ if !has_value => Success::Nothing,
                Content::Json => Success::Optional(Type::Json),
                Content::Text => Success::Text,
                Content::Bytes => Success::Bytes,
            };
        };
        match (bodies::content(name, media), may_be_empty) {
            (Content::Json, true) => Success::Optional(ty),
            (Content::Json, false) => Success::Json(ty),
            (Content::Text, _) => Success::Text,
            (Content::Bytes, _) if family(name) == Family::Lines => Success::Lines(match ty {
                Type::List(item) => *item,
                item => item,
            }),
            (Content::Bytes, _) => Success::Bytes,
        }
    }

    fn values(&self, mut types: impl Iterator<Item = Type>) -> Vec<StatusValue> {
        let mut in_use = names::InUse::default();
        let values = self.responses.iter().map(|(status, response)| {
            let has_schema = response.content.values().any(|media| media.schema.is_some());
            StatusValue {
                ident: in_use.free(&ident(status)),
                status: status.to_string(),
                meaning: response.description.clone(),
                ty: if has_schema { types.next() } else { None },
            }
        });
        values.collect()
    }
}

/// Returns the name of the variant for a status: `Created` for 201, `Status299` for a code without a standard name, and
/// `Other` for a range.
fn ident(status: &StatusCode) -> String {
    let StatusCode::Code(code) = status else { return "Other".to_owned() };
    let known = http::StatusCode::from_u16(*code).ok();
    let reason = known.and_then(|status| status.canonical_reason());
    reason.map_or_else(|| format!("Status{code}"), heck::ToUpperCamelCase::to_upper_camel_case)
}
