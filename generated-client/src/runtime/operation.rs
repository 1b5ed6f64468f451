//! What is fixed about an operation.

use super::Method;

/// An operation as the API's description states it.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// The path below the base URL, with its parameters as `{name}`.
    pub(crate) path: &'static str,
    /// The media type asked for; it names the resource version.
    pub(crate) accept: &'static str,
    /// The media type of the body, where there is one.
    pub(crate) content_type: Option<&'static str>,
}

impl Operation {
    /// The names of the path's parameters, in order.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(parameter_name)
    }
}

/// `groupId` for `{groupId}`, nothing for a literal segment.
pub(crate) fn parameter_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}
