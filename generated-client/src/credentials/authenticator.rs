//! Authentication with every kind of credentials.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::SecretString;

use super::digest::{ApiKey, DigestAuth};
use super::header::bearer;
use super::next_step::NextStep;
use super::service_account::{OauthClient, ServiceAccount, TokenAuth, provider};
use super::{Credentials, Kind};
use crate::Error;
use crate::runtime::Operation;
use crate::time_limits::Deadline;
use crate::transport::Transport;

/// The credentials of one client, with the state that authentication needs.
pub(crate) enum Authenticator {
    /// The token, which errors must not show, and the header with the token.
    AccessToken {
        token: SecretString,
        header: HeaderValue,
    },
    ServiceAccount(Arc<ServiceAccount>),
    ApiKey(Arc<ApiKey>),
}

/// The authentication state of one call.
pub(crate) enum CallAuth {
    AccessToken(HeaderValue),
    ServiceAccount(TokenAuth),
    ApiKey(DigestAuth),
}

impl Authenticator {
    /// Prepares the credentials for authentication. The token endpoint of a service account is below `base_url`, and
    /// each request to it takes at most `token_timeout`.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the credentials cannot be used.
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &Url,
        token_timeout: Duration,
    ) -> Result<Self, Error> {
        credentials.check()?;
        Ok(match credentials.kind {
            Kind::AccessToken(token) => Self::AccessToken { header: bearer(&token)?, token },
            Kind::ServiceAccount { client_id, client_secret } => {
                let client = OauthClient {
                    id: client_id,
                    secret: client_secret,
                    is_secret_in_form: false,
                    parameters: BTreeMap::new(),
                    issue: provider::issue_url(base_url),
                    revoke: Some(provider::revoke_url(base_url)),
                    timeout: token_timeout,
                };
                let account = ServiceAccount::new(client, credentials.token);
                Self::ServiceAccount(account.into())
            }
            Kind::ApiKey { public_key, private_key } => {
                Self::ApiKey(ApiKey::new(public_key, private_key).into())
            }
        })
    }

    /// Starts the authentication of one call.
    pub(crate) fn begin_call(&self) -> CallAuth {
        match self {
            Self::AccessToken { header, .. } => CallAuth::AccessToken(header.clone()),
            Self::ServiceAccount(account) => CallAuth::ServiceAccount(TokenAuth::new(account)),
            Self::ApiKey(key) => CallAuth::ApiKey(DigestAuth::new(key)),
        }
    }

    /// Returns the secrets that the server may echo.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::AccessToken { token, .. } => vec![token.clone()],
            Self::ServiceAccount(account) => account.secrets(),
            Self::ApiKey(key) => vec![key.private_key().clone()],
        }
    }
}

impl CallAuth {
    pub(crate) const fn begin_attempt(&mut self) {
        match self {
            Self::AccessToken(_) => {}
            Self::ServiceAccount(auth) => auth.begin_attempt(),
            Self::ApiKey(auth) => auth.begin_attempt(),
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
        match self {
            Self::ServiceAccount(auth) => auth.prepare(transport, deadline).await,
            Self::AccessToken(_) | Self::ApiKey(_) => Ok(()),
        }
    }

    /// Adds `Authorization` to `request`, unless an API key first needs a new challenge. [`prepare`](Self::prepare)
    /// must have succeeded before.
    pub(crate) fn authorize(&mut self, request: &mut reqwest::Request) -> Result<(), Error> {
        let value = match self {
            Self::AccessToken(header) => Some(header.clone()),
            Self::ServiceAccount(auth) => auth.authorization()?,
            Self::ApiKey(auth) => auth.authorization(request)?,
        };
        if let Some(value) = value {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(())
    }

    /// Decides what to do with a response to `operation`. Returns [`NextStep::SendAgain`] only if the request
    /// `is_repeatable`, and at most twice per attempt, so a loop around this method ends.
    ///
    /// # Errors
    /// Returns [`Error::Authentication`] if the server's challenge cannot be answered.
    pub(crate) fn on_response(
        &mut self,
        operation: &'static Operation,
        response: &reqwest::Response,
        is_repeatable: bool,
    ) -> Result<NextStep, Error> {
        match self {
            Self::AccessToken(_) => Ok(NextStep::UseResponse),
            Self::ServiceAccount(auth) => Ok(auth.on_response(response, is_repeatable)),
            Self::ApiKey(auth) => auth.on_response(operation, response, is_repeatable),
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, Request};

    use super::*;

    #[test]
    fn a_token_is_marked_as_sensitive() {
        let url: Url = "https://localhost".parse().unwrap();
        let credentials = Credentials::access_token("a.b-c_d~e+f/g==");
        let authenticator = Authenticator::new(credentials, &url, Duration::MAX).unwrap();
        let mut request = Request::new(Method::GET, url);
        authenticator.begin_call().authorize(&mut request).unwrap();
        let header = &request.headers()[AUTHORIZATION];
        assert_eq!(header, "Bearer a.b-c_d~e+f/g==");
        assert!(header.is_sensitive());
    }
}
