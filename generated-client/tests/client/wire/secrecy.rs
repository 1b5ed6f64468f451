//! No error and no `Debug` output shows a token, even if the server echoes the token.

use generated_client::{Client, Credentials, Error};
use serde_json::json;

use super::{GROUP, TOKEN, create, list};
use crate::server::Server;

/// Fails if `shown` contains the token, or a part that identifies the token.
fn assert_secret(shown: &str) {
    for part in [TOKEN, &TOKEN[..10], &TOKEN[10..]] {
        assert!(!shown.contains(part), "{shown}");
    }
}

#[test]
fn debug_of_a_type_with_credentials_hides_the_credentials() {
    let builder =
        Client::builder(Credentials::access_token(TOKEN)).base_url("https://cloud.mongodb.com/x");
    assert_secret(&format!("{builder:?}"));
    let client = builder.build().unwrap();
    let url = format!("https://user:{TOKEN}@cloud.mongodb.com");
    let builder = Client::builder(Credentials::access_token(TOKEN)).base_url(url);
    assert_secret(&format!("{builder:?}"));
    assert_secret(&format!("{:?}", builder.build().unwrap_err()));
    assert_eq!(format!("{client:?}"), "Client { base_url: \"https://cloud.mongodb.com/x\", .. }");
    assert_secret(&format!("{:?}", client.list_group_cluster_backup_exports(GROUP, "a")));
}

#[tokio::test]
async fn an_echoed_token_is_redacted() {
    let json = "Content-Type: application/json\r\n";
    let html = format!("<pre>Authorization: Bearer {TOKEN}</pre>");
    let long = format!("{}{TOKEN}", "x".repeat(190));
    let escaped = TOKEN.replace('/', "\\/").replace('=', "\\u003d");
    for (status, headers, body) in [
        (
            "502 Bad Gateway",
            format!("Content-Type: text/{TOKEN}\r\nX-Echo: {TOKEN}\r\n"),
            html.clone(),
        ),
        ("200 OK", String::new(), html),
        ("200 OK", String::new(), long),
        ("200 OK", String::new(), format!("access_token={}", TOKEN.replace('/', "%2F"))),
        (
            "302 Found",
            format!("Location: https://example.com/{TOKEN}?token={TOKEN}\r\n"),
            String::new(),
        ),
        (
            "400 Bad Request",
            json.into(),
            format!(
                r#"{{"error":400,"errorCode":"{escaped}","detail":"bad {escaped}","reason":"{escaped}",
                "parameters":["{escaped}"],"badRequestDetail":{{"fields":[
                    {{"field":"{escaped}","description":"{escaped}"}}
                ]}}}}"#
            ),
        ),
        ("400 Bad Request", json.into(), format!(r#"{{"{escaped}":"{escaped}"}}"#)),
        ("200 OK", json.into(), format!(r#"{{"results":"{escaped}"}}"#)),
        ("200 OK", json.into(), format!(r#"{{"results":[{{"exportBucketId":"{escaped}"}}]}}"#)),
    ] {
        let error = list(&Server::answer(status, &headers, body)).await.unwrap_err();
        let body = error.body().unwrap_or_default();
        assert_secret(&format!("{error} {error:?} {error:#?} {body}"));
        assert!(error.to_string().contains("[redacted]"), "{error}");
    }
}

/// An error keeps the first 64 KiB of the body.
#[tokio::test]
async fn no_part_of_a_token_at_the_end_of_a_long_body_is_kept() {
    let padding = "x ".repeat(32 * 1024 - 2);
    for token in [TOKEN.to_owned(), TOKEN.replace('/', "\\u002f")] {
        let server = Server::error("400 Bad Request", &format!("{padding}{token} {padding}"));
        let error = list(&server).await.unwrap_err();
        assert_eq!(error.body(), Some(&*format!("{padding}[red")));
    }
}

#[tokio::test]
async fn a_token_in_a_union_is_redacted() {
    let body = format!(r#"{{"cloudProvider":"AWS","_id":"{TOKEN}"}}"#);
    let error = create(&Server::ok(&body)).await.unwrap_err();
    assert_secret(&format!("{error} {error:?}"));
}

#[tokio::test]
async fn a_token_in_a_key_or_a_value_of_an_error_parameter_is_redacted() {
    let body =
        format!(r#"{{"error":400,"errorCode":"X","parameters":[{{"{TOKEN}":["{TOKEN}"]}}]}}"#);
    let error = list(&Server::error("400 Bad Request", &body)).await.unwrap_err();
    let Error::Api { error, .. } = error else { panic!("{error:?}") };
    assert_eq!(error.parameters, [json!({"[redacted]": ["[redacted]"]})]);
}

#[tokio::test]
async fn no_part_of_a_token_remains_where_a_body_is_shortened() {
    let body = "x".repeat(64 * 1024 - TOKEN.len() / 2) + "-" + TOKEN;
    let error = list(&Server::ok(&body)).await.unwrap_err();
    let end = error.body().unwrap().trim_start_matches('x');
    assert!(end.starts_with("-["), "{end}");
}

#[tokio::test]
async fn debug_of_a_success_shows_no_headers() {
    let headers = format!("X-Echo: {TOKEN}\r\n");
    let page = list(&Server::answer("200 OK", &headers, r#"{"results":[]}"#)).await.unwrap();
    assert_secret(&format!("{page:?}"));
}

#[tokio::test]
async fn debug_is_short_for_a_body_of_any_size() {
    for body in [
        "x".repeat(100_000),
        format!(
            r#"{{"error":500,"errorCode":"A","detail":"{0}","parameters":["{0}"]}}"#,
            "y".repeat(100_000)
        ),
        format!(r#"{{"message":"{}"}}"#, "z".repeat(100_000)),
    ] {
        let error = list(&Server::error("500 Internal Server Error", &body)).await.unwrap_err();
        assert!(format!("{error:?}").len() < 1500);
        assert!(error.to_string().len() < 1500);
    }
}
