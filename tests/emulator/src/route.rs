//! The routing of requests to operations.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode, header};
use percent_encoding::percent_decode_str;

use crate::{error::ApiError, spec::Operation};

/// A path of the spec, such as `/api/atlas/v2/groups/{groupId}`.
#[derive(Debug)]
pub(crate) struct PathTemplate(Vec<Segment>);

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// The decoded path parameters by name.
pub(crate) type Captures = BTreeMap<String, String>;

impl PathTemplate {
    pub(crate) fn new(path: &str) -> Self {
        Self(path.split('/').map(Segment::new).collect())
    }

    fn captures(&self, path: &str) -> Option<Captures> {
        let mut texts = path.split('/');
        let mut captures = Captures::new();
        for segment in &self.0 {
            let text = percent_decode_str(texts.next()?).decode_utf8().ok()?;
            match segment {
                Segment::Literal(literal) if *literal == text => {}
                Segment::Literal(_) => return None,
                Segment::Parameter(_) if text.is_empty() => return None,
                Segment::Parameter(name) => {
                    captures.insert(name.clone(), text.into_owned());
                }
            }
        }
        texts.next().is_none().then_some(captures)
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }
}

/// Finds the operation for a request. Fails with 404 for an unknown path, and with 405 for a method
/// that the path does not have.
pub(crate) fn find<'a>(
    operations: &'a [Operation],
    method: &Method,
    path: &str,
) -> Result<(&'a Operation, Captures), ApiError> {
    let here = operations
        .iter()
        .filter_map(|operation| Some((operation, operation.path.captures(path)?)))
        .collect::<Vec<_>>();
    if here.is_empty() {
        return Err(unknown_path(path));
    }
    let methods = here.iter().map(|(operation, _)| operation.method.as_str()).collect::<Vec<_>>();
    let wrong_method = wrong_method(method, path, &methods.join(", "));
    here.into_iter().find(|(operation, _)| operation.method == method).ok_or(wrong_method)
}

fn unknown_path(path: &str) -> ApiError {
    let detail = format!("The resource `{path}` does not exist.");
    ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND", detail).parameter(path)
}

fn wrong_method(method: &Method, path: &str, allowed: &str) -> ApiError {
    let detail =
        format!("The resource `{path}` does not support `{method}`. Supported methods: {allowed}.");
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail)
        .parameter(method.as_str())
        .header(header::ALLOW, allowed)
}
