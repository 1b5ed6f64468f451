//! The tokens that one call sends.

use std::sync::Arc;

use reqwest::StatusCode;
use reqwest::header::HeaderValue;

use super::super::AccessToken;
use super::super::header::bearer;
use super::super::next_step::NextStep;
use super::ServiceAccount;
use crate::Error;
use crate::time_limits::Deadline;
use crate::transport::Transport;

/// The tokens of one call. Each attempt sends the current token, and one other token if the server rejects it.
pub(crate) struct TokenAuth {
    account: Arc<ServiceAccount>,
    /// The token of the last or the next request.
    current: Option<AccessToken>,
    rejected: Option<AccessToken>,
    /// Whether the server has already rejected a token in this attempt.
    is_retried: bool,
}

impl TokenAuth {
    pub(crate) fn new(account: &Arc<ServiceAccount>) -> Self {
        Self { account: Arc::clone(account), current: None, rejected: None, is_retried: false }
    }

    /// Starts an attempt of the call. The server can revoke a token while the call waits for a retry, so each attempt
    /// can replace a token.
    pub(crate) const fn begin_attempt(&mut self) {
        self.is_retried = false;
    }

    /// Obtains the token of the next request.
    pub(crate) async fn prepare(
        &mut self,
        transport: &Transport,
        deadline: Deadline,
    ) -> Result<(), Error> {
        let token = self.account.token(transport, deadline, self.rejected.as_ref()).await?;
        self.current = Some(token);
        Ok(())
    }

    /// Returns the header with the token.
    pub(crate) fn authorization(&self) -> Result<Option<HeaderValue>, Error> {
        self.current.as_ref().map(|token| bearer(token.secret())).transpose()
    }

    /// Decides what to do with a response. After a 401, retries once per attempt with a different token, if the call
    /// can get one. The rejected token may have been revoked or have expired in transit. A second 401 has a different
    /// cause. If the request cannot be repeated, the next call gets a different token.
    pub(crate) fn on_response(
        &mut self,
        response: &reqwest::Response,
        is_repeatable: bool,
    ) -> NextStep {
        if response.status() != StatusCode::UNAUTHORIZED || self.is_retried {
            return NextStep::UseResponse;
        }
        let Some(token) = self.current.take().filter(|token| self.account.can_replace(token))
        else {
            return NextStep::UseResponse;
        };
        if !is_repeatable {
            self.account.discard(&token);
            return NextStep::UseResponse;
        }
        self.rejected = Some(token);
        self.is_retried = true;
        NextStep::SendAgain
    }
}
