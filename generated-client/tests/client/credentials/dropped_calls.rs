//! Requests for tokens continue if their call is dropped or times out, because the server may already be issuing the
//! token.

use std::time::{Duration, SystemTime};

use atlas_emulator::{Emulator, StatusCode};
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{AccessToken, Client, ClientBuilder, Error, RetryPolicy, TimeLimit};
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{client, list, service_account, token_requests};
use crate::clock::Clock;

const LIST: &str = "listGroupClusterBackupExports";

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Prepares responses. The token endpoint responds after two and a half seconds.
fn responses() -> CannedResponses {
    let responses = CannedResponses::new();
    for text in ["first", "second", "third"] {
        let token = json!({"access_token": text, "expires_in": 36000});
        responses
            .push_to("issueToken", CannedResponse::ok(&token).delay(Duration::from_millis(2500)));
    }
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    responses
}

fn builder(responses: &CannedResponses, expires_in: u64) -> ClientBuilder {
    let token = AccessToken::new("old", SystemTime::now() + seconds(expires_in));
    let client = Client::builder(service_account().with_token(token));
    client.base_url("https://localhost").canned_responses(responses)
}

#[tokio::test(start_paused = true)]
async fn calls_with_a_short_timeout_get_a_token_from_a_slow_endpoint() {
    let responses = responses();
    let client = builder(&responses, 0).operation_timeout(seconds(1)).build().unwrap();
    for _ in 0..2 {
        let error = list(&client).await.unwrap_err();
        assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Operation, .. }), "{error:?}");
    }
    list(&client).await.unwrap();
    assert_eq!(token_requests(&responses), 1);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_whose_call_is_dropped_continues() {
    let responses = responses();
    let client = builder(&responses, 600).build().unwrap();
    // The remaining lifetime of the token is so short that the call renews the token.
    sleep(seconds(550)).await;
    timeout(seconds(1), list(&client)).await.unwrap_err();
    sleep(seconds(3)).await;
    assert_eq!(client.access_token().await.unwrap().expose_secret(), "first");
    assert_eq!(token_requests(&responses), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_whose_call_is_dropped_is_retried_after_ten_seconds() {
    let responses = CannedResponses::new();
    let failure = CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
    responses.set("issueToken", failure.delay(seconds(3)));
    let client = builder(&responses, 600).build().unwrap();
    sleep(seconds(550)).await;
    timeout(seconds(1), client.access_token()).await.unwrap_err();
    for (wait, requests) in [(3, 1), (8, 1), (1, 2)] {
        sleep(seconds(wait)).await;
        client.access_token().await.unwrap();
        assert_eq!(token_requests(&responses), requests, "{wait}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_replacement_whose_call_is_dropped_starts_the_pause() {
    let responses = responses();
    let unauthorized = CannedResponse::error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
    responses.push_to(LIST, unauthorized.clone());
    responses.push_to(LIST, unauthorized);
    let client = builder(&responses, 3600).build().unwrap();
    timeout(seconds(1), list(&client)).await.unwrap_err();
    sleep(seconds(3)).await;
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED), "{error}");
    assert_eq!(token_requests(&responses), 1);
}

/// When a runtime shuts down, its tasks end, but the client can still be used in another runtime.
#[tokio::test]
async fn a_token_request_that_ends_with_its_runtime_does_not_block_other_calls() {
    let atlas = Emulator::builder().token_delay(seconds(1)).start().await.unwrap();
    let client = client(&atlas, service_account());
    let other = client.clone();
    let call = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { timeout(Duration::from_millis(50), list(&other)).await.is_err() })
    };
    assert!(tokio::task::spawn_blocking(call).await.unwrap());
    list(&client).await.unwrap();
}

/// The caller's own HTTP client may have no timeout.
#[tokio::test]
async fn a_token_request_ends_at_the_attempt_timeout_with_any_http_client() {
    let atlas = Emulator::builder().token_delay(seconds(3600)).start().await.unwrap();
    let client = Client::builder(service_account()).base_url(atlas.url());
    let own = generated_client::reqwest::Client::builder().no_proxy().build().unwrap();
    let client = client.http_client(own);
    let client = client.attempt_timeout(seconds(5)).retry(RetryPolicy::none()).build().unwrap();
    let clock = Clock::pause();
    for requests in [1, 2] {
        let (outcome, took) = clock.run(list(&client)).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Authentication { head: None, .. }), "{error:?}");
        assert!((seconds(5)..seconds(7)).contains(&took), "{took:?}");
        assert_eq!(atlas.token_requests(), requests);
    }
}
