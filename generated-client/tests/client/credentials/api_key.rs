//! Digest authentication with an API key.

use std::collections::BTreeSet;
use std::time::Duration;

use atlas_emulator::{Algorithm, DEFAULT_PUBLIC_KEY, Digest, Emulator, Fault, StatusCode};
use generated_client::{Client, Credentials, Error, TimeLimit};

use super::{api_key, authorizations, client, create, list, list_at_once};
use crate::clock::Clock;
use crate::server::{Server, unused_port};

async fn start(digest: Digest) -> Emulator {
    Emulator::builder().digest(digest).start().await.unwrap()
}

#[tokio::test]
async fn each_call_after_the_first_needs_one_round_trip() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, api_key());
    for _ in 0..20 {
        list(&client).await.unwrap();
    }
    let sent = authorizations(&atlas);
    assert_eq!(sent.len(), 21, "expected one challenge, then one request per call");
    assert_eq!(sent[0], "");
    for (answer, count) in sent[1..].iter().zip(1..) {
        assert!(answer.contains(&format!("nc={count:08x}")), "{answer}");
    }
}

#[tokio::test]
async fn a_challenge_whose_body_arrives_slowly_keeps_the_connection_open() {
    let slow = Fault::Trickle(Duration::from_millis(1));
    let atlas = Emulator::builder().faults([slow]).start().await.unwrap();
    list(&client(&atlas, api_key())).await.unwrap();
    assert_eq!((authorizations(&atlas).len(), atlas.connection_count()), (2, 1));
}

#[tokio::test]
async fn a_challenge_whose_body_stalls_delays_the_call_by_one_second() {
    let stalled = Fault::Trickle(Duration::from_secs(3600));
    // The wait for the body does not belong to the attempt, whose timeout can be shorter.
    for attempt_timeout in [Duration::from_secs(60), Duration::from_millis(900)] {
        let atlas = Emulator::builder().faults([stalled.clone()]).start().await.unwrap();
        let client = client(&atlas, api_key()).with_attempt_timeout(attempt_timeout);
        let (outcome, took) = Clock::pause().run(create(&client)).await;
        outcome.unwrap();
        assert!((1..5).contains(&took.as_secs()), "{took:?}");
        assert_eq!(atlas.connection_count(), 2);
    }
}

#[tokio::test]
async fn a_challenge_whose_body_stalls_ends_the_call_at_its_operation_timeout() {
    let stalled = Fault::Trickle(Duration::from_secs(3600));
    let atlas = Emulator::builder().faults([stalled]).start().await.unwrap();
    let client = client(&atlas, api_key()).with_operation_timeout(Duration::from_millis(400));
    let (outcome, took) = Clock::pause().run(create(&client)).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Operation, .. }), "{error:?}");
    assert!(!error.may_have_been_carried_out(), "the server has only sent a challenge: {error}");
    assert!(took < Duration::from_millis(700), "{took:?}");
    assert_eq!(atlas.requests().len(), 1);
}

#[tokio::test]
async fn md5_sha_256_and_their_session_forms_are_supported() {
    for algorithm in
        [Algorithm::Md5, Algorithm::Md5Session, Algorithm::Sha256, Algorithm::Sha256Session]
    {
        let atlas = start(Digest { algorithms: vec![algorithm], ..Digest::default() }).await;
        let client = client(&atlas, api_key());
        for _ in 0..3 {
            list(&client).await.unwrap();
        }
        assert_eq!(atlas.requests().len(), 4, "{algorithm:?}");
    }
}

#[tokio::test]
async fn the_strongest_of_several_challenges_is_used() {
    let algorithms = vec![Algorithm::Sha512Half, Algorithm::Md5, Algorithm::Sha256];
    let atlas = start(Digest { algorithms, ..Digest::default() }).await;
    list(&client(&atlas, api_key())).await.unwrap();
    let answer = authorizations(&atlas).pop().unwrap();
    assert!(answer.ends_with("algorithm=SHA-256"), "{answer}");
}

#[tokio::test]
async fn a_challenge_that_is_hard_to_parse_is_supported() {
    let atlas = Emulator::builder().faults([Fault::HostileChallenge]).start().await.unwrap();
    list(&client(&atlas, api_key())).await.unwrap();
    let answer = authorizations(&atlas).pop().unwrap();
    assert!(answer.contains(r#"opaque="opaque, \"text\"""#), "{answer}");
    assert_eq!(atlas.requests().len(), 2);
}

#[tokio::test]
async fn the_body_is_sent_again_after_a_challenge() {
    let atlas = Emulator::start().await.unwrap();
    create(&client(&atlas, api_key())).await.unwrap();
    let requests = atlas.requests();
    assert_eq!(requests.len(), 2);
    assert!(!requests[0].body.is_empty());
    assert_eq!(requests[0].body, requests[1].body);
    assert_eq!(atlas.export_buckets().len(), 1);
}

#[tokio::test]
async fn a_stale_nonce_is_replaced() {
    let atlas = start(Digest { uses: Some(2), ..Digest::default() }).await;
    let client = client(&atlas, api_key());
    for _ in 0..6 {
        list(&client).await.unwrap();
    }
    // Each nonce is valid for two calls, so the first, third and fifth calls each receive a challenge.
    assert_eq!(atlas.requests().len(), 9);
}

#[tokio::test]
async fn an_expired_nonce_is_replaced() {
    let lifetime = Some(Duration::from_secs(300));
    let atlas = start(Digest { lifetime, ..Digest::default() }).await;
    let client = client(&atlas, api_key());
    let clock = Clock::pause();
    clock.run_at_once(list(&client)).await.unwrap();
    clock.pass(Duration::from_secs(300)).await;
    clock.run_at_once(create(&client)).await.unwrap();
    assert_eq!(atlas.requests().len(), 4);
}

#[tokio::test]
async fn a_nonce_that_is_always_stale_ends_the_call() {
    let atlas = start(Digest { uses: Some(0), ..Digest::default() }).await;
    let error = list(&client(&atlas, api_key())).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(atlas.requests().len(), 3);
}

/// A server that is down can request a long wait before each retry. During the wait, a nonce can become stale.
#[tokio::test]
async fn a_nonce_that_becomes_stale_before_each_retry_is_replaced() {
    let unavailable = || Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    let retry = || [Fault::StaleNonce, unavailable()];
    let faults = [[Fault::None, unavailable()], retry(), retry(), [Fault::StaleNonce, Fault::None]];
    let atlas = Emulator::builder().faults(faults.into_iter().flatten()).start().await.unwrap();
    let clock = Clock::pause();
    let page = clock.run(list(&client(&atlas, api_key()))).await.0.unwrap();
    assert_eq!((page.attempts(), authorizations(&atlas).len()), (4, 8));
}

#[tokio::test]
async fn the_next_nonce_in_a_response_is_used() {
    for algorithm in [Algorithm::Md5, Algorithm::Sha256Session] {
        let digest =
            Digest { algorithms: vec![algorithm], uses: Some(1), next_nonce: true, lifetime: None };
        let atlas = start(digest).await;
        let client = client(&atlas, api_key());
        for _ in 0..4 {
            list(&client).await.unwrap();
        }
        assert_eq!(atlas.requests().len(), 5, "{algorithm:?}");
    }
}

#[tokio::test]
async fn a_nonce_that_the_server_does_not_know_is_replaced() {
    let port = unused_port();
    let start = || Emulator::builder().port(port.local_addr().unwrap().port()).start();
    let first = start().await.unwrap();
    let client = client(&first, api_key());
    list(&client).await.unwrap();
    list(&client).await.unwrap();
    first.stop().await.unwrap();
    let second = start().await.unwrap();
    list(&client).await.unwrap();
    let sent = authorizations(&second);
    let nonce = |answer: &str| {
        let (_, rest) = answer.split_once(" nonce=").unwrap();
        rest.split(',').next().unwrap().to_owned()
    };
    assert_eq!(sent.len(), 2);
    assert_ne!(nonce(&sent[0]), nonce(&sent[1]));
}

#[tokio::test]
async fn concurrent_calls_share_a_nonce() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, api_key());
    list(&client).await.unwrap();
    let outcomes = list_at_once(&client, 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let sent = authorizations(&atlas);
    assert_eq!(sent.len(), 1 + 1 + 100, "expected one challenge, then one request per call");
    let parameter = |answer: &str, name: &str| {
        let (_, rest) = answer.split_once(name).unwrap();
        rest.split(',').next().unwrap().to_owned()
    };
    let all = |name| sent[1..].iter().map(|it| parameter(it, name)).collect::<BTreeSet<_>>();
    assert_eq!(all(" nonce=").len(), 1);
    assert_eq!(all(" nc=").len(), 101, "two uses of a nonce have the same count");
}

#[tokio::test]
async fn concurrent_calls_succeed_when_the_nonce_becomes_stale() {
    let atlas = start(Digest { uses: Some(40), ..Digest::default() }).await;
    let outcomes = list_at_once(&client(&atlas, api_key()), 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

#[tokio::test]
async fn a_wrong_key_fails_after_one_challenge() {
    let atlas = Emulator::start().await.unwrap();
    let client = client(&atlas, Credentials::api_key(DEFAULT_PUBLIC_KEY, "wrong"));
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.error_code(), Some("UNEXPECTED_ERROR"));
    assert!(error.to_string().contains("check the credentials"), "{error}");
    assert_eq!(authorizations(&atlas).len(), 2);
}

#[tokio::test]
async fn keys_with_special_characters_are_accepted() {
    for (public, private) in [(r#"a"b\c, d="#, "p:w\"\\"), ("ключ", "geheim ßé")] {
        let atlas = Emulator::builder().api_key(public, private).start().await.unwrap();
        list(&client(&atlas, Credentials::api_key(public, private))).await.unwrap();
    }
}

#[tokio::test]
async fn an_unsupported_challenge_is_an_error() {
    let algorithms = vec![Algorithm::Sha512Half];
    let atlas = start(Digest { algorithms, ..Digest::default() }).await;
    let error = list(&client(&atlas, api_key())).await.unwrap_err();
    assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(error.to_string().contains("requires `SHA-512-256`"), "{error}");
    assert_eq!(atlas.requests().len(), 1);
}

#[tokio::test]
async fn a_401_without_a_challenge_is_an_error() {
    let server = Server::error("401 Unauthorized", r#"{"error":401,"errorCode":"NOT_ORG_OWNER"}"#);
    let client = Client::builder(api_key()).base_url(server.url()).build().unwrap();
    assert_eq!(list(&client).await.unwrap_err().error_code(), Some("NOT_ORG_OWNER"));
}

#[tokio::test]
async fn the_client_never_answers_a_challenge_from_another_server() {
    let other = Emulator::start().await.unwrap();
    // The first server redirects to `other`. The second one sends a challenge whose `domain` names `other`.
    let redirect = format!("Location: {}/\r\n", other.url());
    let server = Server::answer("307 Temporary Redirect", &redirect, "");
    let client = Client::builder(api_key()).base_url(server.url()).build().unwrap();
    assert!(matches!(list(&client).await, Err(Error::Redirect { .. })));

    let challenge = format!(
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", qop=\"auth\", domain=\"{}/\"\r\n",
        other.url()
    );
    let server = Server::answer("401 Unauthorized", &challenge, "");
    let client = Client::builder(api_key()).base_url(server.url()).build().unwrap();
    assert!(list(&client).await.is_err());
    assert!(server.request().unwrap().starts_with("GET /api/atlas/v2/"));
    assert!(server.request().unwrap().contains("nonce=\"b\""));
    assert!(other.requests().is_empty());
}
