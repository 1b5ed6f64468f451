//! Gives each resource version of an operation a method of its own.

use std::collections::BTreeSet;
use std::iter;

use indexmap::IndexMap;
use openapiv3::{MediaType, OpenAPI, Operation, PathItem, ReferenceOr, Response, StatusCode};

use super::{Lowered, Options};
use crate::date::is_date;
use crate::notes::{Note, Wire};
use crate::walk;

/// The extension that says when the server stops to answer a version.
const SUNSET: &str = "x-sunset";

/// Turns an operation with several media types `application/vnd.NAME.DATE+FORMAT` into one operation
/// a date and format. The newest keeps the `operationId`; an older one appends its date to it
/// (`..._v2023_01_01`) and is deprecated; a format beside JSON appends its name (`..._as_csv`). What is
/// later than `--api-version` is left out; what has no date yet (`preview`) is taken with `--preview`.
///
/// A path holds one operation a method, so the others stand under the path and a fragment
/// (`/path#2023-01-01`); the note of the operation keeps the true path.
pub(super) fn run(mut document: OpenAPI, options: &Options) -> Lowered {
    let mut paths = IndexMap::new();
    for (path, item) in std::mem::take(&mut document.paths.paths) {
        let ReferenceOr::Item(mut item) = item else {
            continue;
        };
        let mut older: IndexMap<String, PathItem> = IndexMap::new();
        for (method, slot) in walk::methods_mut(&mut item) {
            let Some(operation) = slot.take() else {
                continue;
            };
            let mut versions = split(operation, &path, method, options).into_iter();
            *slot = versions.next().map(|(_, newest)| newest);
            for (date, operation) in versions {
                let item = older.entry(format!("{path}#{date}")).or_default();
                put(item, method, operation);
            }
        }
        if item.iter().next().is_some() {
            paths.insert(path, ReferenceOr::Item(item));
        }
        paths.extend(older.into_iter().map(|(path, item)| (path, ReferenceOr::Item(item))));
    }
    document.paths.paths = paths;
    Ok(document)
}

fn put(item: &mut PathItem, method: &str, operation: Operation) {
    for (name, slot) in walk::methods_mut(item) {
        if name == method {
            *slot = Some(operation);
            return;
        }
    }
}

/// The operation in each of its versions and formats, the newest first; as it is where it has none.
fn split(
    mut operation: Operation,
    path: &str,
    method: &str,
    options: &Options,
) -> Vec<(String, Operation)> {
    let pointer = path.replace('~', "~0").replace('/', "~1");
    let pointer = format!("/paths/{pointer}/{}", method.to_lowercase());
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    let wire = Wire { pointer, operation_id, path: path.to_owned(), ..Wire::default() };
    let all = dates(&operation);
    if all.is_empty() {
        wire.write(&mut operation.extensions);
        return vec![(String::new(), operation)];
    }
    let limit = options.api_version.as_deref().unwrap_or(PREVIEW);
    let versions = all.iter().rev().filter(|date| *date != PREVIEW);
    let kept: Vec<&String> = versions.filter(|date| is_within(date, limit)).collect();
    let newest = kept.first().copied();
    let dated = kept.iter().map(|date| (*date, newest.filter(|newest| newest != date)));
    let preview = all.get(PREVIEW).filter(|_| options.preview).map(|preview| (preview, None));
    let mut wanted = Vec::new();
    for (date, successor) in dated.chain(preview) {
        let formats = formats(&operation, date).into_iter();
        wanted.extend(formats.map(|(format, suffix)| (date, successor, format, suffix)));
    }
    let operations = iter::repeat_n(operation, wanted.len());
    let versions = operations.zip(wanted).map(|(operation, (date, successor, format, suffix))| {
        let wire = Wire { successor: successor.cloned(), ..wire.clone() };
        (format!("{date}{suffix}"), at(operation, date, &format, &suffix, wire))
    });
    versions.collect()
}

/// What a version without a date is called. It sorts after every date.
const PREVIEW: &str = "preview";

/// Whether the version is one that the server takes into account for `date`.
fn is_within(version: &str, date: &str) -> bool {
    version == date || (version != PREVIEW && version <= date)
}

/// The formats in which a version answers, each with what it appends to the `operationId`: JSON, or
/// the only one, nothing.
fn formats(operation: &Operation, date: &str) -> Vec<(String, String)> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (_, response) in answers(operation) {
        let version_here = effective(response, date);
        let media_types = response
            .content
            .keys()
            .filter(|it| version_here.is_some() && version(it) == version_here);
        names.extend(media_types.map(|media_type| format_of(media_type).to_owned()));
    }
    let main = if names.contains(JSON) {
        JSON.to_owned()
    } else {
        names.first().cloned().unwrap_or_default()
    };
    let others = names
        .into_iter()
        .filter(|name| *name != main)
        .map(|name| (name.clone(), format!("_as_{name}")));
    iter::once((main.clone(), String::new())).chain(others).collect()
}

const JSON: &str = "json";

/// `json` in `application/vnd.atlas.2024-05-30+json`.
fn format_of(media_type: &str) -> &str {
    media_type.rsplit_once('+').map_or("", |(_, format)| format)
}

/// The operation as it is in the version of `date`.
fn at(
    mut operation: Operation,
    date: &str,
    format: &str,
    suffix: &str,
    mut wire: Wire,
) -> Operation {
    if let Some(body) = operation.request_body.as_mut().and_then(walk::item_mut) {
        keep(&mut body.content, date, JSON, &mut wire);
        if body.content.is_empty() {
            operation.request_body = None;
        }
    }
    let newest =
        answers(&operation).filter_map(|(_, it)| effective(it, date)).max().map(ToOwned::to_owned);
    operation.responses.responses.retain(|status, response| {
        let ReferenceOr::Item(response) = response else { return false };
        let stays = !is_success(status) || effective(response, date) == newest.as_deref();
        if is_success(status) {
            keep(&mut response.content, date, format, &mut wire);
        }
        stays
    });
    let mut id = format!("{}{suffix}", wire.operation_id);
    if wire.successor.is_some() || date == PREVIEW {
        let prefix = if date == PREVIEW { "" } else { "v" };
        id = format!("{id}_{prefix}{}", date.replace('-', "_"));
    }
    operation.operation_id = Some(id);
    operation.deprecated |= wire.successor.is_some() || wire.sunset.is_some();
    wire.version = Some(date.to_owned());
    wire.write(&mut operation.extensions);
    operation
}

/// Keeps what the server takes or answers for `date`: its newest version that is not later, in the
/// format if it has that.
fn keep(content: &mut IndexMap<String, MediaType>, date: &str, format: &str, wire: &mut Wire) {
    let newest = content
        .keys()
        .filter_map(|media_type| Some((version(media_type)?, media_type)))
        .filter(|(version, _)| is_within(version, date))
        .max_by_key(|(version, media_type)| (*version, format_of(media_type) == format))
        .map(|(_, media_type)| media_type.clone());
    content.retain(|media_type, _| {
        version(media_type).is_none() || Some(media_type) == newest.as_ref()
    });
    let sunset = content.values().find_map(|media| media.extensions.get(SUNSET)?.as_str());
    wire.sunset = wire.sunset.take().or_else(|| sunset.map(ToOwned::to_owned));
}

/// The version in which the server gives this answer for `date`.
fn effective<'a>(response: &'a Response, date: &str) -> Option<&'a str> {
    response.content.keys().filter_map(|it| version(it)).filter(|it| is_within(it, date)).max()
}

/// The answers that mean success.
fn answers(operation: &Operation) -> impl Iterator<Item = (&StatusCode, &Response)> {
    let responses = operation.responses.responses.iter();
    responses
        .filter(|(status, _)| is_success(status))
        .filter_map(|(status, response)| Some((status, response.as_item()?)))
}

fn is_success(status: &StatusCode) -> bool {
    status.to_string().starts_with('2')
}

/// Every version of the operation, the oldest first.
fn dates(operation: &Operation) -> BTreeSet<String> {
    let body = operation.request_body.iter().filter_map(ReferenceOr::as_item);
    body.flat_map(|body| body.content.keys())
        .chain(answers(operation).flat_map(|(_, response)| response.content.keys()))
        .filter_map(|media_type| version(media_type))
        .map(ToOwned::to_owned)
        .collect()
}

/// The version that a media type names: `2024-05-30` in `application/vnd.atlas.2024-05-30+json`.
fn version(media_type: &str) -> Option<&str> {
    let (name, _) = media_type.strip_prefix("application/vnd.")?.rsplit_once('+')?;
    let (_, version) = name.rsplit_once('.')?;
    (version == PREVIEW || is_date(version)).then_some(version)
}
