//! A service account: one token for all calls, renewed before it expires.

mod endpoint;
mod failure;
pub(super) mod provider;
mod queue;
mod token_auth;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use self::endpoint::Endpoint;
pub(super) use self::endpoint::OauthClient;
use self::failure::Failure;
use self::queue::Queue;
pub(super) use self::token_auth::TokenAuth;
use super::AccessToken;
use crate::Error;
use crate::time_limits::Deadline;
use crate::transport::Transport;

/// The time before expiry at which a token is renewed, so that the token does not expire during a request. A token that
/// was issued for less than ten minutes is renewed in the last tenth of its lifetime.
const MARGIN: Duration = Duration::from_secs(60);

/// The maximum time that a call waits for the renewal of a token that is still valid.
const EARLY_LIMIT: Duration = Duration::from_secs(10);

/// The pause between a failed renewal and the next one, while the token is still valid.
const EARLY_PAUSE: Duration = Duration::from_secs(10);

/// The pause after the client has replaced a rejected token. During the pause, a 401 does not replace the new token. A
/// 401 can also mean that the account lacks a role. Without the pause, each call that lacks a role would use up one of
/// the few tokens that a server may issue.
const REPLACEMENT_PAUSE: Duration = Duration::from_secs(5 * 60);

/// The pause after the server has refused to replace a rejected token. Without the pause, each call that lacks a role
/// would fail with this refusal instead of its own 401. After a 429, the pause is the wait that the server asked for.
/// After any other transient failure, there is no pause, because the rejected token may have been revoked, and the next
/// request for a token may succeed.
const REFUSAL_PAUSE: Duration = Duration::from_secs(10);

/// The number of earlier tokens that are still redacted, because calls in progress may carry them.
const MAX_EARLIER: usize = 10;

/// The service account of one client, with its tokens.
pub(crate) struct ServiceAccount {
    endpoint: Endpoint,
    tokens: Mutex<Tokens>,
    /// Allows only one request for a token at a time, so that waiting calls share its response.
    queue: Arc<tokio::sync::Mutex<Queue>>,
    /// The number of finished requests for tokens. If the number changes while a call waits, the call shares the
    /// failure of the last request, if that request failed. However, calls do not share a 429.
    served: AtomicU64,
}

/// The tokens of the account.
#[derive(Default)]
struct Tokens {
    current: Option<Held>,
    /// The most recent of the earlier tokens, with the oldest first.
    earlier: VecDeque<AccessToken>,
    /// The time until which a rejected token is not replaced.
    kept_until: Option<Instant>,
}

impl Tokens {
    fn replace(&mut self, next: Option<AccessToken>) {
        let last = std::mem::replace(&mut self.current, next.map(Held::issued));
        self.earlier.extend(last.map(|held| held.token));
        if self.earlier.len() > MAX_EARLIER {
            self.earlier.pop_front();
        }
    }

    /// Stores the result of a request for a token.
    fn record(&mut self, issued: &Result<AccessToken, Failure>, is_replacement: bool) {
        let pause = match issued {
            Ok(token) => {
                self.replace(Some(token.clone()));
                Some(REPLACEMENT_PAUSE)
            }
            Err(failure) => {
                if let Some(held) = &mut self.current {
                    held.postponed_until = Instant::now().checked_add(EARLY_PAUSE);
                }
                (!failure.is_transient()).then_some(REFUSAL_PAUSE)
            }
        };
        if let Some(pause) = pause.filter(|_| is_replacement) {
            self.keep_for(pause);
        }
    }

    /// Starts a pause in which a rejected token is not replaced.
    fn keep_for(&mut self, pause: Duration) {
        self.kept_until = Instant::now().checked_add(pause);
    }
}

/// A token, and the data that determines when to renew it.
#[derive(Clone)]
struct Held {
    token: AccessToken,
    since: Instant,
    /// The remaining lifetime when the client received the token.
    lifetime: Duration,
    /// The time before expiry at which to renew the token.
    margin: Duration,
    /// The earliest time of the next renewal, if the last renewal failed.
    postponed_until: Option<Instant>,
}

impl Held {
    /// Creates the data of a token from the caller, whose original lifetime is unknown.
    fn loaded(token: AccessToken) -> Self {
        let lifetime = token.lifetime();
        let since = Instant::now();
        Self { token, since, lifetime, margin: MARGIN, postponed_until: None }
    }

    /// Creates the data of a token that the server has just issued.
    fn issued(token: AccessToken) -> Self {
        let held = Self::loaded(token);
        Self { margin: MARGIN.min(held.lifetime / 10), ..held }
    }

    /// Returns the remaining lifetime, which is the shorter of the lifetimes according to two clocks. The system time
    /// can be set back, and the monotonic clock stops while the machine sleeps.
    fn left(&self) -> Duration {
        self.token.lifetime().min(self.lifetime.saturating_sub(self.since.elapsed()))
    }

    fn is_fresh(&self) -> bool {
        self.left() > self.margin || self.postponed_until.is_some_and(|time| Instant::now() < time)
    }
}

impl ServiceAccount {
    /// Creates a service account that uses `token`, if there is one, until the token has to be renewed.
    pub(super) fn new(client: OauthClient, token: Option<AccessToken>) -> Self {
        let tokens = Tokens { current: token.map(Held::loaded), ..Tokens::default() };
        Self {
            endpoint: Endpoint::new(client),
            tokens: Mutex::new(tokens),
            queue: Arc::default(),
            served: AtomicU64::new(0),
        }
    }

    /// Returns a valid token. If the server has rejected a token, returns a different one. Futures of rare cases are
    /// boxed, so that they do not enlarge the future of every call.
    pub(super) async fn token(
        self: &Arc<Self>,
        transport: &Transport,
        deadline: Deadline,
        rejected: Option<&AccessToken>,
    ) -> Result<AccessToken, Error> {
        match self.held(rejected) {
            Some(held) if held.is_fresh() => Ok(held.token),
            Some(held) => Ok(Box::pin(self.renew_early(transport, deadline, held.token)).await),
            None => Box::pin(self.fetch(transport, deadline, rejected)).await,
        }
    }

    /// Returns whether a call whose token was rejected can get a different token.
    pub(super) fn can_replace(&self, rejected: &AccessToken) -> bool {
        let tokens = self.tokens();
        let is_current = tokens.current.as_ref().is_some_and(|held| held.token.is(rejected));
        !is_current || tokens.kept_until.is_none_or(|time| Instant::now() >= time)
    }

    /// Stops using a token that the server has rejected. This also starts the [`REPLACEMENT_PAUSE`].
    fn discard(&self, rejected: &AccessToken) {
        let mut tokens = self.tokens();
        if tokens.current.as_ref().is_some_and(|held| held.token.is(rejected)) {
            tokens.replace(None);
            tokens.keep_for(REPLACEMENT_PAUSE);
        }
    }

    #[allow(dead_code, reason = "not every API documents how to revoke a token")]
    pub(super) async fn revoke(&self, transport: &Transport) -> Result<(), Error> {
        let _turn = self.queue.lock().await;
        let Some(held) = self.tokens().current.clone() else { return Ok(()) };
        // If the response is lost, the server may have revoked the token, so the next 401 replaces it without a pause.
        self.tokens().kept_until = None;
        self.endpoint
            .revoke(transport, &held.token)
            .await
            .map_err(|failure| failure.redacted(&self.secrets()))?;
        self.tokens().replace(None);
        Ok(())
    }

    /// Returns the secrets that a server may echo: those of the client, the current token and earlier ones.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        let tokens = self.tokens();
        let current = tokens.current.as_ref().map(|held| &held.token);
        let all = current.into_iter().chain(&tokens.earlier).map(|token| token.secret().clone());
        self.endpoint.secrets().chain(all).collect()
    }

    /// Returns the current token, if it is valid and the server has not rejected it.
    fn held(&self, rejected: Option<&AccessToken>) -> Option<Held> {
        let held = self.tokens().current.clone()?;
        let is_valid = !held.left().is_zero();
        let is_other = rejected.is_none_or(|rejected| !rejected.is(&held.token));
        (is_valid && is_other).then_some(held)
    }

    /// Renews `token`, which is still valid, so a failure does not fail the call. If another call is already renewing
    /// the token, or if the endpoint asked for a wait, returns `token` immediately. Leaves the call at least half of
    /// the time until `deadline`.
    async fn renew_early(
        self: &Arc<Self>,
        transport: &Transport,
        deadline: Deadline,
        token: AccessToken,
    ) -> AccessToken {
        let Ok(queue) = Arc::clone(&self.queue).try_lock_owned() else { return token };
        if queue.limit().is_some() {
            return token;
        }
        if let Some(held) = self.held(None).filter(Held::is_fresh) {
            return held.token;
        }
        let limit = (deadline.left() / 2).min(EARLY_LIMIT);
        let request = self.request_token(transport, queue, false);
        let problem = match tokio::time::timeout(limit, request).await {
            Ok(Ok(token)) => return token,
            Ok(Err(failure)) => failure.to_string(),
            Err(_) => format!("no response from the token endpoint within {limit:?}"),
        };
        tracing::warn!(%problem, "cannot renew the token yet; the current one is still valid");
        token
    }

    /// Requests a token, or waits for the result of a call that is already requesting a token. After a 429, waits and
    /// requests a token again, unless the wait would exceed `deadline`. The wait does not occupy the queue, because
    /// other calls may have an earlier deadline. After any other transient failure with a `Retry-After`, returns this
    /// failure until the wait has passed.
    ///
    /// A call whose token was rejected does not wait after a 429, because the cause can be a missing role. It receives
    /// the same token again until the token expires, so the call fails with its own 401. No call replaces the token
    /// until the wait has passed.
    async fn fetch(
        self: &Arc<Self>,
        transport: &Transport,
        deadline: Deadline,
        rejected: Option<&AccessToken>,
    ) -> Result<AccessToken, Error> {
        let served = self.served.load(Ordering::Acquire);
        loop {
            let queue = Arc::clone(&self.queue).lock_owned().await;
            if let Some(held) = self.held(rejected) {
                return Ok(held.token);
            }
            if let Some((failure, wait)) = queue.limit() {
                drop(queue);
                if !failure.is_rate_limited() {
                    return Err(failure.into());
                }
                if let Some(rejected) = self.held(None) {
                    self.tokens().keep_for(wait);
                    return Ok(rejected.token);
                }
                if wait > deadline.left() {
                    return Err(failure.into());
                }
                tokio::time::sleep(wait).await;
                continue;
            }
            match queue.failure() {
                Some(failure) if self.served.load(Ordering::Acquire) != served => {
                    return Err(failure.clone().into());
                }
                _ => {}
            }
            match self.request_token(transport, queue, rejected.is_some()).await {
                Err(failure) if failure.is_rate_limited() => {}
                issued => return Ok(issued?),
            }
        }
    }

    /// Requests a token and makes the result available to other calls. The request runs in a task and continues if the
    /// call is dropped or times out, because the server may already be issuing the token. The task keeps the account
    /// and the connections in use until the timeout of the request at the latest. It does not run in the span of the
    /// call, because it would keep the span open.
    async fn request_token(
        self: &Arc<Self>,
        transport: &Transport,
        mut queue: OwnedMutexGuard<Queue>,
        is_replacement: bool,
    ) -> Result<AccessToken, Failure> {
        let (account, transport) = (Arc::clone(self), transport.clone());
        let request = async move {
            let issued = account.endpoint.issue(&transport).await;
            let issued = issued.map_err(|failure| failure.redacted(&account.secrets()));
            if let Ok(token) = &issued {
                let lifetime = token.lifetime().as_secs();
                tracing::debug!(lifetime, "received a token for the service account");
            }
            account.tokens().record(&issued, is_replacement);
            queue.record(&issued);
            account.served.fetch_add(1, Ordering::Release);
            issued
        };
        tokio::spawn(request).await.map_err(|error| self.endpoint.interrupted(error))?
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn a_token_expires_as_soon_as_one_of_the_clocks_says_so() {
        const HOUR: Duration = Duration::from_secs(3600);
        let held = |expires_at, lifetime| {
            let token = AccessToken::new("token", expires_at);
            Held { lifetime, ..Held::loaded(token) }
        };
        let later = SystemTime::now() + HOUR;
        assert!(!held(later, HOUR).left().is_zero());
        assert!(held(later, Duration::ZERO).left().is_zero());
        assert!(held(SystemTime::UNIX_EPOCH, HOUR).left().is_zero());
    }
}
