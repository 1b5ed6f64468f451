//! Rate limits with a token bucket per project.
//!
//! In recorded responses of Atlas, the requests for snapshots, export buckets and export jobs of a project share a
//! token bucket of 1200 requests. Atlas documents that a bucket gains tokens once per period. Logs of the vendor's
//! Terraform acceptance tests show the form of the errors. They also show a `Retry-After` of 0, so the time is rounded
//! down.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderName, StatusCode, header};
use percent_encoding::percent_decode_str;
use tokio::time::Instant;

use crate::{auth::Headers, error::ApiError};

/// The limit that responses report if no limit is configured. It is the recorded capacity of the bucket for exports.
const USUAL_LIMIT: u32 = 1200;

/// The token buckets of all projects.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    limit: Option<Limit>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    capacity: u32,
    /// The number of tokens that a bucket gains per period.
    refill: u32,
    period: Duration,
}

#[derive(Debug)]
struct Bucket {
    tokens: u32,
    /// The start of the current period.
    since: Instant,
}

/// The state of a bucket after a request.
#[derive(Debug)]
pub(crate) struct Allowance {
    limit: u32,
    remaining: u32,
    /// The limit and the time until the next refill, if the bucket was empty.
    wait: Option<(Limit, Duration)>,
}

impl RateLimiter {
    /// Creates a limiter whose buckets hold `capacity` tokens and gain `refill` tokens per period.
    pub(crate) fn new(capacity: u32, refill: u32, period: Duration) -> Self {
        let limit = Some(Limit { capacity, refill, period });
        Self { limit, buckets: Mutex::default() }
    }

    /// Takes a token for a request to a project, if the project's bucket has one.
    pub(crate) fn draw(&self, group_id: &str) -> Allowance {
        let Some(limit) = self.limit else {
            return Allowance { limit: USUAL_LIMIT, remaining: USUAL_LIMIT - 1, wait: None };
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = || Bucket { tokens: limit.capacity, since: Instant::now() };
        buckets.entry(group_id.to_owned()).or_insert_with(full).draw(limit)
    }
}

impl Bucket {
    fn draw(&mut self, limit: Limit) -> Allowance {
        let Limit { capacity, refill, period } = limit;
        let periods = self.since.elapsed().as_nanos() / period.as_nanos().max(1);
        let periods = u32::try_from(periods).unwrap_or(u32::MAX);
        self.since += period.saturating_mul(periods);
        self.tokens = self.tokens.saturating_add(periods.saturating_mul(refill)).min(capacity);
        let wait = period.saturating_sub(self.since.elapsed());
        let wait = (self.tokens == 0).then_some((limit, wait));
        self.tokens = self.tokens.saturating_sub(1);
        Allowance { limit: capacity, remaining: self.tokens, wait }
    }
}

impl Allowance {
    /// Fails with 429 if the bucket was empty. Rounds `Retry-After` down to whole seconds, as Atlas does.
    pub(crate) fn check(&self, path: &str) -> Result<(), ApiError> {
        let Some((limit, wait)) = self.wait else { return Ok(()) };
        let seconds = wait.as_secs();
        let detail = "The token bucket of this project is empty.";
        let path = percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy();
        Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED_TOKEN_BUCKET", detail)
            .parameter(&*path)
            .parameter(seconds)
            .parameter(limit.capacity)
            .parameter(limit.refill)
            .parameter(limit.period.as_secs())
            .header(header::RETRY_AFTER, seconds.to_string()))
    }

    pub(crate) fn headers(&self) -> Headers {
        let header = |name, count: u32| (HeaderName::from_static(name), count.to_string());
        vec![header("ratelimit-limit", self.limit), header("ratelimit-remaining", self.remaining)]
    }
}
