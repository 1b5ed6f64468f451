//! A comparison with recorded responses of Atlas to the vendor's command-line client. The responses were recorded in
//! August 2026 (`artifacts/` in <https://github.com/mongodb/mongodb-atlas-cli>). The tests compare the keys of objects,
//! and the presence and the form of headers.

#![expect(clippy::indexing_slicing, reason = "tests and their helpers fail by panicking")]

use std::time::Duration;

use atlas_emulator::{DEFAULT_GROUP_ID, DEFAULT_SNAPSHOT_ID, Emulator, sample_jobs};
use reqwest::Method;
use serde_json::{Value, json};

use crate::session::{Answer, BUCKETS, JOBS, LEGACY_JOBS, Session, answer};

const OLD: &str = "2023-01-01";
const NEW: &str = "2024-05-30";

/// The keys of a bucket in the response to its creation, and in a list.
const BUCKET: [&str; 5] =
    ["_id", "bucketName", "cloudProvider", "iamRoleId", "requirePrivateNetworking"];
/// The keys of a queued job and of a job in progress. A finished job also has `finishedAt`.
const JOB: [&str; 8] = [
    "createdAt",
    "customData",
    "exportBucketId",
    "exportStatus",
    "id",
    "prefix",
    "snapshotId",
    "state",
];
const PAGE: [&str; 3] = ["links", "results", "totalCount"];
const ERROR: [&str; 5] = ["detail", "error", "errorCode", "parameters", "reason"];

/// Returns the sorted keys of an object.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys =
        value.as_object().into_iter().flatten().map(|(key, _)| &**key).collect::<Vec<_>>();
    keys.sort_unstable();
    keys
}

/// Returns the given keys and one more, sorted.
fn with(given: &[&'static str], key: &'static str) -> Vec<&'static str> {
    let mut keys = [given, &[key]].concat();
    keys.sort_unstable();
    keys
}

async fn create(session: &Session) -> anyhow::Result<Answer> {
    let role = "668c5f0ed436263134491592";
    let request = json!({ "cloudProvider": "AWS", "bucketName": "test-bucket", "iamRoleId": role });
    session.create(NEW, &request).await
}

fn path(resource: &Answer, collection: &str, id: &str) -> String {
    format!("{collection}/{}", resource.body[id].as_str().unwrap_or_default())
}

#[tokio::test]
async fn buckets_have_the_recorded_keys() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let created = create(&session).await?;
    assert_eq!(keys(&created.body), BUCKET);
    let page = session.call(Method::GET, BUCKETS, NEW, None).await?;
    assert_eq!(keys(&page.body), PAGE);
    assert_eq!(keys(&page.body["results"][0]), BUCKET);
    let one = session.call(Method::GET, &path(&created, BUCKETS, "_id"), NEW, None).await?;
    assert_eq!(keys(&one.body), with(&BUCKET, "region"));
    Ok(())
}

/// The vendor's client sends all three parameters.
#[tokio::test]
async fn links_have_the_recorded_queries() -> anyhow::Result<()> {
    let session = Session::with(Emulator::builder().jobs(sample_jobs(101))).await?;
    let page = session.list("?includeCount=true&itemsPerPage=100&pageNum=1").await?;
    let links = page.body["links"].as_array().map_or(&[][..], Vec::as_slice);
    let links = links.iter().map(|link| {
        let (_, query) = link["href"].as_str()?.split_once('?')?;
        Some((link["rel"].as_str()?, query))
    });
    let expected = [
        ("self", "includeCount=true&pageNum=1&itemsPerPage=100"),
        ("next", "includeCount=true&itemsPerPage=100&pageNum=2"),
    ];
    assert_eq!(links.collect::<Option<Vec<_>>>().as_deref(), Some(&expected[..]));
    Ok(())
}

/// The recorded list has 100 buckets with the same name and role.
#[tokio::test]
async fn two_buckets_can_have_the_same_name() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for _ in 0..2 {
        assert_eq!(create(&session).await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn created_jobs_have_the_recorded_keys_until_they_succeed() -> anyhow::Result<()> {
    let builder = Emulator::builder().jobs(Vec::new()).export_duration(Duration::from_secs(100));
    let session = Session::with(builder).await?;
    let bucket = create(&session).await?;
    let request = json!({
        "snapshotId": DEFAULT_SNAPSHOT_ID,
        "exportBucketId": bucket.body["_id"],
    });
    let created = session.call(Method::POST, JOBS, OLD, Some(&request)).await?;
    assert_eq!(keys(&created.body), JOB);
    assert_eq!(created.body["customData"], json!([]));
    let status = json!({ "exportedCollections": 0, "totalCollections": 0 });
    assert_eq!(created.body["exportStatus"], status);
    let prefix = created.body["prefix"].as_str().unwrap_or_default();
    let parts = prefix.split('/').collect::<Vec<_>>();
    assert_eq!((parts[0], parts[1].len(), parts[2]), ("exported_snapshots", 24, DEFAULT_GROUP_ID));
    assert_eq!((parts[3], parts.len()), ("Cluster0", 6));

    for (state, expected) in
        [("InProgress", JOB.to_vec()), ("Successful", with(&JOB, "finishedAt"))]
    {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(50)).await;
        tokio::time::resume();
        let path = path(&created, JOBS, "id");
        let job = session.call(Method::GET, &path, OLD, None).await?.body;
        assert_eq!((&job["state"], keys(&job)), (&json!(state), expected));
    }
    assert_eq!(keys(&session.list("").await?.body), PAGE);
    Ok(())
}

#[test]
fn sample_jobs_have_at_least_the_recorded_keys() {
    let jobs = sample_jobs(6);
    for job in &jobs {
        assert!(JOB.iter().all(|key| job.get(*key).is_some()), "{job}");
        assert_eq!(job["prefix"].as_str().map(|prefix| prefix.split('/').count()), Some(6));
    }
    let empty = jobs
        .iter()
        .filter(|job| job["state"] == "Successful" && job["exportStatus"]["totalCollections"] == 0);
    assert_eq!(empty.count(), 1, "a cluster without collections has a job without progress");
}

#[tokio::test]
async fn the_response_to_a_deletion_has_a_media_type_and_no_body() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let bucket = create(&session).await?;
    let deleted = session.call(Method::DELETE, &path(&bucket, BUCKETS, "_id"), OLD, None).await?;
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    let media_type = "application/vnd.atlas.2023-01-01+json;charset=utf-8";
    assert_eq!(deleted.header("content-type"), Some(media_type));
    Ok(())
}

#[tokio::test]
async fn a_day_below_ten_has_one_digit() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let page = session.call(Method::GET, BUCKETS, OLD, None).await?;
    assert_eq!(page.header("sunset"), Some("Thu, 1 Jul 2027 00:00:00 GMT"));
    Ok(())
}

#[tokio::test]
async fn errors_have_the_recorded_keys_and_repeat_their_code() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let group = "ffffffffffffffffffffffff";
    let cases = [
        (JOBS.replace(DEFAULT_GROUP_ID, group), "GROUP_NOT_FOUND", json!([group])),
        (JOBS.replace("Cluster0", "no"), "CLUSTER_NOT_FOUND", json!(["no", DEFAULT_GROUP_ID])),
    ];
    for (path, code, parameters) in cases {
        let missing = session.call(Method::GET, &path, OLD, None).await?;
        assert_eq!((missing.status, keys(&missing.body)), (404, ERROR.to_vec()));
        assert_eq!(missing.body["errorCode"], code);
        assert_eq!(missing.header("x-error-code"), Some(code));
        assert_eq!(missing.body["parameters"], parameters);
    }
    Ok(())
}

#[tokio::test]
async fn a_digest_challenge_has_no_parameters_and_no_code_in_a_header() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let url = format!("{}{JOBS}", session.atlas.url());
    let challenge = answer(session.http.get(url)).await?;
    assert_eq!(challenge.status, 401);
    assert_eq!(keys(&challenge.body), ["detail", "error", "errorCode", "reason"]);
    assert_eq!(challenge.header("x-error-code"), None);
    assert_eq!(challenge.header("ratelimit-limit"), None);
    assert_eq!(challenge.header("ratelimit-remaining"), None);
    Ok(())
}

/// All recorded responses of the versioned API have rate limit headers, except challenges and errors about an unknown
/// project. The two recorded responses of the legacy API have none.
#[tokio::test]
async fn only_versioned_operations_have_rate_limit_headers() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let unknown = JOBS.replace(DEFAULT_GROUP_ID, "ffffffffffffffffffffffff");
    for (path, status, is_limited) in [
        (JOBS, 200, true),
        (&*format!("{JOBS}?pageNum=0"), 400, true),
        (&*JOBS.replace("Cluster0", "no"), 404, true),
        (&*format!("{JOBS}/ffffffffffffffffffffffff"), 404, true),
        (&*unknown, 404, false),
        (LEGACY_JOBS, 200, false),
    ] {
        let version = if path == LEGACY_JOBS {
            "application/json"
        } else {
            "application/vnd.atlas.2023-01-01+json"
        };
        let answer = answer(session.request(Method::GET, path).header("Accept", version)).await?;
        assert_eq!(answer.status, status, "{path}");
        for header in ["ratelimit-limit", "ratelimit-remaining"] {
            assert_eq!(answer.header(header).is_some(), is_limited, "{path}: {header}");
        }
    }
    Ok(())
}
