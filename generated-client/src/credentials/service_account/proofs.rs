//! The tokens that one call carries.

use reqwest::header::HeaderValue;
use tokio::time::Instant;

use super::super::AccessToken;
use super::super::header::bearer;
use super::super::verdict::Verdict;
use super::ServiceAccount;
use crate::Error;

/// The tokens of one call: the one at hand, and one more if the server refuses that.
pub(crate) struct TokenProofs<'a> {
    account: &'a ServiceAccount,
    sent: Option<AccessToken>,
    refused: Option<AccessToken>,
}

impl<'a> TokenProofs<'a> {
    pub(crate) const fn new(account: &'a ServiceAccount) -> Self {
        Self { account, sent: None, refused: None }
    }

    pub(crate) async fn authorization(
        &mut self,
        http: &reqwest::Client,
        deadline: Option<Instant>,
    ) -> Result<HeaderValue, Error> {
        let token = self.account.token(http, deadline, self.refused.as_ref()).await?;
        let value = bearer(token.secret());
        self.sent = Some(token);
        value
    }

    /// A token may have been revoked, or have expired under way; a second one that is refused tells
    /// of something else.
    pub(crate) fn refused(&mut self) -> Verdict {
        if self.refused.is_some() {
            return Verdict::Final;
        }
        self.refused = self.sent.take();
        Verdict::SendAgain
    }
}
