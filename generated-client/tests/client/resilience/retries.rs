//! Retries: which calls the client retries, how often, and after which waits.

use std::iter::{repeat_n, repeat_with};
use std::time::Duration;

use atlas_emulator::{DEFAULT_GROUP_ID, Emulator, Fault, Target, sample_jobs_of};
use generated_client::header::{HeaderMap, HeaderName, HeaderValue};
use generated_client::models::AwsExportBucketRequest;
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{
    Attempt, Client, ClientBuilder, Credentials, Error, Interceptor, RetryPolicy, StatusCode,
};
use serde_json::json;
use tokio::time::timeout;

use super::{Session, quick};
use crate::clock::Clock;
use crate::server::unused_port;

const LIST: &str = "listGroupClusterBackupExports";

fn with_faults(faults: impl IntoIterator<Item = Fault>) -> atlas_emulator::Builder {
    Emulator::builder().faults(faults)
}

/// Runs a call on a paused clock. Returns its result and the elapsed time.
async fn run<T>(call: impl Future<Output = T>) -> (T, Duration) {
    Clock::pause().run(call).await
}

/// Returns a policy with a longer first wait than the default, for tests that pause the clock.
const fn slow() -> RetryPolicy {
    RetryPolicy::new().base_delay(Duration::from_secs(1))
}

fn status(code: u16) -> Fault {
    Fault::status(StatusCode::from_u16(code).unwrap())
}

#[tokio::test]
async fn a_get_is_retried_after_transient_failures() {
    for fault in [
        status(408),
        status(429),
        status(500),
        status(502),
        status(503),
        status(504),
        Fault::Reset,
        Fault::CutOff(10),
        Fault::html(StatusCode::BAD_GATEWAY),
        Fault::Delay(Duration::from_secs(61)),
    ] {
        let session = Session::start(with_faults([fault.clone()])).await;
        let outcome = run(session.list()).await.0;
        let page = outcome.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(page.results.len(), 6);
        assert_eq!((page.attempts(), session.requests()), (2, 2), "{fault:?}");
    }
}

#[tokio::test]
async fn a_get_is_not_retried_after_permanent_failures() {
    for fault in [
        status(400),
        status(401),
        status(403),
        status(404),
        status(409),
        status(501),
        Fault::gone(),
        Fault::html(StatusCode::OK),
        Fault::body(StatusCode::OK, ""),
        Fault::body(StatusCode::OK, "{}"),
        Fault::redirect("https://example.com/"),
    ] {
        let session = Session::start(with_faults([fault.clone()])).await;
        let error = session.list().await.unwrap_err();
        assert_eq!((error.attempts(), session.requests()), (Some(1), 1), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn a_post_is_retried_only_if_it_cannot_have_been_carried_out() {
    for (fault, requests) in [
        (status(408), 2),
        (status(429), 2),
        (status(500), 1),
        (status(502), 1),
        (status(503), 1),
        (status(504), 1),
        (Fault::Reset, 1),
        (Fault::CutOff(10), 1),
        (Fault::Delay(Duration::from_secs(61)), 1),
    ] {
        let session = Session::start(with_faults([fault.clone()])).await;
        let outcome = run(session.create()).await.0;
        assert_eq!((session.requests(), outcome.is_ok()), (requests, requests == 2), "{fault:?}");
        assert!(session.atlas.export_buckets().len() <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_size_of_an_error_page_does_not_prevent_retries() {
    for (status, attempts, advice) in [
        (StatusCode::SERVICE_UNAVAILABLE, 5, "; try again later: the server failed"),
        (StatusCode::BAD_REQUEST, 1, "; correct the request"),
        (StatusCode::OK, 1, "; request fewer items per page, or raise `response_limit`"),
    ] {
        let responses = CannedResponses::new();
        let page = CannedResponse::new(status, "a page of more than ten bytes");
        (0..5).for_each(|_| responses.push(page.clone()));
        let client = Client::builder(Credentials::access_token("token")).response_limit(10);
        let client = client.canned_responses(&responses).build().unwrap();
        let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "Cluster0");
        let error = list.await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        assert_eq!(error.attempts(), Some(attempts), "{error}");
        assert!(error.to_string().contains(advice), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_with_an_idempotency_key_is_retried_like_a_put() {
    let responses = CannedResponses::new();
    responses.push(CannedResponse::error(StatusCode::BAD_GATEWAY, "UNEXPECTED_ERROR"));
    responses.push(CannedResponse::ok(&json!({})));
    let client = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let body = AwsExportBucketRequest::new("export-bucket", DEFAULT_GROUP_ID);
    let call = client.build().unwrap().create_group_backup_export_bucket(DEFAULT_GROUP_ID, body);
    let response = call.header("idempotency-key", "key").await.unwrap();
    assert_eq!(response.attempts(), 2);
}

/// An interceptor that sets the header `Idempotency-Key`.
struct Key;

impl Interceptor for Key {
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        let name = HeaderName::from_static("idempotency-key");
        attempt.set_header(name, HeaderValue::from_static("key")).unwrap();
    }
}

/// Such a key does not identify the call: default headers are the same for all calls, and an interceptor can set
/// another key for each attempt.
#[tokio::test(start_paused = true)]
async fn an_idempotency_key_that_the_call_does_not_set_allows_no_retry() {
    let name = HeaderName::from_static("idempotency-key");
    let headers = HeaderMap::from_iter([(name, HeaderValue::from_static("key"))]);
    let client = Client::builder(Credentials::access_token("token"));
    for client in [client.clone().default_headers(headers), client.interceptor(Key)] {
        let responses = CannedResponses::new();
        responses.push(CannedResponse::error(StatusCode::BAD_GATEWAY, "UNEXPECTED_ERROR"));
        let client = client.canned_responses(&responses).build().unwrap();
        let body = AwsExportBucketRequest::new("export-bucket", DEFAULT_GROUP_ID);
        let call = client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, body);
        assert_eq!(call.await.unwrap_err().attempts(), Some(1));
    }
}

#[tokio::test]
async fn a_post_without_a_connection_is_retried() {
    let port = unused_port();
    let address = port.local_addr().unwrap();
    let client =
        Client::builder(Credentials::access_token("t")).base_url(format!("http://{address}"));
    let policy = quick().base_delay(Duration::from_millis(300)).max_attempts(20);
    let client = client.retry(policy).build().unwrap();
    let role = "668c5f0ed436263134491592";
    let body = AwsExportBucketRequest::new("export-bucket", role);
    let request =
        client.create_group_backup_export_bucket(atlas_emulator::DEFAULT_GROUP_ID, body).send();
    let (outcome, atlas) = tokio::join!(request, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Emulator::builder().token("t").port(address.port()).start().await.unwrap()
    });
    assert!(outcome.unwrap().attempts() > 1);
    assert_eq!(atlas.export_buckets().len(), 1);
}

#[tokio::test]
async fn errors_have_the_number_of_attempts() {
    let session = Session::start(with_faults(repeat_n(status(503), 9))).await;
    let error = session.list().await.unwrap_err();
    assert_eq!((error.attempts(), session.requests()), (Some(5), 5));
    assert!(error.to_string().ends_with("(the last of 5 attempts)"), "{error}");
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));

    let session = Session::start(with_faults(repeat_n(Fault::Reset, 9))).await;
    let error = session.list().await.unwrap_err();
    assert!(matches!(error, Error::Transport { attempts: 5, .. }), "{error:?}");
}

#[tokio::test]
async fn retries_can_be_disabled() {
    let session =
        Session::with(with_faults([status(503)]), |client| client.retry(RetryPolicy::none())).await;
    assert_eq!(session.list().await.unwrap_err().attempts(), Some(1));
    assert_eq!(session.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn waits_are_random_and_grow() {
    let mut times = waits(|client| client.retry(slow())).await;
    // The upper bounds are 1, 2, 4 and 8 seconds. Waits that do not grow add up to 4 seconds at most. One call in five
    // takes at most 5 seconds, so the chance that all 30 calls do is about 1 in 10^21.
    assert!(times.iter().all(|time| *time < Duration::from_millis(15_010)), "{times:?}");
    let long = Duration::from_secs(5);
    assert!(times.iter().any(|time| *time > long), "the waits do not grow: {times:?}");
    times.sort();
    let least = times[0] + Duration::from_secs(1);
    assert!(times[29] > least, "the waits are not random: {times:?}");
}

/// Makes 30 calls with five attempts each. Returns the total wait of each call.
async fn waits(set: impl Fn(ClientBuilder) -> ClientBuilder) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..30 {
        let responses = CannedResponses::new();
        responses.set(LIST, CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "DOWN"));
        let builder = Client::builder(Credentials::access_token("token"));
        let client = set(builder.canned_responses(&responses)).build().unwrap();
        let start = tokio::time::Instant::now();
        let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
        assert_eq!(list.await.unwrap_err().attempts(), Some(5));
        times.push(start.elapsed());
    }
    times
}

#[tokio::test(start_paused = true)]
async fn by_default_a_call_waits_seven_and_a_half_seconds_at_most() {
    let times = waits(|client| client).await;
    // The upper bounds are 0.5, 1, 2 and 4 seconds. Tokio rounds each wait up to milliseconds.
    assert!(times.iter().all(|time| *time < Duration::from_millis(7_510)), "{times:?}");
    // The mean is 3.75 seconds.
    assert!(times.iter().any(|time| *time > Duration::from_secs(3)), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn no_wait_exceeds_the_maximum_delay() {
    let second = Duration::from_secs(1);
    let policy = RetryPolicy::new().base_delay(30 * second).max_delay(second);
    let times = waits(|client| client.retry(policy)).await;
    assert!(times.iter().all(|time| *time < Duration::from_millis(4_010)), "{times:?}");
}

#[tokio::test]
async fn retry_after_in_seconds_is_obeyed() {
    let session = Session::start(with_faults([Fault::too_many_requests(30)])).await;
    let (outcome, took) = run(session.create()).await;
    assert_eq!(outcome.unwrap().attempts(), 2);
    assert!((30..32).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn retry_after_as_a_date_is_obeyed() {
    let session = Session::start(Emulator::builder()).await;
    let in_a_minute = chrono::Utc::now() + Duration::from_secs(60);
    let date = in_a_minute.format("%a, %d %b %Y %H:%M:%S GMT");
    session.atlas.inject([Fault::too_many_requests(date)]);
    let (outcome, took) = run(session.list()).await;
    assert_eq!(outcome.unwrap().attempts(), 2);
    // HTTP dates have no fractions of a second.
    assert!((55..62).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn a_retry_after_beyond_the_operation_timeout_fails_at_once() {
    for (wait, seconds) in [("300", 300), ("301", 301)] {
        let session = Session::start(with_faults([Fault::too_many_requests(wait)])).await;
        let (outcome, took) = run(session.list()).await;
        let error = outcome.unwrap_err();
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert!(
            error.to_string().contains(&format!("; try again in {seconds} seconds")),
            "{error}"
        );
        assert_eq!(session.requests(), 1);
    }
}

#[tokio::test]
async fn the_client_waits_for_the_rate_limit_to_reset() {
    let atlas = Emulator::builder().rate_limit(2, 1, Duration::from_millis(500));
    // `Retry-After` is 0, because Atlas rounds the wait down. The client therefore waits only for random durations, and
    // needs many attempts.
    let policy = RetryPolicy::new().max_attempts(50);
    let session = Session::with(atlas, |client| client.retry(policy)).await;
    let pages = async { tokio::join!(session.list(), session.list(), session.list()) };
    let (pages, took) = Clock::with_step(Duration::from_millis(10)).run(pages).await;
    for page in [pages.0, pages.1, pages.2] {
        assert_eq!(page.unwrap().rate_limit().unwrap().limit, 2);
    }
    assert!(took >= Duration::from_millis(500), "{took:?}");
    assert!(session.requests() > 3);
}

#[tokio::test]
async fn errors_have_the_rate_limit_too() {
    let atlas = Emulator::builder().rate_limit(1, 1, Duration::from_secs(100));
    let session = Session::with(atlas, |client| client.retry(RetryPolicy::none())).await;
    assert_eq!(session.list().await.unwrap().rate_limit().unwrap().remaining, 0);
    let error = session.list().await.unwrap_err();
    let rate_limit = error.rate_limit().unwrap();
    assert_eq!((rate_limit.limit, rate_limit.remaining), (1, 0));
    // Less than 100 seconds is left, and Atlas rounds the wait down.
    let wait = error.retry_after().unwrap().as_secs();
    assert!((90..=99).contains(&wait), "{wait}");
    assert_eq!(error.error_code(), Some("RATE_LIMITED_TOKEN_BUCKET"));
    assert!(error.to_string().contains(&format!("; try again in {wait} seconds")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_zero_seconds_is_followed_by_a_random_wait() {
    let responses = CannedResponses::new();
    let limit = CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED_TOKEN_BUCKET");
    (0..4).for_each(|_| responses.push(limit.clone().header("Retry-After", "0")));
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    let builder = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let list = |policy| {
        let client = builder.clone().retry(policy).build().unwrap();
        client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").send()
    };

    let error = list(RetryPolicy::none()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
    assert!(error.to_string().contains("; try again later, with fewer requests"), "{error}");

    let start = tokio::time::Instant::now();
    let page = list(slow()).await.unwrap();
    assert_eq!((page.attempts(), responses.requests().len()), (4, 1 + 4));
    // The upper bounds are 1, 2 and 4 seconds. Tokio rounds each wait up to milliseconds.
    let took = start.elapsed();
    assert!(!took.is_zero() && took < Duration::from_millis(7_010), "{took:?}");
}

#[tokio::test]
async fn all_calls_of_a_client_share_the_budget() {
    let atlas = with_faults(repeat_n(status(503), 1000));
    let session =
        Session::with(atlas, |client| client.retry(quick().max_delay(Duration::ZERO))).await;
    for _ in 0..60 {
        session.list().await.unwrap_err();
    }
    // The budget has 500 tokens, and each retry costs 5.
    assert_eq!(session.requests(), 60 + 100);
}

/// The server sets the pace of these retries, so they are not a load that the budget must limit.
#[tokio::test(start_paused = true)]
async fn retries_at_the_pace_of_the_server_take_nothing_from_the_budget() {
    for (header, status, is_free) in [
        (Some("0"), StatusCode::TOO_MANY_REQUESTS, false),
        (Some("7"), StatusCode::TOO_MANY_REQUESTS, true),
        (None, StatusCode::TOO_MANY_REQUESTS, false),
        (Some("0"), StatusCode::SERVICE_UNAVAILABLE, false),
    ] {
        let responses = CannedResponses::new();
        let failure = CannedResponse::error(status, "SOME_CODE");
        let failure = header.into_iter().fold(failure, |it, wait| it.header("Retry-After", wait));
        responses.set(LIST, failure);
        let client = Client::builder(Credentials::access_token("token"));
        let client = client.canned_responses(&responses).build().unwrap();
        let list = || client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").send();
        for _ in 0..30 {
            list().await.unwrap_err();
        }
        // A full budget allows 100 retries.
        let sent = if is_free { 30 * 5 } else { 30 + 100 };
        assert_eq!(responses.requests().len(), sent, "{header:?} {status}");

        responses.push(CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "DOWN"));
        responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
        assert_eq!(list().await.is_ok(), is_free, "{header:?} {status}");
    }
}

/// A free retry does not replace the cost of an earlier one.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_throttled_after_another_failure_gives_its_tokens_back() {
    let responses = CannedResponses::new();
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    let client = Client::builder(Credentials::access_token("token"));
    let client = client.canned_responses(&responses).build().unwrap();
    // A full budget allows 100 retries after a 503.
    for call in 0..200 {
        responses.push(CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "DOWN"));
        let limit = CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
        responses.push(limit.header("Retry-After", "1"));
        let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
        let page = list.await.unwrap_or_else(|error| panic!("call {call}: {error}"));
        assert_eq!(page.attempts(), 3);
    }
}

#[tokio::test]
async fn a_throttled_list_does_not_delay_other_lists() {
    let clusters = ["Cluster0", "Cluster1", "Cluster2"];
    let builder = clusters.into_iter().fold(Emulator::builder(), |builder, name| {
        builder.cluster(DEFAULT_GROUP_ID, name, sample_jobs_of(name, 2))
    });
    let faults = [Fault::too_many_requests(1)];
    let session = Session::start(builder.faults_at(Target::cluster("Cluster1"), faults)).await;
    let list = |name: &'static str| {
        let request = session.client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, name);
        async move {
            let start = tokio::time::Instant::now();
            (name, request.send().await.unwrap(), start.elapsed())
        }
    };
    let [one, two, three] = clusters.map(list);
    let (one, two, three) = run(async { tokio::join!(one, two, three) }).await.0;
    assert_eq!([one.1.attempts(), two.1.attempts(), three.1.attempts()], [1, 2, 1]);
    assert!(two.2 >= Duration::from_secs(1), "{:?}", two.2);
    assert!(one.2 < two.2 && three.2 < two.2, "{:?}, {:?}", one.2, three.2);
    for (name, page, _) in [one, two, three] {
        let found = page.results.iter().map(|job| job.id.unwrap().to_string());
        let found = found.collect::<Vec<_>>();
        let wanted = sample_jobs_of(name, 2);
        let wanted = wanted.iter().map(|job| job["id"].as_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(found, wanted, "expected the jobs of `{name}`");
    }
}

#[tokio::test]
async fn retries_that_succeed_never_exhaust_the_budget() {
    let mut is_fault = false;
    let faults = repeat_with(|| {
        is_fault = !is_fault;
        if is_fault { status(503) } else { Fault::None }
    });
    let session = Session::with(with_faults(faults.take(400)), |client| {
        client.retry(quick().max_delay(Duration::ZERO))
    })
    .await;
    // A full budget allows 100 retries, fewer than these calls need.
    for call in 0..200 {
        let page = session.list().await.unwrap_or_else(|error| panic!("call {call}: {error}"));
        assert_eq!(page.attempts(), 2);
    }
}

/// Returns a client whose lists receive 404, unless a test prepares other responses.
fn absent(responses: &CannedResponses) -> Client {
    responses.set(LIST, CannedResponse::error(StatusCode::NOT_FOUND, "GONE"));
    let client = Client::builder(Credentials::access_token("token"));
    client.canned_responses(responses).build().unwrap()
}

fn unavailable() -> CannedResponse {
    CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "DOWN")
}

async fn attempts(client: &Client) -> Option<u32> {
    let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
    list.await.unwrap_err().attempts()
}

/// A response such as a 404 shows that the server is available.
#[tokio::test(start_paused = true)]
async fn a_call_that_fails_permanently_refills_the_budget() {
    let responses = CannedResponses::new();
    let client = absent(&responses);
    // A full budget allows 100 retries after a 503.
    for call in 0..150 {
        responses.push(unavailable());
        assert_eq!(attempts(&client).await, Some(2), "call {call}");
    }
    for _ in 0..25 {
        (0..5).for_each(|_| responses.push(unavailable()));
        attempts(&client).await;
    }
    responses.push(unavailable());
    assert_eq!(attempts(&client).await, Some(1), "the budget is empty");
    // Each of these calls adds one token, and a retry takes five.
    for _ in 0..5 {
        attempts(&client).await;
    }
    responses.push(unavailable());
    assert_eq!(attempts(&client).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_before_its_retry_takes_nothing_from_the_budget() {
    let responses = CannedResponses::new();
    let client = absent(&responses);
    let drop_after = |seconds| timeout(Duration::from_secs(seconds), attempts(&client));
    for _ in 0..150 {
        responses.push(unavailable().header("Retry-After", "10"));
        drop_after(1).await.unwrap_err();
    }
    responses.push(unavailable());
    assert_eq!(attempts(&client).await, Some(2));

    // The server has received these retries.
    for _ in 0..100 {
        responses.push(unavailable());
        responses.push(CannedResponse::never());
        drop_after(1).await.unwrap_err();
    }
    responses.push(unavailable());
    assert_eq!(attempts(&client).await, Some(1));
}
