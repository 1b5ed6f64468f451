//! Access to the token of a client.

use super::AccessToken;
use crate::{Client, Error};

impl Client {
    /// Returns the token that calls of this client carry. Fetches or renews it first if necessary.
    ///
    /// Pass it to [`Credentials::with_token`](crate::Credentials::with_token) of another client, so that short-lived
    /// programs share one.
    ///
    /// # Errors
    /// [`Error::Config`] if the credentials request no tokens; [`Error::Authentication`] if the server issues none.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        let account = self.authenticator().account().ok_or_else(|| {
            Error::config("only a client with the id and the secret of an OAuth client requests tokens")
        })?;
        account.token(self.transport(), self.deadline(), None).await
    }
}
