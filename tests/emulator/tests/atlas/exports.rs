//! Exports of snapshots. The tests advance tokio's clock.

use std::time::Duration;

use atlas_emulator::{Builder, DEFAULT_SNAPSHOT_ID, Emulator, ExportOutcome, sample_jobs};
use reqwest::Method;
use serde_json::{Value, json};

use crate::session::{Answer, JOBS, Session, pass};

const VERSION: &str = "2023-01-01";
const BUCKET: &str = "32b6e34b3d91647abb20e7b9";
const UNKNOWN: &str = "ffffffffffffffffffffffff";
const ROLE: &str = "668c5f0ed436263134491592";

/// Configures a local Atlas that has a bucket and whose exports take 100 seconds.
fn builder() -> Builder {
    let bucket =
        json!({ "_id": BUCKET, "cloudProvider": "GCP", "bucketName": "exports", "roleId": ROLE });
    Emulator::builder().export_bucket(bucket).export_duration(Duration::from_secs(100))
}

async fn export(session: &Session, snapshot: &str, bucket: &str) -> anyhow::Result<Answer> {
    let request = json!({
        "snapshotId": snapshot,
        "exportBucketId": bucket,
        "customData": [{ "key": "exported by", "value": "a test" }],
    });
    session.call(Method::POST, JOBS, VERSION, Some(&request)).await
}

async fn get(session: &Session, id: &Value) -> anyhow::Result<Answer> {
    let path = format!("{JOBS}/{}", id.as_str().unwrap_or_default());
    session.call(Method::GET, &path, VERSION, None).await
}

#[tokio::test]
async fn a_job_moves_from_queued_through_in_progress_to_successful() -> anyhow::Result<()> {
    let session = Session::with(builder()).await?;
    let created = export(&session, DEFAULT_SNAPSHOT_ID, BUCKET).await?;
    assert_eq!(created.status, 200, "{}", created.text);
    assert_eq!(created.body["state"], "Queued");
    assert_eq!(created.body["customData"][0]["value"], "a test");
    let id = &created.body["id"];
    let mut seen = Vec::new();
    for seconds in [0, 11, 45, 45] {
        pass(seconds).await;
        let job = get(&session, id).await?.body;
        let exported = job.pointer("/exportStatus/exportedCollections").cloned();
        seen.push((job["state"].clone(), exported, job.get("finishedAt").is_some()));
    }
    let expected = [
        (json!("Queued"), Some(json!(0)), false),
        (json!("InProgress"), Some(json!(0)), false),
        (json!("InProgress"), Some(json!(21)), false),
        (json!("Successful"), Some(json!(42)), true),
    ];
    assert_eq!(seen, expected);
    Ok(())
}

#[tokio::test]
async fn an_export_ends_with_the_configured_outcome() -> anyhow::Result<()> {
    for (outcome, state) in
        [(ExportOutcome::Failed, "Failed"), (ExportOutcome::Cancelled, "Cancelled")]
    {
        let session = Session::with(builder().export_outcome(outcome)).await?;
        let created = export(&session, DEFAULT_SNAPSHOT_ID, BUCKET).await?;
        pass(100).await;
        let job = get(&session, &created.body["id"]).await?.body;
        assert_eq!(job["state"], state);
        assert_eq!(job["exportStatus"]["exportedCollections"], 21);
        assert_eq!(job.get("stateReason").is_some(), outcome == ExportOutcome::Failed);
    }
    Ok(())
}

#[tokio::test]
async fn created_jobs_are_listed_before_configured_ones() -> anyhow::Result<()> {
    let session = Session::with(builder().jobs(sample_jobs(3))).await?;
    let older = export(&session, DEFAULT_SNAPSHOT_ID, BUCKET).await?;
    let newer = export(&session, DEFAULT_SNAPSHOT_ID, BUCKET).await?;
    let id = |job: &Value| job["id"].clone();
    let expected = [newer.body, older.body].into_iter().chain(sample_jobs(3));
    let expected = expected.map(|job| id(&job)).collect::<Vec<_>>();
    let mut seen = Vec::new();
    for page in 1..=3 {
        let page = session.list(&format!("?itemsPerPage=2&pageNum={page}")).await?;
        assert_eq!(page.body["totalCount"], 5);
        seen.extend(
            page.body["results"].as_array().expect("the page has no `results`").iter().map(id),
        );
    }
    assert_eq!(seen, expected);
    assert_eq!(session.atlas.created_jobs().len(), 2);
    session.atlas.set_jobs(sample_jobs(1));
    assert_eq!(session.list("").await?.body["totalCount"], 1);
    assert!(session.atlas.created_jobs().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_configured_job_is_returned_by_id() -> anyhow::Result<()> {
    for builder in [Emulator::builder().jobs(sample_jobs(9)), Emulator::builder().sample_jobs(9)] {
        let session = Session::with(builder).await?;
        for job in sample_jobs(9) {
            assert_eq!(get(&session, &job["id"]).await?.body, job);
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_snapshot_of_a_job_can_be_exported_again() -> anyhow::Result<()> {
    let session = Session::with(builder()).await?;
    let snapshot = sample_jobs(6)[5]["snapshotId"].clone();
    let answer = export(&session, snapshot.as_str().unwrap_or_default(), BUCKET).await?;
    assert_eq!((answer.status, &answer.body["snapshotId"]), (200, &snapshot));
    Ok(())
}

#[tokio::test]
async fn unknown_snapshots_buckets_and_jobs_are_not_found() -> anyhow::Result<()> {
    let session = Session::with(builder()).await?;
    let answers = [
        export(&session, UNKNOWN, BUCKET).await?,
        export(&session, DEFAULT_SNAPSHOT_ID, UNKNOWN).await?,
        get(&session, &json!(UNKNOWN)).await?,
    ];
    let expected = [
        ("snapshot", "SNAPSHOT_NOT_FOUND", json!([UNKNOWN, "Cluster0"])),
        ("bucket", "EXPORT_BUCKET_NOT_FOUND", json!([UNKNOWN])),
        ("job", "RESOURCE_NOT_FOUND", json!([UNKNOWN])),
    ];
    for (answer, (resource, code, parameters)) in answers.iter().zip(expected) {
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert_eq!(answer.body["errorCode"], code);
        assert_eq!(answer.body["parameters"], parameters);
        assert!(answer.body["detail"].as_str().is_some_and(|it| it.contains(resource)));
    }
    assert!(session.atlas.created_jobs().is_empty());
    Ok(())
}

#[tokio::test]
async fn each_request_for_a_job_uses_the_next_list_of_jobs() -> anyhow::Result<()> {
    let job =
        |state: &str| vec![json!({ "id": UNKNOWN, "exportBucketId": BUCKET, "state": state })];
    let session =
        Session::with(Emulator::builder().jobs_over_time([job("Queued"), job("Cancelled")]))
            .await?;
    for state in ["Queued", "Cancelled", "Cancelled"] {
        assert_eq!(get(&session, &json!(UNKNOWN)).await?.body["state"], state);
    }
    Ok(())
}
