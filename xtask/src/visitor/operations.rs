//! Traverses operations, and the locations in them that contain a schema.

use indexmap::IndexMap;
use openapiv3::{
    MediaType, OpenAPI, Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathItem,
    Paths, ReferenceOr, Response, Responses, StatusCode,
};

use super::{Slot, item_mut};
use crate::diagnostic::Pointer;
use crate::free_name::free_name;

/// The separator between a path and the suffix that lowering can add. No path in a document contains this character.
const SUFFIX: char = '\0';

/// Returns the path as it is in the document, without the suffix that lowering may have added.
pub(crate) fn document_path(path: &str) -> &str {
    path.rsplit_once(SUFFIX).map_or(path, |(path, _)| path)
}

/// Returns the path to send, without its fragment. Some documents use fragments to distinguish operations that have the
/// same path.
pub(crate) fn wire_path(path: &str) -> &str {
    document_path(path).split('#').next().unwrap_or_default()
}

/// Returns the suffix of a path, such as `_v2023_01_01`, or an empty string if there is none.
pub(crate) fn suffix(path: &str) -> &str {
    path.rsplit_once(SUFFIX).map_or("", |(_, suffix)| suffix)
}

/// The location of an operation in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OperationKey<'a> {
    /// The path in the document, followed by the [`suffix`] if lowering has added one.
    pub(crate) path: &'a str,
    /// The HTTP method, in lower case as in the document.
    pub(crate) method: &'static str,
}

impl OperationKey<'_> {
    /// Returns the location of the operation.
    pub(crate) fn pointer(&self) -> Pointer {
        Pointer::new(["paths", document_path(self.path), self.method])
    }
}

/// Returns every operation, in the order of the paths.
pub(crate) fn operations_mut(
    paths: &mut Paths,
) -> impl Iterator<Item = (OperationKey<'_>, &mut Operation)> {
    let items = paths.paths.iter_mut();
    items.filter_map(|(path, item)| Some((path, item_mut(item)?))).flat_map(|(path, item)| {
        let operations = methods_mut(item).into_iter();
        operations.filter_map(move |(method, operation)| {
            Some((OperationKey { path, method }, operation.as_mut()?))
        })
    })
}

/// Returns the methods of a path, each with its operation if there is one.
pub(crate) fn methods_mut(item: &mut PathItem) -> [(&'static str, &mut Option<Operation>); 8] {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("options", &mut item.options),
        ("head", &mut item.head),
        ("patch", &mut item.patch),
        ("trace", &mut item.trace),
    ]
}

/// Replaces each operation with those that `split` returns, each paired with a suffix for its path. An operation with
/// an empty suffix stays at the path. Any other operation moves to the path with the suffix, because a path can have
/// only one operation for each method.
pub(crate) fn split_operations(
    document: &mut OpenAPI,
    mut split: impl FnMut(OperationKey<'_>, Operation) -> Vec<(String, Operation)>,
) {
    let mut paths = IndexMap::new();
    for (path, item) in std::mem::take(&mut document.paths.paths) {
        let ReferenceOr::Item(mut item) = item else { continue };
        let mut others: IndexMap<String, PathItem> = IndexMap::new();
        for (method, slot) in methods_mut(&mut item) {
            let Some(operation) = slot.take() else { continue };
            for (new, operation) in split(OperationKey { path: &path, method }, operation) {
                if new.is_empty() {
                    *slot = Some(operation);
                } else {
                    let path = format!("{}{SUFFIX}{new}{}", document_path(&path), suffix(&path));
                    put(others.entry(path).or_default(), method, operation);
                }
            }
        }
        if item.iter().next().is_some() {
            paths.insert(path, ReferenceOr::Item(item));
        }
        for (path, item) in others {
            let path = free_name(&path, |path| !paths.contains_key(path));
            paths.insert(path, ReferenceOr::Item(item));
        }
    }
    document.paths.paths = paths;
}

/// Sets the operation of a path for the given method.
fn put(item: &mut PathItem, method: &str, operation: Operation) {
    let slot = methods_mut(item).into_iter().find(|(known, _)| *known == method);
    if let Some((_, slot)) = slot {
        *slot = Some(operation);
    }
}

/// A part of an operation that contains a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// The parameter with this name.
    Parameter(&'a str),
    /// The request body.
    Body,
    /// A successful response.
    Response,
    /// An error response.
    Error,
}

impl Part<'_> {
    /// Returns the word that this part adds to the name of its schema.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::Parameter(name) => name,
            Self::Body => "Body",
            Self::Response => "Response",
            Self::Error => "Error",
        }
    }
}

/// Returns the locations in an operation that contain a schema: its parameters, its request body, and its success and
/// error responses.
pub(crate) fn operation_slots(operation: &mut Operation) -> Vec<(Part<'_>, Slot<'_>)> {
    let Operation { parameters, request_body, responses, .. } = operation;
    let mut slots = Vec::new();
    for parameter in parameters.iter_mut().filter_map(item_mut) {
        let ParameterData { name, format, .. } = parameter_data_mut(parameter);
        let part = Part::Parameter(name);
        match format {
            ParameterSchemaOrContent::Schema(schema) => {
                slots.push((part, Slot::Plain(schema)));
            }
            ParameterSchemaOrContent::Content(content) => {
                slots.extend(media_slots(content).map(|slot| (part, slot)));
            }
        }
    }
    if let Some(body) = request_body.as_mut().and_then(item_mut) {
        slots.extend(media_slots(&mut body.content).map(|slot| (Part::Body, slot)));
    }
    for (part, response) in responses_mut(responses) {
        slots.extend(media_slots(&mut response.content).map(|slot| (part, slot)));
    }
    slots
}

/// Returns the locations in media types that contain a schema.
fn media_slots(content: &mut IndexMap<String, MediaType>) -> impl Iterator<Item = Slot<'_>> {
    content.values_mut().filter_map(|media| media.schema.as_mut().map(Slot::Plain))
}

/// Returns whether a response with the given status is a successful response.
pub(crate) fn is_success(status: &StatusCode) -> bool {
    status.to_string().starts_with('2')
}

/// Returns whether a response with the given status and without a schema can have a value. A media type does not prove
/// that there is a body: in Atlas, even empty responses have a media type, which states the version.
pub(crate) fn has_value(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(200 | 201 | 203) | StatusCode::Range(_))
}

/// Returns whether a response with the given status is a redirect.
pub(crate) fn is_redirect(status: &StatusCode) -> bool {
    status.to_string().starts_with('3')
}

/// Returns whether a response with the given status is an error response.
pub(crate) fn is_error(status: &StatusCode) -> bool {
    status.to_string().starts_with(['4', '5'])
}

/// Returns the success and error responses of an operation. `default` is treated as an error response.
fn responses_mut(
    responses: &mut Responses,
) -> impl Iterator<Item = (Part<'static>, &mut Response)> {
    let (listed, default) = (responses.responses.iter_mut(), &mut responses.default);
    let listed = listed.filter_map(|(status, response)| match status {
        status if is_success(status) => Some((Part::Response, response)),
        status if is_error(status) => Some((Part::Error, response)),
        _ => None,
    });
    let all = listed.chain(default.iter_mut().map(|response| (Part::Error, response)));
    all.filter_map(|(part, response)| Some((part, item_mut(response)?)))
}

/// Returns the error responses of an operation. `default` is last.
pub(crate) fn errors_mut(responses: &mut Responses) -> impl Iterator<Item = &mut Response> {
    responses_mut(responses).filter(|(part, _)| *part == Part::Error).map(|(_, response)| response)
}

/// Returns the data common to all kinds of parameters.
pub(crate) fn parameter_data_mut(parameter: &mut Parameter) -> &mut ParameterData {
    match parameter {
        Parameter::Query { parameter_data, .. }
        | Parameter::Header { parameter_data, .. }
        | Parameter::Path { parameter_data, .. }
        | Parameter::Cookie { parameter_data, .. } => parameter_data,
    }
}
