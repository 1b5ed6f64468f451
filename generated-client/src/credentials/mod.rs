//! Credentials, and the authentication of requests with them.

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
mod service_account;
mod tokens;

use std::fmt;

use secrecy::SecretString;

pub use self::access_token::AccessToken;
pub(crate) use self::authenticator::{Authenticator, CallAuth};
pub(crate) use self::current::CurrentCredentials;
pub(crate) use self::excerpt::KEPT;
pub(crate) use self::next_step::NextStep;
pub(crate) use self::service_account::provider::SETTING as TOKEN_SETTING;

/// The credentials of a client.
///
/// | constructor | what authenticates a request |
/// |---|---|
/// | [`service_account`](Self::service_account) | a token, which the client fetches, and renews before it expires |
/// | [`api_key`](Self::api_key) | HTTP Digest (RFC 7616) |
/// | [`access_token`](Self::access_token) | an existing token, sent unchanged |
///
/// The [guide to credentials](crate::docs::credentials) compares these kinds of credentials. The client stores secrets
/// in memory that is wiped on drop. The headers and bodies that it sends contain copies that are not wiped, and it
/// keeps the header with an access token in memory. Neither `Debug` nor errors nor logs show a secret.
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
    /// Creates the credentials of a service account (OAuth 2.0), the kind that Atlas recommends.
    ///
    /// All calls of a client share one token. The first call fetches the token.
    ///
    /// [`Client::new`](crate::Client::new) and [`Client::set_credentials`](crate::Client::set_credentials) reject an id
    /// or a secret that is empty, or that contains a space or any character that is not printable ASCII. They also
    /// reject an id with a colon, and an id and a secret that are swapped.
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

    /// Creates the credentials of an API key (a public and a private key), for HTTP Digest.
    ///
    /// [`Client::new`](crate::Client::new) and [`Client::set_credentials`](crate::Client::set_credentials) reject a key
    /// that is empty or contains a control character. They also reject a public key that contains a colon, or that
    /// begins with `mdb_sa_`, the prefix for service accounts.
    #[must_use]
    pub fn api_key(public_key: impl Into<String>, private_key: impl Into<SecretString>) -> Self {
        Self::new(Kind::ApiKey { public_key: public_key.into(), private_key: private_key.into() })
    }

    /// Creates credentials from an existing access token, such as one issued to a service account. The client cannot
    /// renew the token, so calls fail once the token expires. Before that time, replace the token with
    /// [`Client::set_credentials`](crate::Client::set_credentials).
    ///
    /// [`Client::new`](crate::Client::new) and `set_credentials` reject a token that is empty or contains a quote, a
    /// space or any character that is not printable ASCII.
    #[must_use]
    pub fn access_token(token: impl Into<SecretString>) -> Self {
        Self::new(Kind::AccessToken(token.into()))
    }

    /// Sets the initial token, such as one that [`Client::access_token`](crate::Client::access_token) has
    /// returned. In this way, short-lived programs can share one token. The client renews the token as usual.
    ///
    /// [`Client::new`](crate::Client::new) and [`Client::set_credentials`](crate::Client::set_credentials) reject a
    /// token that is invalid as an [`access_token`](Self::access_token), and credentials that are not a service
    /// account. An expired token is accepted and renewed.
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
