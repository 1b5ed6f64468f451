//! The credentials that a client currently uses.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use reqwest::Url;
use tokio::sync::watch;

use super::{Authenticator, Credentials};
use crate::Error;

/// The credentials of a client and its clones, which can be replaced while calls are running.
pub(crate) struct CurrentCredentials {
    /// Calls in progress keep the authenticator that they have used, so no state of replaced credentials, such as a
    /// token, reaches the authenticator of the new ones.
    authenticator: watch::Sender<Arc<Authenticator>>,
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
        let authenticator = watch::Sender::new(Arc::new(authenticator));
        Ok(Self { authenticator, base_url: base_url.clone(), token_timeout })
    }

    /// Replaces the credentials.
    ///
    /// # Errors
    /// Returns [`Error::Config`] and keeps the current credentials if the new ones cannot be used.
    pub(crate) fn replace(&self, credentials: Credentials) -> Result<(), Error> {
        let next = Authenticator::new(credentials, &self.base_url, self.token_timeout)?;
        self.authenticator.send_replace(Arc::new(next));
        Ok(())
    }

    pub(crate) fn authenticator(&self) -> Arc<Authenticator> {
        Arc::clone(&self.authenticator.borrow())
    }

    /// Awaits `part` of a call that uses `authenticator`. Returns `None` as soon as other credentials replace it.
    pub(crate) async fn unless_replaced<T>(
        &self,
        authenticator: &Arc<Authenticator>,
        part: impl Future<Output = T>,
    ) -> Option<T> {
        let mut current = self.authenticator.subscribe();
        let replaced = pin!(current.wait_for(|it| !Arc::ptr_eq(it, authenticator)));
        match select(replaced, pin!(part)).await {
            Either::Left(_) => None,
            Either::Right((output, _)) => Some(output),
        }
    }
}
