//! Faults that tests inject.

use std::time::{Duration, Instant};

use atlas_emulator::{
    DEFAULT_GROUP_ID, Emulator, FAULT_HEADER, Fault, Paging, Target, sample_jobs, sample_jobs_of,
};
use axum::http::StatusCode;
use reqwest::Method;
use serde_json::Value;

use crate::session::{Answer, BUCKETS, JOBS, LEGACY_JOBS, Session, answer, pass, vnd};

/// Builds a list request that triggers a fault.
fn asking(session: &Session, fault: &str) -> reqwest::RequestBuilder {
    let request = session.request(Method::GET, JOBS).header("Accept", vnd("2023-01-01"));
    request.header(FAULT_HEADER, fault)
}

#[tokio::test]
async fn a_request_can_trigger_a_different_response() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for (fault, status, header, value) in [
        ("status=503", 503, "content-type", "application/json"),
        ("retry-after=7", 429, "retry-after", "7"),
        ("html=502", 502, "content-type", "text/html; charset=utf-8"),
        ("gone", 410, "content-type", "application/json"),
        ("redirect=https://example.com/", 307, "location", "https://example.com/"),
        ("content-type=text/plain", 200, "content-type", "text/plain"),
        ("error=400,CANNOT_ASSUME_ROLE", 400, "x-error-code", "CANNOT_ASSUME_ROLE"),
        ("sunset=Thu, 1 Jul 2027 00:00:00 GMT", 200, "sunset", "Thu, 1 Jul 2027 00:00:00 GMT"),
        ("empty", 200, "content-length", "0"),
    ] {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let answer = http.no_proxy().build()?.execute(asking(&session, fault).build()?).await?;
        assert_eq!(answer.status().as_u16(), status, "{fault}");
        assert_eq!(answer.headers()[header], value, "{fault}");
    }
    Ok(())
}

#[tokio::test]
async fn responses_can_have_unknown_fields_and_values() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().jobs(sample_jobs(2))).await?;
    let usual = session.list("").await?.body;
    let answer = answer(asking(&session, "unknown-fields")).await?.body;
    assert_eq!(answer["results"][1]["addedLater"], answer["addedLater"]);
    assert_eq!(answer["results"][1]["id"], usual["results"][1]["id"]);

    let answer = self::answer(asking(&session, "unknown-values")).await?.body;
    assert_eq!(answer["results"][1]["state"], "ADDED_LATER");
    assert_eq!(answer["results"][1]["exportStatus"], usual["results"][1]["exportStatus"]);
    Ok(())
}

#[tokio::test]
async fn token_faults_reject_a_bearer_token_and_a_stale_nonce_does_not() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for fault in ["revoked-token", "expired-token"] {
        let refused = answer(asking(&session, fault)).await?;
        assert_eq!(refused.status, 401, "{fault}");
        assert_eq!(refused.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
        // The configured token remains valid after the fault.
        assert_eq!(session.list("").await?.status, 200);
    }
    assert_eq!(answer(asking(&session, "stale-nonce")).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn recurring_faults_follow_queued_faults() -> anyhow::Result<()> {
    let recurring = [Fault::None, Fault::gone()];
    let session = Session::with(Emulator::builder().recurring_faults(recurring)).await?;
    session.atlas.inject([Fault::status(StatusCode::BAD_GATEWAY)]);
    for status in [502, 200, 410, 200, 410, 200] {
        assert_eq!(session.list("").await?.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn requests_are_counted_even_if_they_are_not_stored() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().keep_requests(false)).await?;
    for _ in 0..3 {
        session.list("").await?;
    }
    assert!(session.atlas.requests().is_empty());
    assert_eq!(session.atlas.request_count(), 3);
    Ok(())
}

#[tokio::test]
async fn connections_are_counted() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for _ in 0..3 {
        let request = session.request(Method::GET, JOBS).header("Connection", "close");
        request.send().await?.bytes().await?;
    }
    assert_eq!(session.atlas.connection_count(), 3);
    Ok(())
}

#[tokio::test]
async fn a_request_can_trigger_a_broken_connection() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let error = asking(&session, "reset").send().await.expect_err("the connection is reset");
    let mut cause = std::error::Error::source(&error);
    let mut kind = None;
    while let Some(error) = cause {
        kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(kind);
        cause = error.source();
    }
    assert_eq!(kind, Some(std::io::ErrorKind::ConnectionReset), "{error:?}");

    let mut answer = asking(&session, "cut-off=20").send().await?;
    let mut text = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        text.extend_from_slice(&chunk);
    }
    assert_eq!(text.len(), 20);
    assert!(answer.content_length().is_some_and(|length| length > 20));
    Ok(())
}

#[tokio::test]
async fn a_request_can_trigger_a_slow_response() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().jobs(sample_jobs(1))).await?;
    let start = Instant::now();
    asking(&session, "delay=100").send().await?;
    assert!(start.elapsed() >= Duration::from_millis(100));
    let start = Instant::now();
    let answer = asking(&session, "trickle=1").send().await?;
    let length = answer.bytes().await?.len();
    assert!(start.elapsed() >= Duration::from_millis(u64::try_from(length)?));
    Ok(())
}

#[tokio::test]
async fn an_unknown_fault_is_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for fault in [
        "fire",
        "status=",
        "status=9",
        "delay=soon",
        "cut-off",
        "reset=1",
        "error=400",
        "error=400,",
        "error=9,CODE",
        "error=400,NO CODE",
    ] {
        let answer = asking(&session, fault).send().await?;
        assert_eq!(answer.status(), 400, "{fault}");
        assert!(answer.text().await?.contains("UNKNOWN_FAULT"));
    }
    Ok(())
}

#[tokio::test]
async fn each_queued_fault_applies_to_one_request() -> anyhow::Result<()> {
    let faults = [Fault::status(StatusCode::SERVICE_UNAVAILABLE), Fault::None];
    let session = Session::with(Emulator::builder().faults(faults)).await?;
    session.atlas.inject([Fault::status(StatusCode::BAD_GATEWAY)]);
    for status in [503, 200, 502, 200] {
        assert_eq!(session.list("").await?.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_can_set_the_error_code() -> anyhow::Result<()> {
    let fault = Fault::error(StatusCode::BAD_REQUEST, "CANNOT_ASSUME_ROLE");
    let session = Session::with(Emulator::builder().faults([fault])).await?;
    for faulty in
        [session.list("").await?, answer(asking(&session, "error=400,CANNOT_ASSUME_ROLE")).await?]
    {
        assert_eq!((faulty.status, &faulty.body["errorCode"]), (400, &"CANNOT_ASSUME_ROLE".into()));
        assert_eq!(faulty.body["parameters"], serde_json::json!([]));
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_that_replaces_the_response_skips_the_operation() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().faults([Fault::gone()])).await?;
    let body = serde_json::json!({ "cloudProvider": "AWS", "bucketName": "export-bucket",
        "iamRoleId": "668c5f0ed436263134491592" });
    assert_eq!(session.create("2024-05-30", &body).await?.body["errorCode"], "VERSION_GONE");
    assert!(session.atlas.export_buckets().is_empty());
    session.atlas.inject([Fault::Reset]);
    assert!(session.create("2024-05-30", &body).await.is_err());
    assert_eq!(session.atlas.export_buckets().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_token_bucket_holds_no_more_than_its_capacity() -> anyhow::Result<()> {
    let period = Duration::from_secs(100);
    let session = Session::with(Emulator::builder().rate_limit(2, 9, period)).await?;
    session.list("").await?;
    pass(100).await;
    assert_eq!(session.list("").await?.header("ratelimit-remaining"), Some("1"));
    Ok(())
}

#[tokio::test]
async fn the_operations_of_a_project_share_a_token_bucket() -> anyhow::Result<()> {
    let other = "0123456789abcdef01234567";
    let builder = Emulator::builder().rate_limit(3, 2, Duration::from_secs(100));
    let session = Session::with(builder.cluster(other, "Cluster0", sample_jobs(1))).await?;
    let unknown = format!("{BUCKETS}/ffffffffffffffffffffffff");
    for (method, path, status, remaining) in [
        (Method::GET, JOBS, 200, "2"),
        (Method::DELETE, &*unknown, 404, "1"),
        (Method::GET, BUCKETS, 200, "0"),
        (Method::POST, BUCKETS, 429, "0"),
        (Method::GET, &*JOBS.replace(DEFAULT_GROUP_ID, other), 200, "2"),
    ] {
        let answer = session.call(method.clone(), path, "2023-01-01", None).await?;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert_eq!(answer.header("ratelimit-remaining"), Some(remaining), "{method} {path}");
        assert_eq!(answer.header("ratelimit-limit"), Some("3"));
    }
    let url = format!("{}{JOBS}", session.atlas.url());
    let challenge = session.http.get(url).send().await?;
    assert_eq!(challenge.status(), StatusCode::UNAUTHORIZED, "a challenge comes before the limit");
    Ok(())
}

/// Logs of the vendor's Terraform acceptance tests show this form of `parameters`.
#[tokio::test]
async fn a_token_bucket_is_refilled_once_per_period() -> anyhow::Result<()> {
    let period = Duration::from_millis(100_500);
    let session = Session::with(Emulator::builder().rate_limit(3, 2, period)).await?;
    let list = async || session.list("").await;
    for _ in 0..3 {
        assert_eq!(list().await?.status, 200);
    }
    let refused = list().await?;
    let wait = refused.header("retry-after").unwrap_or_default().parse::<u64>()?;
    assert_eq!(refused.status, 429);
    assert!((90..=100).contains(&wait), "{wait} is not rounded down");
    let path = JOBS.trim_start_matches('/');
    assert_eq!(refused.body["parameters"], serde_json::json!([path, wait, 3, 2, 100]));
    assert_eq!(refused.body["errorCode"], "RATE_LIMITED_TOKEN_BUCKET");
    // A request in the middle of a period does not delay the next refill.
    for (seconds, remaining) in [(150, "1"), (52, "2")] {
        pass(seconds).await;
        assert_eq!(list().await?.header("ratelimit-remaining"), Some(remaining));
    }
    Ok(())
}

/// Logs of the vendor's Terraform acceptance tests show a `Retry-After` of 0.
#[tokio::test]
async fn a_wait_of_less_than_a_second_is_a_retry_after_of_zero() -> anyhow::Result<()> {
    let period = Duration::from_millis(900);
    let session = Session::with(Emulator::builder().rate_limit(0, 0, period)).await?;
    let refused = session.list("").await?;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("0")));
    Ok(())
}

fn count(body: &Value) -> usize {
    body["results"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn paging_options_change_the_sizes_counts_and_links_of_pages() -> anyhow::Result<()> {
    let paging = Paging::new().sizes([2, 0, 3]).claim_total_count(99);
    let session = Session::with(Emulator::builder().jobs(sample_jobs(9)).paging(paging)).await?;
    for (page, size, has_next) in [(1, 2, true), (2, 0, true), (3, 3, false), (4, 0, false)] {
        let answer = session.list(&format!("?pageNum={page}")).await?.body;
        assert_eq!((count(&answer), &answer["totalCount"]), (size, &99.into()));
        let links = answer["links"].as_array().expect("the page has no `links`");
        assert_eq!(links.iter().any(|link| link["rel"] == "next"), has_next, "page {page}");
    }
    let paging = Paging::new().without_links().without_total_count();
    let session = Session::with(Emulator::builder().paging(paging)).await?;
    let answer = session.list("").await?.body;
    assert!(answer.get("links").or(answer.get("totalCount")).is_none());
    Ok(())
}

#[tokio::test]
async fn configured_jobs_can_change_between_requests() -> anyhow::Result<()> {
    let lists = [1, 2, 3].map(sample_jobs);
    let session = Session::with(Emulator::builder().jobs_over_time(lists)).await?;
    for expected in [1, 2, 3, 3] {
        assert_eq!(count(&session.list("").await?.body), expected);
    }
    session.atlas.set_jobs(sample_jobs(5));
    assert_eq!(count(&session.list("").await?.body), 5);
    Ok(())
}

async fn list_of(session: &Session, cluster: &str) -> anyhow::Result<Answer> {
    let path = JOBS.replace("Cluster0", cluster);
    answer(session.request(Method::GET, &path).header("Accept", vnd("2023-01-01"))).await
}

#[tokio::test]
async fn a_fault_for_one_cluster_does_not_affect_the_other_clusters() -> anyhow::Result<()> {
    let clusters = ["Cluster0", "Cluster1", "Cluster2"];
    let builder = clusters.into_iter().fold(Emulator::builder(), |builder, name| {
        builder.cluster(DEFAULT_GROUP_ID, name, sample_jobs_of(name, 1))
    });
    let faults = [Fault::too_many_requests(7), Fault::too_many_requests(7)];
    let session = Session::with(builder.faults_at(Target::cluster("Cluster1"), faults)).await?;
    for expected in [[200, 429, 200], [200, 429, 200], [200, 200, 200]] {
        let [one, two, three] = clusters.map(|name| list_of(&session, name));
        let (one, two, three) = tokio::join!(one, two, three);
        assert_eq!([one?.status, two?.status, three?.status], expected);
    }
    Ok(())
}

#[tokio::test]
async fn faults_can_target_an_operation_or_a_path() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let legacy = || async { answer(session.request(Method::GET, LEGACY_JOBS)).await };
    let gone = || [Fault::gone()];
    session.atlas.inject_at(Target::operation("listBackupExportJobs"), gone())?;
    assert_eq!(session.list("").await?.status, 200);
    assert_eq!(legacy().await?.status, 410);
    assert_eq!(legacy().await?.status, 200);

    session.atlas.inject_at(Target::path(JOBS), gone())?;
    assert_eq!(legacy().await?.status, 200);
    assert_eq!(session.list("?pageNum=2").await?.status, 410);
    assert_eq!(session.list("").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_targeted_fault_takes_precedence() -> anyhow::Result<()> {
    let target = || Target::cluster("Cluster0");
    let builder = Emulator::builder()
        .recurring_faults([Fault::status(StatusCode::BAD_GATEWAY)])
        .recurring_faults_at(target(), [Fault::status(StatusCode::GATEWAY_TIMEOUT)])
        .faults_at(target(), [Fault::gone()]);
    let session = Session::with(builder).await?;
    for status in [410, 504, 504] {
        assert_eq!(session.list("").await?.status, status);
        assert_eq!(list_of(&session, "Elsewhere").await?.status, 502);
    }
    Ok(())
}

#[tokio::test]
async fn only_faults_for_its_path_affect_the_token_endpoint() -> anyhow::Result<()> {
    let path = "/api/oauth/token";
    let anywhere = [Fault::status(StatusCode::BAD_GATEWAY)];
    let builder = Emulator::builder()
        .recurring_faults(anywhere)
        .faults_at(Target::path(path), [Fault::too_many_requests(0), Fault::Reset]);
    let session = Session::with(builder).await?;
    let ask = || session.request(Method::POST, path);
    let throttled = answer(ask()).await?;
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, Some("0")));
    assert!(ask().send().await.is_err());
    assert_eq!(answer(ask()).await?.body["error"], "invalid_client");
    Ok(())
}

#[tokio::test]
async fn a_target_with_an_unknown_operation_is_an_error() -> anyhow::Result<()> {
    let target = || Target::operation("listExports");
    let complaint = "cannot target `listExports` with a fault: expected one of the operations";
    let builder = Emulator::builder().recurring_faults_at(target(), [Fault::gone()]);
    let error = builder.start().await.expect_err("the operation does not exist").to_string();
    assert!(error.starts_with(complaint) && error.contains("listBackupExportJobs"), "{error}");

    let error = Emulator::start().await?.inject_at(target(), [Fault::gone()]);
    assert!(error.expect_err("the operation does not exist").to_string().starts_with(complaint));
    Ok(())
}

#[tokio::test]
async fn a_response_with_an_enveloped_error_has_status_200() -> anyhow::Result<()> {
    let session = Session::start().await?;
    session.atlas.inject(vec!["enveloped=404".parse::<Fault>()?; 2]);
    let wrapped = session.list("?envelope=true").await?;
    assert_eq!((wrapped.status, &wrapped.body["status"]), (200, &404.into()));
    assert_eq!(wrapped.body["content"]["errorCode"], "FAULT_ON_DEMAND");
    // Without an envelope, the error is the response itself.
    let plain = session.list("").await?;
    assert_eq!((plain.status, &plain.body["error"]), (404, &404.into()));
    Ok(())
}
