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
        let mut rest = self.path;
        std::iter::from_fn(move || {
            let (_, name, after) = parameter(rest)?;
            rest = after;
            Some(name)
        })
    }
}

/// The name of the first parameter of a path, between what stands before it and after it:
/// `/things/`, `name` and `:move` for `/things/{name}:move`.
pub(crate) fn parameter(path: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = path.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}
