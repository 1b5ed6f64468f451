//! The client's reactions to responses from the token endpoint.

use std::error::Error as _;
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::{DEFAULT_CLIENT_ID, Emulator, StatusCode};
use generated_client::{Client, Credentials, Error, RetryPolicy};

use super::{client, list, service_account};
use crate::clock::Clock;
use crate::server::{Server, unused_port};

/// Returns the error of a call when the token endpoint returns the given response.
async fn refusal(status: &str, headers: &str, body: &str) -> Error {
    let server = Server::answer(status, headers, body);
    let client = Client::builder(service_account())
        .base_url(server.url())
        .operation_timeout(Duration::from_secs(5))
        .retry(RetryPolicy::none());
    let client = client.build().unwrap();
    let call = tokio::time::timeout(Duration::from_secs(15), list(&client));
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
    error
}

#[tokio::test]
async fn a_token_is_requested_with_the_raw_id_and_secret() {
    // The value of `token_type` is case-insensitive (RFC 6749, section 5.1).
    let token = r#"{"access_token":"abc","expires_in":3600,"token_type":"bearer"}"#;
    let server = Server::ok(token);
    let base_url = format!("{}/mirror/", server.url());
    let credentials = Credentials::service_account(
        "mdb_sa_id_668c5f0ed436263134491592",
        "mdb_sa_sk_T-9.z~K_4/b+c=d%41:e",
    );
    let client = Client::builder(credentials).base_url(base_url).build().unwrap();
    assert_eq!(client.access_token().await.unwrap().expose_secret(), "abc");
    let request = server.request().unwrap();
    assert!(request.starts_with("POST /mirror/api/oauth/token HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\ngrant_type=client_credentials"), "{request}");
    for header in [
        // printf %s 'mdb_sa_id_668c5f0ed436263134491592:mdb_sa_sk_T-9.z~K_4/b+c=d%41:e' | base64
        "authorization: Basic bWRiX3NhX2lkXzY2OGM1ZjBlZDQzNjI2MzEzNDQ5MTU5MjptZGJfc2Ffc2tfVC05Lnp+\
         S180L2IrYz1kJTQxOmU=",
        "content-type: application/x-www-form-urlencoded",
        "accept: application/json",
    ] {
        assert!(request.contains(&format!("\r\n{header}\r\n")), "{request}");
    }
}

#[tokio::test]
async fn retry_after_from_the_token_endpoint_is_obeyed() {
    let limit = Some((1, Duration::from_secs(2)));
    let atlas = Emulator::builder().token_limit(limit).start().await.unwrap();
    let clock = Clock::pause();
    clock.run_at_once(list(&client(&atlas, service_account()))).await.unwrap();
    let (outcome, took) = clock.run(list(&client(&atlas, service_account()))).await;
    outcome.unwrap();
    assert!((1..5).contains(&took.as_secs()), "{took:?}");
    assert_eq!(atlas.token_requests(), 3);
}

#[tokio::test]
async fn a_retry_after_beyond_the_operation_timeout_is_an_error() {
    let start = Instant::now();
    let error = refusal("429 Too Many Requests", "Retry-After: 17\r\n", "").await;
    assert!(start.elapsed() < Duration::from_secs(4));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
    assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(error.to_string().contains("wait 17 seconds"), "{error}");
}

#[tokio::test]
async fn an_error_about_a_wrong_secret_names_the_variables() {
    let atlas = Emulator::start().await.unwrap();
    let credentials = Credentials::service_account(DEFAULT_CLIENT_ID, "wrong");
    let error = list(&client(&atlas, credentials)).await.unwrap_err();
    let text = error.to_string();
    let (_, host) = atlas.url().split_once("//").unwrap();
    let expected = format!(
        "the token endpoint `{host}/api/oauth/token` returned 401 Unauthorized (invalid_client: "
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(text.contains("`MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`"), "{text}");
    assert_eq!((atlas.token_requests(), atlas.requests().len()), (1, 1));
}

#[tokio::test]
async fn an_error_about_a_failed_token_request_has_advice() {
    let atlas_error = r#"{"error":403,"errorCode":"FEATURE_UNSUPPORTED","detail":"No."}"#;
    for (status, body, said, advice) in [
        ("400 Bad Request", "", "returned 400 Bad Request;", "check the client id"),
        ("403 Forbidden", atlas_error, "(FEATURE_UNSUPPORTED: No.);", "at most 100 valid tokens"),
        ("302 Found", "", "302 Found;", "check the base URL"),
        ("501 Not Implemented", "", "501 Not Implemented;", "check the base URL"),
        ("503 Service Unavailable", "", "503 Service Unavailable;", "try again later"),
    ] {
        let error = refusal(status, "", body).await.to_string();
        assert!(error.contains(said) && error.contains(advice), "{error}");
        // Atlas issues tokens to any IP address.
        assert!(!error.contains("IP access list"), "{error}");
    }
}

/// An HTML page usually comes from a proxy, so the message must not look like an OAuth error.
#[tokio::test]
async fn an_error_about_an_html_page_names_its_media_type() {
    const CHECK_URL: &str = "check the base URL and proxies";
    const CHECK_BOTH: &str = "check the base URL and proxies; if they are correct, check the client id and the client secret";
    const LABEL: &str = "Content-Type: text/html; charset=utf-8\r\n";
    for (status, headers, media_type, advice) in [
        ("403 Forbidden", LABEL, "`text/html; charset=utf-8`", CHECK_BOTH),
        ("401 Unauthorized", "", "no media type", CHECK_BOTH),
        ("400 Bad Request", "", "no media type", CHECK_BOTH),
        ("404 Not Found", LABEL, "`text/html; charset=utf-8`", CHECK_URL),
        ("503 Service Unavailable", "", "no media type", "try again later: the server failed"),
    ] {
        let error = refusal(status, headers, "\n<html>\n<title>Blocked</title>").await.to_string();
        let expected = format!(
            "/api/oauth/token` returned {status} with an unexpected body \
             ({media_type}): it is an HTML page; it begins with `<html>\\n<title>Blocked</title>`; {advice}"
        );
        assert!(error.contains(&expected), "{error}");
    }
    let page = format!("<html>{}", "x".repeat(1000));
    let error = refusal("403 Forbidden", "", &page).await.to_string();
    assert!(error.contains(&format!("`<html>{}…`; check", "x".repeat(194))), "{error}");
    let error = refusal("200 OK", LABEL, "<html>").await.to_string();
    assert!(
        error.contains("not a token response in JSON (`text/html; charset=utf-8`);"),
        "{error}"
    );
}

#[tokio::test]
async fn too_many_tokens_are_not_reported_as_a_wrong_secret() {
    let atlas = Emulator::builder().live_token_limit(1).start().await.unwrap();
    let first = client(&atlas, service_account());
    list(&first).await.unwrap();
    let error = list(&client(&atlas, service_account())).await.unwrap_err().to_string();
    assert!(error.contains("returned 403 Forbidden (access_denied: "), "{error}");
    assert!(error.contains("at most 100 valid tokens"), "{error}");
    first.revoke_token().await.unwrap();
    list(&client(&atlas, service_account())).await.unwrap();
}

#[tokio::test]
async fn a_success_without_a_valid_token_is_an_error() {
    for (body, fault) in [
        ("<html>", "its body is not a token response in JSON"),
        ("", "its body is not a token response in JSON"),
        ("\"hunter2\"", "its body is not a token response in JSON"),
        (r#"{"access_token":["hunter2"]}"#, "its body is not a token response in JSON"),
        (
            r#"{"access_token":"hunter2\n"}"#,
            "the access token has an invalid character at position 8",
        ),
        (r#"{"access_token":""}"#, "but the access token is empty; check"),
        (r#"{"access_token":"hunter2","token_type":"mac"}"#, "`token_type` is not `Bearer`"),
    ] {
        let error = refusal("200 OK", "", body).await;
        assert!(error.to_string().contains(fault), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

/// Some servers issue tokens that are not a `b64token` (RFC 6750, section 2.1), or use another name for the type.
#[tokio::test]
async fn a_token_with_unusual_characters_is_accepted() {
    for (issued, kind) in [("1|f4SwPYmyi0", "Bearer"), ("00DB0!AQ_x.=y", "BearerToken")] {
        let body = format!(r#"{{"access_token":"{issued}","token_type":"{kind}"}}"#);
        let server = Server::ok(&body);
        let client = Client::builder(service_account()).base_url(server.url()).build().unwrap();
        let token = client.access_token().await.unwrap();
        assert_eq!(token.expose_secret(), issued);
        let server = Server::ok("{}");
        let client = Client::builder(Credentials::access_token(issued)).base_url(server.url());
        list(&client.build().unwrap()).await.unwrap_err();
        let request = server.request().unwrap();
        let header = format!("\r\nauthorization: Bearer {issued}\r\n");
        assert!(request.contains(&header), "{request}");
    }
}

/// IIS can begin a response with a byte order mark.
#[tokio::test]
async fn a_byte_order_mark_is_ignored() {
    let server = Server::ok("\u{feff}{\"access_token\":\"abc\"}");
    let client = Client::builder(service_account()).base_url(server.url()).build().unwrap();
    assert_eq!(client.access_token().await.unwrap().expose_secret(), "abc");
    let refusal = refusal("400 Bad Request", "", "\u{feff}{\"error\":\"some_code\"}").await;
    assert!(refusal.to_string().contains("400 Bad Request (some_code)"), "{refusal}");
}

/// Returns the lifetime in seconds of a token with the given fields.
async fn lifetime(fields: &str) -> u64 {
    let server = Server::ok(&format!(r#"{{"access_token":"abc"{fields}}}"#));
    let client = Client::builder(service_account()).base_url(server.url()).build().unwrap();
    let token = client.access_token().await.unwrap();
    let lifetime = token.expires_at().duration_since(SystemTime::now()).unwrap();
    // The lifetime starts before the request for the token, and `as_secs` rounds down.
    lifetime.as_secs() + 1
}

#[tokio::test]
async fn a_token_without_a_lifetime_is_valid_for_an_hour() {
    for fields in ["", r#","expires_in":null"#, r#","expires_in":"soon""#] {
        assert!((3590..=3600).contains(&lifetime(fields).await), "{fields}");
    }
}

#[tokio::test]
async fn a_token_is_valid_for_a_week_at_most() {
    const WEEK: u64 = 7 * 24 * 3600;
    for fields in [r#","expires_in":604801"#, r#","expires_in":18446744073709551615"#] {
        assert!((WEEK - 10..=WEEK).contains(&lifetime(fields).await), "{fields}");
    }
    for fields in [r#","expires_in":1200"#, r#","expires_in":1200.0"#, r#","expires_in":"1200""#] {
        assert!((1190..=1200).contains(&lifetime(fields).await), "{fields}");
    }
}

#[tokio::test]
async fn the_lifetime_of_a_token_starts_with_its_request() {
    let delay = Duration::from_millis(100);
    let atlas = Emulator::builder().token_delay(delay).start().await.unwrap();
    let token = client(&atlas, service_account()).access_token().await.unwrap();
    let rest = token.expires_at().duration_since(SystemTime::now()).unwrap();
    assert!(rest + delay <= Duration::from_secs(3600), "{rest:?}");
}

#[tokio::test]
async fn an_unreachable_token_endpoint_is_an_error() {
    let port = unused_port();
    let url = format!("http://{}", port.local_addr().unwrap());
    let client = Client::builder(service_account()).base_url(url).retry(RetryPolicy::none());
    let error = list(&client.build().unwrap()).await.unwrap_err();
    assert_eq!((error.status(), error.operation_id()), (None, Some("issueToken")));
    assert!(error.is_transient() && !error.may_have_been_carried_out());
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    assert!(causes.last().unwrap().to_string().starts_with("Connection refused"), "{error:?}");
    let text = error.to_string();
    let address = port.local_addr().unwrap();
    let expected = format!("cannot reach the token endpoint `{address}/api/oauth/token`: ");
    assert!(text.starts_with(&expected), "{text}");
}

#[tokio::test]
async fn a_response_over_64_kib_is_not_read_to_its_end() {
    let token =
        |padding: usize| Server::ok(&format!(r#"{}{{"access_token":"abc"}}"#, " ".repeat(padding)));
    let server = token(60 << 10);
    let client = Client::builder(service_account()).base_url(server.url()).build().unwrap();
    client.access_token().await.unwrap();

    let server = token(1 << 20);
    let client = Client::builder(service_account()).base_url(server.url()).build().unwrap();
    let error = client.access_token().await.unwrap_err().to_string();
    assert!(error.contains("its body is not a token response in JSON"), "{error}");
    let error = refusal("500 Internal Server Error", "", &"x".repeat(1 << 20)).await;
    assert!(error.to_string().len() < 1500, "{error}");
}
