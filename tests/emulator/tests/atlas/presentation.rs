//! The query parameters `envelope` and `pretty`.

use reqwest::Method;
use serde_json::json;

use crate::session::{BUCKETS, LEGACY_JOBS, Session, answer, vnd};

#[tokio::test]
async fn an_envelope_wraps_a_single_object() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let request = session.request(Method::POST, &format!("{BUCKETS}?envelope=true"));
    let request = request.header("Accept", vnd("2024-05-30")).json(&json!({
        "cloudProvider": "GCP",
        "bucketName": "export-bucket",
        "roleId": "668c5f0ed436263134491592",
    }));
    let answer = answer(request).await?;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["status"], 200);
    assert_eq!(answer.body["content"], session.atlas.export_buckets()[0]);
    Ok(())
}

#[tokio::test]
async fn an_envelope_adds_the_status_to_a_list() -> anyhow::Result<()> {
    let answer = Session::start().await?.list("?envelope=true").await?;
    assert_eq!(answer.body["status"], 200);
    assert_eq!(answer.body["results"].as_array().map(Vec::len), Some(6));
    Ok(())
}

#[tokio::test]
async fn an_envelope_wraps_errors_too() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let bad = session.list("?envelope=true&pageNum=0").await?;
    assert_eq!((bad.status, &bad.body["status"]), (400, &json!(400)));
    assert_eq!(bad.body["content"]["errorCode"], "INVALID_QUERY_PARAMETER");

    let lost = answer(session.request(Method::GET, "/nowhere?envelope=true")).await?;
    assert_eq!(lost.body["content"]["error"], 404);
    Ok(())
}

#[tokio::test]
async fn pretty_indents_and_changes_nothing_else() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for path in [LEGACY_JOBS, "/nowhere"] {
        let plain = answer(session.request(Method::GET, path)).await?;
        let pretty = answer(session.request(Method::GET, &format!("{path}?pretty=true"))).await?;
        assert!(!plain.text.contains('\n'));
        assert!(pretty.text.starts_with("{\n  \""), "{}", pretty.text);
        assert_eq!(plain.body.get("results"), pretty.body.get("results"));
    }
    Ok(())
}
