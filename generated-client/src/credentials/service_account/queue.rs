//! The queue for the token endpoint: one request at a time.

use std::time::Duration;

use tokio::time::Instant;

use super::super::AccessToken;
use super::failure::Failure;

/// The wait after a 429 without `Retry-After`. It suits an endpoint that allows 10 requests a minute.
const PAUSE: Duration = Duration::from_secs(6);

/// The minimum wait after a 429.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The maximum wait after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// The result of the last request, for the waiting calls.
#[derive(Default)]
pub(super) struct Queue {
    /// The reason why the last request failed, if it did, and the time of the failure.
    last: Option<(Failure, Instant)>,
}

impl Queue {
    /// Records the result of a request for the waiting calls.
    pub(super) fn record(&mut self, issued: &Result<AccessToken, Failure>) {
        self.last = issued.as_ref().err().map(|failure| (failure.clone(), Instant::now()));
    }

    /// Returns the failure of the last request, unless it was a 429. After a 429, each call decides for itself whether
    /// it has enough time to wait.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.last.as_ref().map(|(failure, _)| failure).filter(|it| !it.is_rate_limited())
    }

    /// Returns the last failure and the remaining wait, if the wait that the server asked for has not ended. After a
    /// 429 without `Retry-After`, the wait is [`PAUSE`].
    pub(super) fn limit(&self) -> Option<(Failure, Duration)> {
        let (failure, time) = self.last.as_ref()?;
        let pause = if failure.is_rate_limited() {
            failure.retry_after().unwrap_or(PAUSE).max(SHORTEST_PAUSE)
        } else {
            failure.retry_after().filter(|_| failure.is_transient())?
        };
        let passed = time.elapsed();
        let left = pause.min(LONGEST_PAUSE).checked_sub(passed).filter(|left| !left.is_zero())?;
        Some((failure.clone().later(passed), left))
    }
}
