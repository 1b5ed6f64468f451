//! The error of every call.

mod api_error;
mod body_problem;
mod decision;
mod message;
mod tls;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

pub use api_error::{ApiError, BadRequestDetail, FieldViolation};
pub use body_problem::BodyProblem;
pub(crate) use message::chain;
pub(crate) use tls::refusal;

use crate::no_response::{Cause, NoResponse, Stage};
use crate::response::{RateLimit, ResponseHead};
use crate::runtime::Operation;
use crate::{InvalidInput, ParseObjectIdError, TimeLimit};

/// The error of a call, or of a configuration.
///
/// To decide what to do, ask [`is_transient`](Self::is_transient),
/// [`may_have_been_carried_out`](Self::may_have_been_carried_out), [`status`](Self::status) or
/// [`error_code`](Self::error_code); most callers match no variant.
///
/// `Display` is one line: what happened in which operation, and what to do next. It names the root
/// cause; [`source`](std::error::Error::source) has the whole chain of a failed connection. Neither
/// `Display` nor `Debug` shows credentials, headers or a whole body. Text from the server is
/// shortened, and its control characters are escaped.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A value breaks a rule of the API. Nothing was sent.
    InvalidInput(InvalidInput),

    /// The client cannot be configured like this: the base URL, the credentials or a variable of the
    /// environment is wrong.
    #[non_exhaustive]
    Config {
        /// The problem, and what to do.
        problem: Box<str>,
    },

    /// The token endpoint issued no token, or the server requires a proof that the credentials cannot
    /// give. The operation was not carried out.
    #[non_exhaustive]
    Authentication {
        /// The status and the headers of that response, if there was one.
        head: Option<Box<ResponseHead>>,
        /// What happened, and what to do.
        problem: Box<str>,
        /// The number of attempts of the call.
        attempts: u32,
    },

    /// The server returned an error.
    #[non_exhaustive]
    Api {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The error object.
        error: Box<ApiError>,
        /// The text of the body; see [`Error::body`].
        body: Option<Box<SecretString>>,
    },

    /// The body did not come from the API, or not completely. The body of a success is empty, cut off or
    /// not JSON, or the body of an error is not an error object, such as the page of a proxy.
    #[non_exhaustive]
    UnexpectedBody {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The `Content-Type` of the response.
        content_type: Option<Box<str>>,
        /// The problem.
        problem: BodyProblem,
        /// Where and how, if known.
        detail: Box<str>,
        /// Its first 200 characters.
        excerpt: Box<str>,
        /// The text of the body; see [`Error::body`].
        body: Option<Box<SecretString>>,
    },

    /// The body of a success is JSON, but has another shape than the response of the operation.
    #[non_exhaustive]
    Decode {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The place in the body, such as `results[0].state`; `.` is the whole body.
        path: Box<str>,
        /// What was expected there.
        message: Box<str>,
        /// The first 200 characters of the value at that place.
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

    /// The server redirects the request. The client does not follow, because the credentials could
    /// reach another host.
    #[non_exhaustive]
    Redirect {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The `Location` of the response.
        location: Option<Box<str>>,
    },

    /// A timeout of the client expired before the response was complete.
    #[non_exhaustive]
    TimedOut {
        /// The `operationId`.
        operation_id: &'static str,
        /// The host of the server, if the connection timed out.
        host: Option<Box<str>>,
        /// The timeout.
        limit: TimeLimit,
        /// Its duration.
        after: Duration,
        /// The number of attempts of the call, or of lookups of a watch.
        attempts: u32,
        /// Whether the server may have carried the operation out.
        may_have_acted: bool,
    },

    /// The TLS handshake failed. The server's certificate is not trusted, has expired or is for another
    /// host, or both sides have no protocol in common. Nothing was sent, and nothing is retried.
    #[non_exhaustive]
    Tls {
        /// The `operationId`, or that of the token endpoint.
        operation_id: &'static str,
        /// The host of the server.
        host: Option<Box<str>>,
        /// The error of the TLS library.
        cause: Arc<dyn StdError + Send + Sync>,
    },

    /// There was no connection, or the connection broke before the response.
    #[non_exhaustive]
    Transport {
        /// The `operationId`.
        operation_id: &'static str,
        /// The host of the server.
        host: Option<Box<str>>,
        /// Whether there was a connection. Without one, nothing was sent.
        connected: bool,
        /// The error of the HTTP library, without the URL.
        cause: Arc<dyn StdError + Send + Sync>,
        /// The number of attempts of the call.
        attempts: u32,
        /// Whether the server may have carried the operation out.
        may_have_acted: bool,
    },

    /// A complete list does not contain the item.
    #[non_exhaustive]
    NotListed {
        /// The `operationId` of the list.
        operation_id: &'static str,
        /// What is missing, and what to check.
        problem: Box<str>,
    },
}

impl Error {
    /// Creates an [`Error::Api`], for tests of code that handles errors.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn api(head: ResponseHead, error: ApiError) -> Self {
        let body = serde_json::to_string(&error).ok().map(|text| Box::new(text.into()));
        Self::Api { head: head.into(), error: error.into(), body }
    }

    pub(crate) fn config(problem: impl Into<Box<str>>) -> Self {
        Self::Config { problem: problem.into() }
    }

    pub(crate) fn authentication(head: Option<ResponseHead>, problem: impl Into<Box<str>>) -> Self {
        Self::Authentication { head: head.map(Box::new), problem: problem.into(), attempts: 1 }
    }

    pub(crate) fn transport(operation: &Operation, error: NoResponse) -> Self {
        let (operation_id, NoResponse { stage, host, cause, .. }) = (operation.id, error);
        let connected = stage == Stage::Sent;
        match stage {
            Stage::Tls => Self::tls(operation_id, host, cause),
            Stage::Connect | Stage::Sent => Self::Transport {
                operation_id,
                host,
                connected,
                cause,
                attempts: 1,
                may_have_acted: connected && !operation.method.is_safe(),
            },
            #[cfg(feature = "test-util")]
            Stage::Unexpected => Self::config(format!("{operation_id}: {cause}")),
        }
    }

    pub(crate) const fn tls(
        operation_id: &'static str,
        host: Option<Box<str>>,
        cause: Cause,
    ) -> Self {
        Self::Tls { operation_id, host, cause }
    }

    /// Returns a timeout of something that changes nothing.
    pub(crate) const fn timed_out(
        operation_id: &'static str,
        limit: TimeLimit,
        after: Duration,
    ) -> Self {
        Self::TimedOut {
            operation_id,
            host: None,
            limit,
            after,
            attempts: 1,
            may_have_acted: false,
        }
    }

    pub(crate) const fn set_may_have_acted(&mut self, it: bool) {
        if let Self::TimedOut { may_have_acted, .. } | Self::Transport { may_have_acted, .. } = self
        {
            *may_have_acted = it;
        }
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

    /// Returns the number of attempts of the call, including those that only reached the token
    /// endpoint. For a watch that timed out, it is the number of
    /// lookups. `None` if nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> Option<u32> {
        match self {
            Self::TimedOut { attempts, .. }
            | Self::Transport { attempts, .. }
            | Self::Authentication { attempts, .. } => Some(*attempts),
            other => other.head().map(ResponseHead::attempts),
        }
    }

    /// Returns the `operationId` of the operation, such as `listGroupClusterBackupExports`. `None` if
    /// the client failed before any operation.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        match self {
            Self::TimedOut { operation_id, .. }
            | Self::Tls { operation_id, .. }
            | Self::Transport { operation_id, .. }
            | Self::NotListed { operation_id, .. } => Some(operation_id),
            other => other.head().map(ResponseHead::operation_id),
        }
    }

    /// Returns the status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(ResponseHead::status)
    }

    /// Returns the headers of the response, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(ResponseHead::headers)
    }

    /// Returns the server's name for the error, such as `RESOURCE_NOT_FOUND`, from the body or from the
    /// header `X-Error-Code`. `None` if it sent none.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        match self {
            Self::Api { error, .. } => error.error_code.as_deref(),
            _ => None,
        }
    }

    /// Returns the text of an error response, or of a success that could not be decoded. The contents of
    /// a success may never be sent again, such as a new certificate or key. `None` if the body is empty or
    /// not UTF-8.
    ///
    /// It has the first 64 KiB of the body, without this client's own credentials. It may contain
    /// secrets that the server issued, so neither `Display` nor `Debug` shows it.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Api { body, .. }
            | Self::UnexpectedBody { body, .. }
            | Self::Decode { body, .. } => body.as_ref().map(|body| body.expose_secret()),
            _ => None,
        }
    }

    /// Decodes the body of an error response, such as to the model that the documentation of `send` names
    /// for its status. `None` if there is no body, or if it has another shape.
    #[must_use]
    pub fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.body()?).ok()
    }

    /// Returns the remaining rate limit, if the response has it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head().and_then(ResponseHead::rate_limit)
    }

    /// Returns how long the server asks to wait before the next request, if it does.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.head().and_then(ResponseHead::retry_after)
    }

    /// Returns the response without its body, if there was one.
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

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Tls { cause, .. } | Self::Transport { cause, .. } => Some(&**cause),
            _ => None,
        }
    }
}

impl From<ParseObjectIdError> for Error {
    fn from(error: ParseObjectIdError) -> Self {
        Self::InvalidInput(error.into())
    }
}

impl From<InvalidInput> for Error {
    fn from(error: InvalidInput) -> Self {
        Self::InvalidInput(error)
    }
}
