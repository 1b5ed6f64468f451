//! The error for a value that fails a check before the request is sent.

use std::fmt;

use super::At;
use crate::text;

/// The error for a value that breaks a rule of the API, such as a pattern, a length or a bound. Nothing was sent.
///
/// Most rules come from the API's OpenAPI document. The client also rejects invalid headers, headers that it sets
/// itself, and path parameters that would change the path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InvalidInput {
    operation_id: Option<&'static str>,
    parameter: Box<str>,
    value: Option<Box<str>>,
    rule: Box<str>,
}

impl InvalidInput {
    /// Creates an error that shows `value`, such as a number, on one line without quotes.
    pub(crate) fn new(at: At<'_>, value: impl fmt::Display, rule: impl Into<Box<str>>) -> Self {
        Self {
            operation_id: None,
            parameter: location(at),
            value: Some(text::one_line(&value.to_string(), text::EXCERPT).into()),
            rule: rule.into(),
        }
    }

    /// Creates an error that shows `value` quoted and shortened.
    pub(crate) fn text(at: At<'_>, value: &str, rule: impl Into<Box<str>>) -> Self {
        Self::new(at, text::quoted(value), rule)
    }

    /// Creates an error that does not show the value. `reason` describes the problem.
    pub(crate) fn unreadable(at: At<'_>, reason: &str) -> Self {
        Self {
            operation_id: None,
            parameter: location(at),
            value: None,
            rule: text::one_line(reason, 2 * text::EXCERPT).into(),
        }
    }

    /// Sets the operation that the value was for.
    pub(crate) const fn of_operation(mut self, operation_id: &'static str) -> Self {
        self.operation_id = Some(operation_id);
        self
    }

    /// Returns the `operationId` of the operation that the value was for. Returns `None` if the error does not come
    /// from a call.
    #[must_use]
    pub const fn operation_id(&self) -> Option<&'static str> {
        self.operation_id
    }

    /// Returns the name of the parameter in the API, such as `itemsPerPage`, or the path of the value in the body, such
    /// as `body.bucketName`.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// Returns the invalid value. Text is quoted and shortened to 80 characters, with control characters escaped.
    /// Returns `None` if the value may be a secret, or if [`rule`](Self::rule) already describes it.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Returns the rule that the value breaks, as a part of a sentence, such as `must match ...`.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

/// Formats a location on one line, because the keys of a caller's map can contain line breaks.
fn location(at: At<'_>) -> Box<str> {
    text::one_line(&at.to_string(), text::EXCERPT).into()
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation_id) = self.operation_id {
            write!(f, "{operation_id}: ")?;
        }
        write!(f, "invalid `{}`: ", self.parameter)?;
        if let Some(value) = &self.value {
            write!(f, "{value} ")?;
        }
        f.write_str(&self.rule)
    }
}

impl std::error::Error for InvalidInput {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_on_one_line() {
        let at = At::BODY.field("tags");
        let at = at.field("a\nb");
        for error in
            [InvalidInput::new(at, 1, "is invalid"), InvalidInput::unreadable(at, "is invalid")]
        {
            assert_eq!(error.parameter(), "body.tags.a\\nb");
            assert!(error.to_string().starts_with("invalid `body.tags.a\\nb`: "), "{error}");
        }
    }
}
