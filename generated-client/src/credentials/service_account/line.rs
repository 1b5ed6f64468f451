//! Asking for a token, one call at a time.

use std::time::Duration;

use tokio::time::Instant;

use super::super::AccessToken;
use super::failure::Failure;

/// How long to wait where the endpoint does not say, for it gives at most 10 tokens a minute.
const PAUSE: Duration = Duration::from_secs(6);

/// How long to wait at least, whatever the endpoint says.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// What those who ask for a token one after the other tell each other.
#[derive(Default)]
pub(super) struct Line {
    /// Why the last one was given none.
    failure: Option<Failure>,
    /// The endpoint has asked to wait until then.
    not_before: Option<Instant>,
}

impl Line {
    pub(super) const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Keeps what the endpoint has said for those behind.
    pub(super) fn hear(&mut self, issued: &Result<AccessToken, Failure>) {
        self.failure = issued.as_ref().err().cloned();
        self.not_before = self.failure.as_ref().filter(|it| it.asks_to_wait()).and_then(|it| {
            Instant::now().checked_add(it.retry_after().unwrap_or(PAUSE).max(SHORTEST_PAUSE))
        });
    }

    /// Waits until the endpoint may be asked. A call that is dropped meanwhile leaves the time to
    /// the next one.
    ///
    /// # Errors
    /// The endpoint's refusal, if that would last beyond `deadline`.
    pub(super) async fn wait(&mut self, deadline: Option<Instant>) -> Result<(), Failure> {
        let Some(time) = self.not_before else { return Ok(()) };
        if let Some(failure) = &self.failure
            && time > Instant::now()
            && deadline.is_some_and(|deadline| time > deadline)
        {
            return Err(failure.clone());
        }
        tokio::time::sleep_until(time).await;
        self.not_before = None;
        Ok(())
    }
}
