//! Authentication by bearer token or HTTP Digest, and the endpoints that issue and revoke tokens.

mod authorization;
mod digest;
mod nonces;
mod oauth;
mod tokens;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use axum::http::{HeaderMap, HeaderName, StatusCode, header};

use self::authorization::Authorization;
pub use self::digest::{Algorithm, Digest};
pub(crate) use self::{
    digest::DigestServer,
    oauth::{Reply, TOKEN_PATH},
    tokens::{Rules as TokenRules, Tokens},
};
use crate::{error::ApiError, faults::Fault, record::RecordedRequest};

/// The client id of the default service account.
pub const DEFAULT_CLIENT_ID: &str = "mdb_sa_id_32b6e34b3d91647abb20e7c1";
/// The secret of the default service account.
pub const DEFAULT_CLIENT_SECRET: &str = "mdb_sa_sk_emulator-secret";
/// The public key of the default API key.
pub const DEFAULT_PUBLIC_KEY: &str = "emulator";
/// The private key of the default API key.
pub const DEFAULT_PRIVATE_KEY: &str = "8f7b3c52-emulator-private-key";

/// Headers to add to a response.
pub(crate) type Headers = Vec<(HeaderName, String)>;

/// The name and the secret of a service account or an API key.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) secret: String,
}

impl Pair {
    pub(crate) fn new(name: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { name: name.into(), secret: secret.into() }
    }
}

/// A random number that makes the tokens and the plain nonces of a server differ from those of an earlier server.
#[derive(Debug)]
pub(crate) struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }
}

/// The credentials that the local Atlas accepts.
#[derive(Debug)]
pub(crate) struct Access {
    /// The bearer token that never expires.
    pub(crate) token: String,
    pub(crate) tokens: Tokens,
    pub(crate) digest: DigestServer,
}

impl Access {
    /// Rejects a request if the fault applies to the request's kind of credentials.
    /// [`Fault::HostileChallenge`] also applies to a request without a valid `Authorization` header.
    /// [`Fault::RevokedToken`] and [`Fault::ExpiredToken`] also revoke the token.
    pub(crate) fn withdraw(
        &self,
        fault: &Fault,
        request: &RecordedRequest,
    ) -> Result<(), ApiError> {
        let revoke = |token: &str, detail| {
            self.tokens.revoke(token);
            Err(invalid_token(detail))
        };
        match (fault, Authorization::read(&request.headers)) {
            (Fault::RevokedToken, Ok(Authorization::Bearer(token))) => {
                revoke(token, "The bearer token was revoked.")
            }
            (Fault::ExpiredToken, Ok(Authorization::Bearer(token))) => {
                revoke(token, "The bearer token has expired.")
            }
            (Fault::StaleNonce, Ok(Authorization::Digest(_))) => {
                Err(self.digest.challenge("The nonce is stale.", true))
            }
            (Fault::HostileChallenge, Ok(Authorization::Digest(_))) => {
                Err(self.digest.hostile_challenge(true))
            }
            (Fault::HostileChallenge, Err(_)) => Err(self.digest.hostile_challenge(false)),
            _ => Ok(()),
        }
    }

    /// Checks the credentials of a request. Returns the headers to add to the response.
    pub(crate) fn check(&self, request: &RecordedRequest) -> Result<Headers, ApiError> {
        match Authorization::read(&request.headers) {
            Ok(Authorization::Bearer(token)) if token == self.token || self.tokens.has(token) => {
                Ok(Headers::new())
            }
            Ok(Authorization::Bearer(_)) => {
                Err(invalid_token("The bearer token is unknown, revoked or expired."))
            }
            Ok(Authorization::Digest(answer)) => self.digest.check(&answer, request),
            Ok(Authorization::Basic(_)) => {
                Err(self.digest.challenge("Only the token endpoints accept HTTP Basic.", false))
            }
            Err(problem) => Err(self.digest.challenge(&problem, false)),
        }
    }
}

/// Creates the error for an unknown, revoked or expired token (RFC 6750, section 3.1).
fn invalid_token(detail: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "USER_UNAUTHORIZED", detail)
        .header(header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)
}

/// Returns the first value of a header if it is visible ASCII.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
