//! The underlying HTTP client: headers, proxies, TLS, compression and redirects.

use std::error::Error as _;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::SecretString;

use crate::error::chain;
use crate::runtime::RESERVED_HEADERS;
use crate::{Error, base_url, proxy, text};

const OWN_NAME: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The HTTP options of a [`ClientBuilder`](crate::ClientBuilder).
#[derive(Clone, Default)]
pub(crate) struct HttpOptions {
    /// The caller's own client, which excludes all other options.
    pub(crate) client: Option<reqwest::Client>,
    pub(crate) user_agent: Option<String>,
    pub(crate) headers: HeaderMap,
    /// A URL that may contain a password.
    pub(crate) proxy: Option<SecretString>,
    /// Certificates in PEM format.
    pub(crate) root_certificates: Vec<Vec<u8>>,
}

impl HttpOptions {
    /// Builds the HTTP client, or returns the caller's own.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if an option, the proxy in the environment or the TLS configuration of this machine
    /// cannot be used.
    pub(crate) fn build(
        &self,
        base_url: &Url,
        connect_timeout: Duration,
    ) -> Result<reqwest::Client, Error> {
        let http = self.configure(base_url, connect_timeout)?;
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        if self.proxy.is_none() && !base_url::is_loopback(base_url) {
            proxy::check_environment(base_url.scheme(), |name| std::env::var(name).ok())?;
        }
        http.build().map_err(|error| cannot_build(&error))
    }

    /// Applies the options, none of which depends on this machine or its environment.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if an option cannot be used.
    pub(crate) fn configure(
        &self,
        base_url: &Url,
        connect_timeout: Duration,
    ) -> Result<reqwest::ClientBuilder, Error> {
        self.check()?;
        let name = self.user_agent.as_ref().map(|name| format!("{name} {OWN_NAME}"));
        let mut http = only_own_features(reqwest::Client::builder())
            .user_agent(name.as_deref().unwrap_or(OWN_NAME))
            .default_headers(self.headers.clone())
            .redirect(Policy::none())
            .connect_timeout(connect_timeout);
        if let Some(proxy) = &self.proxy {
            http = http.proxy(proxy::read(proxy)?);
        }
        if base_url::is_loopback(base_url) {
            http = http.no_proxy();
        }
        self.trust(http)
    }

    fn check(&self) -> Result<(), Error> {
        let others = [
            ("user_agent", self.user_agent.is_some()),
            ("default_headers", !self.headers.is_empty()),
            ("proxy", self.proxy.is_some()),
            ("root_certificate", !self.root_certificates.is_empty()),
        ];
        let other = others.into_iter().find(|(_, is_set)| *is_set);
        if let (Some(_), Some((other, _))) = (&self.client, other) {
            return Err(Error::config(format!(
                "`{other}` cannot be combined with `http_client`: configure it on your own client"
            )));
        }
        if let Some(name) = &self.user_agent {
            if HeaderValue::from_str(name).is_err() {
                return Err(Error::config(format!(
                    "invalid `user_agent` {}: a header cannot contain a line break or a control character",
                    text::quoted(name)
                )));
            }
        }
        // reqwest sends only the first value.
        let is_repeated = |name: &&HeaderName| self.headers.get_all(*name).iter().nth(1).is_some();
        if let Some(name) = self.headers.keys().find(is_repeated) {
            return Err(Error::config(format!(
                "`default_headers` contains several values for `{name}`: separate them with commas in one value"
            )));
        }
        match RESERVED_HEADERS.iter().find(|name| self.headers.contains_key(*name)) {
            Some(name) => Err(Error::config(format!(
                "`default_headers` must not contain `{name}`: the client sets this header itself"
            ))),
            None => Ok(()),
        }
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn trust(&self, http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
                Error::config(format!("invalid root certificate: {}; expected PEM", chain(&error)))
            })?;
            if certificates.is_empty() {
                return Err(Error::config(
                    "invalid root certificate: no `-----BEGIN CERTIFICATE-----` found",
                ));
            }
            roots.extend(certificates);
        }
        Ok(http.tls_certs_merge(roots))
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the signature is the same as with TLS"
    )]
    fn trust(&self, http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        Ok(http)
    }
}

/// Describes why reqwest cannot build a client. The error about missing root certificates has no type of its own, so
/// its text identifies it.
fn cannot_build(error: &reqwest::Error) -> Error {
    let cause = error.source().map_or_else(|| error.to_string(), chain);
    if cause.contains("No CA certificates were loaded") {
        return Error::config(
            "this machine has no root certificates: install the package `ca-certificates`, set the environment \
             variable `SSL_CERT_FILE` to the path of a PEM file, or call `ClientBuilder::root_certificate`",
        );
    }
    Error::config(format!(
        "cannot build the HTTP client: {cause}; check the TLS configuration of this machine, and `root_certificate`"
    ))
}

/// The interval of HTTP/2 pings while a request is in flight. A timeout of a request does not close its connection, so
/// without pings, a lost connection would be used for every retry. The sum of the interval and the timeout is shorter
/// than the default attempt timeout.
#[cfg(feature = "http2")]
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// The timeout after which an HTTP/2 connection without a response to a ping is closed.
#[cfg(feature = "http2")]
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// Restricts compression, HTTP/2 and TLS to the features of this crate, because another crate may have enabled more
/// features of reqwest. `native-tls` takes precedence over `rustls`, the default, because it was enabled explicitly.
fn only_own_features(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let http = http.no_brotli().no_deflate().no_zstd();
    let http = if cfg!(feature = "gzip") { http } else { http.no_gzip() };
    #[cfg(feature = "http2")]
    let http = http.http2_keep_alive_interval(PING_INTERVAL).http2_keep_alive_timeout(PING_TIMEOUT);
    #[cfg(not(feature = "http2"))]
    let http = http.http1_only();
    #[cfg(feature = "native-tls")]
    let http = http.tls_backend_native();
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let http = http.tls_backend_rustls();
    http
}
