//! Watching an export job.

use std::time::Duration;

use atlas_emulator::{
    Builder, DEFAULT_CLIENT_ID, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_SNAPSHOT_ID,
    Emulator, ExportOutcome, Fault, Target, sample_jobs,
};
use generated_client::models::ExportJobState::{Failed, InProgress, Queued, Successful, Unknown};
use generated_client::models::{
    AwsExportBucketRequest, ExportJob, ExportJobRequest, ExportJobState,
};
use generated_client::{
    Client, Credentials, Error, RetryPolicy, StatusCode, TimeLimit, WatchExportJob,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::Session;
use crate::clock::Clock;

const JOB: &str = "6817355c1f2a3b4c5d6e7f03";

/// Returns an export job in the given state, with `exported` of its 42 collections exported.
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

fn watch(session: &Session, job: &str) -> WatchExportJob {
    session.client.watch_export_job(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, job)
}

/// Runs a watch on a clock that the test advances. Returns its result and the elapsed time.
///
/// # Panics
///
/// Panics if the watch does not end within twenty minutes on that clock.
async fn run<T>(watch: impl Future<Output = T>) -> (T, Duration) {
    let (end, took) = Clock::pause().run(timeout(Duration::from_secs(1200), watch)).await;
    (end.expect("the watch did not end within twenty minutes"), took)
}

fn state_and_progress(job: &ExportJob) -> (ExportJobState, Option<i32>) {
    let status = job.export_status.as_ref();
    (job.state.clone().unwrap(), status.and_then(|status| status.exported_collections))
}

#[tokio::test]
async fn each_change_is_returned_until_the_state_is_final() {
    let session = Session::start(over_time([
        job("Queued", 0),
        job("Queued", 0),
        job("InProgress", 1),
        job("InProgress", 17),
        job("NotAnAtlasState", 41),
        job("Successful", 42),
        job("Successful", 43),
    ]))
    .await;
    let mut jobs = watch(&session, JOB).stream();
    let seen = async {
        let mut seen = Vec::new();
        while let Some(job) = jobs.next().await.transpose().unwrap() {
            seen.push(state_and_progress(&job));
        }
        seen
    };
    let (seen, took) = run(seen).await;
    assert_eq!(
        seen,
        [
            (Queued, Some(0)),
            (InProgress, Some(1)),
            (InProgress, Some(17)),
            (Unknown("NotAnAtlasState".into()), Some(41)),
            (Successful, Some(42)),
        ]
    );
    assert_eq!(session.requests(), 6);
    assert!(
        (75..85).contains(&took.as_secs()),
        "expected five intervals of 15 seconds, found {took:?}"
    );
}

#[tokio::test]
async fn a_watch_of_a_failed_job_returns_the_reason() {
    let session = Session::start(over_time([job("InProgress", 17), failed()])).await;
    let job = run(watch(&session, JOB).wait()).await.0.unwrap();
    assert_eq!(job.state, Some(Failed));
    let reason = job.state_reason.unwrap();
    assert_eq!(reason.error_code.as_deref(), Some("NO_ACCESS"));
    assert_eq!(reason.message.as_deref(), Some("No access."));
}

#[tokio::test]
async fn a_watch_ends_when_the_job_is_cancelled() {
    let session = Session::start(over_time([job("Cancelled", 0), job("Queued", 0)])).await;
    let job = run(watch(&session, JOB).wait()).await.0.unwrap();
    assert_eq!(job.state, Some(ExportJobState::Cancelled));
    assert_eq!(session.requests(), 1);
}

#[tokio::test]
async fn an_export_is_watched_from_its_creation_to_its_end() {
    for (outcome, state) in
        [(ExportOutcome::Successful, Successful), (ExportOutcome::Failed, Failed)]
    {
        let atlas = Emulator::builder().export_outcome(outcome);
        let session = Session::start(atlas.export_duration(Duration::from_secs(102))).await;
        let client = &session.client;
        let bucket = AwsExportBucketRequest::new("exports", DEFAULT_GROUP_ID);
        let bucket = client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, bucket);
        let bucket = bucket.send().await.unwrap().id().unwrap();
        let export = ExportJobRequest::new(DEFAULT_SNAPSHOT_ID, bucket);
        let (states, _) = run(async {
            let export = client.create_group_cluster_backup_export(
                DEFAULT_GROUP_ID,
                DEFAULT_CLUSTER_NAME,
                export,
            );
            let job = export.send().await.unwrap().id.unwrap();
            let mut jobs = watch(&session, &job.to_string()).stream();
            let mut states = Vec::new();
            while let Some(job) = jobs.next().await.transpose().unwrap() {
                states.push(job.state.unwrap());
            }
            states
        })
        .await;
        assert_eq!(states.first(), Some(&Queued));
        assert!(states[1..states.len() - 1].iter().all(|state| *state == InProgress));
        assert_eq!((states.last(), states.len()), (Some(&state), 8));
    }
}

#[tokio::test]
async fn a_job_with_an_unknown_state_is_done_once_it_has_finished() {
    let finished = |state| {
        let mut job = job(state, 42);
        job["finishedAt"] = json!("2025-05-04T10:11:30Z");
        job
    };
    let jobs = [finished("InProgress"), job("NotAnAtlasState", 42), finished("NotAnAtlasState")];
    let session = Session::start(over_time(jobs)).await;
    let (job, _) = run(watch(&session, JOB).wait()).await;
    assert_eq!(job.unwrap().state, Some(Unknown("NotAnAtlasState".into())));
    assert_eq!(session.requests(), 3);
}

#[tokio::test]
async fn a_job_without_an_id_in_the_list_is_another_job() {
    let mut other = job("Failed", 0);
    other.as_object_mut().unwrap().remove("id");
    let atlas = Emulator::builder().jobs_over_time([vec![other, job("Successful", 42)]]);
    let session = Session::start(forbidding(atlas, StatusCode::FORBIDDEN)).await;
    let (job, _) = run(watch(&session, JOB).wait()).await;
    assert_eq!(state_and_progress(&job.unwrap()), (Successful, Some(42)));
}

/// Configures a local Atlas to respond with the given status to the first nine requests for a single job.
fn forbidding(atlas: Builder, status: StatusCode) -> Builder {
    let get = Target::operation("getGroupClusterBackupExport");
    atlas.faults_at(get, vec![Fault::status(status); 9])
}

#[tokio::test]
async fn a_watch_without_permission_to_get_the_job_reads_the_list() {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let atlas = over_time([job("Queued", 0), job("Successful", 42)]);
        let session = Session::start(forbidding(atlas, status)).await;
        let (job, _) = run(watch(&session, JOB).wait()).await;
        assert_eq!(state_and_progress(&job.unwrap()), (Successful, Some(42)));
        let single = |path: &str| path.ends_with(JOB);
        let requests = session.atlas.requests();
        let requests = requests.iter().map(|request| single(request.uri.path()));
        assert_eq!(
            requests.collect::<Vec<_>>(),
            [true, false, false],
            "expected only the first lookup to get the job"
        );
    }
}

#[tokio::test]
async fn a_watch_ends_when_the_token_endpoint_rejects_the_credentials() {
    let session = Session::with(Emulator::builder(), |client| client).await;
    let credentials = Credentials::service_account(DEFAULT_CLIENT_ID, "wrong");
    let client = Client::builder(credentials).base_url(session.atlas.url()).build().unwrap();
    let watch = client.watch_export_job(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, JOB);
    let error = run(watch.wait()).await.0.unwrap_err();
    assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
    assert_eq!(session.atlas.token_requests(), 1);
}

#[tokio::test]
async fn a_job_is_found_on_a_later_page_of_the_list() {
    let mut jobs = sample_jobs(250);
    jobs.push(job("Successful", 42));
    let atlas = forbidding(Emulator::builder().jobs(jobs), StatusCode::FORBIDDEN);
    let session = Session::start(atlas).await;
    let job = run(watch(&session, JOB).wait()).await.0.unwrap();
    assert_eq!(state_and_progress(&job), (Successful, Some(42)));
}

#[tokio::test]
async fn a_job_that_does_not_exist_is_an_error() {
    let session = Session::start(Emulator::builder()).await;
    let mut jobs = watch(&session, JOB).stream();
    let error = run(jobs.next()).await.0.unwrap().unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.error_code(), Some("RESOURCE_NOT_FOUND"));
    assert!(jobs.next().await.is_none());
}

#[tokio::test]
async fn a_job_that_is_not_listed_is_an_error() {
    let atlas = forbidding(Emulator::builder(), StatusCode::FORBIDDEN);
    let session = Session::start(atlas).await;
    let mut jobs = watch(&session, JOB).stream();
    let error = run(jobs.next()).await.0.unwrap().unwrap_err();
    assert!(matches!(error, Error::NotListed { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "watchExportJob: the cluster \"Cluster0\" has no export job `{JOB}`: check `clusterName` and `exportId`"
        )
    );
    assert!(jobs.next().await.is_none());
}

#[tokio::test]
async fn an_invalid_id_is_rejected_before_anything_is_sent() {
    let session = Session::start(Emulator::builder()).await;
    let error = run(watch(&session, "job").wait()).await.0.unwrap_err();
    let Error::InvalidInput(error) = &error else { panic!("{error:?}") };
    assert_eq!(error.parameter(), "exportId");
    assert_eq!(session.requests(), 0);
}

#[tokio::test]
async fn the_watch_ends_at_its_timeout_and_counts_its_lookups() {
    let session = Session::start(over_time([job("InProgress", 1)])).await;
    let limit = Duration::from_secs(60);
    let mut jobs = watch(&session, JOB).timeout(limit).stream();
    let (error, took) = run(async {
        assert_eq!(state_and_progress(&jobs.next().await.unwrap().unwrap()), (InProgress, Some(1)));
        let error = jobs.next().await.unwrap().unwrap_err();
        assert!(jobs.next().await.is_none());
        error
    })
    .await;
    assert!((limit..limit + Duration::from_secs(1)).contains(&took), "{took:?}");
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Watch, .. }), "{error:?}");
    assert_eq!((error.attempts(), session.requests()), (Some(4), 4));
    assert_eq!(
        error.to_string(),
        format!(
            "watchExportJob found no final state of the export job `{JOB}` of the cluster \"Cluster0\" \
             within 60s (lookups: 4); the export continues: watch it again, or raise `timeout`"
        )
    );
    let Error::TimedOut { watched: Some(job), .. } = &error else { panic!("{error:?}") };
    assert_eq!(**job, format!("export job `{JOB}` of the cluster \"Cluster0\""));
}

/// Tokio advances a paused clock whenever all tasks wait, so a lookup can seem to exceed its
/// timeout. The watch must still end after a few requests.
#[tokio::test(start_paused = true)]
async fn a_watch_does_not_spin_in_tests_that_pause_the_clock() {
    let session = Session::start(over_time([job("InProgress", 1)])).await;
    let watch = watch(&session, JOB).timeout(Duration::from_secs(60));
    let error = watch.wait().await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Watch, .. }), "{error:?}");
    assert!(session.requests() <= 4, "{} requests", session.requests());
}

#[tokio::test]
async fn a_watch_without_an_interval_polls_at_most_ten_times_a_second() {
    let session = Session::start(over_time([job("InProgress", 1)])).await;
    let limit = Duration::from_millis(250);
    let watch = watch(&session, JOB).interval(Duration::ZERO).timeout(limit);
    Clock::with_step(Duration::from_millis(1)).run(watch.wait()).await.0.unwrap_err();
    assert!((2..=3).contains(&session.requests()), "{} requests", session.requests());
}

#[tokio::test]
async fn a_lookup_that_hangs_ends_at_the_timeout_of_the_watch() {
    let atlas = over_time([job("Queued", 0)]).faults([Fault::Delay(Duration::from_secs(999))]);
    let session = Session::start(atlas).await;
    let limit = Duration::from_secs(20);
    let (error, took) = run(watch(&session, JOB).timeout(limit).wait()).await;
    assert!(matches!(error, Err(Error::TimedOut { limit: TimeLimit::Watch, attempts: 1, .. })));
    assert!((limit..limit + Duration::from_secs(1)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_lookup_that_exceeds_the_operation_timeout_does_not_end_the_watch() {
    let atlas = over_time([job("Queued", 0), job("Successful", 42)])
        .faults([Fault::Delay(Duration::from_secs(999))]);
    let session =
        Session::with(atlas, |client| client.operation_timeout(Duration::from_secs(20))).await;
    let job = run(watch(&session, JOB).wait()).await.0.unwrap();
    assert_eq!(job.state, Some(Successful));
}

#[tokio::test]
async fn outages_of_less_than_15_minutes_do_not_end_the_watch() {
    let unavailable = || Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    let faults = [vec![unavailable(); 14], vec![Fault::None], vec![unavailable(); 14]].concat();
    let atlas = over_time([job("Queued", 0), job("Successful", 42)]).faults(faults);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    let (job, took) = run(watch(&session, JOB).interval(Duration::from_secs(35)).wait()).await;
    assert_eq!((job.unwrap().state, session.requests()), (Some(Successful), 30));
    assert!(took > Duration::from_secs(15 * 60), "{took:?}");
}

#[tokio::test]
async fn an_outage_of_15_minutes_ends_the_watch() {
    let faults = vec![Fault::status(StatusCode::SERVICE_UNAVAILABLE); 99];
    let atlas = over_time([job("Queued", 0)]).faults(faults);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    let (result, took) = run(watch(&session, JOB).wait()).await;
    assert_eq!(result.unwrap_err().status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!((900..920).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn a_lookup_with_a_permanent_failure_ends_the_watch() {
    for status in [StatusCode::BAD_REQUEST, StatusCode::NOT_IMPLEMENTED] {
        let session =
            Session::start(over_time([job("Queued", 0)]).faults([Fault::status(status)])).await;
        let error = run(watch(&session, JOB).wait()).await.0.unwrap_err();
        assert_eq!((error.status(), session.requests()), (Some(status), 1));
    }
}

#[tokio::test]
async fn a_watch_without_permission_to_get_or_list_jobs_fails() {
    let faults = vec![Fault::status(StatusCode::FORBIDDEN); 2];
    let session = Session::start(over_time([job("Queued", 0)]).faults(faults)).await;
    let error = run(watch(&session, JOB).wait()).await.0.unwrap_err();
    assert_eq!((error.status(), session.requests()), (Some(StatusCode::FORBIDDEN), 2));
    assert_eq!(error.operation_id(), Some("getGroupClusterBackupExport"));
}

#[tokio::test]
async fn retry_after_extends_the_interval() {
    let faults = [Fault::None, Fault::too_many_requests(100)];
    let atlas = over_time([job("Queued", 0), job("Successful", 42)]).faults(faults);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    let (job, took) = run(watch(&session, JOB).wait()).await;
    assert_eq!((job.unwrap().state, session.requests()), (Some(Successful), 3));
    assert!((115..130).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn a_short_retry_after_does_not_shorten_the_interval() {
    let atlas = over_time([job("Successful", 42)]).faults([Fault::too_many_requests(1)]);
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    let (job, took) = run(watch(&session, JOB).wait()).await;
    assert_eq!((job.unwrap().state, session.requests()), (Some(Successful), 2));
    assert!((15..20).contains(&took.as_secs()), "{took:?}");
}
