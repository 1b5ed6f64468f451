//! A service account: one token for all calls, renewed before it expires.

mod endpoint;
mod failure;
mod line;
mod proofs;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use tokio::time::Instant;

use self::endpoint::Endpoint;
use self::failure::Failure;
use self::line::Line;
pub(super) use self::proofs::TokenProofs;
use super::AccessToken;
use super::header::redact;
use crate::Error;

/// A token is renewed this long before it expires, or in the last tenth of its life where that is
/// shorter, so that no request is under way with it when it does.
const MARGIN: Duration = Duration::from_secs(60);

/// How long the renewal of a token that is still good may hold a call up.
const EARLY_LIMIT: Duration = Duration::from_secs(10);

/// How long a token that is still good is used after its renewal failed, before the next try.
const EARLY_PAUSE: Duration = Duration::from_secs(10);

/// The service account of one client, with its token.
pub(crate) struct ServiceAccount {
    endpoint: Endpoint,
    tokens: Mutex<Tokens>,
    /// Whoever asks for a token stands in this line, so that all wait for one answer.
    line: tokio::sync::Mutex<Line>,
    /// How many answers there were: whoever sees it change while in line has been served.
    served: AtomicU64,
}

/// What the account was given.
#[derive(Default)]
struct Tokens {
    current: Option<Held>,
    /// Calls under way may still carry it, so that it must be redacted.
    previous: Option<AccessToken>,
}

/// A token with the time from which on it ought to be renewed.
#[derive(Clone)]
struct Held {
    token: AccessToken,
    since: Instant,
    /// How long the token was good when it came.
    lifetime: Duration,
    /// A renewal has failed: the next one waits until then.
    postponed_until: Option<Instant>,
}

impl Held {
    fn new(token: AccessToken) -> Self {
        let lifetime = token.lifetime();
        Self { token, since: Instant::now(), lifetime, postponed_until: None }
    }

    /// How long the token is still good, by the clock that says less: the time of day can be set
    /// back, and the other clock stops while the machine sleeps.
    fn left(&self) -> Duration {
        self.token.lifetime().min(self.lifetime.saturating_sub(self.since.elapsed()))
    }

    fn is_fresh(&self) -> bool {
        self.left() > MARGIN.min(self.lifetime / 10)
            || self.postponed_until.is_some_and(|time| Instant::now() < time)
    }
}

impl ServiceAccount {
    pub(super) fn new(
        base_url: &Url,
        client_id: &str,
        client_secret: SecretString,
        token: Option<AccessToken>,
    ) -> Result<Self, Error> {
        let tokens = Tokens { current: token.map(Held::new), previous: None };
        Ok(Self {
            endpoint: Endpoint::new(base_url, client_id, client_secret)?,
            tokens: Mutex::new(tokens),
            line: tokio::sync::Mutex::default(),
            served: AtomicU64::new(0),
        })
    }

    /// A token that is good, and not the one that the server has `refused`. What is rare is boxed, so
    /// that the future of every call does not have room for it.
    pub(super) async fn token(
        &self,
        http: &reqwest::Client,
        deadline: Option<Instant>,
        refused: Option<&AccessToken>,
    ) -> Result<AccessToken, Error> {
        match self.held(refused) {
            Some(held) if held.is_fresh() => Ok(held.token),
            Some(held) => Ok(Box::pin(self.renew_early(http, deadline, held.token)).await),
            None => Box::pin(self.fetch(http, deadline, refused)).await,
        }
    }

    /// Gives the token back to Atlas.
    pub(super) async fn revoke(&self, http: &reqwest::Client) -> Result<(), Error> {
        let _turn = self.line.lock().await;
        let Some(held) = self.tokens().current.clone() else { return Ok(()) };
        self.endpoint
            .revoke(http, &held.token)
            .await
            .map_err(|failure| failure.redacted(|text| self.redact(text)))?;
        let mut tokens = self.tokens();
        tokens.previous = tokens.current.take().map(|held| held.token);
        drop(tokens);
        Ok(())
    }

    /// `text` without the secret and the tokens.
    pub(super) fn redact(&self, text: &str) -> String {
        let tokens = self.tokens();
        let current = tokens.current.as_ref().map(|held| &held.token);
        let text = self.endpoint.redact(text);
        current
            .into_iter()
            .chain(&tokens.previous)
            .fold(text, |text, token| redact(&text, token.secret()))
    }

    /// The token at hand, if it is good.
    fn held(&self, refused: Option<&AccessToken>) -> Option<Held> {
        let held = self.tokens().current.clone()?;
        let good = !held.left().is_zero();
        let taken = refused.is_none_or(|refused| !refused.is(&held.token));
        (good && taken).then_some(held)
    }

    /// Renews `token`, which is still good: a failure is no failure of the call, and nobody waits
    /// while another call is at it. At least half of the time until `deadline` is left to the call.
    async fn renew_early(
        &self,
        http: &reqwest::Client,
        deadline: Option<Instant>,
        token: AccessToken,
    ) -> AccessToken {
        let Ok(mut line) = self.line.try_lock() else { return token };
        if let Some(held) = self.held(None).filter(Held::is_fresh) {
            return held.token;
        }
        let now = Instant::now();
        let half = deadline.map(|deadline| deadline.saturating_duration_since(now) / 2);
        let limit = half.map_or(EARLY_LIMIT, |half| half.min(EARLY_LIMIT));
        // In case the call is dropped meanwhile.
        self.postpone_renewal();
        // A call that has a good token does not wait for the endpoint's limit.
        let asking = self.ask(http, &mut line, Some(now));
        let problem = match tokio::time::timeout(limit, asking).await {
            Ok(Ok(token)) => return token,
            Ok(Err(failure)) => failure.to_string(),
            Err(_) => format!("the token endpoint has not answered within {limit:?}"),
        };
        tracing::warn!(%problem, "the token is not renewed yet: the one at hand is still good");
        self.postpone_renewal();
        token
    }

    /// Asks for a token, or waits for the answer to another call that does.
    async fn fetch(
        &self,
        http: &reqwest::Client,
        deadline: Option<Instant>,
        refused: Option<&AccessToken>,
    ) -> Result<AccessToken, Error> {
        let served = self.served.load(Ordering::Acquire);
        let mut line = self.line.lock().await;
        if let Some(held) = self.held(refused) {
            return Ok(held.token);
        }
        match line.failure() {
            Some(failure) if self.served.load(Ordering::Acquire) != served => {
                Err(failure.clone().into())
            }
            _ => Ok(self.ask(http, &mut line, deadline).await?),
        }
    }

    /// Asks for a token, and tells all who stand in line.
    async fn ask(
        &self,
        http: &reqwest::Client,
        line: &mut Line,
        deadline: Option<Instant>,
    ) -> Result<AccessToken, Failure> {
        let issued = self.ask_patiently(http, line, deadline).await;
        self.served.fetch_add(1, Ordering::Release);
        if let Ok(token) = &issued {
            let lifetime = token.lifetime().as_secs();
            tracing::debug!(lifetime, "the service account was given a token");
            let mut tokens = self.tokens();
            let last = tokens.current.replace(Held::new(token.clone()));
            tokens.previous = last.map(|held| held.token).or(tokens.previous.take());
        }
        issued
    }

    /// Asks again whenever the endpoint asks to wait, unless that would last beyond `deadline`.
    async fn ask_patiently(
        &self,
        http: &reqwest::Client,
        line: &mut Line,
        deadline: Option<Instant>,
    ) -> Result<AccessToken, Failure> {
        loop {
            line.wait(deadline).await?;
            let issued = self.endpoint.issue(http).await;
            let issued = issued.map_err(|failure| failure.redacted(|text| self.redact(text)));
            line.hear(&issued);
            if !issued.as_ref().is_err_and(Failure::asks_to_wait) {
                return issued;
            }
        }
    }

    fn postpone_renewal(&self) {
        if let Some(held) = &mut self.tokens().current {
            held.postponed_until = Instant::now().checked_add(EARLY_PAUSE);
        }
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
