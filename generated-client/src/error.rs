//! The one error type.

mod api_error;
mod message;

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

pub use api_error::{ApiError, BadRequestDetail, FieldViolation};

use crate::InvalidInput;
use crate::response::ResponseHead;
use crate::runtime::Operation;

/// Why there is no value.
///
/// `Display` is one line: what happened in which operation, and what to do next. It holds all that
/// is known, so [`source`](std::error::Error::source) gives nothing more. Neither `Display` nor
/// `Debug` shows credentials, headers or a whole body, and what the server wrote is shortened, with
/// control characters escaped.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A value breaks a rule of the API. Nothing was sent.
    InvalidInput(InvalidInput),

    /// The client cannot be made as asked: the base URL, the credentials or the environment is at
    /// fault.
    #[non_exhaustive]
    Config {
        /// What is wrong, and what to do.
        problem: Box<str>,
    },

    /// The server said no.
    #[non_exhaustive]
    Api {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// What the server said.
        error: Box<ApiError>,
    },

    /// The body is not what Atlas sends: no JSON, empty, or an error in a form that is not Atlas's
    /// own, such as the page of a proxy.
    #[non_exhaustive]
    UnexpectedBody {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The media type that the body claims.
        content_type: Option<Box<str>>,
        /// What is wrong with it.
        problem: Box<str>,
        /// Its first 200 characters.
        excerpt: Box<str>,
    },

    /// The body of a success is JSON, but not of the shape that the operation's answer has.
    #[non_exhaustive]
    Decode {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// Where in the body, such as `results[0].state`; `.` is the whole.
        path: Box<str>,
        /// What was expected there.
        message: Box<str>,
        /// The first 200 characters of what stands there.
        excerpt: Box<str>,
    },

    /// The body is larger than the client's limit.
    #[non_exhaustive]
    TooLarge {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The limit in bytes.
        limit: usize,
    },

    /// The server points elsewhere, where the credentials shall not follow.
    #[non_exhaustive]
    Redirect {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// Where to.
        location: Option<Box<str>>,
    },

    /// The request did not get through, or its answer did not come whole.
    #[non_exhaustive]
    Transport {
        /// The `operationId`.
        operation_id: &'static str,
        /// The status and the headers, where they came before the connection broke.
        head: Option<Box<ResponseHead>>,
        /// What went wrong below HTTP, without the URL.
        error: reqwest::Error,
    },
}

impl Error {
    pub(crate) fn config(problem: impl Into<Box<str>>) -> Self {
        Self::Config { problem: problem.into() }
    }

    pub(crate) fn transport(
        operation: &'static Operation,
        head: Option<ResponseHead>,
        error: reqwest::Error,
    ) -> Self {
        Self::Transport {
            operation_id: operation.id,
            head: head.map(Box::new),
            error: error.without_url(),
        }
    }

    /// The status, where an answer came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(ResponseHead::status)
    }

    /// The headers, where an answer came.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(ResponseHead::headers)
    }

    /// Atlas's own name for the error, such as `RESOURCE_NOT_FOUND`.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        match self {
            Self::Api { error, .. } => Some(&error.error_code),
            _ => None,
        }
    }

    /// How long the server asks to wait before the next try: `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.head().and_then(ResponseHead::retry_after)
    }

    /// Everything of the answer but its body, where an answer came.
    #[must_use]
    pub fn head(&self) -> Option<&ResponseHead> {
        match self {
            Self::Api { head, .. }
            | Self::UnexpectedBody { head, .. }
            | Self::Decode { head, .. }
            | Self::TooLarge { head, .. }
            | Self::Redirect { head, .. } => Some(head),
            Self::Transport { head, .. } => head.as_deref(),
            Self::InvalidInput(_) | Self::Config { .. } => None,
        }
    }
}

impl std::error::Error for Error {}

impl From<InvalidInput> for Error {
    fn from(error: InvalidInput) -> Self {
        Self::InvalidInput(error)
    }
}
