//! Timeouts for connections, attempts and operations.

use std::iter::repeat_n;
use std::time::Duration;

use atlas_emulator::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Emulator, Fault};
use generated_client::models::PaginatedExportJobs;
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{
    Client, ClientBuilder, Credentials, Error, Response, RetryPolicy, StatusCode, TimeLimit,
};

use super::{DEFAULT_GROUP_ID, Session, quick};
use crate::clock::Clock;

const SHORT: Duration = Duration::from_millis(200);
const STEP: Duration = Duration::from_millis(10);

/// Returns the timeout that expired, and its duration.
fn limit(error: &Error) -> (TimeLimit, Duration) {
    match error {
        Error::TimedOut { limit, after, .. } => (*limit, *after),
        other => panic!("{other:?}"),
    }
}

/// Runs a call on a clock that advances in steps of `STEP`. Returns its error and the elapsed time.
async fn fail<T>(call: impl Future<Output = Result<T, Error>>) -> (Error, Duration) {
    let (outcome, took) = Clock::with_step(STEP).run(call).await;
    (outcome.err().unwrap(), took)
}

#[tokio::test]
async fn an_attempt_ends_at_its_timeout_before_and_during_the_response() {
    for fault in [Fault::Delay(Duration::from_secs(9)), Fault::Trickle(SHORT / 4)] {
        let atlas = Emulator::builder().faults([fault]);
        let session =
            Session::with(atlas, |client| client.attempt_timeout(SHORT).retry(RetryPolicy::none()))
                .await;
        let (error, took) = fail(session.list()).await;
        assert_eq!(limit(&error), (TimeLimit::Attempt, SHORT));
        assert!((SHORT..=SHORT + STEP).contains(&took), "{took:?}");
        assert!(error.to_string().ends_with("or raise `attempt_timeout`"), "{error}");
    }
}

#[tokio::test]
async fn an_operation_ends_at_its_timeout_despite_retries() {
    let slow = repeat_n(Fault::Delay(Duration::from_secs(9)), 9);
    let session = Session::with(Emulator::builder().faults(slow), |client| {
        client.attempt_timeout(SHORT).operation_timeout(SHORT * 5 / 2)
    })
    .await;
    let (error, took) = fail(session.list()).await;
    assert_eq!(limit(&error), (TimeLimit::Operation, SHORT * 5 / 2));
    assert!(error.attempts() >= Some(2));
    assert!((SHORT * 5 / 2..=SHORT * 5 / 2 + STEP).contains(&took), "{took:?}");
    assert!(error.to_string().contains("or raise `operation_timeout`"), "{error}");
}

#[tokio::test]
async fn an_attempt_ends_at_the_operation_timeout() {
    let atlas = Emulator::builder().faults([Fault::Delay(Duration::from_secs(9))]);
    let session = Session::with(atlas, |client| client.operation_timeout(SHORT)).await;
    let (error, took) = fail(session.list()).await;
    assert_eq!(limit(&error), (TimeLimit::Operation, SHORT));
    assert!((SHORT..=SHORT + STEP).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn no_wait_exceeds_the_operation_timeout() {
    const HOUR: Duration = Duration::from_secs(3600);
    let responses = CannedResponses::new();
    let error = CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "DOWN");
    responses.set("listGroupClusterBackupExports", error);
    let policy = RetryPolicy::new().base_delay(HOUR).max_delay(HOUR);
    let builder = builder().retry(policy).operation_timeout(SHORT).canned_responses(&responses);
    let start = tokio::time::Instant::now();
    let error = list(&builder.build().unwrap()).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(error.attempts(), Some(5));
    assert!(start.elapsed() <= SHORT, "{:?}", start.elapsed());
}

/// Returns a builder for a client with the default timeouts and without retries.
fn builder() -> ClientBuilder {
    Client::builder(Credentials::access_token("t")).retry(RetryPolicy::none())
}

async fn list(client: &Client) -> Result<Response<PaginatedExportJobs>, Error> {
    client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").send().await
}

#[tokio::test(start_paused = true)]
async fn by_default_an_attempt_ends_after_one_minute_and_an_operation_after_five_minutes() {
    let responses = CannedResponses::new();
    responses.set("listGroupClusterBackupExports", CannedResponse::never());
    let builder = builder().canned_responses(&responses);
    for (retry, expected, seconds) in [
        (RetryPolicy::none(), TimeLimit::Attempt, 60),
        (RetryPolicy::new(), TimeLimit::Operation, 300),
    ] {
        let start = tokio::time::Instant::now();
        let error = list(&builder.clone().retry(retry).build().unwrap()).await.unwrap_err();
        let expected = (expected, Duration::from_secs(seconds));
        assert_eq!((limit(&error), start.elapsed().as_secs()), (expected, seconds));
    }
}

#[tokio::test(start_paused = true)]
async fn a_derived_client_has_its_own_limits() {
    let responses = CannedResponses::new();
    responses.set("listGroupClusterBackupExports", CannedResponse::never());
    let client = builder().canned_responses(&responses).build().unwrap();
    let short = client.with_attempt_timeout(Duration::from_secs(7));
    let retrying = short.with_retry(RetryPolicy::new().max_attempts(2));
    let hurried = retrying.with_operation_timeout(Duration::from_secs(10));
    for (client, expected, attempts, seconds) in [
        (&short, (TimeLimit::Attempt, Duration::from_secs(7)), 1, 7..=7),
        (&retrying, (TimeLimit::Attempt, Duration::from_secs(7)), 2, 14..=15),
        (&hurried, (TimeLimit::Operation, Duration::from_secs(10)), 2, 10..=10),
        (&client, (TimeLimit::Attempt, Duration::from_secs(60)), 1, 60..=60),
    ] {
        let start = tokio::time::Instant::now();
        let error = list(client).await.unwrap_err();
        assert_eq!((limit(&error), error.attempts()), (expected, Some(attempts)));
        assert!(seconds.contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_derived_client_shares_the_connections_the_token_and_the_retry_budget() {
    let outage = repeat_n(Fault::status(StatusCode::SERVICE_UNAVAILABLE), 1000);
    let atlas = Emulator::builder().faults([Fault::None, Fault::None].into_iter().chain(outage));
    let atlas = atlas.start().await.unwrap();
    let credentials = Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
    let builder = Client::builder(credentials).base_url(atlas.url()).retry(RetryPolicy::none());
    let client = builder.build().unwrap();
    let derived = client.with_retry(quick().max_delay(Duration::ZERO));
    for client in [&client, &derived] {
        client.list_group_backup_export_buckets(DEFAULT_GROUP_ID).send().await.unwrap();
    }
    assert_eq!((atlas.connection_count(), atlas.token_requests()), (1, 1));
    let calls = |client: Client, count: u32| async move {
        for _ in 0..count {
            list(&client).await.unwrap_err();
        }
    };
    let before = atlas.requests().len();
    calls(derived.clone(), 30).await;
    assert_eq!(atlas.requests().len() - before, 30 + 100);
    // The shared budget has no tokens left for a third client.
    calls(client.with_retry(quick()), 1).await;
    assert_eq!(atlas.requests().len() - before, 30 + 100 + 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn by_default_connecting_times_out_after_ten_seconds() {
    let (listener, _queued) = tokio::task::spawn_blocking(full_listener).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = builder().base_url(url).build().unwrap();
    let (outcome, took) = Clock::pause().run(list(&client)).await;
    assert_eq!(limit(&outcome.unwrap_err()), (TimeLimit::Connect, Duration::from_secs(10)));
    assert!((10..12).contains(&took.as_secs()), "{took:?}");
}

/// Returns a listener whose backlog is full, and the connections that fill it. On Linux, further attempts to connect
/// wait. Other systems reject them.
#[cfg(target_os = "linux")]
fn full_listener() -> (std::net::TcpListener, Vec<std::net::TcpStream>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, SHORT) {
        queued.push(stream);
    }
    (listener, queued)
}

/// The error must not claim that `connect_timeout` expired, because a caller's own client has its own connect timeout.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_timeout_of_the_callers_client_is_reported_as_a_failed_connection() {
    let (listener, _queued) = tokio::task::spawn_blocking(full_listener).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let own = reqwest::Client::builder().no_proxy().connect_timeout(SHORT).build().unwrap();
    for ignored in [SHORT * 50, SHORT / 2] {
        let client = builder().base_url(&url).http_client(own.clone()).connect_timeout(ignored);
        let (error, took) = fail(list(&client.build().unwrap())).await;
        assert!(matches!(error, Error::Transport { connected: false, .. }), "{error:?}");
        assert!((SHORT..=SHORT + STEP).contains(&took), "{took:?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_exceeds_its_timeout_sends_nothing() {
    let (listener, _queued) = tokio::task::spawn_blocking(full_listener).await.unwrap();
    let address = listener.local_addr().unwrap();
    let url = format!("http://{address}");
    let client = builder().base_url(url).connect_timeout(SHORT).build().unwrap();
    let (error, took) = fail(list(&client)).await;
    assert_eq!(limit(&error), (TimeLimit::Connect, SHORT));
    assert!((SHORT..=SHORT + STEP).contains(&took), "{took:?}");
    let message = error.to_string();
    assert!(
        message
            .contains(&format!("could not connect to `{address}` within 200ms; nothing was sent")),
        "{message}"
    );
}
