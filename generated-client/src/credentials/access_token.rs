//! An access token of a service account.

use std::fmt;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

/// An access token that was issued to a service account, with its expiry.
///
/// `Debug` does not show the secret. To keep a token between runs of a program, store
/// [`expose_secret`](Self::expose_secret) and [`expires_at`](Self::expires_at) where only the program's user can read
/// them. The next run passes both values to [`new`](Self::new).
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
    expires_at: SystemTime,
}

impl AccessToken {
    /// Creates a token from its secret and its expiry.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>, expires_at: SystemTime) -> Self {
        Self { secret: secret.into(), expires_at }
    }

    /// Returns the secret. Anyone who has the secret can act as the service account until the token expires.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Returns the time when the token expires.
    #[must_use]
    pub const fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Returns the time until the token expires, or zero if it has expired.
    pub(super) fn lifetime(&self) -> Duration {
        self.expires_at.duration_since(SystemTime::now()).unwrap_or_default()
    }

    pub(super) const fn secret(&self) -> &SecretString {
        &self.secret
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
