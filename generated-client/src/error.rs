//! The one error type.

mod api_error;
mod body_problem;
mod message;
mod tls;

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};

pub use api_error::{ApiError, BadRequestDetail, FieldViolation};
pub use body_problem::BodyProblem;
pub(crate) use message::chain;
pub(crate) use tls::refusal;

use crate::response::{RateLimit, ResponseHead};
use crate::{InvalidInput, TimeLimit};

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

    /// The caller could not prove who it is: the token endpoint gave no token, or the server asks
    /// for a proof that the credentials cannot give. The operation was not carried out.
    #[non_exhaustive]
    Authentication {
        /// The status and the headers of that answer; none if the token endpoint gave none.
        head: Option<Box<ResponseHead>>,
        /// What happened, and what to do.
        problem: Box<str>,
        /// How many attempts the call made.
        attempts: u32,
    },

    /// The server said no.
    #[non_exhaustive]
    Api {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// What the server said.
        error: Box<ApiError>,
    },

    /// The body is not what the API sends: that of a success is empty, cut off or not JSON, or that of
    /// an error is not an error object, such as the page of a proxy.
    #[non_exhaustive]
    UnexpectedBody {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The media type that the body claims.
        content_type: Option<Box<str>>,
        /// What is wrong with it.
        problem: BodyProblem,
        /// Where and how, as far as is known.
        detail: Box<str>,
        /// Its first 200 characters.
        excerpt: Box<str>,
        /// The text of a success; see [`Error::body`].
        body: Option<Box<SecretString>>,
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
        /// The text of the body; see [`Error::body`].
        body: Option<Box<SecretString>>,
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

    /// A time limit of the client ran out before a whole answer was here.
    #[non_exhaustive]
    TimedOut {
        /// The `operationId`.
        operation_id: &'static str,
        /// The limit.
        limit: TimeLimit,
        /// How long it was.
        after: Duration,
        /// How many attempts the call made, or how many times a watch looked the job up.
        attempts: u32,
    },

    /// The TLS handshake failed: the server's certificate is not trusted, has expired or is for another
    /// host, or both sides have nothing in common. Nothing was sent, and it is not tried again.
    #[non_exhaustive]
    Tls {
        /// The `operationId`, or that of the token endpoint.
        operation_id: &'static str,
        /// What the TLS library says.
        problem: Box<str>,
    },

    /// The request did not get through, or no answer came.
    #[non_exhaustive]
    Transport {
        /// The `operationId`.
        operation_id: &'static str,
        /// What went wrong below HTTP, without the URL.
        error: reqwest::Error,
        /// How many times the request was sent.
        attempts: u32,
    },

    /// A list, read to its end, does not hold what was looked for.
    #[non_exhaustive]
    NotListed {
        /// The `operationId` of the list.
        operation_id: &'static str,
        /// What is missing, and what to check.
        problem: Box<str>,
    },
}

impl Error {
    pub(crate) fn config(problem: impl Into<Box<str>>) -> Self {
        Self::Config { problem: problem.into() }
    }

    pub(crate) fn authentication(head: Option<ResponseHead>, problem: impl Into<Box<str>>) -> Self {
        Self::Authentication { head: head.map(Box::new), problem: problem.into(), attempts: 1 }
    }

    pub(crate) fn transport(operation_id: &'static str, error: reqwest::Error) -> Self {
        match refusal(&error) {
            Some(problem) => Self::Tls { operation_id, problem: problem.into() },
            None => Self::Transport { operation_id, error: error.without_url(), attempts: 1 },
        }
    }

    pub(crate) const fn timed_out(
        operation_id: &'static str,
        limit: TimeLimit,
        after: Duration,
    ) -> Self {
        Self::TimedOut { operation_id, limit, after, attempts: 1 }
    }

    pub(crate) fn set_attempts(&mut self, count: u32) {
        match self {
            Self::TimedOut { attempts, .. }
            | Self::Transport { attempts, .. }
            | Self::Authentication { attempts, .. } => *attempts = count,
            other => {
                if let Some(head) = other.head_mut() {
                    head.set_attempts(count);
                }
            }
        }
    }

    /// How many attempts the call made, including those that got no further than the token
    /// endpoint. A watch that runs out of time counts how often it
    /// looked the job up. `None` if nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> Option<u32> {
        match self {
            Self::TimedOut { attempts, .. }
            | Self::Transport { attempts, .. }
            | Self::Authentication { attempts, .. } => Some(*attempts),
            other => other.head().map(ResponseHead::attempts),
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

    /// The server's own name for the error, such as `RESOURCE_NOT_FOUND`. `None` if it gave none.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        match self {
            Self::Api { error, .. } => error.error_code.as_deref(),
            _ => None,
        }
    }

    /// The text of a success that could not be decoded, for what it holds may never come again: a
    /// certificate, or the key of something that was created. `None` if the body is not UTF-8.
    ///
    /// It has the first 64 KiB of the body, without this client's own credentials. It may hold secrets
    /// that the server issued, so neither `Display` nor `Debug` shows it.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::UnexpectedBody { body, .. } | Self::Decode { body, .. } => {
                body.as_ref().map(|body| body.expose_secret())
            }
            _ => None,
        }
    }

    /// What is left of the rate limit, where the answer says so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head().and_then(ResponseHead::rate_limit)
    }

    /// How long the server asks to wait before the next request, where it does.
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
            Self::Authentication { head, .. } => head.as_deref(),
            Self::InvalidInput(_)
            | Self::Config { .. }
            | Self::TimedOut { .. }
            | Self::Tls { .. }
            | Self::Transport { .. }
            | Self::NotListed { .. } => None,
        }
    }

    const fn head_mut(&mut self) -> Option<&mut ResponseHead> {
        match self {
            Self::Api { head, .. }
            | Self::UnexpectedBody { head, .. }
            | Self::Decode { head, .. }
            | Self::TooLarge { head, .. }
            | Self::Redirect { head, .. } => Some(head),
            _ => None,
        }
    }
}

impl std::error::Error for Error {}

impl From<InvalidInput> for Error {
    fn from(error: InvalidInput) -> Self {
        Self::InvalidInput(error)
    }
}
