//! The access tokens of the service account.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::StatusCode;
use tokio::time::Instant;

use super::{Pair, Seed};

/// The configuration of the token endpoints.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) account: Pair,
    pub(crate) lifetime: Duration,
    /// The maximum number of requests for tokens within a period, and the period. `None` for no limit.
    pub(crate) limit: Option<(usize, Duration)>,
    /// The maximum number of valid tokens.
    pub(crate) live_limit: usize,
    /// The delay before each response.
    pub(crate) delay: Duration,
}

/// The defaults are documented for Atlas: a lifetime of one hour, 10 requests for tokens per minute, and 100 valid
/// tokens. The documentation of the vendor's Terraform provider gives both 10 and 50 requests per minute.
impl Default for Rules {
    fn default() -> Self {
        Self {
            account: Pair::new(super::DEFAULT_CLIENT_ID, super::DEFAULT_CLIENT_SECRET),
            lifetime: Duration::from_secs(3600),
            limit: Some((10, Duration::from_secs(60))),
            live_limit: 100,
            delay: Duration::ZERO,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) rules: Rules,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    seed: Seed,
    /// The number of issued tokens, which makes each token distinct.
    issued: usize,
    /// The times of the requests for tokens within the period of the limit.
    recent: VecDeque<Instant>,
    /// The tokens that are not revoked, each with its expiry.
    good: BTreeMap<String, Instant>,
    /// The number of requests that must still fail, and the status of their responses.
    faults: Option<(usize, StatusCode)>,
}

impl Tokens {
    pub(crate) fn new(rules: Rules) -> Self {
        Self { rules, state: Mutex::default() }
    }

    pub(crate) fn has(&self, token: &str) -> bool {
        self.state().good.get(token).is_some_and(|expiry| Instant::now() < *expiry)
    }

    /// Counts a request for a token. If the limit is reached, fails with the time until the next request is allowed.
    pub(crate) fn admit(&self) -> Result<(), Duration> {
        let Some((count, period)) = self.rules.limit else { return Ok(()) };
        let mut state = self.state();
        let now = Instant::now();
        state.recent.retain(|request| now.duration_since(*request) < period);
        if state.recent.len() < count {
            state.recent.push_back(now);
            return Ok(());
        }
        let first = state.recent.front().copied().unwrap_or(now);
        Err(period.saturating_sub(now.duration_since(first)))
    }

    /// Issues a token. Returns `None` if too many tokens are valid.
    pub(crate) fn issue(&self) -> Option<String> {
        let mut state = self.state();
        let now = Instant::now();
        state.good.retain(|_, expiry| now < *expiry);
        if state.good.len() >= self.rules.live_limit {
            return None;
        }
        state.issued += 1;
        let token = format!("emulator.issued-{}.{:016x}", state.issued, state.seed.0);
        state.good.insert(token.clone(), now + self.rules.lifetime);
        Some(token)
    }

    pub(crate) fn revoke(&self, token: &str) {
        self.state().good.remove(token);
    }

    pub(crate) fn revoke_all(&self) {
        self.state().good.clear();
    }

    pub(crate) fn fail_next(&self, count: usize, status: StatusCode) {
        self.state().faults = Some((count, status));
    }

    /// Takes the next queued failure and returns its status. Returns `None` if no failure is left.
    pub(crate) fn fault(&self) -> Option<StatusCode> {
        let mut state = self.state();
        let (left, status) = state.faults.take()?;
        let left = left.checked_sub(1)?;
        state.faults = Some((left, status));
        Some(status)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
