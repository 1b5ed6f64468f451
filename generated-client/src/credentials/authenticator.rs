//! The proof that a request carries, whatever the credentials.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::digest::{ApiKey, DigestProofs};
use super::service_account::{ServiceAccount, TokenProofs};
use super::{Credentials, Kind};
use crate::Error;
use crate::response::ResponseHead;
use crate::runtime::Operation;

/// What stands in an error where the server wrote a secret of the caller.
const REDACTED: &str = "[redacted]";

/// The credentials of one client, with what it has learnt from the server about using them.
pub(crate) enum Authenticator {
    AccessToken(SecretString),
    ServiceAccount(Box<ServiceAccount>),
    ApiKey(Box<ApiKey>),
}

/// The proofs of one call, which remember what was already tried.
pub(crate) enum Proofs<'a> {
    AccessToken(&'a SecretString),
    ServiceAccount(TokenProofs<'a>),
    ApiKey(DigestProofs<'a>),
}

/// What an answer says of the proof that its request carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is nothing more to prove: the answer stands.
    Final,
    /// Another proof may be taken: send the request again.
    SendAgain,
}

impl Authenticator {
    /// # Errors
    /// [`Error::Config`] if the credentials cannot be used.
    pub(crate) fn new(credentials: Credentials, base_url: &Url) -> Result<Self, Error> {
        credentials.check()?;
        Ok(match credentials.kind {
            Kind::AccessToken(token) => Self::AccessToken(token),
            Kind::ServiceAccount { client_id, client_secret } => {
                let account =
                    ServiceAccount::new(base_url, &client_id, client_secret, credentials.token)?;
                Self::ServiceAccount(account.into())
            }
            Kind::ApiKey { public_key, private_key } => {
                Self::ApiKey(ApiKey::new(public_key, private_key).into())
            }
        })
    }

    /// The proofs of one call, from its first request on.
    pub(crate) const fn proofs(&self) -> Proofs<'_> {
        match self {
            Self::AccessToken(token) => Proofs::AccessToken(token),
            Self::ServiceAccount(account) => Proofs::ServiceAccount(TokenProofs::new(account)),
            Self::ApiKey(key) => Proofs::ApiKey(DigestProofs::new(key)),
        }
    }

    /// `text` without the secrets that the server may have echoed.
    pub(crate) fn redact(&self, text: &str) -> String {
        match self {
            Self::AccessToken(token) => redact(text, token),
            Self::ServiceAccount(account) => account.redact(text),
            Self::ApiKey(key) => redact(text, key.private_key()),
        }
    }
}

impl Proofs<'_> {
    /// Adds `Authorization` to `request`; fetches or renews a token first where one is needed,
    /// and, where the token endpoint asks to wait, waits no longer than until `deadline`.
    ///
    /// Dropping the future is safe: another call takes the fetching over.
    pub(crate) async fn authorize(
        &mut self,
        http: &reqwest::Client,
        request: &mut reqwest::Request,
        deadline: Option<Instant>,
    ) -> Result<(), Error> {
        let value = match self {
            Self::AccessToken(token) => Some(bearer(token)?),
            Self::ServiceAccount(proofs) => Some(proofs.authorization(http, deadline).await?),
            Self::ApiKey(proofs) => proofs.authorization(request)?,
        };
        if let Some(value) = value {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(())
    }

    /// What to do about this answer to `operation`. [`Verdict::SendAgain`] comes at most twice, so that
    /// a loop around it ends.
    ///
    /// # Errors
    /// [`Error::Authentication`] if the server wants a proof that cannot be given.
    pub(crate) fn judge(
        &mut self,
        operation: &'static Operation,
        response: &reqwest::Response,
    ) -> Result<Verdict, Error> {
        let (status, headers) = (response.status(), response.headers());
        let refused = status == StatusCode::UNAUTHORIZED;
        match self {
            Self::ServiceAccount(proofs) if refused => Ok(proofs.refused()),
            Self::ApiKey(proofs) if refused => proofs.refused(headers).map_err(|problem| {
                let head = ResponseHead::new(operation, status, headers.clone());
                Error::authentication(Some(head), problem)
            }),
            Self::ApiKey(proofs) => {
                proofs.accepted(headers);
                Ok(Verdict::Final)
            }
            Self::AccessToken(_) | Self::ServiceAccount(_) => Ok(Verdict::Final),
        }
    }
}

/// The value of `Authorization` that carries `token` (RFC 6750, section 2.1).
pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    sensitive(format!("Bearer {}", token.expose_secret()))
}

/// A header's value that no `Debug` shows.
pub(super) fn sensitive(value: String) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| Error::config("the credentials hold a character that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Replaces `secret` in `text`. A short secret is replaced only where it stands alone, because it
/// would otherwise blank out parts of words all over the message.
pub(super) fn redact(text: &str, secret: &SecretString) -> String {
    const SHORT: usize = 8;
    let secret = secret.expose_secret();
    if secret.len() >= SHORT {
        return text.replace(secret, REDACTED);
    }
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(secret) {
        let last = before.chars().next_back().or_else(|| redacted.chars().next_back());
        let alone = ![last, after.chars().next()].into_iter().flatten().any(char::is_alphanumeric);
        redacted.push_str(before);
        redacted.push_str(if alone { REDACTED } else { secret });
        rest = after;
    }
    redacted + rest
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, Request};

    use super::*;

    #[test]
    fn a_short_secret_is_redacted_where_it_stands_alone() {
        for (text, secret, expected) in [
            ("a cat sat: a", "a", "[redacted] cat sat: [redacted]"),
            ("`aa` a, ba (a)", "a", "`aa` [redacted], ba ([redacted])"),
            ("pass=hunter2; hunter22", "hunter2", "pass=[redacted]; hunter22"),
            ("xhunter22y", "hunter22", "x[redacted]y"),
            ("", "a", ""),
        ] {
            assert_eq!(redact(text, &secret.into()), expected);
        }
    }

    #[tokio::test]
    async fn a_token_is_marked_as_sensitive() {
        let url: Url = "https://localhost".parse().unwrap();
        let credentials = Credentials::access_token("a.b-c_d~e+f/g==");
        let authenticator = Authenticator::new(credentials, &url).unwrap();
        let mut request = Request::new(Method::GET, url);
        let http = reqwest::Client::new();
        authenticator.proofs().authorize(&http, &mut request, None).await.unwrap();
        let header = &request.headers()[AUTHORIZATION];
        assert_eq!(header, "Bearer a.b-c_d~e+f/g==");
        assert!(header.is_sensitive());
    }
}
