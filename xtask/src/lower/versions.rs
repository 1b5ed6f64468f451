//! Splits operations into resource versions.

use std::collections::BTreeSet;
use std::iter;

use indexmap::IndexMap;
use openapiv3::{MediaType, OpenAPI, Operation, ReferenceOr, Response, StatusCode};

use super::{Finding, Lowered, Options, Place, media_types};
use crate::date::is_date;
use crate::media_type::{released_version, version};
use crate::visitor::{self, OperationKey};

const JSON: &str = "json";

/// Splits an operation whose media types have the form `application/vnd.NAME.DATE+FORMAT` into one operation for each
/// version and format.
///
/// The [`plain`] version keeps the path. The other versions get the path with a suffix ([`suffix`]), which becomes part
/// of the names in Rust. For example, the suffix is `_v2023_01_01` for a released version and `_preview` for an
/// unreleased one. The main format is JSON, or else the first in alphabetical order. For any other format, the suffix
/// contains the name of the format, as in `_as_csv`. Without `--preview`, drops unreleased versions.
pub(super) fn run(lowered: &mut Lowered, options: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    visitor::split_operations(openapi, |key, operation| {
        let versions = split(&operation, options);
        if versions.is_empty() {
            findings.push(unreleased(key, &operation, options));
        } else {
            findings.extend(unsent(key, &operation, options));
        }
        versions
    });
}

/// Returns the newest released version in the bodies and responses of a document.
pub(super) fn newest(openapi: &OpenAPI) -> Option<String> {
    let components = openapi.components.iter();
    let bodies = openapi.operations().filter_map(|(_, _, it)| it.request_body.as_ref());
    let bodies = bodies.chain(components.clone().flat_map(|it| it.request_bodies.values()));
    let bodies = bodies.filter_map(ReferenceOr::as_item).map(|it| &it.content);
    let responses = openapi.operations().flat_map(|(_, _, it)| {
        it.responses.responses.values().chain(it.responses.default.as_ref())
    });
    let responses = responses.chain(components.flat_map(|it| it.responses.values()));
    let responses = responses.filter_map(ReferenceOr::as_item).map(|it| &it.content);
    let media_types = bodies.chain(responses).flat_map(IndexMap::keys);
    media_types.filter_map(|it| released_version(it)).max().map(ToOwned::to_owned)
}

/// Returns the operation in each version and format, with its suffix: the released versions, newest first, and then the
/// unreleased ones.
fn split(operation: &Operation, options: &Options) -> Vec<(String, Operation)> {
    let all = dates(operation);
    if all.is_empty() {
        return vec![(String::new(), operation.clone())];
    }
    let (released, unreleased): (Vec<_>, Vec<_>) = all.iter().rev().partition(|it| is_date(it));
    let plain = plain(&released, options.api_version.as_deref());
    let unreleased = unreleased.into_iter().filter(|_| options.preview);
    let mut versions = Vec::new();
    for date in released.iter().copied().chain(unreleased) {
        let version = if Some(date) == plain { String::new() } else { suffix(date) };
        for (format, suffix) in formats(operation, date) {
            versions.push((format!("{suffix}{version}"), at(operation, date, &format)));
        }
    }
    versions
}

/// Returns the version whose names have no suffix: the newest one up to `--api-version`. If all versions are later,
/// returns the oldest one, which stays the oldest when the API adds a version.
fn plain<'a>(newest_first: &[&'a String], limit: Option<&str>) -> Option<&'a String> {
    let up_to_limit = |date: &&&String| limit.is_none_or(|limit| is_within(date, limit));
    newest_first.iter().find(up_to_limit).or(newest_first.last()).copied()
}

/// Returns the suffix of a version, such as `_v2024_05_30` for a date or `_preview` for the stage `preview`.
fn suffix(version: &str) -> String {
    let start = if version.starts_with(|it: char| it.is_ascii_digit()) { "_v" } else { "_" };
    format!("{start}{}", version.replace(['-', '.'], "_"))
}

/// Returns whether the server may respond to a request for `date` with `version`. This is true of the requested version
/// itself and of earlier released ones. The server uses an unreleased version, such as `preview`, only if it is
/// requested.
fn is_within(version: &str, date: &str) -> bool {
    version == date || (is_date(version) && version <= date)
}

/// Reports an operation that has only unreleased versions. This is an error if `--operations` selects the operation.
fn unreleased(key: OperationKey<'_>, operation: &Operation, options: &Options) -> Finding {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let place = Place::Value(key.pointer());
    let what = format!("`{id}` has only unreleased versions");
    let help = "pass `--preview` to emit these versions";
    if options.selection.is_named(id) {
        Finding::error(place, what, help)
    } else {
        Finding::omission(place, what, help)
    }
}

/// Reports the media types of the body that [`keep`] drops in favour of another one with the same version, but with a
/// different schema.
fn unsent(key: OperationKey<'_>, operation: &Operation, options: &Options) -> Vec<Finding> {
    let body = operation.request_body.as_ref().and_then(ReferenceOr::as_item);
    let Some(content) = body.map(|body| &body.content) else { return Vec::new() };
    let unsent = content.iter().filter_map(|(name, media)| {
        let version = version(name).filter(|it| is_date(it) || options.preview)?;
        let mut kept = content.clone();
        keep(&mut kept, version, JSON);
        kept.values().all(|it| it.schema != media.schema).then(|| media_types::unsent(key, name))
    });
    unsent.collect()
}

/// Returns the formats of a version's responses with their suffixes. JSON, or else the first format, has no suffix.
fn formats(operation: &Operation, date: &str) -> Vec<(String, String)> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (_, response) in successes(operation) {
        let Some(effective) = effective(response, date) else { continue };
        let media_types = response.content.keys().filter(|it| version(it) == Some(effective));
        names.extend(media_types.map(|media_type| format_of(media_type)));
    }
    let has_json = names.contains(JSON);
    let main = if has_json { JSON } else { names.first().copied().unwrap_or_default() };
    let others = names.iter().filter(|name| **name != main);
    let others = others.map(|name| ((*name).to_owned(), format!("_as_{name}")));
    iter::once((main.to_owned(), String::new())).chain(others).collect()
}

/// Returns the format of a media type: `json` for `application/vnd.atlas.2024-05-30+json`.
fn format_of(media_type: &str) -> &str {
    media_type.rsplit_once('+').map_or("", |(_, format)| format)
}

/// Returns the operation in version `date`, with its responses in `format`.
fn at(operation: &Operation, date: &str, format: &str) -> Operation {
    let mut operation = operation.clone();
    if let Some(body) = operation.request_body.as_mut().and_then(visitor::item_mut) {
        keep(&mut body.content, date, JSON);
        if body.content.is_empty() {
            operation.request_body = None;
        }
    }
    let newest = successes(&operation).filter_map(|(_, it)| effective(it, date)).max();
    let newest = newest.map(ToOwned::to_owned);
    operation.responses.responses.retain(|status, response| {
        let ReferenceOr::Item(response) = response else { return false };
        let is_kept =
            !visitor::is_success(status) || effective(response, date) == newest.as_deref();
        keep(&mut response.content, date, format);
        is_kept
    });
    operation
}

/// Keeps the media type that the server uses for `date`: the newest version up to that date, in `format` if that
/// version has it. Of several such media types, keeps the first. Also keeps all media types without a version.
fn keep(content: &mut IndexMap<String, MediaType>, date: &str, format: &str) {
    let newest = content
        .keys()
        .filter_map(|media_type| Some((version(media_type)?, media_type)))
        .filter(|(version, _)| is_within(version, date))
        .rev()
        .max_by_key(|(version, media_type)| (*version, format_of(media_type) == format))
        .map(|(_, media_type)| media_type.clone());
    content.retain(|media_type, _| {
        version(media_type).is_none() || Some(media_type) == newest.as_ref()
    });
}

/// Returns the version of a response that the server uses for `date`.
fn effective<'a>(response: &'a Response, date: &str) -> Option<&'a str> {
    response.content.keys().filter_map(|it| version(it)).filter(|it| is_within(it, date)).max()
}

fn successes(operation: &Operation) -> impl Iterator<Item = (&StatusCode, &Response)> {
    let responses = operation.responses.responses.iter();
    responses
        .filter(|(status, _)| visitor::is_success(status))
        .filter_map(|(status, response)| Some((status, response.as_item()?)))
}

/// Returns every version of the operation, oldest first.
fn dates(operation: &Operation) -> BTreeSet<String> {
    let body = operation.request_body.iter().filter_map(ReferenceOr::as_item);
    body.flat_map(|body| body.content.keys())
        .chain(successes(operation).flat_map(|(_, response)| response.content.keys()))
        .filter_map(|media_type| version(media_type))
        .map(ToOwned::to_owned)
        .collect()
}
