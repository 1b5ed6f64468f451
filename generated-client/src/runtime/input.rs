//! The error for a value that never left this machine.

use std::fmt;

use super::At;
use crate::text;

/// A value that breaks a rule of the API, found before anything was sent.
///
/// The rules are those of the API's own description: patterns, lengths and bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidInput {
    parameter: Box<str>,
    value: Option<Box<str>>,
    rule: Box<str>,
}

impl InvalidInput {
    /// A number or another value that is safe to show as it is.
    pub(crate) fn new(at: At<'_>, value: impl fmt::Display, rule: impl Into<Box<str>>) -> Self {
        Self {
            parameter: at.to_string().into(),
            value: Some(text::one_line(&value.to_string(), text::EXCERPT).into()),
            rule: rule.into(),
        }
    }

    /// A text of the caller, quoted and shortened.
    pub(crate) fn text(at: At<'_>, value: &str, rule: impl Into<Box<str>>) -> Self {
        Self::new(at, text::quoted(value), rule)
    }

    /// A value that is gone; `reason` is all that is left of it.
    pub(crate) fn unreadable(at: At<'_>, reason: &str) -> Self {
        Self {
            parameter: at.to_string().into(),
            value: None,
            rule: text::one_line(reason, 2 * text::EXCERPT).into(),
        }
    }

    /// The parameter as the API names it, or the path into the body: `itemsPerPage`,
    /// `body.bucketName`.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// The offending value: a text is quoted, shortened to 80 characters, its control characters
    /// escaped. `None` where [`rule`](Self::rule) tells it.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What the API asks of the value.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.parameter)?;
        if let Some(value) = &self.value {
            write!(f, "{value} ")?;
        }
        f.write_str(&self.rule)
    }
}

impl std::error::Error for InvalidInput {}
