//! Listing, reading, updating and deleting export buckets.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests and their helpers fail by panicking"
)]

use atlas_emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::session::{Answer, BUCKETS, Session};

const OLD: &str = "2023-01-01";
const NEW: &str = "2024-05-30";
const ROLE: &str = "668c5f0ed436263134491592";
const UNKNOWN: &str = "ffffffffffffffffffffffff";

/// Starts a session with one bucket per provider. Returns the session and the ids of the buckets.
async fn three_buckets() -> anyhow::Result<(Session, Vec<String>)> {
    let session = Session::start().await?;
    let container = "https://examplestorageaccount.blob.core.windows.net/examplecontainer";
    let requests = [
        json!({ "cloudProvider": "AWS", "bucketName": "export-bucket", "iamRoleId": ROLE }),
        json!({ "cloudProvider": "AZURE", "roleId": ROLE, "serviceUrl": container }),
        json!({ "cloudProvider": "GCP", "bucketName": "export-bucket", "roleId": ROLE }),
    ];
    let mut ids = Vec::new();
    for request in requests {
        let created = session.create(NEW, &request).await?;
        ids.push(created.body["_id"].as_str().expect("the bucket has no `_id`").to_owned());
    }
    Ok((session, ids))
}

fn ids(page: &Answer) -> Vec<&str> {
    let results = page.body["results"].as_array().expect("the page has no `results`");
    results.iter().filter_map(|bucket| bucket["_id"].as_str()).collect()
}

fn bucket(id: &str) -> String {
    format!("{BUCKETS}/{id}")
}

#[tokio::test]
async fn buckets_are_listed_in_pages_in_order_of_creation() -> anyhow::Result<()> {
    let (session, all) = three_buckets().await?;
    let page = session.call(Method::GET, BUCKETS, NEW, None).await?;
    assert_eq!(
        (ids(&page), &page.body["totalCount"]),
        (all.iter().map(|it| &**it).collect(), &json!(3))
    );
    let second = format!("{BUCKETS}?itemsPerPage=2&pageNum=2");
    let second = session.call(Method::GET, &second, NEW, None).await?;
    assert_eq!(ids(&second), [&all[2]]);
    Ok(())
}

#[tokio::test]
async fn the_older_version_returns_only_aws_buckets() -> anyhow::Result<()> {
    let (session, all) = three_buckets().await?;
    let page = session.call(Method::GET, BUCKETS, OLD, None).await?;
    assert_eq!((ids(&page), &page.body["totalCount"]), (vec![&*all[0]], &json!(1)));
    assert_eq!(page.header("sunset"), Some("Thu, 1 Jul 2027 00:00:00 GMT"));
    for (id, status) in all.iter().zip([200, 404, 404]) {
        let answer = session.call(Method::GET, &bucket(id), OLD, None).await?;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    Ok(())
}

#[tokio::test]
async fn a_bucket_is_returned_unchanged_except_for_its_region() -> anyhow::Result<()> {
    let (session, all) = three_buckets().await?;
    for (id, mut stored) in all.iter().zip(session.atlas.export_buckets()) {
        if stored["cloudProvider"] == "AWS" {
            stored["region"] = "us-east-1".into();
        }
        let answer = session.call(Method::GET, &bucket(id), NEW, None).await?;
        assert_eq!((answer.status, answer.body), (200, stored));
    }
    Ok(())
}

#[tokio::test]
async fn the_private_networking_of_a_bucket_in_aws_can_change() -> anyhow::Result<()> {
    let (session, all) = three_buckets().await?;
    let change = json!({ "requirePrivateNetworking": true });
    let answer = session.call(Method::PATCH, &bucket(&all[0]), NEW, Some(&change)).await?;
    assert_eq!((answer.status, &answer.body["requirePrivateNetworking"]), (200, &json!(true)));
    assert_eq!(session.atlas.export_buckets()[0], answer.body);

    let azure = session.call(Method::PATCH, &bucket(&all[1]), NEW, Some(&change)).await?;
    assert_eq!((azure.status, azure.bad_fields()), (400, vec!["requirePrivateNetworking"]));
    let empty = session.call(Method::PATCH, &bucket(&all[0]), NEW, Some(&json!({}))).await?;
    assert_eq!((empty.status, empty.bad_fields()), (400, vec!["requirePrivateNetworking"]));
    Ok(())
}

#[tokio::test]
async fn a_deleted_bucket_no_longer_exists() -> anyhow::Result<()> {
    let (session, all) = three_buckets().await?;
    for (status, text) in [(204, true), (404, false)] {
        let answer = session.call(Method::DELETE, &bucket(&all[1]), OLD, None).await?;
        assert_eq!((answer.status, answer.text.is_empty()), (status, text), "{}", answer.text);
    }
    assert_eq!(session.atlas.export_buckets().len(), 2);
    Ok(())
}

#[tokio::test]
async fn an_unknown_bucket_is_not_found() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let change = json!({ "requirePrivateNetworking": true });
    for (method, version, body) in [
        (Method::GET, NEW, None),
        (Method::GET, OLD, None),
        (Method::PATCH, NEW, Some(&change)),
        (Method::DELETE, OLD, None),
    ] {
        let answer = session.call(method.clone(), &bucket(UNKNOWN), version, body).await?;
        assert_eq!(answer.status, 404, "{method}: {}", answer.text);
        assert_eq!(answer.body["errorCode"], "EXPORT_BUCKET_NOT_FOUND");
        assert_eq!(answer.body["parameters"], json!([UNKNOWN]));
    }
    Ok(())
}

#[tokio::test]
async fn only_the_response_for_a_single_bucket_contains_a_configured_region() -> anyhow::Result<()>
{
    let given = json!({ "_id": UNKNOWN, "cloudProvider": "AWS", "bucketName": "export-bucket", "iamRoleId": ROLE,
        "requirePrivateNetworking": false, "region": "eu-west-1" });
    let session = Session::with(Emulator::builder().export_bucket(given.clone())).await?;
    assert_eq!(session.call(Method::GET, &bucket(UNKNOWN), NEW, None).await?.body, given);
    let page = session.call(Method::GET, BUCKETS, NEW, None).await?;
    assert_eq!(page.body["results"][0].get("region"), None);
    let change = json!({ "requirePrivateNetworking": false });
    let changed = session.call(Method::PATCH, &bucket(UNKNOWN), NEW, Some(&change)).await?;
    assert_eq!((changed.status, changed.body.get("region")), (200, None));
    Ok(())
}

#[tokio::test]
async fn a_configured_bucket_exists_from_the_start() -> anyhow::Result<()> {
    let given: Value = json!({ "_id": UNKNOWN, "cloudProvider": "GCP", "bucketName": "export-bucket", "roleId": ROLE });
    let session = Session::with(Emulator::builder().export_bucket(given.clone())).await?;
    let answer = session.call(Method::GET, &bucket(UNKNOWN), NEW, None).await?;
    assert_eq!(answer.body, given);
    Ok(())
}
