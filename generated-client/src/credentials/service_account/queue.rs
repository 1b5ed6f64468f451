//! The queue for the token endpoint: one request at a time.

use std::time::Duration;

use tokio::time::Instant;

use super::super::AccessToken;
use super::failure::Failure;

/// The wait after a 429 without `Retry-After`. The endpoint issues at most 10 tokens a minute.
const PAUSE: Duration = Duration::from_secs(6);

/// The minimum wait after a 429.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The maximum wait after a 429. Without a maximum, adding the wait to the current time could overflow.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// The result of the last request, for the waiting calls.
#[derive(Default)]
pub(super) struct Queue {
    /// The reason why the last request failed, if it did.
    failure: Option<Failure>,
    /// The time when the endpoint accepts requests again, if it returned 429.
    not_before: Option<Instant>,
}

impl Queue {
    pub(super) const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Records the result of a request for the waiting calls.
    pub(super) fn record(&mut self, issued: &Result<AccessToken, Failure>) {
        self.failure = issued.as_ref().err().cloned();
        self.not_before = self.failure.as_ref().filter(|it| it.is_rate_limited()).map(|it| {
            Instant::now() + it.retry_after().unwrap_or(PAUSE).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
        });
    }

    /// Waits until the endpoint accepts requests again. If a call is dropped while it waits, the
    /// next call waits for the remaining time.
    ///
    /// # Errors
    /// Returns the last failure, which was a 429, if the wait would exceed `deadline`.
    pub(super) async fn wait(&mut self, deadline: Option<Instant>) -> Result<(), Failure> {
        let Some(time) = self.not_before else { return Ok(()) };
        if time > Instant::now() && deadline.is_some_and(|deadline| time > deadline) {
            if let Some(failure) = &self.failure {
                return Err(failure.clone());
            }
        }
        tokio::time::sleep_until(time).await;
        self.not_before = None;
        Ok(())
    }
}
