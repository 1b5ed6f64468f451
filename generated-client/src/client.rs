//! The client: a base URL, credentials and a pool of connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::call::{Answer, ByteStream};
use crate::credentials::{Authenticator, CurrentCredentials};
use crate::http::HttpOptions;
use crate::inner::Inner;
use crate::interceptor::Interceptor;
use crate::retry::Retries;
use crate::runtime::{ByStatus, Request};
#[cfg(feature = "test-util")]
use crate::testing::CannedResponses;
use crate::time_limits::{Deadline, TimeLimits};
use crate::transport::Transport;
use crate::{
    Credentials, Error, ResponseFuture, RetryPolicy, base_url, call, environment, identity,
};

/// A client for the API.
///
/// Cloning a client is cheap: all clones share the connections, the access token or the digest challenge, and the retry
/// budget. Each operation is a method. Required parameters are arguments; optional ones are set on the returned
/// request, which owns a clone of the client. `send` or `.await` sends the request.
///
/// By default, connecting times out after 10 seconds, an attempt after 60 seconds, and an operation after 5 minutes.
/// The client retries transient failures and makes at most 5 attempts (see [`RetryPolicy`]). A response body can be up
/// to 64 MiB. Use [`builder`](Self::builder) to change these limits for all calls. To change a timeout or the retries
/// for individual calls, use [`with_operation_timeout`](Self::with_operation_timeout),
/// [`with_attempt_timeout`](Self::with_attempt_timeout) or [`with_retry`](Self::with_retry).
///
/// The client does not follow redirects, because they could carry credentials to another host. It uses the proxy in the
/// environment (`HTTPS_PROXY`, except for hosts in `NO_PROXY`), unless the base URL is on this machine.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

impl Client {
    /// Creates a client for the API at its default base URL.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the credentials are invalid, or if there is no default [base
    /// URL](ClientBuilder::base_url). Also returns this error if the proxy in the environment or the TLS configuration
    /// of this machine cannot be used.
    pub fn new(credentials: Credentials) -> Result<Self, Error> {
        Self::builder(credentials).build()
    }

    /// Creates a client with the credentials from [`Credentials::from_env`]. If the environment contains a base URL,
    /// the client uses it. [The guide to credentials](crate::docs::credentials) lists the environment variables.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if a variable is missing or invalid, or if the TLS configuration of this machine
    /// cannot be used. An error about a variable names the variable.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder_from_env()?.build()
    }

    /// Returns a builder for a client with these credentials. [`base_url`](ClientBuilder::base_url) replaces the
    /// default base URL.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder {
            base_url: None,
            credentials,
            time_limits: TimeLimits::DEFAULT,
            retry: RetryPolicy::new(),
            response_limit: 64 * 1024 * 1024,
            http: HttpOptions::default(),
            interceptors: Vec::new(),
            #[cfg(feature = "test-util")]
            canned: None,
        }
    }

    /// Returns a builder for a client with the credentials and the base URL in the environment, like
    /// [`from_env`](Self::from_env).
    ///
    /// # Errors
    /// Returns [`Error::Config`] if a variable is missing or invalid. The message names the variable.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        let builder = Self::builder(Credentials::from_env()?);
        let base_url = environment::base_url(|name| std::env::var_os(name))?;
        Ok(base_url.into_iter().fold(builder, ClientBuilder::base_url))
    }

    /// Returns a client with a different [attempt timeout](ClientBuilder::attempt_timeout), for example for a slow
    /// call. Requests for tokens keep the timeout from the builder. All connections keep the connect timeout
    /// from the builder. If `limit` is not longer than that timeout, an attempt can time out [while
    /// connecting](ClientBuilder::attempt_timeout).
    ///
    /// The two clients share everything else, including the connections, the access token and the retry budget.
    #[must_use]
    pub fn with_attempt_timeout(&self, limit: Duration) -> Self {
        self.with(|inner| inner.time_limits.attempt = limit)
    }

    /// Returns a client with a different [operation timeout](ClientBuilder::operation_timeout), for example for a call
    /// that must end soon.
    ///
    /// The two clients share everything else, including the connections, the access token and the retry budget.
    #[must_use]
    pub fn with_operation_timeout(&self, limit: Duration) -> Self {
        self.with(|inner| inner.time_limits.operation = limit)
    }

    /// Returns a client with a different [retry policy](ClientBuilder::retry), for example to disable retries for one
    /// call.
    ///
    /// The two clients share everything else, including the connections, the access token and the retry budget.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(|inner| inner.retries.policy = policy)
    }

    /// Replaces the credentials of this client, its clones and the clients derived from it, for example with
    /// [`with_retry`](Self::with_retry). Running calls and streams use the new credentials for their next request, and
    /// stop waiting for a token of the old ones. [The guide to credentials](crate::docs::credentials#rotation) has an
    /// example.
    ///
    /// New requests use nothing of the old credentials, such as a token, but the client does not revoke the token. A
    /// request that was sent with the old credentials continues. If it gets a 401, the client sends it again with the
    /// new credentials, unless its body cannot be sent again.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the credentials are invalid. The client then keeps the old ones.
    pub fn set_credentials(&self, credentials: Credentials) -> Result<(), Error> {
        self.0.credentials.replace(credentials)
    }

    /// Returns a client whose operations take at most `left`.
    #[allow(dead_code, reason = "a client without export jobs has no watch")]
    pub(crate) fn limited_to(&self, left: Duration) -> Self {
        self.with_operation_timeout(self.0.time_limits.operation.min(left))
    }

    fn with(&self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = (*self.0).clone();
        change(&mut inner);
        Self(Arc::new(inner))
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(crate) fn authenticator(&self) -> Arc<Authenticator> {
        self.0.credentials.authenticator()
    }

    /// Awaits `part` of an operation that uses `authenticator`. Returns `None` as soon as other credentials replace it.
    pub(crate) async fn unless_replaced<T>(
        &self,
        authenticator: &Arc<Authenticator>,
        part: impl Future<Output = T>,
    ) -> Option<T> {
        self.0.credentials.unless_replaced(authenticator, part).await
    }

    /// Returns the deadline of an operation that begins now.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.0.time_limits.operation)
    }

    /// Applies the operation timeout to a request that is not part of a call, such as a request for a token.
    pub(crate) async fn limited<T>(
        &self,
        operation_id: &'static str,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.0.within(self.0.time_limits.operation, operation_id, request).await
    }
}

// Emitted code calls these methods.
#[allow(dead_code, reason = "which methods are called depends on the operations")]
impl Client {
    /// Sends `request` and decodes the body of a successful response.
    pub(crate) fn call<T: DeserializeOwned + Send + 'static>(
        self,
        request: Request,
    ) -> ResponseFuture<T> {
        ResponseFuture::new(call::run(self.0, request, Answer::decode))
    }

    /// Sends `request`. The value of a successful response is a string, a number or a boolean.
    pub(crate) fn call_scalar<T: DeserializeOwned + Send + 'static>(
        self,
        request: Request,
    ) -> ResponseFuture<T> {
        ResponseFuture::new(call::run(self.0, request, Answer::scalar))
    }

    /// Sends `request`. A successful response has no value.
    pub(crate) fn call_empty(self, request: Request) -> ResponseFuture<()> {
        ResponseFuture::new(call::run(self.0, request, Answer::empty))
    }

    /// Sends `request`. A successful response may have no value.
    pub(crate) fn call_optional<T: DeserializeOwned + Send + 'static>(
        self,
        request: Request,
    ) -> ResponseFuture<Option<T>> {
        ResponseFuture::new(call::run(self.0, request, Answer::optional))
    }

    /// Sends `request`. The type of a successful response's value depends on the status.
    pub(crate) fn call_by_status<T: ByStatus + Send + 'static>(
        self,
        request: Request,
    ) -> ResponseFuture<T> {
        ResponseFuture::new(call::run(self.0, request, Answer::by_status))
    }

    /// Sends `request` and returns a redirect instead of following it.
    pub(crate) fn call_redirect(self, request: Request) -> ResponseFuture<()> {
        ResponseFuture::new(call::run(self.0, request.redirected(), Answer::redirect))
    }

    /// Sends `request`. A successful response is text.
    pub(crate) fn call_text(self, request: Request) -> ResponseFuture<String> {
        ResponseFuture::new(call::run(self.0, request, Answer::text))
    }

    /// Sends `request`. The body of a successful response is a stream of bytes.
    pub(crate) fn call_bytes(self, request: Request) -> ResponseFuture<ByteStream> {
        ResponseFuture::new(async move {
            let client = Arc::clone(&self.0);
            let response = call::run(self.0, request.streamed(), Answer::unread).await?;
            Ok(ByteStream::of(client, response))
        })
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
    base_url: Option<String>,
    credentials: Credentials,
    time_limits: TimeLimits,
    retry: RetryPolicy,
    response_limit: usize,
    http: HttpOptions,
    interceptors: Vec<Arc<dyn Interceptor>>,
    #[cfg(feature = "test-util")]
    canned: Option<CannedResponses>,
}

impl ClientBuilder {
    /// Sets the base URL, for example of a gateway or a local server. The client appends the paths of operations to the
    /// base URL. Defaults to the URL of the first server in the API's OpenAPI document. If that URL is missing or
    /// incomplete, there is no default, and [`build`](Self::build) requires a base URL.
    ///
    /// The client sends all operations to this URL, even if the document gives an operation its own server. Without
    /// this call, the client sends such an operation to its own server.
    ///
    /// Plain `http` is allowed for `localhost` and loopback addresses, such as `127.0.0.1` and `[::1]`. For other
    /// hosts, it is allowed only if the API's OpenAPI document lists a server with plain `http`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the timeout for connecting, including the TLS handshake. Defaults to 10 seconds. Has no effect unless it is
    /// shorter than the [attempt timeout](Self::attempt_timeout).
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.time_limits.connect = limit;
        self
    }

    /// Sets the timeout of one request, from the opening of the connection to the end of the response. Defaults to 60
    /// seconds. If the response is read in chunks ([`ByteStream`](crate::ByteStream)), this timeout and the operation
    /// timeout end with the headers of the response, and this timeout then applies to each chunk. If an attempt sends
    /// the request again after a 401, the timeout restarts. A request for a token has its own timeout of the same
    /// length, but of at most 60 seconds.
    ///
    /// If this timeout expires while the client is connecting, the client treats the request as possibly sent.
    /// [`Error::may_have_been_carried_out`] then returns `true` for a `POST`, and the client does not retry it. To
    /// avoid this, make the [connect timeout](Self::connect_timeout) shorter.
    pub const fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.time_limits.attempt = limit;
        self
    }

    /// Sets the timeout of an operation, which covers the request for a token, all attempts, and the waits between
    /// them. Defaults to 5 minutes.
    pub const fn operation_timeout(mut self, limit: Duration) -> Self {
        self.time_limits.operation = limit;
        self
    }

    /// Sets the policy for retries of transient failures. [`RetryPolicy::none`] disables retries.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the maximum size of a response body in memory, in bytes after decompression. Defaults to 64 MiB. Does not
    /// apply to a body that is read in chunks ([`ByteStream`](crate::ByteStream)).
    pub const fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Adds PEM certificates to the platform's root certificates, for example for a proxy or a gateway with a
    /// certificate from a private authority. `pem` can contain several certificates. Each call adds to the certificates
    /// of earlier calls.
    ///
    /// On Linux and the BSDs (not on macOS or Windows), users of a program can instead set `SSL_CERT_FILE` in the
    /// environment to the path of a PEM file. The certificates in this file replace the platform's root certificates.
    /// With `native-tls`, OpenSSL may also use its certificate directory.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// Sets the name of your program in the `User-Agent` header, such as `my-program/1.0`. The client appends its own
    /// name.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.http.user_agent = Some(name.into());
        self
    }

    /// Sets headers for all requests, including requests for tokens. For example, a gateway may require an additional
    /// header. Each call replaces the headers of earlier calls.
    ///
    /// [`build`](Self::build) rejects several values for the same header. It also rejects `Accept`, `Accept-Encoding`,
    /// `Authorization`, `Connection`, `Content-Length`, `Content-Type`, `Cookie`, `Host`, `Proxy-Authorization`,
    /// `Transfer-Encoding` and `User-Agent`.
    pub fn default_headers(mut self, headers: HeaderMap) -> Self {
        self.http.headers = headers;
        self
    }

    /// Sends all requests through the HTTP or SOCKS proxy at `url`. The client then ignores the proxies and `NO_PROXY`
    /// in the environment. The URL may contain credentials for the proxy. If the base URL is on this machine, the
    /// client uses no proxy. [The guide to networks](crate::docs::network#proxies) lists the schemes of the URL.
    pub fn proxy(mut self, url: impl Into<SecretString>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Sends all requests with your own HTTP client.
    ///
    /// [The guide to networks](crate::docs::network#your-own-http-client) lists the options that still apply. Build the
    /// HTTP client with `redirect(reqwest::redirect::Policy::none())`, so that a redirect cannot send credentials to
    /// another server.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http.client = Some(client);
        self
    }

    /// Adds a hook that runs before and after each attempt. Hooks run in the order in which they were added.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Takes all responses from `responses`, and never connects to a server. [`build`](Self::build) then ignores the
    /// proxy in the environment and the TLS configuration of this machine. See [`testing`](crate::testing).
    #[cfg(feature = "test-util")]
    pub fn canned_responses(mut self, responses: &CannedResponses) -> Self {
        self.canned = Some(responses.clone());
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the base URL, the credentials, an option of the HTTP client, the proxy in the
    /// environment or the TLS configuration of this machine cannot be used.
    pub fn build(mut self) -> Result<Client, Error> {
        let is_base_url_set = self.base_url.is_some();
        let given = self.base_url.as_deref().or(identity::BASE_URL);
        let base_url = base_url::parse(given.ok_or_else(base_url::missing)?)?;
        let transport = self.transport(&base_url)?;
        let token_timeout = self.time_limits.token_request();
        let credentials = CurrentCredentials::new(self.credentials, &base_url, token_timeout)?;
        if self.http.client.is_some() {
            // The caller's client has its own connect timeout, so an error must not name `connect_timeout`.
            self.time_limits.connect = Duration::MAX;
        }
        Ok(Client(Arc::new(Inner {
            transport,
            base_url,
            is_base_url_set,
            credentials: Arc::new(credentials),
            time_limits: self.time_limits,
            retries: Retries::new(self.retry),
            interceptors: self.interceptors,
            notices: Arc::default(),
            response_limit: self.response_limit,
        })))
    }

    fn transport(&self, base_url: &Url) -> Result<Transport, Error> {
        #[cfg(feature = "test-util")]
        if let Some(responses) = &self.canned {
            // The options are only checked: an HTTP client may need root certificates, which tests do not.
            drop(self.http.configure(base_url, self.time_limits.connect)?);
            return Ok(Transport::Canned(responses.clone()));
        }
        Ok(Transport::Http(self.http.build(base_url, self.time_limits.connect)?))
    }
}

/// Omits the base URL, because it may contain a password and is not validated yet.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("time_limits", &self.time_limits)
            .field("retry", &self.retry)
            .field("response_limit", &self.response_limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Method, Operation};

    static OPERATION: Operation = Operation::test("getThing", Method::GET, "/things");

    #[test]
    fn an_operation_with_its_own_server_is_sent_there_unless_the_caller_sets_a_base_url() {
        let builder = || Client::builder(Credentials::access_token("token"));
        let default = builder().build().unwrap();
        let derived = default.with_retry(RetryPolicy::none());
        let other = builder().base_url("https://other.example.com").build().unwrap();
        let usual = || Request::new(&OPERATION);
        let own = || usual().server("https://own.example.com/v2/");
        for (client, request, expected) in [
            (&default, usual(), "https://cloud.mongodb.com/things"),
            (&default, own(), "https://own.example.com/v2/things"),
            (&derived, own(), "https://own.example.com/v2/things"),
            (&other, own(), "https://other.example.com/things"),
        ] {
            assert_eq!(client.0.to_http(&request).unwrap().url().as_str(), expected);
        }
        let error = default.0.to_http(&usual().server("http://own.example.com")).unwrap_err();
        assert!(error.to_string().contains("uses plain `http`"), "{error}");
    }
}
