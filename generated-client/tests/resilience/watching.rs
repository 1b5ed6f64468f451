//! Watching an export job.

use std::time::{Duration, Instant};

use atlas_emulator::{
    Builder, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, Emulator, Fault, sample_jobs,
};
use generated_client::models::ExportJobState::{Failed, InProgress, Queued, Successful, Unknown};
use generated_client::models::{ExportJob, ExportJobState};
use generated_client::{Error, RetryPolicy, StatusCode, TimeLimit, WatchExportJob};
use serde_json::{Value, json};

use crate::Session;

const JOB: &str = "6817355c1f2a3b4c5d6e7f03";

/// A job with this state, and so many of 42 collections exported.
fn job(state: &str, exported: u32) -> Value {
    json!({
        "id": JOB,
        "exportBucketId": DEFAULT_GROUP_ID,
        "state": state,
        "exportStatus": { "exportedCollections": exported, "totalCollections": 42 },
    })
}

fn failed() -> Value {
    let mut job = job("Failed", 17);
    job["stateReason"] = json!({ "errorCode": "NO_ACCESS", "message": "No access." });
    job
}

fn over_time(jobs: impl IntoIterator<Item = Value>) -> Builder {
    Emulator::builder().jobs_over_time(jobs.into_iter().map(|job| vec![job]))
}

fn watch<'a>(session: &'a Session, job: &str) -> WatchExportJob<'a> {
    let watch = session.client.watch_export_job(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, job);
    watch.interval(Duration::from_millis(100))
}

fn told(job: &ExportJob) -> (ExportJobState, Option<i32>) {
    let status = job.export_status.as_ref();
    (job.state.clone().unwrap(), status.and_then(|status| status.exported_collections))
}

#[tokio::test]
async fn each_change_is_told_until_the_state_is_final() {
    let session = Session::start(over_time([
        job("Queued", 0),
        job("Queued", 0),
        job("InProgress", 1),
        job("InProgress", 17),
        job("Verifying", 41),
        job("Successful", 42),
        job("Successful", 43),
    ]))
    .await;
    let mut jobs = watch(&session, JOB).stream();
    let mut seen = Vec::new();
    while let Some(job) = jobs.next().await.transpose().unwrap() {
        seen.push(told(&job));
    }
    assert_eq!(
        seen,
        [
            (Queued, Some(0)),
            (InProgress, Some(1)),
            (InProgress, Some(17)),
            (Unknown("Verifying".into()), Some(41)),
            (Successful, Some(42)),
        ]
    );
    assert_eq!(session.requests(), 6);
}

#[tokio::test]
async fn a_failed_job_ends_with_its_reason() {
    let session = Session::start(over_time([job("InProgress", 17), failed()])).await;
    let job = watch(&session, JOB).wait().await.unwrap();
    assert_eq!(job.state, Some(Failed));
    let reason = job.state_reason.unwrap();
    assert_eq!(reason.error_code.as_deref(), Some("NO_ACCESS"));
    assert_eq!(reason.message.as_deref(), Some("No access."));
}

#[tokio::test]
async fn a_cancelled_job_is_final_too() {
    let session = Session::start(over_time([job("Cancelled", 0), job("Queued", 0)])).await;
    let job = watch(&session, JOB).wait().await.unwrap();
    assert_eq!(job.state, Some(ExportJobState::Cancelled));
    assert_eq!(session.requests(), 1);
}

#[tokio::test]
async fn a_job_is_found_on_any_page() {
    let mut jobs = sample_jobs(250);
    jobs.push(job("Successful", 42));
    let session = Session::start(Emulator::builder().jobs(jobs)).await;
    assert_eq!(told(&watch(&session, JOB).wait().await.unwrap()), (Successful, Some(42)));
}

#[tokio::test]
async fn a_job_that_is_not_listed_is_an_error() {
    let session = Session::start(Emulator::builder()).await;
    let mut jobs = watch(&session, JOB).stream();
    let error = jobs.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::NotListed { .. }));
    assert_eq!(
        error.to_string(),
        format!("watchExportJob: the cluster \"Cluster0\" has no export job {JOB}: check both")
    );
    assert!(jobs.next().await.is_none());
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_before_anything_is_sent() {
    let session = Session::start(Emulator::builder()).await;
    let error = watch(&session, "job").wait().await.unwrap_err();
    let Error::InvalidInput(error) = &error else { panic!("{error:?}") };
    assert_eq!(error.parameter(), "jobId");
    assert_eq!(session.requests(), 0);
}

#[tokio::test]
async fn the_watch_ends_at_its_time_limit() {
    let session = Session::start(over_time([job("InProgress", 1)])).await;
    let start = Instant::now();
    let limit = Duration::from_millis(450);
    let mut jobs = watch(&session, JOB).time_limit(limit).stream();
    assert_eq!(told(&jobs.next().await.unwrap().unwrap()), (InProgress, Some(1)));
    let error = jobs.next().await.unwrap().unwrap_err();
    assert!(start.elapsed() >= limit && start.elapsed() < 4 * limit);
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Watch, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "watchExportJob told of no final state within 450ms; \
         what was watched goes on: watch it again, or raise `time_limit`"
    );
    assert!(jobs.next().await.is_none());
    assert!((2..=5).contains(&session.requests()));
}

#[tokio::test]
async fn a_look_that_hangs_ends_at_the_time_limit_too() {
    let atlas = over_time([job("Queued", 0)]).faults([Fault::Delay(Duration::from_secs(9))]);
    let session = Session::start(atlas).await;
    let start = Instant::now();
    let error = watch(&session, JOB).time_limit(Duration::from_millis(200)).wait().await;
    assert!(matches!(error, Err(Error::TimedOut { limit: TimeLimit::Watch, .. })));
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_look_that_fails_for_a_moment_is_put_up_with() {
    let unavailable = || Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    let faults = [vec![unavailable(); 5], vec![Fault::None], vec![unavailable(); 5]].concat();
    let atlas = over_time([job("Queued", 0), job("Successful", 42)]).faults(faults);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    assert_eq!(watch(&session, JOB).wait().await.unwrap().state, Some(Successful));
    assert_eq!(session.requests(), 12);

    let atlas = over_time([job("Queued", 0)]).faults(vec![unavailable(); 99]);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    let error = watch(&session, JOB).wait().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(session.requests(), 6);
}

#[tokio::test]
async fn a_look_that_fails_for_good_ends_the_watch() {
    let atlas = over_time([job("Queued", 0)]).faults([Fault::status(StatusCode::FORBIDDEN)]);
    let session = Session::start(atlas).await;
    let error = watch(&session, JOB).wait().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
}

#[tokio::test]
async fn the_server_may_ask_for_a_longer_interval() {
    let faults = [Fault::None, Fault::too_many_requests(1)];
    let atlas = over_time([job("Queued", 0), job("Successful", 42)]).faults(faults);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    let start = Instant::now();
    watch(&session, JOB).wait().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
}
