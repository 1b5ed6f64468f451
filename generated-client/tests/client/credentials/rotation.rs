//! Credentials that are replaced while calls, streams and watches are running.

use std::time::Duration;

use atlas_emulator::{
    DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_TOKEN, Emulator, Fault, Target,
};
use generated_client::models::ExportJobState;
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{Client, Credentials, Error, RetryPolicy, StatusCode};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{api_key, authorizations, client, list, service_account, token_requests};
use crate::clock::Clock;

const LIST: &str = "listGroupClusterBackupExports";
const JOB: &str = "6817355c1f2a3b4c5d6e7f03";

#[tokio::test]
async fn a_watch_uses_an_access_token_that_replaces_an_expired_one() {
    let states = ["Queued", "InProgress", "Successful"];
    let job = |state| json!({"id": JOB, "exportBucketId": JOB, "state": state});
    let jobs = states.map(|state| vec![job(state)]);
    let atlas = Emulator::builder().jobs_over_time(jobs).start().await.unwrap();
    let issued = client(&atlas, service_account()).access_token().await.unwrap();
    let client = client(&atlas, Credentials::access_token(issued.expose_secret()));
    let mut jobs = client.watch_export_job(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, JOB).stream();
    let clock = Clock::pause();
    for expected in [ExportJobState::Queued, ExportJobState::InProgress] {
        let job = clock.run(jobs.next()).await.0.unwrap().unwrap();
        assert_eq!(job.state, Some(expected));
    }

    client.set_credentials(Credentials::access_token(DEFAULT_TOKEN)).unwrap();
    atlas.revoke_tokens();
    let job = clock.run(jobs.next()).await.0.unwrap().unwrap();
    assert_eq!(job.state, Some(ExportJobState::Successful));
    let sent = ["Bearer emulator.issued-1", "Bearer emulator.issued-1", "Bearer emulator-token"];
    assert_eq!(authorizations(&atlas), sent);
}

#[tokio::test]
async fn a_stream_uses_a_new_secret_that_was_set_on_a_derived_client() {
    let atlas = Emulator::start().await.unwrap();
    let issued = client(&atlas, service_account()).access_token().await.unwrap();
    let old = Credentials::service_account("mdb_sa_id_old", "mdb_sa_sk_old").with_token(issued);
    let client = client(&atlas, old);
    let jobs = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
    let mut jobs = jobs.items_per_page(2_u32).stream();
    jobs.next().await.unwrap().unwrap();

    client.with_retry(RetryPolicy::none()).set_credentials(service_account()).unwrap();
    atlas.revoke_tokens();
    let mut count = 1;
    while let Some(job) = jobs.next().await {
        job.unwrap();
        count += 1;
    }
    assert_eq!((count, atlas.token_requests()), (6, 2));
}

#[tokio::test]
async fn the_next_attempt_of_a_call_uses_the_new_credentials() {
    let busy = Fault::too_many_requests(10);
    let atlas = Emulator::builder().faults([busy]).start().await.unwrap();
    let issued = client(&atlas, service_account()).access_token().await.unwrap();
    let client = client(&atlas, Credentials::access_token(issued.expose_secret()));
    let next = Credentials::access_token(DEFAULT_TOKEN);
    let (listed, took) = Clock::pause().run(rotated(list(&client), &client, next)).await;
    assert_eq!(listed.unwrap().attempts(), 2);
    assert!(took >= LATE, "the call did not wait as the API requested: {took:?}");
    assert_eq!(authorizations(&atlas), ["Bearer emulator.issued-1", "Bearer emulator-token"]);
}

#[tokio::test]
async fn a_new_api_key_does_not_use_the_nonce_of_the_old_one() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, api_key());
    list(&client).await.unwrap();
    client.set_credentials(api_key()).unwrap();
    list(&client).await.unwrap();
    let challenged = authorizations(&atlas).iter().map(String::is_empty).collect::<Vec<_>>();
    assert_eq!(challenged, [true, false, true, false]);
}

#[tokio::test]
async fn invalid_credentials_do_not_replace_the_current_ones() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, Credentials::access_token(DEFAULT_TOKEN));
    let error = client.set_credentials(Credentials::access_token("new token")).unwrap_err();
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    list(&client).await.unwrap();
}

/// Returns a client for canned responses. The token endpoint issues the tokens `first`, `second` and `third`.
fn canned(credentials: Credentials, responses: &CannedResponses) -> Client {
    for token in ["first", "second", "third"] {
        let token = json!({"access_token": token, "expires_in": 36000});
        responses.push_to("issueToken", CannedResponse::ok(&token));
    }
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    let client = Client::builder(credentials).base_url("https://localhost");
    client.canned_responses(responses).build().unwrap()
}

fn refusal(status: StatusCode) -> CannedResponse {
    CannedResponse::error(status, "REFUSED")
}

/// Replaces the credentials five seconds after the start of a call. Returns the result of the call.
async fn rotated<T>(call: impl Future<Output = T>, client: &Client, next: Credentials) -> T {
    let rotation = async {
        sleep(Duration::from_secs(5)).await;
        client.set_credentials(next).unwrap();
    };
    tokio::join!(call, rotation).0
}

const LATE: Duration = Duration::from_secs(10);

#[tokio::test(start_paused = true)]
async fn a_request_is_sent_again_if_its_credentials_are_rejected_after_their_replacement() {
    let responses = CannedResponses::new();
    let client = canned(Credentials::access_token("old"), &responses);
    responses.push_to(LIST, refusal(StatusCode::UNAUTHORIZED).delay(LATE));
    let next = Credentials::access_token("new");
    let listed = rotated(list(&client), &client, next.clone()).await.unwrap();
    assert_eq!((listed.attempts(), responses.requests().len()), (1, 2));

    // If the credentials are still the current ones, the 401 is final.
    responses.push_to(LIST, refusal(StatusCode::UNAUTHORIZED));
    list(&client).await.unwrap_err();
    // Any other error is final too.
    responses.push_to(LIST, refusal(StatusCode::FORBIDDEN).delay(LATE));
    rotated(list(&client), &client, next).await.unwrap_err();
    assert_eq!(responses.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_rejected_after_its_replacement_does_not_replace_the_new_one() {
    let responses = CannedResponses::new();
    let client = canned(service_account(), &responses);
    responses.push_to(LIST, refusal(StatusCode::UNAUTHORIZED).delay(LATE));
    let calls = async {
        let late = list(&client);
        let soon = async {
            sleep(Duration::from_secs(6)).await;
            list(&client).await
        };
        tokio::try_join!(late, soon)
    };
    rotated(calls, &client, service_account()).await.unwrap();
    assert_eq!(token_requests(&responses), 2);
    assert_eq!(client.access_token().await.unwrap().expose_secret(), "second");
}

#[tokio::test(start_paused = true)]
async fn an_unsupported_challenge_does_not_fail_a_call_whose_credentials_were_replaced() {
    let responses = CannedResponses::new();
    let challenge = r#"Digest realm="r", nonce="n", qop="auth-int""#;
    let refused = refusal(StatusCode::UNAUTHORIZED).header("WWW-Authenticate", challenge);
    responses.push_to(LIST, refused.delay(LATE));
    let client = canned(api_key(), &responses);
    rotated(list(&client), &client, service_account()).await.unwrap();
    assert_eq!(token_requests(&responses), 1);
}

#[tokio::test]
async fn a_call_that_waits_for_a_token_sends_the_new_credentials_at_once() {
    for fault in [Fault::too_many_requests(100), Fault::Delay(Duration::from_secs(30))] {
        let atlas = Emulator::start().await.unwrap();
        atlas.inject_at(Target::path("/api/oauth/token"), [fault]).unwrap();
        let client = client(&atlas, service_account());
        let next = Credentials::access_token(DEFAULT_TOKEN);
        let (listed, took) = Clock::pause().run(rotated(list(&client), &client, next)).await;
        assert_eq!(listed.unwrap().attempts(), 1);
        assert_eq!(authorizations(&atlas), ["Bearer emulator-token"]);
        assert_eq!(took.as_secs(), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn new_credentials_do_not_wait_for_a_token_request_of_the_old_ones() {
    let responses = CannedResponses::new();
    let slow = json!({"access_token": "old", "expires_in": 36000});
    responses.push_to("issueToken", CannedResponse::ok(&slow).delay(LATE));
    let client = canned(service_account(), &responses);
    let start = Instant::now();
    let calls = async { tokio::try_join!(list(&client), client.access_token()) };
    let (_, token) = rotated(calls, &client, service_account()).await.unwrap();
    assert_eq!((token.expose_secret(), start.elapsed().as_secs()), ("first", 5));
    assert_eq!(token_requests(&responses), 2);
}

#[tokio::test(start_paused = true)]
async fn new_credentials_do_not_wait_for_the_rate_limit_of_the_old_ones() {
    let responses = CannedResponses::new();
    let limit = refusal(StatusCode::TOO_MANY_REQUESTS).header("Retry-After", "3600");
    responses.push_to("issueToken", limit);
    let client = canned(service_account(), &responses);
    list(&client).await.unwrap_err();
    client.set_credentials(service_account()).unwrap();
    list(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn new_credentials_do_not_wait_for_a_failing_token_endpoint_of_the_old_ones() {
    let responses = CannedResponses::new();
    let failure = refusal(StatusCode::SERVICE_UNAVAILABLE).header("Retry-After", "100");
    responses.push_to("issueToken", failure);
    let client = canned(service_account(), &responses);
    let start = Instant::now();
    let next = Credentials::access_token("new");
    let listed = rotated(list(&client), &client, next).await.unwrap();
    assert_eq!((listed.attempts(), start.elapsed().as_secs()), (2, 5));
}

#[tokio::test(start_paused = true)]
async fn an_error_does_not_show_the_credentials_of_a_request_that_were_replaced() {
    const OLD: &str = "old-access-token";
    let responses = CannedResponses::new();
    let client = canned(Credentials::access_token(OLD), &responses);
    let body = json!({"error": 403, "errorCode": "REFUSED", "detail": format!("{OLD} may not")});
    responses.push_to(LIST, CannedResponse::json(StatusCode::FORBIDDEN, &body).delay(LATE));
    let next = Credentials::access_token("new");
    let error = rotated(list(&client), &client, next).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", error.body());
    assert!(shown.contains("[redacted] may not") && !shown.contains(OLD), "{shown}");
}
