//! The negotiation of the versions of requests and responses.

use atlas_emulator::Emulator;
use reqwest::Method;
use serde_json::json;

use crate::session::{BUCKETS, JOBS, LEGACY_JOBS, Session, answer, vnd};

const OLD: &str = "application/vnd.atlas.2023-01-01+json";
const NEW: &str = "application/vnd.atlas.2024-05-30+json";

fn bucket() -> serde_json::Value {
    json!({
        "cloudProvider": "AWS",
        "bucketName": "export-bucket",
        "iamRoleId": "668c5f0ed436263134491592",
    })
}

#[tokio::test]
async fn a_date_selects_the_newest_version_that_is_not_later() -> anyhow::Result<()> {
    let cases = [
        ("application/vnd.atlas.2023-01-01+json", Some(OLD)),
        ("application/vnd.atlas.2023-02-01+json", Some(OLD)),
        ("application/vnd.atlas.2024-05-29+json", Some(OLD)),
        ("application/vnd.atlas.2024-05-30+json", Some(NEW)),
        ("application/vnd.atlas.2099-12-31+json", Some(NEW)),
        ("application/vnd.atlas.2024-05-30+json;charset=utf-8", Some(NEW)),
        ("text/html, application/vnd.atlas.2023-01-01+json", Some(OLD)),
        (
            "application/vnd.atlas.2024-05-30+json;q=0.1, application/vnd.atlas.2023-01-01+json;q=0.9",
            Some(OLD),
        ),
        (
            "application/vnd.atlas.2024-05-30+json; q=0.1, application/vnd.atlas.2023-01-01+json",
            Some(OLD),
        ),
        ("application/vnd.atlas.2024-05-30+json;q=0", None),
        ("application/vnd.atlas.2022-12-31+json", None),
        ("application/vnd.atlas.2024-02-30+json", None),
        ("application/vnd.atlas.2024-5-30+json", None),
        ("application/vnd.atlas.2024-05-30+csv", None),
        ("application/json", None),
        ("*/*", None),
        ("", None),
    ];
    let session = Session::start().await?;
    for (accept, given) in cases {
        let request = session.request(Method::POST, BUCKETS).json(&bucket());
        let answer = answer(request.header("Accept", accept)).await?;
        assert_eq!(answer.status, if given.is_some() { 200 } else { 406 }, "{accept}");
        let expected =
            given.map_or("application/json".to_owned(), |name| format!("{name};charset=utf-8"));
        assert_eq!(answer.header("content-type"), Some(expected.as_str()), "{accept}");
    }
    Ok(())
}

#[tokio::test]
async fn a_versioned_operation_has_no_default_version() -> anyhow::Result<()> {
    let session = Session::start().await?;
    // Without an `Accept` header, reqwest sends `*/*`.
    let answer = answer(session.request(Method::GET, JOBS)).await?;
    assert_eq!(answer.status, 406);
    assert_eq!(answer.body["errorCode"], "INVALID_VERSION_DATE");
    assert_eq!(answer.body["parameters"], json!([]));
    assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains(OLD)));
    Ok(())
}

#[tokio::test]
async fn the_legacy_operation_has_no_versions() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for (accept, status) in [
        ("*/*", 200),
        ("application/*", 200),
        ("application/json", 200),
        (OLD, 406),
        ("text/html", 406),
    ] {
        let answer =
            answer(session.request(Method::GET, LEGACY_JOBS).header("Accept", accept)).await?;
        assert_eq!(answer.status, status, "{accept}");
    }
    Ok(())
}

#[tokio::test]
async fn the_body_must_have_the_version_of_the_response() -> anyhow::Result<()> {
    let cases = [
        (OLD, "application/json", 200),
        (OLD, "application/json; charset=utf-8", 200),
        (OLD, "Application/JSON", 200),
        (OLD, OLD, 200),
        (OLD, "application/vnd.atlas.2023-02-01+json", 200),
        (NEW, NEW, 200),
        (OLD, NEW, 415),
        (NEW, OLD, 415),
        (NEW, "application/vnd.atlas.2022-01-01+json", 415),
        (NEW, "text/plain", 415),
        (NEW, "", 415),
    ];
    let session = Session::start().await?;
    for (accept, content_type, status) in cases {
        let request = session.request(Method::POST, BUCKETS).body(bucket().to_string());
        let request = request.header("Accept", accept).header("Content-Type", content_type);
        assert_eq!(answer(request).await?.status, status, "{accept}, {content_type}");
    }
    Ok(())
}

#[tokio::test]
async fn deprecated_versions_have_deprecation_and_sunset_headers() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let dates = |answer: &crate::session::Answer| {
        let header = |name| answer.header(name).map(str::to_owned);
        (header("deprecation"), header("sunset"))
    };
    // Two recorded responses with status 400 have these headers, too.
    for (body, status) in [(bucket(), 200), (json!({}), 400)] {
        let old = session.create("2023-01-01", &body).await?;
        let since = Some("Thu, 30 May 2024 00:00:00 GMT".to_owned());
        let until = Some("Thu, 1 Jul 2027 00:00:00 GMT".to_owned());
        assert_eq!((old.status, dates(&old)), (status, (since, until)));
        let new = session.create("2024-05-30", &body).await?;
        assert_eq!((new.status, dates(&new)), (status, (None, None)));
    }
    let legacy = answer(session.request(Method::GET, LEGACY_JOBS)).await?;
    assert_eq!(dates(&legacy), (None, None));
    let jobs = session.request(Method::GET, JOBS).header("Accept", vnd("2023-01-01"));
    assert_eq!(dates(&answer(jobs).await?), (None, None));
    Ok(())
}

#[tokio::test]
async fn every_accept_header_is_considered() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let request = session.request(Method::GET, JOBS).header("Accept", "text/html");
    let answer = answer(request.header("Accept", vnd("2023-02-01"))).await?;
    assert_eq!(answer.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_version_is_removed_on_its_sunset_date() -> anyhow::Result<()> {
    for (day, old) in [("2027-06-30", 200), ("2027-07-01", 410)] {
        let session = Session::with(Emulator::builder().today(day.parse()?)).await?;
        // A date between the versions selects the older version.
        for date in ["2023-01-01", "2024-05-29"] {
            let answer = session.create(date, &bucket()).await?;
            assert_eq!(answer.status, old, "{date} on {day}");
            let code = (old == 410).then_some("VERSION_GONE");
            assert_eq!(answer.body["errorCode"].as_str(), code);
            let parameter = code.map(|_| "2023-01-01");
            assert_eq!(answer.body["parameters"][0].as_str(), parameter);
        }
        assert_eq!(session.create("2024-05-30", &bucket()).await?.status, 200);
        assert_eq!(session.list("").await?.status, 200);
    }
    Ok(())
}
