//! Access to the token of a client.

use super::AccessToken;
use crate::{Client, Error};

impl Client {
    /// Returns the current access token of this client. Fetches or renews the token first if necessary.
    ///
    /// To use the token in another client, pass it to [`Credentials::with_token`](crate::Credentials::with_token).
    /// Short-lived programs should share a token, because a server may limit how many it issues.
    ///
    /// This method is cancel safe: if the future is dropped, a request for a token continues until its timeout, and later
    /// calls use its token.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the client has no OAuth 2.0 client credentials. Returns [`Error::Authentication`]
    /// if the server issues no token. Returns [`Error::TimedOut`] if the operation timeout expires.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        let deadline = self.deadline();
        let token = async {
            loop {
                let authenticator = self.authenticator();
                let account = authenticator.account().ok_or_else(|| {
                    Error::config("this client has no OAuth client credentials: create it with a client id and a client secret")
                })?;
                let token = account.token(self.transport(), deadline, None);
                if let Some(token) = self.unless_replaced(&authenticator, token).await {
                    return token;
                }
            }
        };
        self.limited("issueToken", token).await
    }
}
