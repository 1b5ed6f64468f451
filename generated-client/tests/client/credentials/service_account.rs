//! Service accounts. All calls of a client share one token, which the client keeps valid.

use std::time::{Duration, SystemTime};

use atlas_emulator::{Emulator, Fault, StatusCode, Target};
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{AccessToken, Client, Error};
use serde_json::json;

use super::{api_key, authorizations, client, create, list, list_at_once, service_account};
use crate::clock::Clock;

/// Starts a local Atlas. Returns the local Atlas and a client whose token it rejects.
async fn with_a_revoked_token() -> (Emulator, Client) {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, service_account());
    list(&client).await.unwrap();
    atlas.revoke_tokens();
    (atlas, client)
}

#[tokio::test]
async fn concurrent_calls_send_the_same_token() {
    let builder = Emulator::builder().token_delay(Duration::from_millis(100));
    let atlas = builder.start().await.unwrap();
    let client = client(&atlas, service_account());
    let outcomes = list_at_once(&client, 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!((atlas.token_requests(), outcomes.len()), (1, 100));
    assert_eq!(authorizations(&atlas), ["Bearer emulator.issued-1"; 100]);
}

/// Canned responses need no connections. An operating system can limit a process to 1024 open files, which include
/// connections.
#[tokio::test(start_paused = true)]
async fn a_thousand_concurrent_calls_make_one_token_request() {
    let responses = CannedResponses::new();
    let token = CannedResponse::ok(&json!({"access_token": "new", "expires_in": 3600}));
    responses.set("issueToken", token.delay(Duration::from_millis(100)));
    let page = CannedResponse::ok(&json!({"results": []}));
    responses.set("listGroupClusterBackupExports", page);
    let client = Client::builder(service_account()).canned_responses(&responses).build().unwrap();
    let outcomes = list_at_once(&client, 1000).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let requests = responses.requests();
    let token_requests = requests.iter().filter(|it| it.operation_id() == "issueToken").count();
    assert_eq!((token_requests, requests.len(), outcomes.len()), (1, 1 + 1000, 1000));
}

#[tokio::test]
async fn concurrent_calls_share_a_failure_too() {
    let builder = Emulator::builder().token_delay(Duration::from_millis(100));
    let atlas = builder.start().await.unwrap();
    atlas.fail_token_requests(1, StatusCode::FORBIDDEN);
    let outcomes = list_at_once(&client(&atlas, service_account()), 50).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn a_failed_token_request_is_retried_even_for_a_post() {
    let atlas = Emulator::start().await.unwrap();
    atlas.fail_token_requests(1, StatusCode::SERVICE_UNAVAILABLE);
    create(&client(&atlas, service_account())).await.unwrap();
    assert_eq!((atlas.token_requests(), atlas.export_buckets().len()), (2, 1));
}

#[tokio::test]
async fn a_call_receives_the_token_that_a_dropped_call_requested() {
    let builder = Emulator::builder().token_delay(Duration::from_millis(200));
    let atlas = builder.start().await.unwrap();
    let client = client(&atlas, service_account());
    let clock = Clock::with_step(Duration::from_millis(10));
    let dropped = tokio::time::timeout(Duration::from_millis(50), list(&client));
    assert!(clock.run(dropped).await.0.is_err());
    clock.run(list(&client)).await.0.unwrap();
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once_and_the_body_is_sent_again() {
    let (atlas, client) = with_a_revoked_token().await;
    create(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
    assert_eq!(atlas.export_buckets().len(), 1);
    let requests = atlas.requests();
    let bodies = requests.iter().filter(|request| request.uri.path().ends_with("/exportBuckets"));
    let bodies = bodies.map(|request| &request.body).collect::<Vec<_>>();
    assert_eq!(bodies.len(), 2);
    assert!(!bodies[0].is_empty());
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn concurrent_calls_with_a_rejected_token_make_one_token_request() {
    let (atlas, client) = with_a_revoked_token().await;
    let outcomes = list_at_once(&client, 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test]
async fn a_call_whose_token_another_call_has_replaced_is_sent_again() {
    let (atlas, client) = with_a_revoked_token().await;
    let create_bucket = Target::operation("createGroupBackupExportBucket");
    atlas.inject_at(create_bucket, [Fault::Delay(Duration::from_millis(300))]).unwrap();
    let calls = async { tokio::join!(create(&client), list(&client)) };
    let (created, listed) = Clock::with_step(Duration::from_millis(10)).run(calls).await.0;
    created.unwrap();
    listed.unwrap();
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test]
async fn a_second_rejected_token_fails_the_call() {
    // The new token has already expired when it arrives.
    let atlas = Emulator::builder().token_lifetime(Duration::ZERO).start().await.unwrap();
    let good_for_long = AccessToken::new("other", SystemTime::now() + Duration::from_secs(3600));
    let client = client(&atlas, service_account().with_token(good_for_long));
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(error.to_string().contains("check the credentials"), "{error}");
    assert_eq!((atlas.token_requests(), authorizations(&atlas).len()), (1, 2));
}

/// Atlas also returns 401 if the account lacks a role. New tokens do not help, and Atlas limits their number.
#[tokio::test]
async fn a_missing_role_costs_one_token_in_five_minutes() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, service_account());
    let clock = Clock::pause();
    let unauthorized = vec![Fault::status(StatusCode::UNAUTHORIZED); 50];
    let create_bucket = Target::operation("createGroupBackupExportBucket");
    atlas.inject_at(create_bucket, unauthorized).unwrap();
    for tokens in [2, 2, 3] {
        let error = clock.run_at_once(create(&client)).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
        assert_eq!(atlas.token_requests(), tokens);
        clock.run_at_once(list(&client)).await.unwrap();
        clock.pass(Duration::from_secs(150)).await;
    }
}

#[tokio::test]
async fn a_rejected_token_is_replaced_at_most_once_in_five_minutes() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, service_account());
    let clock = Clock::pause();
    clock.run_at_once(list(&client)).await.unwrap();
    atlas.revoke_tokens();
    clock.run_at_once(list(&client)).await.unwrap();
    atlas.revoke_tokens();
    clock.pass(Duration::from_secs(299)).await;
    let error = clock.run_at_once(list(&client)).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    clock.pass(Duration::from_secs(1)).await;
    clock.run_at_once(list(&client)).await.unwrap();
    assert_eq!(atlas.token_requests(), 3);
}

#[tokio::test]
async fn an_access_token_from_the_caller_is_not_renewed() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, generated_client::Credentials::access_token("other"));
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(atlas.requests().len(), 1);
}

#[tokio::test]
async fn a_token_can_be_stored_and_reused() {
    let atlas = Emulator::start().await.unwrap();
    let token = client(&atlas, service_account()).access_token().await.unwrap();
    let lifetime = token.expires_at().duration_since(SystemTime::now()).unwrap();
    assert!((3590..=3600).contains(&lifetime.as_secs()), "{lifetime:?}");

    let kept = AccessToken::new(token.expose_secret().to_owned(), token.expires_at());
    let second = client(&atlas, service_account().with_token(kept));
    list(&second).await.unwrap();
    assert_eq!(second.access_token().await.unwrap().expose_secret(), token.expose_secret());
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn an_expired_token_is_not_sent() {
    let atlas = Emulator::start().await.unwrap();
    let expired = AccessToken::new("expired", SystemTime::now());
    list(&client(&atlas, service_account().with_token(expired))).await.unwrap();
    assert_eq!(authorizations(&atlas), ["Bearer emulator.issued-1"]);
}

#[tokio::test]
async fn a_revoked_token_is_not_sent_again() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, service_account());
    client.revoke_token().await.unwrap();
    assert!(atlas.requests().is_empty(), "the client revoked a token that it did not have");

    let token = client.access_token().await.unwrap();
    client.revoke_token().await.unwrap();
    let revocation = atlas.requests().pop().unwrap();
    assert_eq!(revocation.uri.path(), "/api/oauth/revoke");
    let sent = token.expose_secret();
    assert!(sent.starts_with("emulator.issued-1."), "{sent}");
    assert_eq!(revocation.body, format!("token={sent}&token_type_hint=access_token"));

    let leaked = generated_client::Credentials::access_token(token.expose_secret());
    assert!(list(&super::client(&atlas, leaked)).await.is_err());
    list(&client).await.unwrap();
    let sent = ["Bearer emulator.issued-1", "Bearer emulator.issued-2"];
    assert_eq!(authorizations(&atlas), sent, "the client sent a revoked token");
}

#[tokio::test]
async fn a_failed_revocation_is_an_error_and_keeps_the_token() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, service_account());
    list(&client).await.unwrap();
    atlas.fail_token_requests(1, StatusCode::INTERNAL_SERVER_ERROR);
    let error = client.revoke_token().await.unwrap_err();
    let expected = "/api/oauth/revoke` returned 500 Internal Server Error";
    assert!(error.to_string().contains(expected), "{error}");
    list(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn only_a_service_account_can_fetch_or_revoke_a_token() {
    let atlas = Emulator::start().await.unwrap();
    for credentials in [api_key(), generated_client::Credentials::access_token("token")] {
        let client = client(&atlas, credentials);
        for error in
            [client.access_token().await.map(|_| ()), client.revoke_token().await].map(Result::err)
        {
            let error = error.unwrap();
            assert!(matches!(error, Error::Config { .. }), "{error}");
            assert!(error.to_string().contains("no service account"), "{error}");
        }
    }
    assert!(atlas.requests().is_empty());
}
