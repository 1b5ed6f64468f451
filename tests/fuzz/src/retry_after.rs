//! `Retry-After`: the client parses dates as `httpdate` does, and never waits beyond the time limit.

use std::time::{Duration, SystemTime};

use generated_client::fuzzing::{head, wait};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::header_values;

/// Checks an input: four bytes for the remaining milliseconds of a call, then a line with the value of `Retry-After`
/// and a line with the value of `Date`.
pub fn check(data: &[u8]) {
    let Some((left, lines)) = data.split_first_chunk() else { return };
    let left = Duration::from_millis(u32::from_be_bytes(*left).into());
    let mut lines = header_values(lines);
    let (retry_after, date) = (lines.next().flatten(), lines.next().flatten());
    let mut headers = HeaderMap::new();
    headers.extend(retry_after.iter().map(|value| (RETRY_AFTER, value.clone())));
    headers.extend(date.iter().map(|value| (DATE, value.clone())));
    let head = head(StatusCode::TOO_MANY_REQUESTS, headers);
    let asked = head.retry_after();
    if let Some(expected) = expected(text(retry_after.as_ref()), text(date.as_ref())) {
        assert_eq!(asked, Some(expected));
    }
    let waited = wait(head, left);
    if let Some(waited) = waited {
        assert!(waited < left, "waited {waited:?}, although only {left:?} remained");
        assert!(
            waited >= asked.unwrap_or_default(),
            "waited {waited:?}, although the server asked for {asked:?}"
        );
    } else {
        let asked = asked.unwrap_or_default();
        assert!(
            asked >= left,
            "no retry, although {left:?} remained and the server asked for {asked:?}"
        );
    }
}

fn text(value: Option<&HeaderValue>) -> &str {
    value.and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}

/// Returns the expected wait if `Retry-After` is a number of seconds, or if both headers have the
/// preferred date format (RFC 9110, section 5.6.7).
fn expected(retry_after: &str, date: &str) -> Option<Duration> {
    if let Ok(seconds) = retry_after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = fixdate(retry_after)?.duration_since(fixdate(date)?);
    Some(wait.unwrap_or_default())
}

fn fixdate(text: &str) -> Option<SystemTime> {
    let date = httpdate::parse_http_date(text).ok()?;
    (httpdate::fmt_http_date(date) == text).then_some(date)
}
