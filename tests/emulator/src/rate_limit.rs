//! Rate limits with a token bucket per resource.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::{StatusCode, header};

use crate::{error::ApiError, record::RecordedRequest};

/// The limit that responses report if no limit is configured.
const USUAL_LIMIT: u32 = 100;

/// Of this number of responses, one has no `RateLimit-*` headers, as in Atlas's recorded responses.
const SHOWN_IN: usize = 10;

/// The token buckets of all resources. A resource is a method and a path without the query.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    /// The number of calls of [`draw`](Self::draw) so far.
    count: AtomicUsize,
    limit: Option<Limit>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    capacity: u32,
    refill: Duration,
}

/// The tokens in a bucket at one point in time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// The state of a bucket after a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// Whether the response has `RateLimit-*` headers.
    pub(crate) is_shown: bool,
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// The time until the next token, if the bucket was empty.
    wait: Option<Duration>,
}

impl RateLimiter {
    /// Creates a limiter whose buckets hold `capacity` tokens and gain one token per `refill`.
    pub(crate) fn new(capacity: u32, refill: Duration) -> Self {
        Self { limit: Some(Limit { capacity, refill }), ..Self::default() }
    }

    /// Takes a token for a request, if the bucket has one.
    pub(crate) fn draw(&self, request: &RecordedRequest) -> Allowance {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let is_shown = !number.is_multiple_of(SHOWN_IN);
        let Some(limit) = self.limit else {
            let (limit, remaining) = (USUAL_LIMIT, USUAL_LIMIT - 1);
            return Allowance { is_shown, limit, remaining, wait: None };
        };
        let key = format!("{} {}", request.method, request.uri.path());
        let full = Bucket { tokens: limit.capacity.into(), at: Instant::now() };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let allowance = buckets.entry(key).or_insert(full).draw(limit);
        Allowance { is_shown, ..allowance }
    }
}

impl Bucket {
    fn draw(&mut self, limit: Limit) -> Allowance {
        let now = Instant::now();
        let gained = (now - self.at).as_secs_f64() / limit.refill.as_secs_f64();
        self.tokens = (self.tokens + gained).min(limit.capacity.into());
        self.at = now;
        let missing = 1.0 - self.tokens;
        let wait = (missing > 0.0).then(|| limit.refill.mul_f64(missing));
        if wait.is_none() {
            self.tokens -= 1.0;
        }
        let tokens = self.tokens;
        let remaining = (0..limit.capacity).take_while(|count| f64::from(*count) < tokens.floor());
        let remaining = u32::try_from(remaining.count()).unwrap_or_default();
        Allowance { is_shown: true, limit: limit.capacity, remaining, wait }
    }
}

impl Allowance {
    /// Fails with 429 if the bucket was empty. Rounds `Retry-After` up to whole seconds.
    pub(crate) fn check(self) -> Result<(), ApiError> {
        let Some(wait) = self.wait else { return Ok(()) };
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let detail = "The token bucket of this resource is empty.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        Err(ApiError::new(status, "RATE_LIMITED_TOKEN_BUCKET", detail)
            .parameter(self.limit)
            .parameter(seconds)
            .header(header::RETRY_AFTER, seconds.to_string()))
    }
}
