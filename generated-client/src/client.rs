//! The client: a base URL, credentials and a pool of connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::call::{Answer, ByteStream};
use crate::credentials::Authenticator;
use crate::http::HttpOptions;
use crate::inner::Inner;
use crate::retry::Retries;
use crate::runtime::Request;
use crate::telemetry::Notices;
use crate::time_limits::{Deadline, TimeLimits};
use crate::{Credentials, Error, ResponseFuture, RetryPolicy, base_url, call, environment};

/// A client of the Atlas Administration API.
///
/// A clone is cheap and shares the pool of connections. Every operation is a method that takes what
/// the operation needs and gives a builder; the builder's `send` sends the request.
///
/// Unless [`builder`](Self::builder) says otherwise, a connection must stand within 10 seconds, an
/// attempt be done within 60 seconds and the whole operation within 5 minutes; what may pass is
/// tried up to 5 times (see [`RetryPolicy`]), and an answer holds at most 64 MiB.
/// Redirects are not followed, so that credentials go nowhere else. Proxies are taken from the
/// environment (`HTTPS_PROXY`, `NO_PROXY`), but never for a server on this machine.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

impl Client {
    /// Where Atlas is.
    pub const DEFAULT_BASE_URL: &'static str = base_url::ATLAS;

    /// Where Atlas for Government is.
    pub const GOV_BASE_URL: &'static str = "https://cloud.mongodbgov.com";

    /// A client of the API at `base_url`, such as [`Client::DEFAULT_BASE_URL`].
    ///
    /// The path of `base_url` is put before that of every operation. Plain `http` is taken for
    /// `localhost`, `127.0.0.1` and `[::1]` alone.
    ///
    /// # Errors
    /// [`Error::Config`] if `base_url` or `credentials` cannot be used, with what is
    /// wrong with them.
    pub fn new(base_url: impl AsRef<str>, credentials: Credentials) -> Result<Self, Error> {
        Self::builder(base_url, credentials).build()
    }

    /// A client as the environment describes it: with [`Credentials::from_env`], at the base URL of
    /// `MONGODB_ATLAS_BASE_URL`, or else at [`Client::DEFAULT_BASE_URL`].
    ///
    /// # Errors
    /// [`Error::Config`] if a variable is missing or cannot be used; it names the variable.
    pub fn from_env() -> Result<Self, Error> {
        let base_url = environment::base_url(|name| std::env::var_os(name))?;
        Self::new(base_url, Credentials::from_env()?)
    }

    /// A client with limits of its own.
    pub fn builder(base_url: impl AsRef<str>, credentials: Credentials) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.as_ref().to_owned(),
            credentials,
            time_limits: TimeLimits::DEFAULT,
            retry: RetryPolicy::new(),
            response_limit: 64 * 1024 * 1024,
            http: HttpOptions::default(),
        }
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    pub(crate) fn authenticator(&self) -> &Authenticator {
        &self.0.authenticator
    }

    /// When an operation that begins now ends at the latest.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        Deadline::after(self.0.time_limits.operation).at()
    }

    /// Sends `request` and decodes what a success holds.
    #[allow(dead_code, reason = "only some operations answer with a value")]
    pub(crate) fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        request: Request,
    ) -> ResponseFuture<'_, T> {
        ResponseFuture::new(call::run(&self.0, request, Answer::decode))
    }

    /// Sends `request`, whose success holds nothing.
    #[allow(dead_code, reason = "only some operations answer with nothing")]
    pub(crate) fn call_empty(&self, request: Request) -> ResponseFuture<'_, ()> {
        ResponseFuture::new(call::run(&self.0, request, Answer::empty))
    }

    /// Sends `request`, whose success may hold nothing.
    #[allow(dead_code, reason = "only some operations may answer with nothing")]
    pub(crate) fn call_optional<T: DeserializeOwned + Send + 'static>(
        &self,
        request: Request,
    ) -> ResponseFuture<'_, Option<T>> {
        ResponseFuture::new(call::run(&self.0, request, Answer::optional))
    }

    /// Sends `request`, whose success is no JSON.
    #[allow(dead_code, reason = "only some operations answer with other things than JSON")]
    pub(crate) fn call_bytes(&self, request: Request) -> ResponseFuture<'_, ByteStream> {
        ResponseFuture::new(call::run(&self.0, request, Answer::bytes))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url.as_str())
            .finish_non_exhaustive()
    }
}

/// Configures and builds a [`Client`].
#[must_use = "call `build` to get a client"]
#[derive(Clone)]
pub struct ClientBuilder {
    base_url: String,
    credentials: Credentials,
    time_limits: TimeLimits,
    retry: RetryPolicy,
    response_limit: usize,
    http: HttpOptions,
}

impl ClientBuilder {
    /// How long it may take until a connection stands, TLS included. 10 seconds unless set.
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.time_limits.connect = limit;
        self
    }

    /// How long one attempt may take, from its connection to the end of its answer. 60 seconds
    /// unless set.
    pub const fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.time_limits.attempt = limit;
        self
    }

    /// How long an operation may take in all: the fetching of a token, every attempt, and the waits
    /// between them. 5 minutes unless set.
    pub const fn operation_timeout(mut self, limit: Duration) -> Self {
        self.time_limits.operation = limit;
        self
    }

    /// What is done about failures that may pass. [`RetryPolicy::none`] turns retries off.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many bytes the body of an answer may have. 64 MiB unless set.
    pub const fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Trusts the certificates in `pem` as roots, besides those of the platform: for a proxy or a
    /// gateway whose certificates a private authority signs. A bundle may hold several, and each
    /// call adds to those before.
    ///
    /// Without code, `SSL_CERT_FILE` names a file of roots on Linux and other Unix systems, in place of
    /// those of the platform.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// Names the program in `User-Agent`, before the client's own name: `my-program/1.0`.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.http.user_agent = Some(name.into());
        self
    }

    /// Adds headers to every request, those for tokens included: such as one that a gateway asks
    /// for. Credentials, versions and other headers that the client sets are refused by `build`.
    pub fn default_headers(mut self, headers: HeaderMap) -> Self {
        self.http.headers = headers;
        self
    }

    /// Sends requests through the HTTP proxy at `url`, in place of any that the environment names.
    /// The URL may hold credentials for the proxy. Requests to this machine never go through it.
    pub fn proxy(mut self, url: impl Into<SecretString>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Sends requests by your own HTTP client, with its pool of connections.
    ///
    /// [A table](crate::docs::network#your-own-http-client) says what applies then. Build it with
    /// `redirect(reqwest::redirect::Policy::none())`, so that no credentials follow a redirect.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http.client = Some(client);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::Config`] if the base URL, the credentials, an option of the HTTP client or the TLS
    /// configuration of this machine cannot be used.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url::parse(&self.base_url)?;
        let authenticator = Authenticator::new(self.credentials, &base_url)?;
        let http = self.http.build(&base_url, &self.time_limits)?;
        Ok(Client(Arc::new(Inner {
            http,
            base_url,
            authenticator,
            time_limits: self.time_limits,
            retries: Retries::new(self.retry),
            notices: Notices::default(),
            response_limit: self.response_limit,
        })))
    }
}

/// The base URL is not shown, for nobody has yet looked for a password in it.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("time_limits", &self.time_limits)
            .field("retry", &self.retry)
            .field("response_limit", &self.response_limit)
            .finish_non_exhaustive()
    }
}
