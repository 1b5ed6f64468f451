//! Watches in which lookups of the export job fail.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use generated_client::models::{ExportJob, ExportJobState, Link, PaginatedExportJobs};
use generated_client::testing::{CannedResponse, CannedResponses, RecordedRequest};
use generated_client::{
    Attempt, BodyProblem, Client, Credentials, Error, Interceptor, ObjectId, RetryPolicy,
    StatusCode, TimeLimit,
};
use tokio::time::Instant;

const ID: ObjectId = ObjectId::literal("6817355c1f2a3b4c5d6e7f03");

const GET: &str = "getGroupClusterBackupExport";

const LIST: &str = "listGroupClusterBackupExports";

/// Returns the job in the given state.
fn job(state: ExportJobState) -> CannedResponse {
    CannedResponse::ok(&ExportJob::new(ID).id(ID).state(state))
}

/// Returns a page from a proxy.
fn html(status: StatusCode) -> CannedResponse {
    CannedResponse::new(status, "<html>Blocked</html>").header("Content-Type", "text/html")
}

/// Watches a job on a paused clock, without retries. Requests for the job receive the responses in order, and then the
/// last one. Returns the result of the watch, and the operations that the watch called.
async fn watch_get(responses: &[CannedResponse]) -> (Result<ExportJob, Error>, Vec<&'static str>) {
    let canned = CannedResponses::new();
    for response in responses {
        canned.push_to(GET, response.clone());
        canned.set(GET, response.clone());
    }
    let forbidden = CannedResponse::error(StatusCode::FORBIDDEN, "FORBIDDEN");
    canned.set(LIST, forbidden);
    let client = Client::builder(Credentials::access_token("token")).retry(RetryPolicy::none());
    let client = client.canned_responses(&canned).build().unwrap();
    let result = client.watch_export_job(ID, "Cluster0", ID).wait().await;
    let operations = canned.requests().iter().map(RecordedRequest::operation_id).collect();
    (result, operations)
}

/// Watches a job on a paused clock, with a timeout of `seconds`. Every request receives `response`. Returns the error,
/// and the number of requests.
async fn watch_with(response: CannedResponse, seconds: u64) -> (Error, usize) {
    let responses = CannedResponses::new();
    responses.set("getGroupClusterBackupExport", response);
    let client = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let client = client.retry(RetryPolicy::new().base_delay(Duration::ZERO));
    let watch = client.build().unwrap().watch_export_job(ID, "Cluster0", ID);
    let error = watch.timeout(Duration::from_secs(seconds)).wait().await.unwrap_err();
    (error, responses.requests().len())
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_times_out_after_a_failed_lookup_names_the_failure() {
    let unavailable = CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR");
    let cases = [
        (unavailable, "getGroupClusterBackupExport returned 503 Service Unavailable"),
        (CannedResponse::no_connection(), "getGroupClusterBackupExport could not connect"),
    ];
    for (response, failure) in cases {
        let (error, _) = watch_with(response, 59).await;
        assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Watch, .. }), "{error:?}");
        let text = error.to_string();
        let start = "watchExportJob found no final state of the export job `6817355c1f2a3b4c5d6e7f03` of the \
                     cluster \"Cluster0\" within 59s (lookups: 4); the last lookup failed: ";
        assert!(text.starts_with(&format!("{start}{failure}")), "{text}");
        assert!(!text.contains("the export continues"), "{text}");
        let cause = std::error::Error::source(&error).unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!((error.status(), error.error_code()), (cause.status(), cause.error_code()));
        assert!(text.ends_with(&cause.to_string()), "{text}");
        assert_eq!((error.attempts(), cause.attempts()), (Some(4), Some(5)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_without_any_response_does_not_claim_that_the_export_continues() {
    let (error, _) = watch_with(CannedResponse::never(), 60).await;
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Watch, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "watchExportJob found no final state of the export job `6817355c1f2a3b4c5d6e7f03` of the cluster \
         \"Cluster0\" within 60s (lookups: 1); the last lookup failed: no complete response arrived: check the \
         network, or raise `timeout`"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_before_a_successful_lookup_is_not_the_reason_for_the_timeout() {
    let responses = CannedResponses::new();
    let operation = "getGroupClusterBackupExport";
    responses.push_to(operation, CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "LIMITED"));
    responses
        .set(operation, CannedResponse::ok(&ExportJob::new(ID).state(ExportJobState::InProgress)));
    let client = Client::builder(Credentials::access_token("token")).retry(RetryPolicy::none());
    let client = client.canned_responses(&responses).build().unwrap();
    let watch = client.watch_export_job(ID, "Cluster0", ID);
    let error = watch.timeout(Duration::from_secs(50)).wait().await.unwrap_err();
    assert_eq!((error.attempts(), error.status()), (Some(4), None));
    assert!(error.to_string().contains("the export continues"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_with_a_long_interval_tolerates_failures_for_five_intervals() {
    let operation = "getGroupClusterBackupExport";
    for (failures, is_tolerated) in [(5, true), (6, false)] {
        let responses = CannedResponses::new();
        for _ in 0..failures {
            let unavailable = StatusCode::SERVICE_UNAVAILABLE;
            responses.push_to(operation, CannedResponse::error(unavailable, "UNEXPECTED_ERROR"));
        }
        let job = ExportJob::new(ID).state(ExportJobState::Successful);
        responses.set(operation, CannedResponse::ok(&job));
        let client = Client::builder(Credentials::access_token("token")).retry(RetryPolicy::none());
        let client = client.canned_responses(&responses).build().unwrap();
        let watch = client.watch_export_job(ID, "Cluster0", ID);
        let result = watch.interval(Duration::from_secs(3600)).wait().await;
        assert_eq!(result.is_ok(), is_tolerated, "{failures} failures: {result:?}");
    }
}

/// Watches a job in the list of jobs, because the credentials do not allow requests for a single job. Each time the
/// watch reads the list, the job has the next of the given states, or is missing if the state is `None`. After the last
/// state, the list stays the same. Returns the result of the watch, and the number of requests.
async fn watch_list(states: &[Option<ExportJobState>]) -> (Result<ExportJob, Error>, usize) {
    let responses = CannedResponses::new();
    let forbidden = CannedResponse::error(StatusCode::FORBIDDEN, "FORBIDDEN");
    responses.set("getGroupClusterBackupExport", forbidden);
    for state in states {
        let job = state.as_ref().map(|state| ExportJob::new(ID).id(ID).state(state.clone()));
        let list = PaginatedExportJobs::new(job.into_iter().collect());
        let list = CannedResponse::ok(&list.links(vec![Link::new().rel("self")]));
        responses.push_to("listGroupClusterBackupExports", list.clone());
        responses.set("listGroupClusterBackupExports", list);
    }
    let client = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let watch = client.build().unwrap().watch_export_job(ID, "Cluster0", ID);
    (watch.wait().await, responses.requests().len())
}

/// If an earlier job in the list is removed while the list is read, the watched job can seem to be missing.
#[tokio::test(start_paused = true)]
async fn a_job_that_was_listed_before_can_be_missing_from_the_list() {
    use ExportJobState::{InProgress, Queued, Successful};
    let missing = || vec![None; 5];
    let states = [vec![Some(Queued)], missing(), vec![Some(InProgress)], missing()].concat();
    let states = [states, vec![Some(Successful)]].concat();
    let (job, requests) = watch_list(&states).await;
    assert_eq!(job.unwrap().state, Some(Successful));
    assert_eq!(requests, 1 + states.len());
}

#[tokio::test(start_paused = true)]
async fn a_job_that_stays_missing_from_the_list_ends_the_watch() {
    let (error, requests) = watch_list(&[Some(ExportJobState::Queued), None]).await;
    let error = error.unwrap_err();
    assert!(matches!(error, Error::NotListed { .. }), "{error:?}");
    let lookups = requests - 2;
    assert!((56..=61).contains(&lookups), "{lookups} lookups of 15 to 16.5 seconds in 15 minutes");
}

/// A wait beyond the end of the watch is useless, even if the wait is within the operation timeout.
#[tokio::test(start_paused = true)]
async fn a_retry_after_that_does_not_fit_into_the_watch_ends_it_immediately() {
    for seconds in ["100", "3600"] {
        let start = tokio::time::Instant::now();
        let limited = CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
        let (error, requests) = watch_with(limited.header("Retry-After", seconds), 60).await;
        assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS), "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds.parse().unwrap())));
        assert_eq!((requests, start.elapsed()), (1, Duration::ZERO));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_from_a_proxy_does_not_make_the_watch_read_the_list() {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let (result, operations) = watch_get(&[html(status)]).await;
        assert_eq!(result.unwrap_err().status(), Some(status));
        assert_eq!(operations, [GET]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_has_got_the_job_never_reads_the_list() {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let forbidden = CannedResponse::error(status, "FORBIDDEN");
        let (result, operations) = watch_get(&[job(ExportJobState::Queued), forbidden]).await;
        let error = result.unwrap_err();
        assert_eq!((error.status(), error.operation_id()), (Some(status), Some(GET)));
        assert_eq!(operations, [GET, GET]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_gets_the_job_again_if_the_list_fails() {
    let responses = CannedResponses::new();
    responses.push_to(GET, CannedResponse::error(StatusCode::FORBIDDEN, "FORBIDDEN"));
    responses.push_to(GET, job(ExportJobState::Successful));
    responses.set(LIST, CannedResponse::error(StatusCode::BAD_GATEWAY, "UNEXPECTED_ERROR"));
    let client = Client::builder(Credentials::access_token("token")).retry(RetryPolicy::none());
    let client = client.canned_responses(&responses).build().unwrap();
    let job = client.watch_export_job(ID, "Cluster0", ID).wait().await.unwrap();
    assert_eq!(job.state, Some(ExportJobState::Successful));
    assert_eq!(responses.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_page_from_a_proxy_ends_only_a_watch_that_has_not_found_the_job() {
    use ExportJobState::{InProgress, Successful};
    let redirect = CannedResponse::new(StatusCode::FOUND, "").header("Location", "/maintenance");
    let pages = [StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].map(html);
    for page in pages.into_iter().chain([redirect]) {
        let found = [job(InProgress), page.clone(), page.clone(), job(Successful)];
        let (result, operations) = watch_get(&found).await;
        assert_eq!(result.unwrap().state, Some(Successful));
        assert_eq!(operations.len(), 4);
        let (result, operations) = watch_get(&[page, job(Successful)]).await;
        result.unwrap_err();
        assert_eq!(operations.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_from_a_proxy_for_15_minutes_ends_the_watch() {
    let start = Instant::now();
    let (result, _) = watch_get(&[job(ExportJobState::Queued), html(StatusCode::OK)]).await;
    let error = result.unwrap_err();
    assert!(matches!(error, Error::UnexpectedBody { problem: BodyProblem::Html, .. }), "{error:?}");
    assert!((915..935).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

/// The times at which requests were sent, since a start.
struct Times(Instant, Arc<Mutex<Vec<Duration>>>);

impl Interceptor for Times {
    fn before_attempt(&self, _: &mut Attempt<'_>) {
        self.1.lock().unwrap().push(self.0.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn watches_that_start_together_do_not_poll_in_step() {
    let responses = CannedResponses::new();
    responses.set(GET, job(ExportJobState::InProgress));
    let times = Arc::default();
    let client = Client::builder(Credentials::access_token("token"))
        .interceptor(Times(Instant::now(), Arc::clone(&times)))
        .canned_responses(&responses)
        .build()
        .unwrap();
    let watch = client.watch_export_job(ID, "Cluster0", ID).interval(Duration::from_secs(100));
    let watch = watch.timeout(Duration::from_secs(150));
    join_all((0..20).map(|_| watch.clone().wait())).await;
    let (first, second): (Vec<Duration>, Vec<Duration>) =
        times.lock().unwrap().iter().partition(|it| it.is_zero());
    assert_eq!((first.len(), second.len()), (20, 20));
    let limits = Duration::from_secs(100)..=Duration::from_millis(110_001);
    assert!(second.iter().all(|time| limits.contains(time)), "{second:?}");
    let distinct: BTreeSet<_> = second.iter().map(Duration::as_millis).collect();
    assert!(distinct.len() > 5, "{distinct:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endless_interval_is_allowed() {
    let responses = CannedResponses::new();
    responses.set(GET, job(ExportJobState::InProgress));
    let client = Client::builder(Credentials::access_token("token"));
    let client = client.canned_responses(&responses).build().unwrap();
    let watch = client.watch_export_job(ID, "Cluster0", ID).interval(Duration::MAX);
    let error = watch.wait().await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { limit: TimeLimit::Watch, .. }), "{error:?}");
}
