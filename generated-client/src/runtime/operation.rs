//! The constant parts of an operation.

use super::Method;

/// An operation as described by the OpenAPI document.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// The path, relative to the base URL, with parameters as `{name}`.
    pub(crate) path: &'static str,
    /// The media type of `Accept`, which identifies the resource version.
    pub(crate) accept: &'static str,
    /// The media type of the request body, if there is one.
    pub(crate) content_type: Option<&'static str>,
}

impl Operation {
    /// Returns the names of the path parameters, in order.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        let mut rest = self.path;
        std::iter::from_fn(move || {
            let (_, name, after) = parameter(rest)?;
            rest = after;
            Some(name)
        })
    }
}

/// Splits a path at its first parameter into the text before the parameter, the parameter's name, and the rest. For
/// example, splits `/things/{name}:move` into `/things/`, `name` and `:move`.
pub(crate) fn parameter(path: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = path.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Operation {
        /// Creates an operation that returns JSON, for the tests of other modules.
        pub(crate) const fn test(id: &'static str, method: Method, path: &'static str) -> Self {
            Self { id, method, path, accept: "application/json", content_type: None }
        }
    }
}
