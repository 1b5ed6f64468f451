//! Credentials, and how requests carry them.

mod access_token;
mod authenticator;
mod characters;
mod check;
mod digest;
mod excerpt;
mod header;
mod next_step;
mod redaction;
#[rustfmt::skip]
mod schemes;
mod service_account;
mod tokens;

use std::fmt;

use secrecy::SecretString;

pub use self::access_token::AccessToken;
pub(crate) use self::authenticator::{Authenticator, CallAuth};
pub(crate) use self::excerpt::KEPT;
pub(crate) use self::next_step::NextStep;
pub(crate) use self::schemes::{ALTERNATIVES, IS_OPTIONAL};

/// The credentials of a client.
///
/// Each supported security scheme of the API has a constructor. If requests need the credentials of several schemes,
/// combine the credentials with [`and`](Self::and). A client sends all its credentials with each request. [The guide to
/// credentials](crate::docs::credentials) lists the schemes.
///
/// Secrets are wiped from memory when dropped. Neither `Debug` nor errors nor logs show a secret.
#[derive(Clone)]
pub struct Credentials {
    parts: Vec<Part>,
}

/// The credentials for one scheme.
#[derive(Clone)]
struct Part {
    scheme: &'static Scheme,
    /// The username or the client id, if the scheme has one.
    id: String,
    secret: SecretString,
    /// The scopes of requested tokens, separated by spaces.
    scopes: Option<String>,
    /// The URL of the token endpoint, if it is not the URL in the OpenAPI document.
    token_url: Option<String>,
    token: Option<AccessToken>,
}

/// A security scheme.
#[derive(Debug)]
pub(crate) struct Scheme {
    /// The name of the scheme in the OpenAPI document.
    pub(crate) name: &'static str,
    pub(crate) kind: SchemeKind,
    /// The environment variables of the credentials: the secret, or the id and the secret.
    pub(crate) variables: &'static [&'static str],
}

/// How requests carry the credentials of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "an API may have only some of these schemes")]
pub(crate) enum SchemeKind {
    Bearer,
    Basic,
    Digest,
    Header(&'static str),
    Query(&'static str),
    Cookie(&'static str),
    ClientCredentials { token_url: &'static str },
}

impl Credentials {
    /// Creates empty credentials, for an API or an operation that requires none.
    #[must_use]
    pub const fn none() -> Self {
        Self { parts: Vec::new() }
    }

    /// Combines these credentials with `other`, so that requests carry both.
    ///
    /// [`Client::new`](crate::Client::new) rejects a combination in which both use the same header, query parameter or
    /// cookie.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Sets the scopes of requested tokens, separated by spaces. If this method is not called, the server chooses the
    /// scopes. Only OAuth 2.0 client credentials use the scopes.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl Into<String>) -> Self {
        let scopes = scopes.into();
        for part in &mut self.parts {
            part.scopes = Some(scopes.clone());
        }
        self
    }

    /// Sets the URL of the token endpoint. The URL must use `https`, unless the server is on this machine or the API
    /// itself uses plain `http`. If this method is not called, the client requests tokens from the token URL in the
    /// OpenAPI document, even if the base URL is another server. Only OAuth 2.0 client credentials use the URL.
    #[must_use]
    pub fn with_token_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        for part in &mut self.parts {
            part.token_url = Some(url.clone());
        }
        self
    }

    /// Starts with a token from [`Client::access_token`](crate::Client::access_token), so that short-lived programs can
    /// share one token. The client renews the token as usual. Only OAuth 2.0 client credentials use the token.
    #[must_use]
    pub fn with_token(mut self, token: AccessToken) -> Self {
        for part in &mut self.parts {
            part.token = Some(token.clone());
        }
        self
    }

    #[allow(dead_code, reason = "an API may have no security scheme")]
    fn new(
        scheme: &'static Scheme,
        id: impl Into<String>,
        secret: impl Into<SecretString>,
    ) -> Self {
        let (id, secret) = (id.into(), secret.into());
        Self { parts: vec![Part { scheme, id, secret, scopes: None, token_url: None, token: None }] }
    }

    /// Returns the credentials of a scheme from the values of its environment variables.
    pub(crate) fn of_variables(scheme: &'static Scheme, values: &[String]) -> Self {
        match values {
            [id, secret] => Self::new(scheme, id.as_str(), secret.as_str()),
            values => Self::new(scheme, "", values.concat()),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parts.iter().map(|part| part.scheme.name).collect();
        write!(f, "Credentials({}: [redacted])", names.join(", "))
    }
}
