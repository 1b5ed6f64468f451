//! Adds the credentials of every scheme to requests.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::utf8_percent_encode;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use super::digest::{ApiKey, DigestAuth};
use super::header::{bearer, sensitive};
use super::next_step::NextStep;
use super::service_account::{OauthClient, ServiceAccount, TokenAuth};
use super::{Credentials, Oauth, Part, SchemeKind};
use crate::Error;
use crate::base_url::is_loopback;
use crate::identity::IS_PLAIN_HTTP;
use crate::runtime::{NOT_IN_COOKIES, Operation, add_pair};
use crate::text::without_query;
use crate::time_limits::Deadline;
use crate::transport::Transport;

/// The credentials of one client, with their state, such as tokens and nonces.
pub(crate) struct Authenticator(Vec<Arc<SchemeAuthenticator>>);

/// The credentials for one scheme, with their state.
enum SchemeAuthenticator {
    Header { name: HeaderName, value: HeaderValue, secrets: Vec<SecretString> },
    Query { name: &'static str, secret: SecretString },
    Cookie { name: &'static str, secret: SecretString },
    Account(Arc<ServiceAccount>),
    Digest(Arc<ApiKey>),
}

/// The authentication state of one call.
pub(crate) struct CallAuth(Vec<SchemeAuth>);

/// The authentication state of one call for one scheme.
enum SchemeAuth {
    Fixed(Arc<SchemeAuthenticator>),
    Token(TokenAuth),
    Digest(DigestAuth),
}

impl Authenticator {
    /// Prepares the credentials for authentication. A relative token URL is resolved against `base_url`, and
    /// each request to the token endpoint takes at most `token_timeout`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the credentials cannot be used.
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &Url,
        token_timeout: Duration,
    ) -> Result<Self, Error> {
        credentials.check()?;
        let mut schemes = Vec::new();
        for part in credentials.parts {
            schemes.push(Arc::new(SchemeAuthenticator::new(part, base_url, token_timeout)?));
        }
        // Digest signs the whole URL, so it must come after the schemes that change the query.
        schemes.sort_by_key(|scheme| matches!(**scheme, SchemeAuthenticator::Digest(_)));
        Ok(Self(schemes))
    }

    /// Starts the authentication of one call.
    pub(crate) fn begin_call(&self) -> CallAuth {
        let schemes = self.0.iter().map(|scheme| match &**scheme {
            SchemeAuthenticator::Account(account) => SchemeAuth::Token(TokenAuth::new(account)),
            SchemeAuthenticator::Digest(key) => SchemeAuth::Digest(DigestAuth::new(key)),
            _ => SchemeAuth::Fixed(Arc::clone(scheme)),
        });
        CallAuth(schemes.collect())
    }

    /// Returns the secrets that the server may echo.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        self.0.iter().flat_map(|scheme| scheme.secrets()).collect()
    }

    /// Returns the OAuth client credentials, if there are any.
    pub(super) fn account(&self) -> Option<&Arc<ServiceAccount>> {
        self.0.iter().find_map(|scheme| match &**scheme {
            SchemeAuthenticator::Account(account) => Some(account),
            _ => None,
        })
    }
}

impl SchemeAuthenticator {
    fn new(part: Part, base_url: &Url, token_timeout: Duration) -> Result<Self, Error> {
        let Part { scheme, id, secret, oauth } = part;
        Ok(match scheme.kind {
            SchemeKind::Bearer => {
                Self::Header { name: AUTHORIZATION, value: bearer(&secret)?, secrets: vec![secret] }
            }
            SchemeKind::Basic => {
                let pair = BASE64_STANDARD.encode(format!("{id}:{}", secret.expose_secret()));
                let value = sensitive(format!("Basic {pair}"))?;
                // Some APIs expect a key as the username, with an empty password. The username is then the secret.
                let secret = if secret.expose_secret().is_empty() { id.into() } else { secret };
                Self::Header { name: AUTHORIZATION, value, secrets: vec![pair.into(), secret] }
            }
            SchemeKind::Header(name) => {
                let value = sensitive(secret.expose_secret().to_owned())?;
                let name = HeaderName::try_from(name).map_err(|_| {
                    Error::config(format!("`{name}` is not a valid header name: correct the security scheme in the OpenAPI document"))
                })?;
                // The key may follow a prefix, as in `Token 00abcdef`, and a server may echo only the key.
                let key = secret.expose_secret().rsplit(' ').next().unwrap_or_default().into();
                Self::Header { name, value, secrets: vec![secret, key] }
            }
            SchemeKind::Query(name) => Self::Query { name, secret },
            SchemeKind::Cookie(name) => Self::Cookie { name, secret },
            SchemeKind::Digest => Self::Digest(ApiKey::new(id, secret).into()),
            SchemeKind::ClientCredentials { token_url: documented } => {
                let Oauth { token_url, parameters, is_secret_in_form, token } = oauth;
                let issue = issue_url(token_url.as_deref().unwrap_or(documented), base_url)?;
                let client = OauthClient {
                    id,
                    secret,
                    is_secret_in_form,
                    parameters,
                    issue,
                    revoke: None,
                    timeout: token_timeout,
                };
                Self::Account(ServiceAccount::new(client, token).into())
            }
        })
    }

    fn apply(&self, request: &mut reqwest::Request) -> Result<(), Error> {
        match self {
            Self::Header { name, value, .. } => {
                request.headers_mut().insert(name.clone(), value.clone());
            }
            Self::Query { name, secret } => {
                let url = request.url_mut();
                let mut query = url.query().unwrap_or_default().to_owned();
                add_pair(&mut query, name, secret.expose_secret());
                url.set_query(Some(&query));
            }
            Self::Cookie { name, secret } => {
                let secret = utf8_percent_encode(secret.expose_secret(), NOT_IN_COOKIES);
                let own = format!("{name}={secret}");
                let others = request.headers().get(COOKIE).and_then(|it| it.to_str().ok());
                let cookies = others.map_or(own.clone(), |others| format!("{others}; {own}"));
                request.headers_mut().insert(COOKIE, sensitive(cookies)?);
            }
            Self::Account(_) | Self::Digest(_) => {}
        }
        Ok(())
    }

    fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::Header { secrets, .. } => secrets.clone(),
            Self::Query { secret, .. } | Self::Cookie { secret, .. } => vec![secret.clone()],
            Self::Account(account) => account.secrets(),
            Self::Digest(key) => vec![key.private_key().clone()],
        }
    }
}

/// Returns the URL of the token endpoint. A relative `token_url` is resolved against the base URL.
///
/// # Errors
///
/// Returns [`Error::Config`] if the URL is invalid or incomplete, or if it would expose the client secret.
fn issue_url(token_url: &str, base_url: &Url) -> Result<Url, Error> {
    const ADVICE: &str = "set the URL with `Credentials::with_token_url`";
    // The text before an `@` can be a password, and a query can contain a key.
    let shown = if token_url.contains('@') { "…".into() } else { without_query(token_url) };
    if token_url.contains('{') {
        return Err(Error::config(format!("the token URL `{shown}` contains a placeholder: {ADVICE}")));
    }
    let url = base_url.join(token_url).map_err(|error| {
        Error::config(format!("invalid token URL `{shown}`: {error}; {ADVICE}"))
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config(
            "the token URL contains a username or a password: remove it, because the client sends its id and its secret",
        ));
    }
    if url.scheme() != "https" && !is_loopback(&url) && !IS_PLAIN_HTTP {
        return Err(Error::config(format!(
            "the token URL `{}` uses plain `http`, which exposes the client secret: pass a token instead, or {ADVICE}",
            without_query(url.as_str())
        )));
    }
    Ok(url)
}

impl CallAuth {
    /// Starts an attempt of the call.
    pub(crate) fn begin_attempt(&mut self) {
        for scheme in &mut self.0 {
            match scheme {
                SchemeAuth::Fixed(_) => {}
                SchemeAuth::Token(token) => token.begin_attempt(),
                SchemeAuth::Digest(digest) => digest.begin_attempt(),
            }
        }
    }

    /// Fetches or renews a token if necessary. If the token endpoint is rate-limited, waits until `deadline` at most.
    ///
    /// Dropping the future is safe: a request for a token continues, and other calls share its result.
    pub(crate) async fn prepare(
        &mut self,
        transport: &Transport,
        deadline: Deadline,
    ) -> Result<(), Error> {
        for scheme in &mut self.0 {
            if let SchemeAuth::Token(token) = scheme {
                token.prepare(transport, deadline).await?;
            }
        }
        Ok(())
    }

    /// Adds the credentials to `request`. [`prepare`](Self::prepare) must have succeeded before.
    pub(crate) fn authorize(&mut self, request: &mut reqwest::Request) -> Result<(), Error> {
        for scheme in &mut self.0 {
            let value = match scheme {
                SchemeAuth::Fixed(fixed) => {
                    fixed.apply(request)?;
                    continue;
                }
                SchemeAuth::Token(token) => token.authorization()?,
                SchemeAuth::Digest(digest) => digest.authorization(request)?,
            };
            if let Some(value) = value {
                request.headers_mut().insert(AUTHORIZATION, value);
            }
        }
        Ok(())
    }

    /// Decides what to do with a response to `operation`. Returns [`NextStep::SendAgain`] only if the request
    /// `is_repeatable`, and at most twice per attempt, so a loop around this method ends.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Authentication`] if the server's challenge is not supported.
    pub(crate) fn on_response(
        &mut self,
        operation: &'static Operation,
        response: &reqwest::Response,
        is_repeatable: bool,
    ) -> Result<NextStep, Error> {
        let mut next = NextStep::UseResponse;
        for scheme in &mut self.0 {
            let own = match scheme {
                SchemeAuth::Fixed(_) => NextStep::UseResponse,
                SchemeAuth::Token(token) => token.on_response(response, is_repeatable),
                SchemeAuth::Digest(digest) => digest.on_response(operation, response, is_repeatable)?,
            };
            if own == NextStep::SendAgain {
                next = own;
            }
        }
        Ok(next)
    }
}
