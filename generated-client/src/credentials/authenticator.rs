//! How a request proves who sends it.

use std::time::Instant;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;

use super::{Credentials, Kind};
use crate::Error;

/// What stands in an error where the server wrote a secret of the caller.
const REDACTED: &str = "[redacted]";

/// The credentials of one client, with what it has learnt from the server about using them.
pub(crate) struct Authenticator {
    credentials: Credentials,
}

/// The proofs of one call, which count what was already tried.
pub(crate) struct Proofs<'a> {
    authenticator: &'a Authenticator,
}

/// What to do about an answer of 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Challenged {
    /// Prove it anew, and send the request again.
    SendAgain,
    /// There is no other proof: the answer stands.
    GiveUp,
}

impl Authenticator {
    /// # Errors
    /// [`Error::Config`] if the credentials cannot be used.
    pub(crate) fn new(credentials: Credentials) -> Result<Self, Error> {
        credentials.check()?;
        Ok(Self { credentials })
    }

    /// The proofs of one call, from its first request on.
    pub(crate) const fn proofs(&self) -> Proofs<'_> {
        Proofs { authenticator: self }
    }

    /// `text` without the secrets that the server may have echoed.
    pub(crate) fn redact(&self, text: &str) -> String {
        let Kind::AccessToken(token) = &self.credentials.0;
        text.replace(token.expose_secret(), REDACTED)
    }
}

impl Proofs<'_> {
    /// Adds `Authorization` to `request`; fetches or renews a token first where one is needed,
    /// and, where the token endpoint asks to wait, waits no longer than until `deadline`.
    ///
    /// Dropping the future is safe: another call takes the fetching over.
    #[expect(clippy::unused_async, reason = "a service account asks for its token here")]
    pub(crate) async fn authorize(
        &mut self,
        _http: &reqwest::Client,
        request: &mut reqwest::Request,
        _deadline: Option<Instant>,
    ) -> Result<(), Error> {
        let Kind::AccessToken(token) = &self.authenticator.credentials.0;
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
            .map_err(|_| Error::config("the access token cannot stand in a header"))?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }

    /// Whether another proof may change an answer of 401 with these headers. Each scheme says
    /// [`Challenged::GiveUp`] after a few rounds, so that a loop around it ends.
    #[expect(
        clippy::unnecessary_wraps,
        clippy::needless_pass_by_ref_mut,
        clippy::unused_self,
        reason = "a challenge may be one that cannot be answered"
    )]
    pub(crate) fn challenged(&mut self, _headers: &HeaderMap) -> Result<Challenged, Error> {
        Ok(Challenged::GiveUp)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, Request};

    use super::*;

    #[tokio::test]
    async fn a_token_is_marked_as_sensitive() {
        let authenticator =
            Authenticator::new(Credentials::access_token("a.b-c_d~e+f/g==")).unwrap();
        let mut request = Request::new(Method::GET, "https://localhost".parse().unwrap());
        let http = reqwest::Client::new();
        authenticator.proofs().authorize(&http, &mut request, None).await.unwrap();
        let header = &request.headers()[AUTHORIZATION];
        assert_eq!(header, "Bearer a.b-c_d~e+f/g==");
        assert!(header.is_sensitive());
    }
}
