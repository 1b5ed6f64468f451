//! A successful response: its value, status and headers.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::StatusCode;
#[cfg(feature = "test-util")]
use reqwest::header::HeaderValue;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use crate::runtime::Operation;
use crate::text::count;

/// The headers with the rate limit and the remaining requests: the names from the IETF's draft, and their older form.
const RATE_LIMITS: [(HeaderName, HeaderName); 2] = [
    (HeaderName::from_static("ratelimit-limit"), HeaderName::from_static("ratelimit-remaining")),
    (
        HeaderName::from_static("x-ratelimit-limit"),
        HeaderName::from_static("x-ratelimit-remaining"),
    ),
];
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");
/// The header that may repeat the `errorCode`.
pub(crate) const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// A decoded response with its status and headers.
///
/// A response dereferences to its value, so `response.results` is a field of the page. [`into_inner`](Self::into_inner)
/// returns the value alone, and `for job in response` iterates over the items of a page. If the value has a method with
/// the same name as a method of `Response`, such as `status`, call it with `(*response).status()`.
#[derive(Debug, Clone)]
pub struct Response<T> {
    head: ResponseHead,
    value: T,
}

impl<T> Response<T> {
    /// Creates a response.
    pub const fn new(head: ResponseHead, value: T) -> Self {
        Self { head, value }
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Splits the response into its head and its value.
    pub fn into_parts(self) -> (ResponseHead, T) {
        (self.head, self.value)
    }

    /// Converts the value and keeps the head.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response { head: self.head, value: convert(self.value) }
    }

    /// Returns the response without its body.
    pub const fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// Returns the status. For a response in an envelope, this is the status in the envelope.
    pub const fn status(&self) -> StatusCode {
        self.head.status()
    }

    /// Returns the headers.
    pub const fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// Returns the rate limit, if the response contains it.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.head.rate_limit()
    }

    /// Returns the wait that the server requests in `Retry-After`, if any.
    pub fn retry_after(&self) -> Option<Duration> {
        self.head.retry_after()
    }

    /// Returns the time when the resource version was deprecated, from the `Deprecation` header.
    pub fn deprecation(&self) -> Option<DateTime<Utc>> {
        self.head.deprecation()
    }

    /// Returns the time when the server will remove the resource version, from the `Sunset` header (RFC 8594).
    pub fn sunset(&self) -> Option<DateTime<Utc>> {
        self.head.sunset()
    }

    /// Returns the number of attempts: 1 unless the request was retried.
    pub const fn attempts(&self) -> u32 {
        self.head.attempts()
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

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Iterates over the value, such as the items of a page.
impl<T: IntoIterator> IntoIterator for Response<T> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

/// The rate limit in a response: the state of the token bucket for a set of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests that a full bucket allows (`RateLimit-Limit` or `X-RateLimit-Limit`).
    pub limit: u64,
    /// The number of requests that the bucket still allows (`RateLimit-Remaining` or `X-RateLimit-Remaining`).
    pub remaining: u64,
}

/// A response without its body.
///
/// `Debug` shows no headers, because they may contain secrets.
#[derive(Clone)]
pub struct ResponseHead {
    operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    /// Whether the server may have carried out the operation in an earlier attempt.
    earlier_may_have_acted: bool,
}

impl ResponseHead {
    pub(crate) const fn of(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
    ) -> Self {
        Self { operation, status, headers, attempts: 1, earlier_may_have_acted: false }
    }

    /// Creates the head of a response to a `POST` operation called `test`, without headers.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        static TEST: Operation = Operation {
            id: "test",
            method: reqwest::Method::POST,
            path: "/",
            accept: "application/json",
            content_type: None,
        };
        Self::of(&TEST, status, HeaderMap::new())
    }

    /// Sets a header.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) const fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) const fn set_status(&mut self, status: StatusCode) {
        self.status = status;
    }

    pub(crate) const fn set_attempts(&mut self, count: u32, earlier_may_have_acted: bool) {
        self.attempts = count;
        self.earlier_may_have_acted = earlier_may_have_acted;
    }

    pub(crate) const fn earlier_may_have_acted(&self) -> bool {
        self.earlier_may_have_acted
    }

    /// Returns the `operationId` of the operation.
    #[must_use]
    pub const fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the status. For a response in an envelope, this is the status in the envelope.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the rate limit, if the response contains it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RATE_LIMITS.iter().find_map(|(limit, remaining)| {
            Some(RateLimit { limit: self.number(limit)?, remaining: self.number(remaining)? })
        })
    }

    /// Returns the wait that the server requests in `Retry-After` (RFC 9110, section 10.2.3). The header contains a
    /// number of seconds or a date. A date is compared with the `Date` header of the response, if there is one, so that
    /// a wrong clock on this machine has no effect. A date in the past means no wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.number(&RETRY_AFTER).map(Duration::from_secs);
        seconds.or_else(|| {
            let until = http_date(self.text(&RETRY_AFTER)?)?;
            let now = self.text(&DATE).and_then(http_date);
            let now = now.unwrap_or_else(|| SystemTime::now().into());
            Some((until - now).to_std().unwrap_or_default())
        })
    }

    /// Returns the time when the resource version was deprecated, from the `Deprecation` header. The value of the
    /// header is an HTTP date, or `@` followed by the seconds since 1970 (RFC 9745). Returns `None` for any other
    /// value.
    #[must_use]
    pub fn deprecation(&self) -> Option<DateTime<Utc>> {
        let value = self.text(&DEPRECATION)?;
        match value.trim().strip_prefix('@') {
            Some(seconds) => DateTime::from_timestamp(seconds.parse().ok()?, 0),
            None => http_date(value),
        }
    }

    /// Returns the time when the server will remove the resource version, from the `Sunset` header (RFC 8594).
    #[must_use]
    pub fn sunset(&self) -> Option<DateTime<Utc>> {
        http_date(self.text(&SUNSET)?)
    }

    /// Returns the `Deprecation` and `Sunset` headers unchanged.
    pub(crate) fn deprecation_headers(&self) -> [Option<&str>; 2] {
        [self.text(&DEPRECATION), self.text(&SUNSET)]
    }

    /// Returns the error code from the `X-Error-Code` header, if the response has one.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.text(&ERROR_CODE)
    }

    /// Returns the number of attempts: 1 unless the request was retried.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the number at the start of a header, up to a comma or a semicolon. Drafts of the rate limit headers
    /// append a policy (`100, 100;w=60`), and a proxy can repeat a value (`120, 120`). A number that is too large
    /// becomes [`u64::MAX`].
    fn number(&self, name: &HeaderName) -> Option<u64> {
        let digits = self.text(name)?.split([',', ';']).next()?.trim();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().unwrap_or(u64::MAX))
    }

    fn text(&self, name: &HeaderName) -> Option<&str> {
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

/// Formats a wait, such as `5 seconds`. Returns `None` for a wait of zero, which the server may have rounded down.
pub(crate) fn in_seconds(wait: Duration) -> Option<String> {
    match rounded_up(wait).as_secs() {
        0 => None,
        seconds => Some(count(seconds, "second", "seconds")),
    }
}

/// Rounds a wait up to seconds, so that a retry after the wait is not too early.
pub(crate) fn rounded_up(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs().saturating_add((wait.subsec_nanos() > 0).into()))
}

/// Parses a date in any of the three forms of RFC 9110, section 5.6.7, which are all in UTC.
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

    static OPERATION: Operation = Operation::test("getThing", Method::GET, "/things");

    fn head(headers: &[(&'static str, &str)]) -> ResponseHead {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        ResponseHead::of(&OPERATION, StatusCode::OK, headers.collect())
    }

    fn retry_after(headers: &[(&'static str, &str)]) -> Option<Duration> {
        head(headers).retry_after()
    }

    fn rate_limit(headers: &[(&'static str, &str)]) -> Option<RateLimit> {
        head(headers).rate_limit()
    }

    #[test]
    fn a_wait_is_a_number_of_seconds_or_a_date() {
        assert_eq!(retry_after(&[("retry-after", "120")]), Some(Duration::from_secs(120)));
        let now = ("date", "Sun, 06 Nov 1994 08:49:07 GMT");
        for date in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            // Atlas sends days below 10 with one digit.
            "Sun, 6 Nov 1994 08:49:37 GMT",
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
    fn without_a_date_header_a_date_is_compared_with_the_clock() {
        let until: DateTime<Utc> = (SystemTime::now() + Duration::from_secs(90)).into();
        let until = until.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let wait = retry_after(&[("retry-after", &until)]).unwrap();
        assert!((80..=90).contains(&wait.as_secs()), "{wait:?}");
    }

    #[test]
    fn a_deprecation_is_an_http_date_or_a_number_of_seconds() {
        let deprecation = |value: &str| {
            let headers = HeaderMap::from_iter([(DEPRECATION, value.parse().unwrap())]);
            let date = ResponseHead::of(&OPERATION, StatusCode::OK, headers).deprecation()?;
            Some(date.to_rfc3339())
        };
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "@784111777"]
        {
            assert_eq!(deprecation(value).as_deref(), Some("1994-11-06T08:49:37+00:00"), "{value}");
        }
        for value in ["true", "@", "@soon", "@99999999999999999999", ""] {
            assert_eq!(deprecation(value), None, "{value}");
        }
    }

    /// All recorded `Sunset` headers of Atlas have this form.
    #[test]
    fn a_sunset_can_have_a_day_with_one_digit() {
        let value = "Thu, 1 Jul 2027 00:00:00 GMT";
        let headers = HeaderMap::from_iter([(SUNSET, value.parse().unwrap())]);
        let date = ResponseHead::of(&OPERATION, StatusCode::OK, headers).sunset();
        assert_eq!(date.unwrap().to_rfc3339(), "2027-07-01T00:00:00+00:00");
    }

    #[test]
    fn only_the_first_number_of_a_header_counts() {
        let wait = retry_after(&[("retry-after", "120, 120")]);
        assert_eq!(wait, Some(Duration::from_secs(120)));
        let limit =
            rate_limit(&[("ratelimit-limit", "100, 100;w=60"), ("ratelimit-remaining", "9;w=60")]);
        assert_eq!(limit, Some(RateLimit { limit: 100, remaining: 9 }));
    }

    #[test]
    fn a_rate_limit_has_headers_with_or_without_a_prefix() {
        let old = [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "59")];
        assert_eq!(rate_limit(&old), Some(RateLimit { limit: 60, remaining: 59 }));
        let new = [("ratelimit-limit", "100"), ("ratelimit-remaining", "9")];
        let both = rate_limit(&[old, new].concat());
        assert_eq!(both, Some(RateLimit { limit: 100, remaining: 9 }));
        assert_eq!(rate_limit(&[old[0], new[1]]), None);
    }

    /// The number of digits has no upper limit (RFC 9110, section 10.2.3).
    #[test]
    fn a_number_of_seconds_that_is_too_large_means_the_longest_wait() {
        for value in ["18446744073709551615", "18446744073709551616", "99999999999999999999999, 1"]
        {
            let wait = retry_after(&[("retry-after", value)]);
            assert_eq!(wait, Some(Duration::from_secs(u64::MAX)), "{value}");
        }
    }

    #[test]
    fn an_invalid_wait_is_ignored() {
        for value in ["", "soon", "-1", "1.5", "Sun, 06 Nov 1994", "99999999999999999999s"] {
            assert_eq!(retry_after(&[("retry-after", value)]), None, "{value}");
        }
    }
}
