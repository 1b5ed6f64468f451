//! The waits that the token endpoint requests. After a 429, a call waits if the wait ends before the operation timeout
//! of the call. Otherwise, the call fails immediately.

use std::time::{Duration, SystemTime};

use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{AccessToken, Client, Error, RetryPolicy, StatusCode};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{list, service_account, token_requests};

const LIST: &str = "listGroupClusterBackupExports";

/// The time after which the token endpoint responds.
const DELAY: Duration = Duration::from_millis(100);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Prepares responses. The first request for a token receives 429 with the given `Retry-After`.
fn limited(retry_after: &str) -> CannedResponses {
    failing(StatusCode::TOO_MANY_REQUESTS, retry_after)
}

/// Prepares responses. The first request for a token receives `status` with the given `Retry-After`.
fn failing(status: StatusCode, retry_after: &str) -> CannedResponses {
    let responses = CannedResponses::new();
    let failure = CannedResponse::error(status, "FAILED");
    responses.push_to("issueToken", failure.header("Retry-After", retry_after).delay(DELAY));
    let token = json!({"access_token": "new", "expires_in": 3600});
    responses.set("issueToken", CannedResponse::ok(&token));
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    responses
}

fn client(responses: &CannedResponses) -> Client {
    let client = Client::builder(service_account()).base_url("https://localhost");
    client.canned_responses(responses).build().unwrap()
}

/// Makes a call. Returns its error, if any, and its duration.
async fn timed(client: &Client) -> (Option<Error>, Duration) {
    let start = Instant::now();
    (list(client).await.err(), start.elapsed())
}

/// Checks that the call failed because of a 429 with the given `Retry-After`, and that the error contains the remaining
/// wait of `wait` seconds.
fn assert_limited(error: Option<Error>, header: &str, wait: u64) {
    let error = error.unwrap();
    assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(error.retry_after(), Some(seconds(wait)), "{error}");
    assert!(error.to_string().contains(&format!("; wait {wait} seconds, ")), "{error}");
    assert_eq!(error.headers().unwrap()["retry-after"], header);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_only_if_the_wait_ends_before_its_operation_timeout() {
    let responses = limited("6");
    let long = client(&responses);
    let short = long.with_operation_timeout(seconds(2));
    let calls = tokio::join!(timed(&short), timed(&long), timed(&long));
    let ((error, took), others) = (calls.0, [calls.1, calls.2]);
    assert_limited(error, "6", 6);
    assert!(took < seconds(1), "{took:?}");
    for (error, took) in others {
        assert!(error.is_none(), "{error:?}");
        assert!((seconds(6)..seconds(7)).contains(&took), "{took:?}");
    }
    assert_eq!(token_requests(&responses), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_timeout_is_too_short_fails_even_though_another_call_waits() {
    let responses = limited("60");
    let long = client(&responses);
    let short = long.with_operation_timeout(seconds(30));
    let later = async {
        sleep(seconds(11)).await;
        let start = Instant::now();
        long.revoke_token().await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO, "revoking a token waited");
        timed(&short).await
    };
    let ((error, took), (early, at_once)) = tokio::join!(timed(&long), later);
    assert!(error.is_none(), "{error:?}");
    assert!((seconds(60)..seconds(61)).contains(&took), "{took:?}");
    assert_limited(early, "60", 50);
    assert_eq!(at_once, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_error_contains_the_remaining_wait() {
    let responses = limited("60");
    let client = client(&responses).with_operation_timeout(seconds(5));
    assert_limited(timed(&client).await.0, "60", 60);
    sleep(seconds(50)).await;
    assert_limited(timed(&client).await.0, "60", 10);
    assert_eq!(token_requests(&responses), 1);
    sleep(seconds(6)).await;
    let (error, took) = timed(&client).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(took, seconds(4));
}

#[tokio::test(start_paused = true)]
async fn a_429_to_an_early_renewal_does_not_fail_a_call_that_needs_a_new_token() {
    let responses = limited("20");
    let token = AccessToken::new("old", SystemTime::now() + seconds(600));
    let credentials = service_account().with_token(token);
    let client = Client::builder(credentials).base_url("https://localhost");
    let client = client.canned_responses(&responses).build().unwrap();
    // The remaining lifetime of the token is so short that the first call renews the token.
    sleep(seconds(590)).await;
    let (error, took) = timed(&client).await;
    assert!(error.is_none() && took < seconds(1), "{error:?} {took:?}");
    sleep(seconds(10)).await;
    let (error, took) = timed(&client).await;
    assert!(error.is_none(), "{error:?}");
    assert!((seconds(9)..seconds(11)).contains(&took), "{took:?}");
    assert_eq!(token_requests(&responses), 2);
}

#[tokio::test(start_paused = true)]
async fn after_a_429_a_valid_token_is_not_renewed_until_the_wait_has_passed() {
    let responses = limited("30");
    let token = AccessToken::new("old", SystemTime::now() + seconds(600));
    let credentials = service_account().with_token(token);
    let client = Client::builder(credentials).base_url("https://localhost");
    let client = client.canned_responses(&responses).build().unwrap();
    sleep(seconds(550)).await;
    for (wait, expected) in [(0, 1), (12, 1), (17, 1), (2, 2)] {
        sleep(seconds(wait)).await;
        let (error, took) = timed(&client).await;
        assert!(error.is_none() && took <= DELAY, "{error:?} {took:?}");
        assert_eq!(token_requests(&responses), expected);
    }
}

/// The server asks all clients to wait, not only the call that receives the response (RFC 9110, section 10.2.3).
#[tokio::test(start_paused = true)]
async fn a_503_with_a_retry_after_stops_requests_for_tokens_until_the_wait_has_passed() {
    let responses = failing(StatusCode::SERVICE_UNAVAILABLE, "30");
    let client = client(&responses);
    let once = client.with_retry(RetryPolicy::none());
    for (wait, rest) in [(0, 30), (10, 20), (19, 1)] {
        sleep(seconds(wait)).await;
        let (error, took) = timed(&once).await;
        let error = error.unwrap();
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE), "{error}");
        assert_eq!(error.retry_after(), Some(seconds(rest)), "{error}");
        assert!(took <= DELAY, "{took:?}");
    }
    assert_eq!(token_requests(&responses), 1);
    let (error, took) = timed(&client).await;
    assert!(error.is_none(), "{error:?}");
    assert!((seconds(1)..seconds(3)).contains(&took), "{took:?}");
    assert_eq!(token_requests(&responses), 2);
}

/// The caller may have corrected the credentials, or the list of IP addresses that may use them.
#[tokio::test(start_paused = true)]
async fn a_permanent_failure_with_a_retry_after_does_not_delay_the_next_call() {
    let responses = failing(StatusCode::FORBIDDEN, "3600");
    let client = client(&responses);
    let error = timed(&client).await.0.unwrap();
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN), "{error}");
    let (error, took) = timed(&client).await;
    assert!(error.is_none() && took <= DELAY, "{error:?} {took:?}");
    assert_eq!(token_requests(&responses), 2);
}

#[tokio::test(start_paused = true)]
async fn a_503_with_a_retry_after_of_zero_does_not_delay_a_retry() {
    let responses = failing(StatusCode::SERVICE_UNAVAILABLE, "0");
    let (error, took) = timed(&client(&responses)).await;
    assert!(error.is_none(), "{error:?}");
    assert!(took < seconds(1), "{took:?}");
    assert_eq!(token_requests(&responses), 2);
}
