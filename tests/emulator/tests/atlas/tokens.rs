//! The endpoints that issue and revoke tokens.

use std::time::Duration;

use anyhow::Context as _;
use atlas_emulator::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Emulator, StatusCode};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::Method;
use serde_json::json;

use crate::session::{Answer, LEGACY_JOBS, Session, answer, pass};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

async fn post(session: &Session, path: &str, body: &str) -> anyhow::Result<Answer> {
    let request = session
        .http
        .post(format!("{}{path}", session.atlas.url()))
        .basic_auth(DEFAULT_CLIENT_ID, Some(DEFAULT_CLIENT_SECRET))
        .header("Content-Type", FORM)
        .body(body.to_owned());
    answer(request).await
}

async fn issue(session: &Session) -> anyhow::Result<Answer> {
    post(session, "/api/oauth/token", GRANT).await
}

async fn list(session: &Session, token: &str) -> anyhow::Result<u16> {
    let url = format!("{}{LEGACY_JOBS}", session.atlas.url());
    Ok(answer(session.http.get(url).bearer_auth(token)).await?.status)
}

#[tokio::test]
async fn a_token_is_valid_until_it_is_revoked() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let issued = issue(&session).await?;
    assert_eq!((issued.status, &issued.body["token_type"]), (200, &"Bearer".into()));
    // RFC 6749, section 5.1.
    assert_eq!(issued.header("cache-control"), Some("no-store"));
    assert_eq!(issued.body["expires_in"], 3600);
    let token = issued.body["access_token"].as_str().unwrap_or_default();
    assert_eq!(list(&session, token).await?, 200);
    let form = format!("token={token}&token_type_hint=access_token");
    assert_eq!(post(&session, "/api/oauth/revoke", &form).await?.status, 200);
    assert_eq!(list(&session, token).await?, 401);
    assert_eq!(session.atlas.token_requests(), 1);
    Ok(())
}

#[tokio::test]
async fn tokens_and_nonces_differ_from_those_of_an_earlier_server() -> anyhow::Result<()> {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let session = Session::start().await?;
        let token = issue(&session).await?.body["access_token"].clone();
        let url = format!("{}{LEGACY_JOBS}", session.atlas.url());
        let challenge = answer(session.http.get(url)).await?;
        let challenge = challenge.header("www-authenticate").map(str::to_owned);
        seen.push((token, challenge.context("the response has no challenge")?));
    }
    assert_ne!(seen[0].0, seen[1].0);
    assert_ne!(seen[0].1, seen[1].1);
    Ok(())
}

#[tokio::test]
async fn a_token_expires() -> anyhow::Result<()> {
    let builder = Emulator::builder().token_lifetime(Duration::from_secs(100));
    let session = Session::with(builder).await?;
    let issued = issue(&session).await?;
    let token = issued.body["access_token"].as_str().unwrap_or_default();
    pass(50).await;
    assert_eq!(list(&session, token).await?, 200);
    pass(50).await;
    assert_eq!(list(&session, token).await?, 401);
    Ok(())
}

/// The limit is on requests: the error that the vendor's Terraform guide quotes says so.
#[tokio::test]
async fn requests_that_get_no_token_count_towards_the_limit() -> anyhow::Result<()> {
    let builder = Emulator::builder().token_limit(Some((3, Duration::from_secs(60))));
    let session = Session::with(builder.live_token_limit(1)).await?;
    assert_eq!(log_in(&session, "wrong:wrong", FORM).await?, 401);
    assert_eq!(issue(&session).await?.status, 200);
    assert_eq!(issue(&session).await?.status, 403);
    assert_eq!(post(&session, "/api/oauth/token", "grant_type=password").await?.status, 400);
    assert_eq!(post(&session, "/api/oauth/revoke", "token=unknown").await?.status, 200);
    assert_eq!(issue(&session).await?.status, 429);
    Ok(())
}

#[tokio::test]
async fn at_most_ten_tokens_are_issued_per_minute() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for _ in 0..10 {
        assert_eq!(issue(&session).await?.status, 200);
    }
    let refused = issue(&session).await?;
    assert_eq!((refused.status, &refused.body["errorCode"]), (429, &"RATE_LIMITED".into()));
    assert_eq!(refused.body["parameters"], json!(["/api/oauth/token", 10, 1]));
    let wait = refused.header("retry-after").unwrap_or_default().parse::<u64>()?;
    assert!((50..=60).contains(&wait), "{wait}");
    Ok(())
}

#[tokio::test]
async fn a_token_is_issued_after_the_wait_in_retry_after() -> anyhow::Result<()> {
    let limit = Some((1, Duration::from_millis(7_500)));
    let session = Session::with(Emulator::builder().token_limit(limit)).await?;
    assert_eq!(issue(&session).await?.status, 200);
    let refused = issue(&session).await?;
    assert_eq!(refused.status, 429);
    let wait = refused.header("retry-after").unwrap_or_default().parse()?;
    pass(wait).await;
    assert_eq!(issue(&session).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn no_token_is_issued_with_a_limit_of_zero() -> anyhow::Result<()> {
    let limit = Some((0, Duration::from_secs(7)));
    let session = Session::with(Emulator::builder().token_limit(limit)).await?;
    let refused = issue(&session).await?;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("7")));
    Ok(())
}

#[tokio::test]
async fn the_token_limit_can_be_disabled() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().token_limit(None)).await?;
    for _ in 0..11 {
        assert_eq!(issue(&session).await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn the_token_endpoint_fails_on_demand() -> anyhow::Result<()> {
    let session = Session::start().await?;
    session.atlas.fail_token_requests(1, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(issue(&session).await?.status, 503);
    assert_eq!(issue(&session).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn invalid_token_requests_are_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let url = format!("{}/api/oauth/token", session.atlas.url());
    let http = &session.http;
    let post = || http.post(&url).header("Content-Type", FORM).body(GRANT);
    let known = (DEFAULT_CLIENT_ID, Some(DEFAULT_CLIENT_SECRET));
    for (request, status, error) in [
        (post(), 401, "invalid_client"),
        (post().basic_auth(DEFAULT_CLIENT_ID, Some("wrong")), 401, "invalid_client"),
        (post().basic_auth("wrong", known.1), 401, "invalid_client"),
        (post().basic_auth(known.0, known.1).body(""), 400, "unsupported_grant_type"),
        (http.post(&url).basic_auth(known.0, known.1).body(GRANT), 400, "invalid_request"),
        (http.request(Method::GET, &url).basic_auth(known.0, known.1), 405, "invalid_request"),
    ] {
        let refused = answer(request).await?;
        assert_eq!((refused.status, &refused.body["error"]), (status, &error.into()));
    }
    Ok(())
}

/// Requests a token with the given credentials. Builds the header by hand, so that no library
/// percent-encodes the pair.
async fn log_in(session: &Session, pair: &str, content_type: &str) -> anyhow::Result<u16> {
    let request = session
        .http
        .post(format!("{}/api/oauth/token", session.atlas.url()))
        .header("Authorization", format!("Basic {}", BASE64_STANDARD.encode(pair)))
        .header("Content-Type", content_type)
        .body(GRANT);
    Ok(answer(request).await?.status)
}

#[tokio::test]
async fn the_client_id_and_the_secret_are_not_percent_decoded() -> anyhow::Result<()> {
    let builder = Emulator::builder().service_account("mdb_sa_id_1.2~3", "mdb_sa_sk_a-b%2Fc+d/e");
    let session = Session::with(builder).await?;
    for (pair, status) in [
        ("mdb_sa_id_1.2~3:mdb_sa_sk_a-b%2Fc+d/e", 200),
        ("mdb%5Fsa%5Fid%5F1.2~3:mdb_sa_sk_a-b%2Fc+d/e", 401),
        ("mdb_sa_id_1%2E2~3:mdb_sa_sk_a-b%2Fc+d/e", 401),
        ("mdb_sa_id_1.2%7E3:mdb_sa_sk_a-b%2Fc+d/e", 401),
        ("mdb_sa_id_1.2~3:mdb_sa_sk_a%2Db%2Fc+d/e", 401),
        ("mdb_sa_id_1.2~3:mdb_sa_sk_a-b%252Fc%2Bd%2Fe", 401),
    ] {
        assert_eq!(log_in(&session, pair, FORM).await?, status, "{pair}");
    }
    Ok(())
}

#[tokio::test]
async fn the_media_type_of_the_form_may_have_parameters() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let pair = format!("{DEFAULT_CLIENT_ID}:{DEFAULT_CLIENT_SECRET}");
    for (content_type, status) in [
        ("application/x-www-form-urlencoded;charset=UTF-8", 200),
        ("application/x-www-form-urlencoded; charset=utf-8", 200),
        ("Application/X-WWW-Form-Urlencoded", 200),
        ("application/json;charset=UTF-8", 400),
        ("application/x-www-form-urlencoded-not", 400),
    ] {
        assert_eq!(log_in(&session, &pair, content_type).await?, status, "{content_type}");
    }
    Ok(())
}

#[tokio::test]
async fn at_most_a_hundred_tokens_are_valid_at_a_time() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().token_limit(None)).await?;
    for _ in 0..100 {
        assert_eq!(issue(&session).await?.status, 200);
    }
    let refused = issue(&session).await?;
    assert_eq!((refused.status, &refused.body["error"]), (403, &"access_denied".into()));
    session.atlas.revoke_tokens();
    assert_eq!(issue(&session).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn an_expired_token_does_not_count_towards_the_limit() -> anyhow::Result<()> {
    let builder = Emulator::builder().live_token_limit(1).token_lifetime(Duration::from_secs(300));
    let session = Session::with(builder).await?;
    assert_eq!(issue(&session).await?.status, 200);
    assert_eq!(issue(&session).await?.status, 403);
    pass(300).await;
    assert_eq!(issue(&session).await?.status, 200);
    Ok(())
}
