//! Who is calling, and how each request proves it.

mod access_token;
mod authenticator;
mod check;
mod digest;
mod header;
mod service_account;
mod tokens;
mod verdict;

use std::fmt;

use secrecy::SecretString;

pub use self::access_token::AccessToken;
pub(crate) use self::authenticator::{Authenticator, Proofs};
pub(crate) use self::verdict::Verdict;

/// Who is calling.
///
/// | made by | how a request proves it |
/// |---|---|
/// | [`service_account`](Self::service_account) | a token of about an hour, fetched and renewed by itself |
/// | [`api_key`](Self::api_key) | HTTP Digest (RFC 7616) |
/// | [`access_token`](Self::access_token) | the token that was given |
///
/// [The page on credentials](crate::docs::credentials) tells which one to choose and what to expect
/// of each. Secrets are wiped from memory when dropped, and neither `Debug` nor any error or log
/// shows them.
#[derive(Clone)]
pub struct Credentials {
    kind: Kind,
    token: Option<AccessToken>,
}

#[derive(Clone)]
enum Kind {
    AccessToken(SecretString),
    ServiceAccount { client_id: String, client_secret: SecretString },
    ApiKey { public_key: String, private_key: SecretString },
}

impl Credentials {
    /// A service account, which is what Atlas recommends.
    ///
    /// All calls of a client share one token; it is asked for when the first call needs it.
    ///
    /// [`Client::new`](crate::Client::new) refuses an empty id or secret, one with a character other
    /// than printable ASCII, and an id with a colon.
    #[must_use]
    pub fn service_account(
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
    ) -> Self {
        Self::new(Kind::ServiceAccount {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        })
    }

    /// An API key of Atlas: a pair of a public and a private key.
    ///
    /// [`Client::new`](crate::Client::new) refuses an empty key, one with a control character, a
    /// public key with a colon, and the id of a service account.
    #[must_use]
    pub fn api_key(public_key: impl Into<String>, private_key: impl Into<SecretString>) -> Self {
        Self::new(Kind::ApiKey { public_key: public_key.into(), private_key: private_key.into() })
    }

    /// An access token that the caller already has, such as one issued to a service account. When
    /// Atlas no longer takes it, calls fail: nothing here can renew it.
    ///
    /// [`Client::new`](crate::Client::new) refuses a token that is not of the form that RFC 6750,
    /// section 2.1, gives it.
    #[must_use]
    pub fn access_token(token: impl Into<SecretString>) -> Self {
        Self::new(Kind::AccessToken(token.into()))
    }

    /// Starts with a token that this service account was given before, by
    /// [`Client::access_token`](crate::Client::access_token), so that short-lived programs share
    /// one. It is renewed like any other.
    ///
    /// [`Client::new`](crate::Client::new) refuses it beside any other credentials.
    #[must_use]
    pub fn with_token(mut self, token: AccessToken) -> Self {
        self.token = Some(token);
        self
    }

    const fn new(kind: Kind) -> Self {
        Self { kind, token: None }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.kind {
            Kind::AccessToken(_) => "Credentials::AccessToken([redacted])",
            Kind::ServiceAccount { .. } => "Credentials::ServiceAccount([redacted])",
            Kind::ApiKey { .. } => "Credentials::ApiKey([redacted])",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        for (credentials, shown) in [
            (Credentials::access_token("secret"), "Credentials::AccessToken([redacted])"),
            (
                Credentials::service_account("secret", "secret")
                    .with_token(AccessToken::new("secret", std::time::SystemTime::now())),
                "Credentials::ServiceAccount([redacted])",
            ),
            (Credentials::api_key("secret", "secret"), "Credentials::ApiKey([redacted])"),
        ] {
            assert_eq!(format!("{credentials:?}"), shown);
        }
    }
}
