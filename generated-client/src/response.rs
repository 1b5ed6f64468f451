//! A success: its value, and what came with it.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::runtime::Operation;

/// A decoded answer with its status and headers.
///
/// It dereferences to the value, so that its fields are at hand; [`into_inner`](Self::into_inner)
/// gives the value alone.
#[derive(Debug, Clone)]
pub struct Response<T> {
    head: ResponseHead,
    value: T,
}

impl<T> Response<T> {
    pub(crate) const fn new(head: ResponseHead, value: T) -> Self {
        Self { head, value }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status; where an envelope was asked for, the one inside it.
    pub const fn status(&self) -> StatusCode {
        self.head.status()
    }

    /// All headers as they came.
    pub const fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// What is left of the rate limit, where the answer says so.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head.rate_limit()
    }

    /// The `Deprecation` header: since when the resource version is deprecated, as an HTTP date.
    pub fn deprecation(&self) -> Option<&str> {
        self.head.text("deprecation")
    }

    /// The `Sunset` header (RFC 8594): when the resource version will be gone, as an HTTP date.
    pub fn sunset(&self) -> Option<&str> {
        self.head.text("sunset")
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The bucket of tokens that requests draw from: each scope and set of endpoints has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests the full bucket holds (`RateLimit-Limit`).
    pub limit: u64,
    /// How many requests are left in it (`RateLimit-Remaining`).
    pub remaining: u64,
}

/// Everything of an answer but its body.
///
/// `Debug` shows no headers, for a server may write anything into them.
#[derive(Clone)]
pub struct ResponseHead {
    operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
}

impl ResponseHead {
    pub(crate) const fn new(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
    ) -> Self {
        Self { operation, status, headers }
    }

    pub(crate) const fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) const fn set_status(&mut self, status: StatusCode) {
        self.status = status;
    }

    /// The `operationId` of the operation that was answered.
    #[must_use]
    pub const fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The status; where an envelope was asked for, the one inside it.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers as they came.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What is left of the rate limit, where the answer says so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        let limit = self.number("ratelimit-limit")?;
        let remaining = self.number("ratelimit-remaining")?;
        Some(RateLimit { limit, remaining })
    }

    /// How long the server asks to wait: `Retry-After` in seconds. Its form as a date is not read.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.number(RETRY_AFTER.as_str()).map(Duration::from_secs)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().parse().ok()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHead")
            .field("operation_id", &self.operation.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
