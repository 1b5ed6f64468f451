//! Renewal of tokens, including while the token endpoint fails or hangs.

use std::time::{Duration, SystemTime};

use atlas_emulator::{Builder, DEFAULT_TOKEN, Emulator, StatusCode};
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{AccessToken, Client, ClientBuilder, Error, RetryPolicy, TimeLimit};
use tokio::task::JoinSet;

use super::{authorizations, client, list, service_account};
use crate::clock::Clock;
use crate::server::Server;

const HOUR: Duration = Duration::from_secs(3600);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Starts a local Atlas whose token endpoint takes an hour to respond.
async fn hanging() -> Emulator {
    Emulator::builder().token_delay(HOUR).start().await.unwrap()
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder(service_account()).base_url(url)
}

/// Returns the default retry policy with shorter waits.
fn quick() -> RetryPolicy {
    RetryPolicy::new().base_delay(Duration::from_millis(1))
}

/// Starts a local Atlas. Returns the local Atlas and a client that already has a token.
async fn with_a_token(atlas: Builder) -> (Emulator, Client) {
    let atlas = atlas.start().await.unwrap();
    let client = client(&atlas, service_account());
    list(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
    (atlas, client)
}

#[tokio::test]
async fn a_token_is_renewed_one_minute_before_it_expires_while_other_calls_continue() {
    let atlas = Emulator::builder().token_delay(seconds(3)).start().await.unwrap();
    let client = client(&atlas, service_account());
    let clock = Clock::pause();
    clock.run(list(&client)).await.0.unwrap();

    clock.pass(seconds(3600 - 61)).await;
    clock.run_at_once(list(&client)).await.unwrap();
    assert_eq!(atlas.token_requests(), 1, "the token was renewed 61 seconds before its expiry");

    clock.pass(seconds(1)).await;
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let client = client.clone();
        calls.spawn(async move { list(&client).await.map(|_| ()) });
    }
    for done in 1..10 {
        calls.join_next().await.unwrap().unwrap().unwrap();
        assert_eq!(authorizations(&atlas).last().unwrap(), "Bearer emulator.issued-1", "{done}");
    }
    let (last, took) = clock.run(calls.join_next()).await;
    last.unwrap().unwrap().unwrap();
    assert!(took >= seconds(3), "the call that renews the token did not wait for it: {took:?}");
    assert_eq!(authorizations(&atlas).last().unwrap(), "Bearer emulator.issued-2");
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test]
async fn a_short_lived_token_is_renewed_in_the_last_tenth_of_its_lifetime() {
    let (atlas, client) = with_a_token(Emulator::builder().token_lifetime(seconds(300))).await;
    let clock = Clock::pause();
    clock.pass(seconds(268)).await;
    clock.run_at_once(list(&client)).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
    clock.pass(seconds(2)).await;
    clock.run(list(&client)).await.0.unwrap();
    assert_eq!(authorizations(&atlas).last().unwrap(), "Bearer emulator.issued-2");
}

#[tokio::test]
async fn a_token_with_an_unknown_lifetime_is_renewed_in_the_last_minute() {
    for (left, is_renewed) in [(70, false), (50, true)] {
        let atlas = Emulator::start().await.unwrap();
        let issued = client(&atlas, service_account()).access_token().await.unwrap();
        let expires_at = SystemTime::now() + seconds(left);
        let token = AccessToken::new(issued.expose_secret(), expires_at);
        let client = client(&atlas, service_account().with_token(token));
        list(&client).await.unwrap();
        assert_eq!(atlas.token_requests(), if is_renewed { 2 } else { 1 }, "{left} seconds");
    }
}

#[tokio::test]
async fn a_failed_renewal_keeps_the_token_and_is_retried_after_ten_seconds() {
    let (atlas, client) = with_a_token(Emulator::builder()).await;
    let clock = Clock::pause();
    clock.pass(seconds(3600 - 59)).await;
    atlas.fail_token_requests(1, StatusCode::SERVICE_UNAVAILABLE);
    clock.run(list(&client)).await.0.unwrap();
    assert_eq!(atlas.token_requests(), 2);

    clock.pass(seconds(9)).await;
    clock.run_at_once(list(&client)).await.unwrap();
    assert_eq!(atlas.token_requests(), 2, "expected no retry after nine seconds");
    assert_eq!(authorizations(&atlas), ["Bearer emulator.issued-1"; 3]);

    clock.pass(seconds(1)).await;
    clock.run(list(&client)).await.0.unwrap();
    assert_eq!(atlas.token_requests(), 3, "expected a retry after ten seconds");
    assert_eq!(authorizations(&atlas)[3], "Bearer emulator.issued-2");
}

#[tokio::test]
async fn a_renewal_that_hangs_takes_at_most_ten_seconds_or_half_of_the_operation_timeout() {
    for (operation_timeout, wait) in [(8, 4), (120, 10)] {
        let atlas = hanging().await;
        let token = AccessToken::new(DEFAULT_TOKEN, SystemTime::now() + HOUR);
        let client = Client::builder(service_account().with_token(token)).base_url(atlas.url());
        let client = client.operation_timeout(seconds(operation_timeout)).build().unwrap();
        let clock = Clock::pause();
        clock.pass(seconds(3600 - 55)).await;

        let (outcome, took) = clock.run(list(&client)).await;
        outcome.unwrap();
        assert!((seconds(wait)..seconds(wait + 2)).contains(&took), "{took:?}");
        let (outcome, took) = clock.run(list(&client)).await;
        outcome.unwrap();
        assert!(took < seconds(2), "the next call waited again: {took:?}");
    }
}

#[tokio::test]
async fn a_renewal_whose_call_is_dropped_does_not_delay_the_next_call() {
    let atlas = hanging().await;
    let token = AccessToken::new(DEFAULT_TOKEN, SystemTime::now() + HOUR);
    let client = client(&atlas, service_account().with_token(token));
    let clock = Clock::pause();
    clock.pass(seconds(3600 - 55)).await;
    let dropped = tokio::time::timeout(seconds(1), list(&client));
    assert!(clock.run(dropped).await.0.is_err());
    let (outcome, took) = clock.run(list(&client)).await;
    outcome.unwrap();
    assert!(took < seconds(2), "{took:?}");
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_ends_the_call_at_its_operation_timeout() {
    let atlas = hanging().await;
    let client = builder(atlas.url()).operation_timeout(seconds(10)).build().unwrap();
    let clock = Clock::pause();
    let (outcome, took) = clock.run(list(&client)).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Operation, .. }), "{error:?}");
    assert!((seconds(10)..seconds(12)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_fails_at_the_attempt_timeout() {
    let atlas = hanging().await;
    let client = builder(atlas.url()).attempt_timeout(seconds(5)).retry(RetryPolicy::none());
    let client = client.build().unwrap();
    let clock = Clock::pause();
    let (outcome, took) = clock.run(list(&client)).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::Authentication { head: None, .. }), "{error:?}");
    assert!((seconds(5)..seconds(7)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_revocation_that_hangs_ends_at_the_attempt_timeout() {
    let atlas = hanging().await;
    let token = AccessToken::new(DEFAULT_TOKEN, SystemTime::now() + HOUR);
    let client = Client::builder(service_account().with_token(token)).base_url(atlas.url());
    let client = client.attempt_timeout(seconds(5)).build().unwrap();
    let clock = Clock::pause();
    let (outcome, took) = clock.run(client.revoke_token()).await;
    assert!(matches!(outcome, Err(Error::Authentication { .. })), "{outcome:?}");
    assert!((seconds(5)..seconds(7)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_token_endpoint_that_breaks_every_connection_gets_five_requests() {
    let server = Server::raw("");
    let client = builder(server.url()).retry(quick()).build().unwrap();
    let error = list(&client).await.unwrap_err();
    assert!(matches!(error, Error::Authentication { head: None, .. }), "{error:?}");
    assert_eq!(error.attempts(), Some(5));
    assert!(error.to_string().ends_with("(the last of 5 attempts)"), "{error}");
    let requests = std::iter::from_fn(|| server.request());
    assert!(requests.take(9).filter(|it| it.starts_with("POST /api/oauth/token ")).count() >= 5);
}

#[tokio::test]
async fn an_error_from_the_token_endpoint_counts_the_attempts_of_the_call() {
    let server = Server::answer("503 Service Unavailable", "", "");
    let client = builder(server.url()).retry(quick()).build().unwrap();
    let error = list(&client).await.unwrap_err();
    let head = error.head().unwrap();
    assert_eq!((error.attempts(), head.attempts()), (Some(5), 5), "{error}");
}

/// Makes a call whose requests for a token all receive 429. Returns the error, the elapsed time and the number of
/// requests.
async fn always_limited(limit: CannedResponse, timeout: Duration) -> (Error, Duration, usize) {
    let responses = CannedResponses::new();
    responses.set("issueToken", limit);
    let client = builder("https://localhost").operation_timeout(timeout);
    let client = client.canned_responses(&responses).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS), "{error:?}");
    (error, start.elapsed(), responses.requests().len())
}

fn limit() -> CannedResponse {
    CannedResponse::new(StatusCode::TOO_MANY_REQUESTS, "")
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_with_a_retry_after_of_zero_gets_one_request_per_second() {
    let limit = limit().header("Retry-After", "0");
    let (_, took, requests) = always_limited(limit, Duration::from_millis(5_500)).await;
    assert_eq!((took.as_secs(), requests), (5, 6), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_without_a_retry_after_gets_a_request_every_six_seconds() {
    let (error, took, requests) = always_limited(limit(), seconds(57)).await;
    assert_eq!(
        error.attempts(),
        Some(1),
        "the call was retried although it had already waited: {error}"
    );
    assert_eq!((took.as_secs(), requests), (54, 10), "{took:?}");
}

/// The sum of this `Retry-After` and the current time is more than a clock can represent.
#[tokio::test(start_paused = true)]
async fn a_token_endpoint_with_a_huge_retry_after_gets_one_request() {
    let limit = limit().header("Retry-After", u64::MAX.to_string());
    let (_, took, requests) = always_limited(limit, seconds(5)).await;
    assert_eq!((took, requests), (Duration::ZERO, 1));
}

/// The operation timeout must apply, because the caller's own HTTP client may have no timeout.
#[tokio::test]
async fn fetching_and_revoking_a_token_end_at_the_operation_timeout() {
    let atlas = hanging().await;
    let client = |credentials| {
        let client = Client::builder(credentials).base_url(atlas.url());
        let own = generated_client::reqwest::Client::builder().no_proxy().build().unwrap();
        let client = client.http_client(own);
        client.operation_timeout(seconds(5)).build().unwrap()
    };
    let token = AccessToken::new(DEFAULT_TOKEN, SystemTime::now() + HOUR);
    let (without, with) = (client(service_account()), client(service_account().with_token(token)));
    let clock = Clock::pause();
    let ends = |error: Option<Error>, operation_id| {
        let error = error.unwrap();
        assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Operation, .. }), "{error:?}");
        assert_eq!(error.operation_id(), Some(operation_id));
    };
    ends(clock.run(without.access_token()).await.0.err(), "issueToken");
    ends(clock.run(with.revoke_token()).await.0.err(), "revokeToken");
}
