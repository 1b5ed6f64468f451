//! Gives each resource version of an operation a method of its own.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::{MediaType, OpenAPI, Operation, PathItem, ReferenceOr};

use super::{Complaint, Options};
use crate::notes::{Note, Wire};
use crate::walk;

/// The extension that says when the server stops to answer a version.
const SUNSET: &str = "x-sunset";

/// Turns an operation with several media types `application/vnd.NAME.DATE+json` into one operation
/// a date. The newest keeps the `operationId`; an older one appends its date to it
/// (`..._v2023_01_01`) and is deprecated. What is later than `--api-version` is left out, and so is
/// what has no date yet (`preview`).
///
/// A path holds one operation a method, so an older version stands under the path and a fragment
/// (`/path#2023-01-01`); the note of the operation keeps the true path.
pub(super) fn run(mut document: OpenAPI, options: &Options) -> Result<OpenAPI, Vec<Complaint>> {
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
            let mut versions = split(&operation, &path, method, options).into_iter();
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

/// The operation in each of its versions, the newest first; in one where it has none.
fn split(
    operation: &Operation,
    path: &str,
    method: &str,
    options: &Options,
) -> Vec<(String, Operation)> {
    let pointer =
        format!("/paths/{}/{}", path.replace('~', "~0").replace('/', "~1"), method.to_lowercase());
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    let wire = Wire { pointer, operation_id, path: path.to_owned(), ..Wire::default() };
    let all = dates(operation);
    if all.is_empty() {
        let mut operation = operation.clone();
        wire.write(&mut operation.extensions);
        return vec![(String::new(), operation)];
    }
    let limit = options.api_version.as_deref().unwrap_or(PREVIEW);
    let kept: Vec<&String> = all.iter().rev().filter(|date| is_within(date, limit)).collect();
    let newest = kept.first().copied();
    let version = |date: &String| {
        let successor = newest.filter(|newest| *newest != date).cloned();
        (date.clone(), at(operation, date, Wire { successor, ..wire.clone() }))
    };
    kept.into_iter().map(version).collect()
}

/// What a version without a date is called. It sorts after every date.
const PREVIEW: &str = "preview";

fn is_within(date: &str, limit: &str) -> bool {
    date != PREVIEW && date <= limit
}

/// The operation as it is in the version of `date`.
fn at(operation: &Operation, date: &str, mut wire: Wire) -> Operation {
    let mut operation = operation.clone();
    if let Some(body) = operation.request_body.as_mut().and_then(walk::item_mut) {
        keep(&mut body.content, date, &mut wire);
        if body.content.is_empty() {
            operation.request_body = None;
        }
    }
    for (status, response) in walk::responses_mut(&mut operation.responses) {
        if status.starts_with('2') {
            keep(&mut response.content, date, &mut wire);
        }
    }
    if wire.successor.is_some() {
        let id = operation.operation_id.unwrap_or_default();
        operation.operation_id = Some(format!("{id}_v{}", date.replace('-', "_")));
    }
    operation.deprecated |= wire.successor.is_some() || wire.sunset.is_some();
    wire.version = Some(date.to_owned());
    wire.write(&mut operation.extensions);
    operation
}

/// Keeps what the server takes or answers for `date`: its newest version that is not later. Nothing
/// stays where all are later, everything where none has a version.
fn keep(content: &mut IndexMap<String, MediaType>, date: &str, wire: &mut Wire) {
    if !content.keys().any(|media_type| version(media_type).is_some()) {
        return;
    }
    let newest = content
        .keys()
        .filter_map(|media_type| Some((version(media_type)?, media_type)))
        .filter(|(version, _)| is_within(version, date))
        .max_by_key(|(version, _)| *version)
        .map(|(_, media_type)| media_type.clone());
    content.retain(|media_type, _| newest.as_ref() == Some(media_type));
    let sunset = content.values().find_map(|media| media.extensions.get(SUNSET)?.as_str());
    wire.sunset = wire.sunset.take().or_else(|| sunset.map(ToOwned::to_owned));
}

/// Every version of the operation, the oldest first.
fn dates(operation: &Operation) -> BTreeSet<String> {
    let body = operation.request_body.iter().filter_map(ReferenceOr::as_item);
    let responses = operation.responses.responses.iter();
    let responses = responses
        .filter(|(status, _)| status.to_string().starts_with('2'))
        .filter_map(|(_, response)| response.as_item());
    body.flat_map(|it| it.content.keys())
        .chain(responses.flat_map(|it| it.content.keys()))
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

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
