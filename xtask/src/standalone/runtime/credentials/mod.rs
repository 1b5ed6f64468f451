//! Credentials, and how requests carry them.

mod access_token;
mod authenticator;
mod characters;
mod check;
mod current;
mod digest;
mod excerpt;
mod header;
mod next_step;
mod redaction;
#[rustfmt::skip]
mod schemes;
mod service_account;
mod tokens;

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;

pub use self::access_token::AccessToken;
pub(crate) use self::authenticator::{Authenticator, CallAuth};
pub(crate) use self::current::CurrentCredentials;
pub(crate) use self::excerpt::KEPT;
pub(crate) use self::next_step::NextStep;
pub(crate) use self::service_account::provider::SETTING as TOKEN_SETTING;
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
    oauth: Oauth,
}

/// The settings of OAuth 2.0 client credentials.
#[derive(Clone, Default)]
struct Oauth {
    /// The URL of the token endpoint, if it is not the URL in the OpenAPI document.
    token_url: Option<String>,
    /// The parameters of requests for tokens, except for the id and the secret.
    parameters: BTreeMap<String, SecretString>,
    is_secret_in_form: bool,
    /// The initial token.
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
    pub fn with_scopes(self, scopes: impl Into<String>) -> Self {
        let scopes: String = scopes.into();
        self.with_token_parameter("scope", scopes)
    }

    /// Sets a parameter of requests for tokens, such as `audience` or `resource`, which some servers require. A second
    /// call with the same name replaces the value. If the server echoes the value of `scope`, `audience`, `resource` or
    /// `grant_type`, errors show it. Any other value can be a secret, and errors do not show it. Only OAuth 2.0 client
    /// credentials use the parameter.
    ///
    /// The client itself sends `client_id` and `client_secret`, so [`Client::new`](crate::Client::new) rejects these
    /// names. To send the two in the form, call [`with_secret_in_form`](Self::with_secret_in_form).
    #[must_use]
    pub fn with_token_parameter(
        self,
        name: impl Into<String>,
        value: impl Into<SecretString>,
    ) -> Self {
        let (name, value) = (name.into(), value.into());
        self.with(|oauth| {
            oauth.parameters.insert(name.clone(), value.clone());
        })
    }

    /// Sends the client id and the client secret in the form of requests for tokens (`client_secret_post`). If this
    /// method is not called, the client sends them with HTTP Basic (`client_secret_basic`). Some servers accept only
    /// one of the two ways. Only OAuth 2.0 client credentials use this setting.
    #[must_use]
    pub fn with_secret_in_form(self) -> Self {
        self.with(|oauth| oauth.is_secret_in_form = true)
    }

    /// Sets the URL of the token endpoint. The URL must use `https`, unless the server is on this machine or the API
    /// itself uses plain `http`. If this method is not called, the client requests tokens from the token URL in the
    /// OpenAPI document, even if the base URL is another server. Only OAuth 2.0 client credentials use the URL.
    #[must_use]
    pub fn with_token_url(self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.with(|oauth| oauth.token_url = Some(url.clone()))
    }

    /// Starts with a token from [`Client::access_token`](crate::Client::access_token), so that short-lived programs can
    /// share one token. The client renews the token as usual. Only OAuth 2.0 client credentials use the token.
    #[must_use]
    pub fn with_token(self, token: AccessToken) -> Self {
        self.with(|oauth| oauth.token = Some(token.clone()))
    }

    fn with(mut self, set: impl Fn(&mut Oauth)) -> Self {
        self.parts.iter_mut().for_each(|part| set(&mut part.oauth));
        self
    }

    #[allow(dead_code, reason = "an API may have no security scheme")]
    fn new(
        scheme: &'static Scheme,
        id: impl Into<String>,
        secret: impl Into<SecretString>,
    ) -> Self {
        let (id, secret) = (id.into(), secret.into());
        Self { parts: vec![Part { scheme, id, secret, oauth: Oauth::default() }] }
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
