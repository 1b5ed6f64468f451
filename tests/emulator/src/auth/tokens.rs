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
    /// The maximum number of tokens issued within a period, and the period. `None` for no limit.
    pub(crate) limit: Option<(usize, Duration)>,
    /// The maximum number of valid tokens.
    pub(crate) live_limit: usize,
    /// The delay before each response.
    pub(crate) delay: Duration,
}

/// The defaults are Atlas's: a lifetime of one hour, 10 tokens per minute, and 100 valid tokens.
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

/// The reason why no token is issued.
#[derive(Debug)]
pub(crate) enum NoToken {
    /// Too many tokens were issued recently. The next token is available after the given time.
    TooSoon(Duration),
    /// Too many tokens are valid.
    TooMany,
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
    /// The times at which tokens were issued within the period of the limit.
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

    /// Issues a token, unless a limit is reached.
    pub(crate) fn issue(&self) -> Result<String, NoToken> {
        let mut state = self.state();
        let now = Instant::now();
        if let Some((count, time)) = self.rules.limit {
            state.recent.retain(|issued| now.duration_since(*issued) < time);
            if state.recent.len() >= count {
                let first = state.recent.front().copied().unwrap_or(now);
                let wait = time.saturating_sub(now.duration_since(first));
                return Err(NoToken::TooSoon(wait));
            }
        }
        state.good.retain(|_, expiry| now < *expiry);
        if state.good.len() >= self.rules.live_limit {
            return Err(NoToken::TooMany);
        }
        state.recent.push_back(now);
        state.issued += 1;
        let token = format!("emulator.issued-{}.{:016x}", state.issued, state.seed.0);
        state.good.insert(token.clone(), now + self.rules.lifetime);
        Ok(token)
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
