//! Taking the token of a service account out of a client, and giving it back to Atlas.

use super::service_account::ServiceAccount;
use super::{AccessToken, Authenticator};
use crate::{Client, Error};

impl Client {
    /// The token that calls of this client carry; it is fetched or renewed first if need be.
    ///
    /// Put back by [`Credentials::with_token`](crate::Credentials::with_token), it serves another
    /// client: programs that live shortly share one, for Atlas issues at most 10 a minute.
    ///
    /// # Errors
    /// [`Error::Config`] if the client has no service account; [`Error::Authentication`] if there
    /// is no token to be had.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        self.service_account()?.token(self.http(), self.deadline(), None).await
    }

    /// Gives the token back, so that nobody can use it any more. Without a token, nothing is sent.
    ///
    /// The client stays usable: its next call asks for another token.
    ///
    /// # Errors
    /// [`Error::Config`] if the client has no service account; [`Error::Authentication`] if Atlas
    /// did not take the token back. The client then still holds it.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        self.service_account()?.revoke(self.http()).await
    }

    fn service_account(&self) -> Result<&ServiceAccount, Error> {
        match self.authenticator() {
            Authenticator::ServiceAccount(account) => Ok(account),
            Authenticator::AccessToken(_) | Authenticator::ApiKey(_) => Err(Error::config(
                "only a client with the credentials of a service account has a token of its own",
            )),
        }
    }
}
