//! Digest authentication with Apache httpd. `tests/digest/run` starts httpd and counts the requests.

use std::time::Duration;

use atlas_emulator::{DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY};
use generated_client::{Client, Credentials, StatusCode};

use super::{create, list};

fn client(prefix: &str, private_key: &str) -> Client {
    let url = std::env::var("HTTPD_URL").expect("`HTTPD_URL` is not set: run `tests/digest/run`");
    let credentials = Credentials::api_key(DEFAULT_PUBLIC_KEY, private_key);
    Client::builder(credentials).base_url(format!("{url}/{prefix}")).build().unwrap()
}

#[tokio::test]
#[ignore = "needs Apache httpd: run `tests/digest/run`"]
async fn ten_calls_in_a_row_are_accepted() {
    let client = client("long", DEFAULT_PRIVATE_KEY);
    for _ in 0..5 {
        list(&client).await.unwrap();
        create(&client).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs Apache httpd: run `tests/digest/run`"]
async fn an_expired_nonce_is_replaced() {
    let client = client("short", DEFAULT_PRIVATE_KEY);
    list(&client).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    list(&client).await.unwrap();
}

#[tokio::test]
#[ignore = "needs Apache httpd: run `tests/digest/run`"]
async fn a_wrong_key_is_rejected() {
    let error = list(&client("short", "wrong")).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(error.to_string().contains("check the credentials"), "{error}");
}
