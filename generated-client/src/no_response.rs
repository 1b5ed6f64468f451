//! Requests without a response.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::iter::successors;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;

use crate::text::{EXCERPT, one_line};

#[cfg(any(feature = "rustls", feature = "native-tls"))]
const CHECK_PROXY: &str = "check the proxy (`ClientBuilder::proxy`, or the environment variable `HTTPS_PROXY` or \
     `ALL_PROXY`)";
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
const CHECK_PROXY: &str = "check the proxy (`ClientBuilder::proxy`, or the environment variable `HTTPS_PROXY` or \
     `ALL_PROXY`); a SOCKS proxy requires the feature `rustls` or `native-tls`";

/// The ends of the errors of a proxy that requires other credentials than those in its URL: an HTTP proxy, a SOCKS
/// proxy that rejects the password, and a SOCKS proxy that does not accept a password, or requires one.
const REJECTED: [&str; 3] = [
    "proxy authorization required",
    "credentials not accepted",
    "server does not support user/pass authentication",
];

/// The cause of an error. It is in an `Arc`, because calls that wait for the same token share the error.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

type InvalidUrl = <Url as FromStr>::Err;

/// The reason why there is no response, or only part of one.
#[derive(Debug, Clone)]
pub(crate) struct NoResponse {
    pub(crate) stage: Stage,
    pub(crate) is_timeout: bool,
    pub(crate) host: Option<Box<str>>,
    pub(crate) cause: Cause,
}

/// The stage that a request without a response reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// There is no connection.
    Connect,
    /// One side rejected the other during the TLS handshake.
    Tls,
    /// The request needs TLS, but this build has none.
    NoTls,
    /// The HTTP client rejected the request.
    Rejected,
    /// The request may have arrived.
    Sent,
    /// The test prepared no valid response for the request.
    #[cfg(feature = "test-util")]
    Unexpected,
}

impl NoResponse {
    /// Returns the reason for a request whose task was cancelled because its runtime has shut down.
    pub(crate) fn of_cancelled_task() -> Self {
        let cause = "the tokio runtime that sent the request has shut down";
        let cause = Box::<dyn StdError + Send + Sync>::from(cause).into();
        Self { stage: Stage::Sent, is_timeout: false, host: None, cause }
    }
}

impl From<reqwest::Error> for NoResponse {
    fn from(error: reqwest::Error) -> Self {
        let stage = if is_refused_by_tls(&error) {
            Stage::Tls
        } else if is_without_tls(&error) {
            Stage::NoTls
        } else if is_rejected(&error) {
            Stage::Rejected
        } else if error.is_connect() {
            Stage::Connect
        } else {
            Stage::Sent
        };
        Self {
            stage,
            is_timeout: error.is_timeout(),
            host: error.url().and_then(host),
            // The URL is removed, because it contains the values of parameters.
            cause: Arc::new(error.without_url()),
        }
    }
}

/// Returns whether one side refused the TLS handshake, for example because of a bad certificate. A retry cannot help in
/// this case, but it may help after another error, such as a broken connection.
fn is_refused_by_tls(error: &reqwest::Error) -> bool {
    if !error.is_connect() {
        return false;
    }
    #[cfg(feature = "rustls")]
    if causes(error).any(<dyn StdError>::is::<rustls::Error>) {
        return true;
    }
    // `native_tls` has no error kinds, so only the text distinguishes a bad certificate from a broken connection. On
    // Windows, the text is in the language of the system, so this function may return `false` in another language.
    #[cfg(feature = "native-tls")]
    if let Some(error) = causes(error).find_map(|cause| cause.downcast_ref::<native_tls::Error>()) {
        return error.to_string().contains("certificate");
    }
    false
}

/// Returns whether the request failed because reqwest has no TLS. Another crate may have enabled reqwest's TLS, so the
/// features of this crate do not determine the result.
fn is_without_tls(error: &reqwest::Error) -> bool {
    let is_https = error.url().is_some_and(|url| url.scheme() == "https");
    is_https && root(error).to_string() == "invalid URL, scheme is not http"
}

/// Returns whether the HTTP client rejected the request before sending it, for example because of `https_only`. A
/// caller's own client that follows redirects can fail with the same kind of error after it has sent the request. In
/// this case, the target of the redirect is not a valid URL, or its scheme is neither `http` nor `https`.
fn is_rejected(error: &reqwest::Error) -> bool {
    let is_http = error.url().is_some_and(|url| matches!(url.scheme(), "http" | "https"));
    let is_invalid_url = causes(error).any(<dyn StdError>::is::<InvalidUrl>);
    error.is_builder() && is_http && !is_invalid_url
}

/// Returns the message of the HTTP library if the request reached no server because the proxy failed. The types of
/// these errors are private, so their texts identify them.
fn proxy_error(cause: &(dyn StdError + 'static)) -> Option<String> {
    let is_of_proxy =
        |text: &String| text.starts_with("tunnel error: ") || text.starts_with("SOCKS error: ");
    causes(cause).map(ToString::to_string).find(is_of_proxy)
}

/// Returns advice if the request reached no server because the proxy failed.
pub(crate) fn proxy_advice(cause: &(dyn StdError + 'static)) -> Option<&'static str> {
    proxy_error(cause).map(|_| CHECK_PROXY)
}

/// Returns whether the response does not begin like HTTP, for example because the server expects TLS. reqwest does not
/// export the type of this error, so its text identifies it.
pub(crate) fn is_not_http(cause: &(dyn StdError + 'static)) -> bool {
    root(cause).to_string().starts_with("invalid HTTP version parsed")
}

/// Returns whether the response to the TLS handshake does not begin like TLS, for example because the server expects
/// plain HTTP.
#[cfg(feature = "rustls")]
pub(crate) fn is_not_tls(cause: &(dyn StdError + 'static)) -> bool {
    let is_message = |error: &rustls::Error| matches!(error, rustls::Error::InvalidMessage(_));
    causes(cause).filter_map(<dyn StdError>::downcast_ref).any(is_message)
}

/// Returns `false`, because only the errors of rustls show this.
#[cfg(not(feature = "rustls"))]
pub(crate) const fn is_not_tls(_: &(dyn StdError + 'static)) -> bool {
    false
}

/// Returns whether the same request would fail again. This is the case if the HTTP client rejects the URL or the target
/// of a redirect, if the server does not use HTTP, or if the proxy requires other credentials than those in its URL.
pub(crate) fn is_permanent(cause: &(dyn StdError + 'static)) -> bool {
    cause.downcast_ref().is_some_and(reqwest::Error::is_builder)
        || is_not_http(cause)
        || proxy_error(cause).is_some_and(|text| REJECTED.iter().any(|it| text.ends_with(it)))
}

/// The host of a request, displayed as a space and ``to `HOST` ``, or as nothing if the host is unknown.
pub(crate) struct To<'a>(pub(crate) &'a Option<Box<str>>);

impl fmt::Display for To<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |host| write!(f, " to `{host}`"))
    }
}

/// A root cause, displayed on one line.
pub(crate) struct Root<'a>(pub(crate) &'a Cause);

impl fmt::Display for Root<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&root(&**self.0).to_string(), 2 * EXCERPT))
    }
}

/// Returns the host of a URL, with the port unless it is the default port of the scheme.
pub(crate) fn host(url: &Url) -> Option<Box<str>> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.into(), |port| format!("{host}:{port}").into()))
}

/// Writes the root cause, such as `Connection refused (os error 111)`.
impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", root(&*self.cause))
    }
}

/// Returns why there was no response: `timeout`, `connect`, or `transport` for a connection that broke.
pub(crate) fn kind(cause: &(dyn StdError + 'static)) -> &'static str {
    let (is_timeout, is_connect) = match (cause.downcast_ref(), cause.downcast_ref::<io::Error>()) {
        (Some(error), _) => (reqwest::Error::is_timeout(error), reqwest::Error::is_connect(error)),
        // Canned responses fail with I/O errors.
        (None, Some(error)) => (
            error.kind() == io::ErrorKind::TimedOut,
            error.kind() == io::ErrorKind::ConnectionRefused,
        ),
        (None, None) => (false, false),
    };
    match (is_timeout, is_connect) {
        (true, _) => "timeout",
        (false, true) => "connect",
        (false, false) => "transport",
    }
}

/// Returns `error` and its causes, with the root cause last. The `source` of an I/O error skips the error that the I/O
/// error wraps, so this function calls `get_ref` first.
pub(crate) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

/// Returns the root cause of an error.
pub(crate) fn root<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    // The error of `native_tls` explains why a certificate is bad, but its cause does not.
    #[cfg(feature = "native-tls")]
    if let Some(error) = causes(error).find(|cause| cause.is::<native_tls::Error>()) {
        return error;
    }
    causes(error).last().unwrap_or(error)
}
