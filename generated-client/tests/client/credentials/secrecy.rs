//! No secret appears in `Debug` output, errors or logs.

use std::time::{Duration, SystemTime};

use atlas_emulator::{
    DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_TOKEN, Emulator, Fault, StatusCode,
};
use base64::Engine as _;
use generated_client::{AccessToken, Client, Credentials};

use super::{api_key, client, create, list, service_account};
use crate::log::Log;
use crate::rerun;
use crate::server::Server;

/// Returns the credentials of the service account as HTTP Basic sends them.
fn basic() -> String {
    let pair = format!("{}:{DEFAULT_CLIENT_SECRET}", atlas_emulator::DEFAULT_CLIENT_ID);
    base64::prelude::BASE64_STANDARD.encode(pair)
}

fn assert_secret(shown: &str) {
    for secret in
        [DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_TOKEN, "emulator.issued", &basic()]
    {
        assert!(!shown.contains(secret), "`{secret}` in {shown}");
    }
}

#[test]
fn no_log_shows_a_secret() {
    rerun::passes("credentials::secrecy::calls_are_logged_without_secrets");
}

#[tokio::test]
#[ignore = "logs the whole process: the previous test runs this function in a new one"]
async fn calls_are_logged_without_secrets() {
    let log = Log::start();
    let atlas = Emulator::start().await.unwrap();
    for credentials in [service_account(), api_key(), Credentials::access_token(DEFAULT_TOKEN)] {
        let client = client(&atlas, credentials);
        list(&client).await.unwrap();
        create(&client).await.unwrap();
    }
    let account = client(&atlas, service_account());
    list(&account).await.unwrap();
    atlas.revoke_tokens();
    list(&account).await.unwrap();
    account.revoke_token().await.unwrap();
    let text = log.text();
    assert!(text.contains("received a token for the service account"), "nothing is logged: {text}");
    assert_secret(&text);
}

#[tokio::test]
async fn no_debug_output_shows_a_secret() {
    let atlas = Emulator::start().await.unwrap();
    let token = AccessToken::new(DEFAULT_TOKEN, SystemTime::now() + Duration::from_secs(60));
    assert_secret(&format!("{token:?} {:?}", service_account().with_token(token.clone())));
    for credentials in [service_account(), api_key(), Credentials::access_token(DEFAULT_TOKEN)] {
        assert_secret(&format!(
            "{credentials:?} {:?}",
            Client::builder(credentials.clone()).base_url(atlas.url())
        ));
        let client = client(&atlas, credentials);
        list(&client).await.unwrap();
        let request = client.list_group_cluster_backup_exports("32b6e34b3d91647abb20e7b8", "a");
        assert_secret(&format!("{client:?} {client:#?} {request:?}"));
    }
}

#[tokio::test]
async fn secrets_echoed_by_the_token_endpoint_are_redacted() {
    let body = format!(
        r#"{{"error":"invalid_client","error_description":"{DEFAULT_CLIENT_SECRET} {}"}}"#,
        basic()
    );
    for body in [body.clone(), format!("<html>{body}")] {
        let server = Server::answer("401 Unauthorized", "", body);
        let client = Client::builder(service_account()).base_url(server.url()).build().unwrap();
        let error = list(&client).await.unwrap_err();
        assert_secret(&format!("{error} {error:?} {error:#?}"));
        assert!(error.to_string().contains("[redacted]"), "{error}");
    }
}

#[tokio::test]
async fn an_error_after_a_renewal_shows_neither_the_old_nor_the_new_token() {
    const OLD: &str = "eyJhbGciOiJSUzI1NiJ9.old.token";
    let atlas = Emulator::start().await.unwrap();
    let old = AccessToken::new(OLD, SystemTime::now() + Duration::from_secs(3600));
    let client = client(&atlas, service_account().with_token(old));
    // The local Atlas rejects the old token.
    list(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
    let new = client.access_token().await.unwrap();
    for token in [OLD, new.expose_secret()] {
        assert_redacts(&atlas, &client, token).await;
    }
}

#[tokio::test]
async fn an_error_does_not_show_earlier_tokens() {
    let atlas = Emulator::builder().token_limit(None).start().await.unwrap();
    let client = client(&atlas, service_account());
    let mut earlier = Vec::new();
    for _ in 0..14 {
        earlier.push(client.access_token().await.unwrap());
        client.revoke_token().await.unwrap();
    }
    client.access_token().await.unwrap();
    // The client remembers the ten most recent of its earlier tokens.
    for token in &earlier[4..] {
        assert_redacts(&atlas, &client, token.expose_secret()).await;
    }
}

/// Checks that an error does not show the token if the response contains the token.
async fn assert_redacts(atlas: &Emulator, client: &Client, token: &str) {
    let body = format!(r#"{{"error":400,"errorCode":"X","detail":"got {token}"}}"#);
    atlas.inject([Fault::body(StatusCode::BAD_REQUEST, body)]);
    let error = list(client).await.unwrap_err();
    assert!(error.to_string().contains("got [redacted]; "), "{error}");
    assert!(!format!("{error:?}").contains(token), "{error:?}");
}

#[tokio::test]
async fn a_secret_of_one_character_leaves_messages_readable() {
    let body = r#"{"error":"invalid_client","error_description":"a is no secret at all"}"#;
    let server = Server::answer("401 Unauthorized", "", body);
    let credentials = Credentials::service_account("mdb_sa_id_1", "a");
    let error = list(&Client::builder(credentials).base_url(server.url()).build().unwrap())
        .await
        .unwrap_err();
    let message = error.to_string();
    let expected = "the token endpoint `/api/oauth/token` returned 401 Unauthorized \
                    (invalid_client: [redacted] is no secret at all); check the client id and the \
                    client secret";
    assert!(message.starts_with(expected), "{message}");

    let body = r#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND","detail":"No cluster."}"#;
    for credentials in [Credentials::access_token("e"), Credentials::api_key("key", "e")] {
        let server = Server::error("404 Not Found", body);
        let error = list(&Client::builder(credentials).base_url(server.url()).build().unwrap())
            .await
            .unwrap_err();
        assert!(error.to_string().contains("CLUSTER_NOT_FOUND: No cluster"), "{error}");
    }
}

#[tokio::test]
async fn secrets_echoed_by_a_challenge_are_redacted() {
    let long = "x".repeat(345);
    for challenge in [
        format!("Digest realm=\"{DEFAULT_PRIVATE_KEY}"),
        format!("Digest realm=\"{long}{DEFAULT_PRIVATE_KEY}"),
        format!("Digest realm=a, nonce=b, qop=\"{DEFAULT_PRIVATE_KEY}\""),
        format!("Digest realm=a, nonce=b, qop=auth, algorithm=\"{DEFAULT_PRIVATE_KEY}\""),
    ] {
        let headers = format!("WWW-Authenticate: {challenge}\r\n");
        let server = Server::answer("401 Unauthorized", &headers, "");
        let error = list(&Client::builder(api_key()).base_url(server.url()).build().unwrap())
            .await
            .unwrap_err();
        assert_secret(&format!("{error} {error:?} {error:#?}"));
        assert!(error.to_string().contains("[reda"), "{error}");
        assert!(!error.to_string().contains(&DEFAULT_PRIVATE_KEY[..10]), "{error}");
    }
}

#[tokio::test]
async fn a_secret_that_json_escapes_is_redacted_in_keys_and_values() {
    for body in [r#"{"hunter\"2-hunter":1}"#, r#"{"a":["hunter\"2-hunter"]}"#] {
        let server = Server::error("400 Bad Request", body);
        let credentials = Credentials::api_key("key", r#"hunter"2-hunter"#);
        let client = Client::builder(credentials).base_url(server.url()).build().unwrap();
        let error = list(&client).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
    }
}

#[tokio::test]
async fn secrets_echoed_by_an_operation_are_redacted() {
    let echo = |secret: &str| {
        Server::error(
            "400 Bad Request",
            &format!(r#"{{"error":400,"errorCode":"X","detail":"{secret}"}}"#),
        )
    };
    let expiry = SystemTime::now() + Duration::from_secs(600);
    let token = AccessToken::new(DEFAULT_TOKEN, expiry);
    for (credentials, secret) in [
        (api_key(), DEFAULT_PRIVATE_KEY),
        (service_account().with_token(token.clone()), DEFAULT_TOKEN),
        (service_account().with_token(token), DEFAULT_CLIENT_SECRET),
    ] {
        let server = echo(secret);
        let error = list(&Client::builder(credentials).base_url(server.url()).build().unwrap())
            .await
            .unwrap_err();
        let body = error.body().unwrap_or_default();
        assert_secret(&format!("{error} {error:?} {body}"));
        assert!(error.to_string().contains("[redacted]"), "{error}");
        assert!(body.contains("[redacted]"), "{body}");
    }
}
