//! The replacement of tokens that the server rejects, with canned responses and a paused clock.

use std::time::Duration;

use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{Client, RetryPolicy, StatusCode};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{list, service_account, token_requests};

const LIST: &str = "listGroupClusterBackupExports";

/// Prepares responses. The token endpoint issues five tokens, and each list receives status 200.
fn responses() -> CannedResponses {
    let responses = CannedResponses::new();
    for text in ["first", "second", "third", "fourth", "fifth"] {
        responses.push_to("issueToken", token(text));
    }
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    responses
}

fn token(text: &str) -> CannedResponse {
    CannedResponse::ok(&json!({"access_token": text, "expires_in": 36000}))
}

/// Prepares responses. The token endpoint issues a token, fails once, and issues another token.
fn responses_with_a_failed_token_request() -> CannedResponses {
    let responses = CannedResponses::new();
    for response in [token("first"), unavailable(), token("second")] {
        responses.push_to("issueToken", response);
    }
    responses
}

fn unavailable() -> CannedResponse {
    CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE")
}

fn unauthorized() -> CannedResponse {
    CannedResponse::error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED")
}

fn client(responses: &CannedResponses) -> Client {
    let client = Client::builder(service_account()).base_url("https://localhost");
    client.canned_responses(responses).build().unwrap()
}

/// The server may have revoked the token even though its response was lost.
#[tokio::test(start_paused = true)]
async fn a_token_whose_revocation_got_no_response_is_replaced_after_a_401() {
    let responses = responses();
    responses.push_to(LIST, unauthorized());
    let client = client(&responses);
    list(&client).await.unwrap();

    responses.set("revokeToken", CannedResponse::never());
    let limited = client.with_operation_timeout(Duration::from_secs(5));
    limited.revoke_token().await.unwrap_err();
    responses.push_to(LIST, unauthorized());
    list(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_can_replace_a_token_in_each_attempt() {
    let responses = responses();
    responses.push_to(LIST, unauthorized());
    responses.push_to(LIST, unavailable().header("Retry-After", "400"));
    responses.push_to(LIST, unauthorized());
    let client = client(&responses).with_operation_timeout(Duration::from_secs(3600));
    list(&client).await.unwrap();
    assert_eq!(token_requests(&responses), 3);
}

#[tokio::test(start_paused = true)]
async fn the_next_attempt_does_not_send_a_rejected_token_again() {
    let responses = responses_with_a_failed_token_request();
    responses.push_to(LIST, unauthorized());
    responses.push_to(LIST, CannedResponse::ok(&json!({"results": []})));
    list(&client(&responses)).await.unwrap();
    assert_eq!(token_requests(&responses), 3);
}

/// Atlas also returns 401 if the account lacks a role. If the account has too many tokens, the token endpoint returns
/// 403. Both errors persist, so for ten seconds after the 403, each call must report its own 401.
#[tokio::test(start_paused = true)]
async fn a_401_is_not_hidden_by_a_token_endpoint_that_refuses() {
    let responses = CannedResponses::new();
    responses.push_to("issueToken", token("first"));
    responses.set("issueToken", CannedResponse::error(StatusCode::FORBIDDEN, "TOO_MANY"));
    responses.set(LIST, unauthorized());
    let client = client(&responses);
    for (wait, status, requests) in [
        (0, StatusCode::FORBIDDEN, 2),
        (0, StatusCode::UNAUTHORIZED, 2),
        (9, StatusCode::UNAUTHORIZED, 2),
        (1, StatusCode::FORBIDDEN, 3),
    ] {
        sleep(Duration::from_secs(wait)).await;
        let error = list(&client).await.unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
        assert_eq!(token_requests(&responses), requests);
    }
}

/// A call with a revoked token must not fail with 401 only because the token endpoint failed once.
#[tokio::test(start_paused = true)]
async fn a_transient_failure_of_the_token_endpoint_does_not_delay_a_replacement() {
    let responses = responses_with_a_failed_token_request();
    responses.push_to(LIST, unauthorized());
    responses.push_to(LIST, unauthorized());
    responses.push_to(LIST, CannedResponse::ok(&json!({"results": []})));
    let client = client(&responses);
    let once = client.with_retry(RetryPolicy::none());
    let error = list(&once).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE), "{error}");
    list(&once).await.unwrap();
}

/// If the token has been revoked instead, the first call after the wait replaces it.
#[tokio::test(start_paused = true)]
async fn a_401_is_not_hidden_by_the_rate_limit_of_the_token_endpoint() {
    let responses = CannedResponses::new();
    responses.push_to("issueToken", token("first"));
    let limit = CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
    responses.set("issueToken", limit.header("Retry-After", "60"));
    responses.set(LIST, unauthorized());
    let client = client(&responses);
    for (wait, tokens, lists) in [(0, 2, 2), (59, 2, 3), (1, 3, 5)] {
        sleep(Duration::from_secs(wait)).await;
        let start = Instant::now();
        let error = list(&client).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED), "{error}");
        assert_eq!(error.error_code(), Some("UNAUTHORIZED"));
        assert_eq!(start.elapsed(), Duration::ZERO);
        let sent = responses.requests();
        let sent = sent.iter().filter(|request| request.operation_id() == LIST).count();
        assert_eq!((token_requests(&responses), sent), (tokens, lists), "after {wait} seconds");
    }
    sleep(Duration::from_secs(60)).await;
    responses.set("issueToken", token("second"));
    responses.push_to(LIST, unauthorized());
    responses.push_to(LIST, CannedResponse::ok(&json!({"results": []})));
    list(&client).await.unwrap();
}
