//! The credentials that a client currently uses.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::Url;

use super::{Authenticator, Credentials};
use crate::Error;

/// The credentials of a client and its clones, which can be replaced while calls are running.
pub(crate) struct CurrentCredentials {
    /// Calls in progress keep the authenticator that they have used, so no state of replaced credentials, such as a
    /// token, reaches the authenticator of the new ones.
    authenticator: RwLock<Arc<Authenticator>>,
    base_url: Url,
    token_timeout: Duration,
}

impl CurrentCredentials {
    /// Prepares the first credentials. See [`Authenticator::new`] for the arguments.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the credentials cannot be used.
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &Url,
        token_timeout: Duration,
    ) -> Result<Self, Error> {
        let authenticator = Authenticator::new(credentials, base_url, token_timeout)?;
        let authenticator = RwLock::new(Arc::new(authenticator));
        Ok(Self { authenticator, base_url: base_url.clone(), token_timeout })
    }

    /// Replaces the credentials.
    ///
    /// # Errors
    /// Returns [`Error::Config`] and keeps the current credentials if the new ones cannot be used.
    pub(crate) fn replace(&self, credentials: Credentials) -> Result<(), Error> {
        let next = Authenticator::new(credentials, &self.base_url, self.token_timeout)?;
        *self.authenticator.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
    }

    pub(crate) fn authenticator(&self) -> Arc<Authenticator> {
        Arc::clone(&self.authenticator.read().unwrap_or_else(PoisonError::into_inner))
    }
}
