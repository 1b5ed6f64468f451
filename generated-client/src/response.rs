//! A success: its value, and what came with it.

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

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

    /// How long the server asks to wait before the next request, where it does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.head.retry_after()
    }

    /// The `Deprecation` header: since when the resource version is deprecated, as an HTTP date.
    pub fn deprecation(&self) -> Option<&str> {
        self.head.deprecation()
    }

    /// The `Sunset` header (RFC 8594): when the resource version will be gone, as an HTTP date.
    pub fn sunset(&self) -> Option<&str> {
        self.head.sunset()
    }

    /// How many times the request was sent until this answer came: 1 unless it was retried.
    pub const fn attempts(&self) -> u32 {
        self.head.attempts()
    }

    pub(crate) const fn head(&self) -> &ResponseHead {
        &self.head
    }

    pub(crate) const fn head_mut(&mut self) -> &mut ResponseHead {
        &mut self.head
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
    attempts: u32,
}

impl ResponseHead {
    pub(crate) const fn new(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
    ) -> Self {
        Self { operation, status, headers, attempts: 1 }
    }

    pub(crate) const fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) const fn set_status(&mut self, status: StatusCode) {
        self.status = status;
    }

    pub(crate) const fn set_attempts(&mut self, attempts: u32) {
        self.attempts = attempts;
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

    /// How long the server asks to wait: `Retry-After` (RFC 9110, section 10.2.3) in seconds, or as
    /// a date. A date is compared with the answer's own `Date` where it has one, so that a wrong
    /// clock on this machine does no harm. A date that has passed asks for no wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.number(RETRY_AFTER.as_str()).map(Duration::from_secs);
        seconds.or_else(|| {
            let until = http_date(self.text(RETRY_AFTER.as_str())?)?;
            let now = self.text(DATE.as_str()).and_then(http_date);
            let now = now.unwrap_or_else(|| SystemTime::now().into());
            Some((until - now).to_std().unwrap_or_default())
        })
    }

    /// The `Deprecation` header: since when the resource version is deprecated, as an HTTP date.
    #[must_use]
    pub fn deprecation(&self) -> Option<&str> {
        self.text("deprecation")
    }

    /// The `Sunset` header (RFC 8594): when the resource version will be gone, as an HTTP date.
    #[must_use]
    pub fn sunset(&self) -> Option<&str> {
        self.text("sunset")
    }

    /// How many times the request was sent until this answer came: 1 unless it was retried.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
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

/// Reads a date in any of the three forms of RFC 9110, section 5.6.7. All are in UTC.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())
        .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Method;

    const OPERATION: Operation = Operation {
        id: "getThing",
        method: Method::GET,
        path: "/things",
        accept: "application/json",
        content_type: None,
    };

    fn retry_after(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        ResponseHead::new(&OPERATION, StatusCode::OK, map).retry_after()
    }

    #[test]
    fn a_wait_is_told_in_seconds_or_as_a_date() {
        assert_eq!(retry_after(&[("retry-after", "120")]), Some(Duration::from_secs(120)));
        let now = ("date", "Sun, 06 Nov 1994 08:49:07 GMT");
        for date in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            let wait = retry_after(&[now, ("retry-after", date)]);
            assert_eq!(wait, Some(Duration::from_secs(30)), "{date}");
        }
        let past = [now, ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")];
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
    }

    #[test]
    fn a_date_without_that_of_the_answer_is_compared_with_the_clock() {
        let until: DateTime<Utc> = (SystemTime::now() + Duration::from_secs(90)).into();
        let until = until.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let wait = retry_after(&[("retry-after", &until)]).unwrap();
        assert!((80..=90).contains(&wait.as_secs()), "{wait:?}");
    }

    #[test]
    fn what_is_neither_is_passed_over() {
        for value in ["", "soon", "-1", "1.5", "Sun, 06 Nov 1994"] {
            assert_eq!(retry_after(&[("retry-after", value)]), None, "{value}");
        }
    }
}
