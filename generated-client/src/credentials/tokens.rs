//! Access to the token of a service account.

use std::sync::Arc;

use super::service_account::ServiceAccount;
use super::{AccessToken, Authenticator};
use crate::{Client, Error};

impl Client {
    /// Returns the current token of this client's service account. Fetches or renews the token first if necessary.
    ///
    /// To use the token in another client, pass it to [`Credentials::with_token`](crate::Credentials::with_token).
    /// Short-lived programs should share a token, because Atlas [limits](crate::docs::credentials#service-account) the
    /// requests for tokens.
    ///
    /// This method is cancel safe: if the future is dropped, a request for a token continues until its timeout, and later
    /// calls use its token.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the client has no service account. Returns [`Error::Authentication`] or
    /// [`Error::Tls`] if no token can be obtained. Returns [`Error::TimedOut`] if the operation timeout expires.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        let deadline = self.deadline();
        let token = async {
            loop {
                let authenticator = self.authenticator();
                let account = service_account(&authenticator)?;
                let token = account.token(self.transport(), deadline, None);
                if let Some(token) = self.unless_replaced(&authenticator, token).await {
                    return token;
                }
            }
        };
        self.limited("issueToken", token).await
    }

    /// Revokes the current token, so that Atlas no longer accepts it. Sends nothing if the client has no token.
    ///
    /// The client remains usable: the next call fetches a new token. After
    /// [`set_credentials`](Self::set_credentials), this method applies to the new credentials, so revoke the token of
    /// the old ones before.
    ///
    /// If the future is dropped, Atlas may have revoked the token nevertheless. You can always call this method again.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the client has no service account. Returns [`Error::Authentication`] or
    /// [`Error::Tls`] if Atlas does not revoke the token. Returns [`Error::TimedOut`] if the operation timeout expires.
    /// After an error, the client keeps the token. If there was no response, Atlas may have revoked the token
    /// nevertheless. You can always call this method again.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        let authenticator = self.authenticator();
        let account = service_account(&authenticator)?;
        self.limited("revokeToken", account.revoke(self.transport())).await
    }
}

fn service_account(authenticator: &Authenticator) -> Result<&Arc<ServiceAccount>, Error> {
    match authenticator {
        Authenticator::ServiceAccount(account) => Ok(account),
        Authenticator::AccessToken { .. } | Authenticator::ApiKey(_) => Err(Error::config(
            "this client has no service account: create it with `Credentials::service_account`",
        )),
    }
}
