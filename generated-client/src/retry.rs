//! The retry policy and the retry budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::StatusCode;

use crate::Error;

/// The policy for retries of transient failures.
///
/// Before each retry, the client waits for a random duration (*full jitter*) below a limit. The limit starts at
/// [`base_delay`](Self::base_delay) and doubles with each attempt, up to [`max_delay`](Self::max_delay). If the server
/// sends `Retry-After`, the client first waits for the time in this header. [The guide to limits](crate::docs::limits)
/// describes which requests are retried, and how a budget limits the number of retries during an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
}

impl RetryPolicy {
    /// Creates the default policy: at most 5 attempts, with waits of up to 0.5, 1, 2 and 4 seconds between them.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_attempts: 5,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
        }
    }

    /// Creates a policy without retries. After a 401, the client can still send the request again with a new token or
    /// digest, because the server did not carry it out. After a 429 from the token endpoint, the client still waits and
    /// requests a token again. With the `http2` feature, the HTTP library still repeats a request that the server has
    /// refused to process, up to twice.
    #[must_use]
    pub const fn none() -> Self {
        Self::new().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first. Defaults to 5; 0 is treated as 1.
    #[must_use]
    pub const fn max_attempts(mut self, count: u32) -> Self {
        self.max_attempts = count;
        self
    }

    /// Sets the upper limit of the first random wait. Defaults to 0.5 seconds.
    #[must_use]
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the upper limit of every random wait. Defaults to 20 seconds.
    #[must_use]
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Returns a random wait for the retry after the given number of attempts.
    fn backoff(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let span = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        // Without a source of randomness, the wait is the longest possible.
        let part = getrandom::u32().map_or(1.0, |part| f64::from(part) / f64::from(u32::MAX));
        Duration::try_from_secs_f64(span.as_secs_f64() * part).unwrap_or(span)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The retry policy of a client, and the budget that the client shares with all clients derived from it.
#[derive(Clone)]
pub(crate) struct Retries {
    pub(crate) policy: RetryPolicy,
    budget: Arc<Budget>,
}

/// A planned retry.
pub(crate) struct Retry<'a> {
    pub(crate) wait: Duration,
    /// The tokens that the retry takes from the budget. `None` if the server set the pace.
    reserved: Option<Reserved<'a>>,
}

impl Retry<'_> {
    /// Takes the tokens for the retry, which the call now sends. Returns their number.
    pub(crate) fn pay(self) -> Option<u32> {
        self.reserved.map(Reserved::spend)
    }
}

impl Retries {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self { policy, budget: Arc::new(Budget::full()) }
    }

    /// Plans the retry after `error`, which ended the last of `attempts` attempts. Returns `None` if no attempts are
    /// left, or if a retry would be useless, unsafe or over the budget. Also returns `None` if a retry would not fit
    /// into the time `left`.
    pub(crate) fn after(
        &self,
        error: &Error,
        is_idempotent: bool,
        attempts: u32,
        left: Duration,
    ) -> Option<Retry<'_>> {
        if attempts >= self.policy.max_attempts || !is_retryable(error, is_idempotent) {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        let wait = asked.saturating_add(self.policy.backoff(attempts));
        // If the remaining time is too short for the jitter, the retry waits without jitter.
        let wait = if wait < left { wait } else { asked };
        if wait >= left {
            return None;
        }
        let reserved = match cost(error) {
            Some(tokens) => Some(self.budget.reserve(tokens)?),
            None => None,
        };
        Some(Retry { wait, reserved })
    }

    /// Refills the budget after a call whose outcome shows that the server is available: a success, or a response that
    /// is not transient. Gives back `cost`, the number of tokens that the last retry with a cost took, or one token if
    /// no retry had a cost.
    pub(crate) fn refill<T>(&self, outcome: &Result<T, Error>, cost: Option<u32>) {
        let is_available = match outcome {
            Ok(_) => true,
            Err(error) => error.status().is_some() && !error.is_transient(),
        };
        if is_available {
            self.budget.give(cost.unwrap_or(1));
        }
    }
}

/// Returns whether a retry may succeed and is safe. A request that is not idempotent is retried only if the server
/// cannot have acted.
fn is_retryable(error: &Error, is_idempotent: bool) -> bool {
    // This error occurs only if the remaining operation timeout is shorter than the wait that the token endpoint
    // requires.
    let is_limit_of_tokens = matches!(error, Error::Authentication { .. })
        && error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
    let is_safe = is_idempotent || !error.may_have_been_carried_out();
    error.is_transient() && is_safe && !is_limit_of_tokens
}

/// Returns the number of tokens that a retry after `error` takes from the budget. A server that returns 429 with
/// `Retry-After` is available and determines when the client may retry. Such a retry is therefore free: otherwise, the
/// limit of one operation would prevent the retries of all others. A wait of zero sets no pace.
fn cost(error: &Error) -> Option<u32> {
    let is_throttled = error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
    if is_throttled && error.retry_after().is_some_and(|wait| !wait.is_zero()) {
        None
    } else if matches!(error, Error::TimedOut { .. }) {
        Some(Budget::TIMEOUT)
    } else {
        Some(Budget::RETRY)
    }
}

/// A token bucket for retries, which calls refill while the server is available. The bucket limits the load that
/// retries add to a server during a long outage.
struct Budget(AtomicU32);

impl Budget {
    const CAPACITY: u32 = 500;
    const RETRY: u32 = 5;
    /// The cost of a retry after a timeout. This cost is higher than `RETRY`, because a timeout occupies a connection
    /// and suggests overload.
    const TIMEOUT: u32 = 10;

    const fn full() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    /// Removes tokens for a retry. Returns `None` if there are too few.
    fn reserve(&self, tokens: u32) -> Option<Reserved<'_>> {
        let less = |old: u32| old.checked_sub(tokens);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok()?;
        Some(Reserved { budget: self, tokens })
    }

    fn give(&self, tokens: u32) {
        let more = |old: u32| Some(old.saturating_add(tokens).min(Self::CAPACITY));
        // The closure always returns `Some`, so the update cannot fail.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

/// The tokens for a retry that the call has not sent yet. They go back to the budget if the call is dropped first.
struct Reserved<'a> {
    budget: &'a Budget,
    tokens: u32,
}

impl Reserved<'_> {
    fn spend(mut self) -> u32 {
        std::mem::take(&mut self.tokens)
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.budget.give(self.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeLimit;

    const MINUTE: Duration = Duration::from_secs(60);

    fn timed_out(limit: TimeLimit) -> Error {
        Error::timed_out("getThing", limit, MINUTE, false)
    }

    #[test]
    fn waits_are_random_up_to_a_limit_that_doubles_to_a_maximum() {
        let policy = RetryPolicy::new();
        for (attempts, span) in [(1, 500), (2, 1000), (3, 2000), (6, 16_000), (7, 20_000)] {
            let span = Duration::from_millis(span);
            let waits: Vec<_> = (0..500).map(|_| policy.backoff(attempts)).collect();
            assert!(waits.iter().all(|wait| *wait <= span), "after {attempts}");
            let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(*shortest < span / 10 && *longest > span * 9 / 10, "{shortest:?} {longest:?}");
        }
        assert!(policy.backoff(u32::MAX) <= Duration::from_secs(20));
        let endless = policy.base_delay(Duration::MAX).max_delay(Duration::MAX);
        // The longest delay does not overflow.
        endless.backoff(1);
    }

    #[test]
    fn a_retry_that_does_not_fit_the_remaining_time_is_not_made() {
        let retries = Retries::new(RetryPolicy::new().base_delay(MINUTE).max_delay(MINUTE));
        let error = timed_out(TimeLimit::Attempt);
        let retry = |left| retries.after(&error, true, 1, left);
        assert!(retry(2 * MINUTE).is_some());
        assert!(retry(Duration::ZERO).is_none());
        // Too little time for the jitter, but enough for the retry.
        assert!(retry(Duration::from_nanos(1)).is_some_and(|retry| retry.wait == Duration::ZERO));
    }

    #[test]
    fn an_empty_budget_stops_retries_until_calls_refill_it() {
        let retries = Retries::new(RetryPolicy::new());
        let error = timed_out(TimeLimit::Attempt);
        let retry = || retries.after(&error, true, 1, MINUTE)?.pay();
        let refill = |count, cost| (0..count).for_each(|_| retries.refill(&Ok(()), cost));
        let allowed = std::iter::from_fn(retry).count();
        assert_eq!(allowed, 50);
        refill(9, None);
        // No server has sent this error.
        retries.refill(&Err::<(), _>(Error::config("no TLS")), None);
        assert!(retry().is_none());
        refill(1, None);
        assert_eq!(retry(), Some(10));
        refill(1, Some(10));
        assert!(retry().is_some());
        refill(1000, None);
        assert_eq!(std::iter::from_fn(retry).count(), 50);
    }

    #[test]
    fn a_policy_without_retries_never_retries() {
        let retries = Retries::new(RetryPolicy::none());
        for limit in [TimeLimit::Connect, TimeLimit::Attempt] {
            assert!(retries.after(&timed_out(limit), true, 1, MINUTE).is_none());
        }
    }

    #[test]
    fn a_request_that_is_not_idempotent_is_retried_only_if_the_server_cannot_have_acted() {
        for (may_have_acted, post) in [(false, true), (true, false)] {
            let mut error = timed_out(TimeLimit::Attempt);
            if let Error::TimedOut { may_have_acted: it, .. } = &mut error {
                *it = may_have_acted;
            }
            assert_eq!(is_retryable(&error, false), post);
            assert!(is_retryable(&error, true));
        }
    }
}
