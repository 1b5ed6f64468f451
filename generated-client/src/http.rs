//! The HTTP client below: TLS, compression, proxies, redirects.

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::time_limits::TimeLimits;
use crate::{Error, base_url};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What a [`ClientBuilder`](crate::ClientBuilder) sets of the HTTP client.
#[derive(Clone, Default)]
pub(crate) struct HttpOptions {
    /// Texts in PEM.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) root_certificates: Vec<Vec<u8>>,
}

impl HttpOptions {
    /// # Errors
    /// [`Error::Config`] if an option or the TLS configuration of this machine cannot be used.
    pub(crate) fn build(
        &self,
        base_url: &Url,
        time_limits: &TimeLimits,
    ) -> Result<reqwest::Client, Error> {
        let mut http = only_own_features(reqwest::Client::builder())
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .connect_timeout(time_limits.connect)
            .timeout(time_limits.attempt);
        if base_url::is_loopback(base_url) {
            http = http.no_proxy();
        }
        self.trust(http)?
            .build()
            .map_err(|error| Error::config(format!("the HTTP client cannot be built: {error}")))
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn trust(&self, http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
                Error::config(format!(
                    "a root certificate cannot be read: {}; it must be PEM",
                    crate::error::chain(&error)
                ))
            })?;
            if certificates.is_empty() {
                return Err(Error::config(
                    "a root certificate is missing: there is no `-----BEGIN CERTIFICATE-----` in it",
                ));
            }
            roots.extend(certificates);
        }
        Ok(http.tls_certs_merge(roots))
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with TLS")]
    fn trust(&self, http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        Ok(http)
    }
}

/// Chooses compression, HTTP/2 and TLS by the features of this crate: another crate in the program may have
/// turned on more of reqwest's. `native-tls` wins over the default, because someone asked for it.
fn only_own_features(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let http = http.no_brotli().no_deflate().no_zstd();
    let http = if cfg!(feature = "gzip") { http } else { http.no_gzip() };
    let http = if cfg!(feature = "http2") { http } else { http.http1_only() };
    #[cfg(feature = "native-tls")]
    let http = http.tls_backend_native();
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let http = http.tls_backend_rustls();
    http
}
