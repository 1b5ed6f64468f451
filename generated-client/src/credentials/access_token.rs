//! A token of a service account.

use std::fmt;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

/// A token that was issued to a service account, and when it expires.
///
/// `Debug` does not show the secret. To keep a token between the runs of a program, write what
/// [`expose_secret`](Self::expose_secret) and [`expires_at`](Self::expires_at) give to a place that
/// only its user can read, and make it again by [`new`](Self::new).
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
    expires_at: SystemTime,
}

impl AccessToken {
    /// A token as it was taken out before.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>, expires_at: SystemTime) -> Self {
        Self { secret: secret.into(), expires_at }
    }

    /// The secret itself: whoever has it can do what the service account can, until it expires.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// When Atlas no longer takes it.
    #[must_use]
    pub const fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// How long it is still good: zero once it has expired.
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
