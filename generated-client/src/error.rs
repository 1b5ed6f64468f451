//! The error type of all calls.

mod advice;
mod api_error;
mod body_problem;
mod decision;
mod message;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

pub use api_error::{ApiError, BadRequestDetail, FieldViolation};
pub use body_problem::BodyProblem;
pub(crate) use decision::is_transient;
pub(crate) use message::chain;

use crate::json;
use crate::no_response::{Cause, NoResponse, Root, Stage, To};
use crate::response::{RateLimit, ResponseHead};
use crate::runtime::Operation;
use crate::{InvalidInput, TimeLimit};

/// An error from a call, or from the configuration of a client.
///
/// To decide how to handle an error, call [`is_transient`](Self::is_transient),
/// [`may_have_been_carried_out`](Self::may_have_been_carried_out), [`status`](Self::status) or
/// [`error_code`](Self::error_code). Most callers do not need to match variants.
///
/// `Display` writes one line: what happened in which operation, and what to do next. If a connection fails, the line
/// contains the root cause, and [`source`](std::error::Error::source) returns the first error in the chain of causes.
/// Neither `Display` nor `Debug` shows credentials. The only headers they quote are `Content-Type`, `Content-Encoding`,
/// `Location`, `Retry-After`, `WWW-Authenticate` and `X-Error-Code`. They quote only short parts of a body: its
/// beginning, an error message, or the value that cannot be decoded. Text from the server is shortened, and its control
/// characters are escaped.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// A value breaks a rule of the API. Nothing was sent.
    InvalidInput(InvalidInput),

    /// The configuration is invalid: the base URL, the credentials, an option or an environment variable. This variant
    /// also covers an `https` URL in a build without TLS, and a request for which a test has prepared no response. In
    /// addition, it covers a request that the HTTP client rejects, for example because its URL is too long.
    #[non_exhaustive]
    Config {
        /// The problem, and what to do.
        problem: Box<str>,
        /// The number of attempts of the call. `None` if there was no attempt.
        attempts: Option<u32>,
        /// Whether the server may have carried out the operation in an earlier attempt.
        may_have_acted: bool,
    },

    /// The token endpoint did not issue or revoke a token, or the client cannot answer the server's challenge with
    /// these credentials. The server did not carry out the operation in the last attempt. However, a failed
    /// `revokeToken` may have revoked the token.
    #[non_exhaustive]
    Authentication {
        /// The `operationId`. For the token endpoint, `issueToken` or `revokeToken`.
        operation_id: &'static str,
        /// The status and the headers of the response, if there was one.
        head: Option<Box<ResponseHead>>,
        /// What happened, and what to do.
        problem: Box<str>,
        /// The wait that the server requests in `Retry-After`, if any; see [`Error::retry_after`].
        retry_after: Option<Duration>,
        /// If there was no response, the error of the HTTP library, without the URL.
        cause: Option<Arc<dyn StdError + Send + Sync>>,
        /// The number of attempts of the call.
        attempts: u32,
        /// Whether the server may have carried out the operation in an earlier attempt.
        may_have_acted: bool,
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

    /// The body of a response cannot be used. For example, the body is incomplete, does not come from the API, or is a
    /// page of a list that leads back to earlier pages. If the status indicates an error, the body is not an error
    /// object: it may be an HTML page from a proxy, for example.
    #[non_exhaustive]
    UnexpectedBody {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The `Content-Type` of the response. `None` if there is none, and for [`BodyProblem::EndlessList`].
        content_type: Option<Box<str>>,
        /// The problem.
        problem: BodyProblem,
        /// Details of the problem. Empty if there are none.
        detail: Box<str>,
        /// The first 200 characters of the body, without credentials or the contents of PEM blocks. Empty for
        /// [`BodyProblem::ContentEncoding`] and [`BodyProblem::EndlessList`], and for a body that the caller reads in
        /// chunks.
        excerpt: Box<str>,
        /// The text of the body; see [`Error::body`].
        body: Option<Box<SecretString>>,
    },

    /// The body of a successful response is JSON, but does not have the expected structure.
    #[non_exhaustive]
    Decode {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The path of the value in the body, such as `results[0].state`; `.` is the whole body.
        path: Box<str>,
        /// The problem with the value at that path.
        message: Box<str>,
        /// The first 200 characters of the value at that path. If the value is an object or an array, each string in it
        /// is replaced with `…`, because the string may be a secret. Empty if the body is larger than 1 MiB.
        excerpt: Box<str>,
        /// The text of the body; see [`Error::body`].
        body: Option<Box<SecretString>>,
    },

    /// The body of the response is larger than [`ClientBuilder::response_limit`](crate::ClientBuilder::response_limit).
    #[non_exhaustive]
    TooLarge {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The limit in bytes.
        limit: usize,
    },

    /// The server returned a redirect. The client does not follow redirects, because the credentials could reach
    /// another host.
    #[non_exhaustive]
    Redirect {
        /// The status and the headers.
        head: Box<ResponseHead>,
        /// The beginning of the `Location` of the response, with `…` in place of the contents of its query and
        /// fragment, which may be secret. [`Error::headers`] returns the whole header.
        location: Option<Box<str>>,
    },

    /// One of the client's timeouts expired before the response or the watch was complete.
    #[non_exhaustive]
    TimedOut {
        /// The `operationId`.
        operation_id: &'static str,
        /// The host of the server, with its port unless it is the default port. `None` if the HTTP library does not
        /// report the host, or if the client was waiting for a token or watching a job.
        host: Option<Box<str>>,
        /// The resource that the message names, in words that may change. `None` unless `limit` is
        /// [`Watch`](TimeLimit::Watch).
        watched: Option<Box<str>>,
        /// The timeout that expired.
        limit: TimeLimit,
        /// The duration of the timeout.
        after: Duration,
        /// For a watch, the [`Error`] of the last failed lookup, unless a later lookup succeeded. If there is no such
        /// error and the watch timed out during a lookup, a [`std::io::Error`]. Otherwise `None`.
        cause: Option<Arc<dyn StdError + Send + Sync>>,
        /// The number of attempts of the call. For a watch, the number of lookups.
        attempts: u32,
        /// Whether the server may have carried out the operation.
        may_have_acted: bool,
    },

    /// The TLS handshake failed. For example, the server's certificate is not trusted, has expired or is for another
    /// host, or there is no common TLS version. The last attempt sent nothing. The client does not retry the request.
    ///
    /// With the `native-tls` feature, only problems with a certificate become this variant, because the TLS library
    /// does not distinguish other problems from a broken connection. Other problems become
    /// [`Transport`](Self::Transport).
    #[non_exhaustive]
    Tls {
        /// The `operationId`. For the token endpoint, `issueToken` or `revokeToken`.
        operation_id: &'static str,
        /// The host of the server, with its port unless it is the default port.
        host: Option<Box<str>>,
        /// The error of the TLS library.
        cause: Arc<dyn StdError + Send + Sync>,
        /// The number of attempts of the call.
        attempts: u32,
        /// Whether the server may have carried out the operation in an earlier attempt.
        may_have_acted: bool,
    },

    /// The connection failed, or broke before the response arrived. The client does not retry the request if the proxy
    /// requires other credentials than those in its URL.
    #[non_exhaustive]
    Transport {
        /// The `operationId`.
        operation_id: &'static str,
        /// The host of the server, with its port unless it is the default port.
        host: Option<Box<str>>,
        /// Whether the last attempt established a connection. If `false`, the last attempt sent nothing.
        connected: bool,
        /// The error of the HTTP library, without the URL.
        cause: Arc<dyn StdError + Send + Sync>,
        /// The number of attempts of the call.
        attempts: u32,
        /// Whether the server may have carried out the operation.
        may_have_acted: bool,
    },

    /// The client read a whole list and did not find the requested item.
    #[non_exhaustive]
    NotListed {
        /// Always `watchExportJob`.
        operation_id: &'static str,
        /// The missing item, and what to check.
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
        Self::Config { problem: problem.into(), attempts: None, may_have_acted: false }
    }

    /// Creates the error for a configuration problem that appears only during an attempt.
    pub(crate) fn config_in_attempt(problem: impl Into<Box<str>>) -> Self {
        Self::Config { problem: problem.into(), attempts: Some(1), may_have_acted: false }
    }

    pub(crate) fn authentication(
        operation_id: &'static str,
        head: Option<ResponseHead>,
        problem: impl Into<Box<str>>,
        retry_after: Option<Duration>,
        cause: Option<Cause>,
    ) -> Self {
        Self::Authentication {
            operation_id,
            head: head.map(Box::new),
            problem: problem.into(),
            retry_after,
            cause,
            attempts: 1,
            may_have_acted: false,
        }
    }

    pub(crate) fn transport(operation: &Operation, error: NoResponse) -> Self {
        let (operation_id, NoResponse { stage, host, cause, .. }) = (operation.id, error);
        let connected = stage == Stage::Sent;
        match stage {
            Stage::Tls => Self::tls(operation_id, host, cause),
            Stage::NoTls => Self::no_tls(),
            Stage::Rejected => Self::rejected(&To(&host), &Root(&cause)),
            Stage::Connect | Stage::Sent => Self::Transport {
                operation_id,
                host,
                connected,
                cause,
                attempts: 1,
                may_have_acted: connected && !operation.method.is_safe(),
            },
            #[cfg(feature = "test-util")]
            Stage::Unexpected => Self::config_in_attempt(format!("{operation_id}: {cause}")),
        }
    }

    pub(crate) const fn tls(
        operation_id: &'static str,
        host: Option<Box<str>>,
        cause: Cause,
    ) -> Self {
        Self::Tls { operation_id, host, cause, attempts: 1, may_have_acted: false }
    }

    pub(crate) fn no_tls() -> Self {
        Self::config_in_attempt(concat!(
            "this build has no TLS: enable the feature `rustls` or `native-tls` of ",
            env!("CARGO_PKG_NAME")
        ))
    }

    fn rejected(to: &To<'_>, cause: &Root<'_>) -> Self {
        Self::config_in_attempt(format!(
            "the HTTP client rejected the request{to}: {cause}; nothing was sent: \
             check the base URL, the length of the parameters and the options of `http_client`"
        ))
    }

    /// Creates the error for an attempt or an operation that has timed out.
    pub(crate) const fn timed_out(
        operation_id: &'static str,
        limit: TimeLimit,
        after: Duration,
        may_have_acted: bool,
    ) -> Self {
        Self::TimedOut {
            operation_id,
            host: None,
            watched: None,
            limit,
            after,
            cause: None,
            attempts: 1,
            may_have_acted,
        }
    }

    /// Creates the error for a watch of `watched` that has timed out. `problem` is the error of the last lookup, if that
    /// lookup failed or did not complete.
    #[allow(dead_code, reason = "a client without export jobs has no watch")]
    pub(crate) fn watch_timed_out(
        operation_id: &'static str,
        watched: String,
        after: Duration,
        lookups: u32,
        problem: Option<Cause>,
    ) -> Self {
        Self::TimedOut {
            operation_id,
            host: None,
            watched: Some(watched.into()),
            limit: TimeLimit::Watch,
            after,
            cause: problem,
            attempts: lookups,
            may_have_acted: false,
        }
    }

    /// Returns the error of the last lookup, if a watch has timed out and that lookup failed.
    fn of_lookup(&self) -> Option<&Self> {
        match self {
            Self::TimedOut { cause: Some(cause), .. } => cause.downcast_ref(),
            _ => None,
        }
    }

    /// Records the number of attempts of the call, and whether the server may have carried out the operation in an
    /// earlier one.
    pub(crate) const fn set_attempts(&mut self, count: u32, earlier_may_have_acted: bool) {
        if let Some(head) = self.head_mut() {
            head.set_attempts(count, earlier_may_have_acted);
        }
        if let Self::TimedOut { attempts, may_have_acted, .. }
        | Self::Transport { attempts, may_have_acted, .. }
        | Self::Authentication { attempts, may_have_acted, .. }
        | Self::Tls { attempts, may_have_acted, .. } = self
        {
            *attempts = count;
            *may_have_acted |= earlier_may_have_acted;
        }
        if let Self::Config { attempts, may_have_acted, .. } = self {
            *attempts = Some(count);
            *may_have_acted |= earlier_may_have_acted;
        }
    }

    /// Returns the number of attempts of the call, including attempts that failed at the token endpoint. For a watch
    /// that timed out, this is the number of lookups. Returns `None` if the call failed before its first attempt, and
    /// for [`NotListed`](Self::NotListed).
    #[must_use]
    pub fn attempts(&self) -> Option<u32> {
        match self {
            Self::TimedOut { attempts, .. }
            | Self::Transport { attempts, .. }
            | Self::Authentication { attempts, .. }
            | Self::Tls { attempts, .. } => Some(*attempts),
            Self::Config { attempts, .. } => *attempts,
            other => other.head().map(ResponseHead::attempts),
        }
    }

    /// Returns the `operationId` of the operation, such as `listGroupClusterBackupExports`. If the token endpoint
    /// failed, this is `issueToken` or `revokeToken`. If the operation timeout expired while a call waited for a token,
    /// this is the id of the call's operation. For a watch that times out or does not find its job in the list, this is
    /// `watchExportJob`. Returns `None` for [`Config`](Self::Config), and for an [`InvalidInput`] that does not come
    /// from a call.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        match self {
            Self::TimedOut { operation_id, .. }
            | Self::Authentication { operation_id, .. }
            | Self::Tls { operation_id, .. }
            | Self::Transport { operation_id, .. }
            | Self::NotListed { operation_id, .. } => Some(operation_id),
            Self::InvalidInput(error) => error.operation_id(),
            other => other.head().map(ResponseHead::operation_id),
        }
    }

    /// Returns the status of the response, if there was one. If the token endpoint failed, this is the status of its
    /// response. Returns `None` after a timeout, even if a part of the response has arrived. However, if a watch timed
    /// out and its last lookup failed, this is the status of that lookup.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(ResponseHead::status)
    }

    /// Returns the headers of the response that [`status`](Self::status) describes.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(ResponseHead::headers)
    }

    /// Returns the server's error code, such as `RESOURCE_NOT_FOUND`, from the body or from the `X-Error-Code` header.
    /// Returns `None` if the server sent no code, and for all variants except [`Api`](Self::Api) and
    /// [`TimedOut`](Self::TimedOut) of a watch.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        match self {
            Self::Api { error, .. } => error.error_code.as_deref(),
            other => other.of_lookup().and_then(Self::error_code),
        }
    }

    /// Returns the text of the body of an error response, or of a successful response that could not be decoded. This
    /// text can contain a value that the server sends only once, such as a new key.
    ///
    /// The text is the first 64 KiB of the body, or of the content of an envelope, without this client's own
    /// credentials. It may contain secrets that the server issued, so `Display` and `Debug` show at most short excerpts
    /// of it.
    ///
    /// Returns `None` if there was no response or a timeout expired, or if the body is empty, is not UTF-8 or has an
    /// unexpected encoding. Also returns `None` for [`Authentication`](Self::Authentication),
    /// [`TooLarge`](Self::TooLarge), [`Redirect`](Self::Redirect) and [`BodyProblem::EndlessList`], for a successful
    /// response that the caller reads in chunks, and in an [`Interceptor`](crate::Interceptor).
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Api { body, .. }
            | Self::UnexpectedBody { body, .. }
            | Self::Decode { body, .. } => body.as_ref().map(|body| body.expose_secret()),
            _ => None,
        }
    }

    pub(crate) const fn body_mut(&mut self) -> Option<&mut Option<Box<SecretString>>> {
        match self {
            Self::Api { body, .. }
            | Self::UnexpectedBody { body, .. }
            | Self::Decode { body, .. } => Some(body),
            _ => None,
        }
    }

    /// Decodes the JSON text that [`body`](Self::body) returns. If the API's OpenAPI document describes a model for an
    /// error status, the documentation of `send` names this model. Returns `None` if `body` returns `None`, or if the
    /// text does not have the structure of `T`.
    #[must_use]
    pub fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        json::from_str(self.body()?).ok()
    }

    /// Returns the rate limit, if the response contains it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head().and_then(ResponseHead::rate_limit)
    }

    /// Returns the wait that the server requests in `Retry-After`, if any. If an earlier call has received the
    /// `Retry-After` from the token endpoint, this is the remaining wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Authentication { retry_after, .. } => *retry_after,
            Self::TimedOut { .. } => self.of_lookup().and_then(Self::retry_after),
            other => other.head().and_then(ResponseHead::retry_after),
        }
    }

    /// Returns the response that [`status`](Self::status) describes, without its body.
    #[must_use]
    pub fn head(&self) -> Option<&ResponseHead> {
        match self {
            Self::Api { head, .. }
            | Self::UnexpectedBody { head, .. }
            | Self::Decode { head, .. }
            | Self::TooLarge { head, .. }
            | Self::Redirect { head, .. } => Some(head),
            Self::Authentication { head, .. } => head.as_deref(),
            Self::TimedOut { .. } => self.of_lookup().and_then(Self::head),
            Self::InvalidInput(_)
            | Self::Config { .. }
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
            | Self::Redirect { head, .. }
            | Self::Authentication { head: Some(head), .. } => Some(head),
            _ => None,
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Tls { cause, .. }
            | Self::Transport { cause, .. }
            | Self::TimedOut { cause: Some(cause), .. }
            | Self::Authentication { cause: Some(cause), .. } => Some(&**cause),
            _ => None,
        }
    }
}

impl From<InvalidInput> for Error {
    fn from(error: InvalidInput) -> Self {
        Self::InvalidInput(error)
    }
}
