//! Interceptors, and headers that callers add.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use generated_client::header::{AUTHORIZATION, HeaderName, HeaderValue};
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{
    Attempt, AttemptOutcome, Client, Credentials, Interceptor, Method, StatusCode,
};
use serde_json::json;

use super::DEFAULT_GROUP_ID;

const LIST: &str = "listGroupClusterBackupExports";

/// The path of the requests in these tests.
const PATH: &str = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/a/backup/exports";

#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Interceptor for Recorder {
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        let value = HeaderValue::from(attempt.number());
        attempt.set_header("x-attempt".parse().unwrap(), value.clone()).unwrap();
        assert!(attempt.set_header(AUTHORIZATION, value).is_err());
        assert_eq!((attempt.method(), attempt.path()), (&Method::GET, Some(PATH)));
        let shown = format!("{attempt:?}");
        assert!(
            shown.contains(r#"headers: ["x-attempt"]"#) && !shown.contains("hunter2"),
            "{shown}"
        );
    }

    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        let (id, number, status) = (outcome.operation_id(), outcome.number(), outcome.status());
        assert!(outcome.method() == "GET" && outcome.path_template().ends_with("/backup/exports"));
        assert_eq!(outcome.path(), Some(PATH));
        let seconds = outcome.elapsed().as_secs();
        assert!(outcome.error().is_none_or(|error| error.attempts() == Some(1)));
        let transient = outcome.error().map(generated_client::Error::is_transient);
        let line = format!("{id} {number} {status:?} {transient:?} {seconds}s");
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test(start_paused = true)]
async fn interceptors_run_for_each_attempt() {
    let responses = CannedResponses::new();
    responses.push(CannedResponse::error(StatusCode::BAD_GATEWAY, "A"));
    responses.push(CannedResponse::no_connection());
    responses.push(CannedResponse::ok(&json!({"results": []})).delay(Duration::from_secs(3)));
    let recorder = Arc::new(Recorder::default());
    let client = Client::builder(Credentials::access_token("hunter2"))
        .canned_responses(&responses)
        .interceptor(Arc::clone(&recorder))
        .build()
        .unwrap();
    client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").await.unwrap();
    // There is no canned response for this call.
    client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").await.unwrap_err();
    assert_eq!(
        *recorder.0.lock().unwrap(),
        [
            format!("{LIST} 1 Some(502) Some(true) 0s"),
            format!("{LIST} 2 None Some(true) 0s"),
            format!("{LIST} 3 Some(200) None 3s"),
            format!("{LIST} 1 None Some(false) 0s"),
        ]
    );
    let sent: Vec<_> =
        responses.requests().iter().map(|it| it.header("x-attempt").map(str::to_owned)).collect();
    let expected = [1, 2, 3, 1].map(|number| Some(number.to_string()));
    assert_eq!(sent, expected);
}

/// The status comes from the token endpoint and not from the operation.
#[tokio::test(start_paused = true)]
async fn the_outcome_of_an_attempt_without_a_token_has_no_status() {
    let responses = CannedResponses::new();
    responses.push_to("issueToken", CannedResponse::new(StatusCode::BAD_GATEWAY, ""));
    responses.push_to("issueToken", CannedResponse::new(StatusCode::UNAUTHORIZED, ""));
    let recorder = Arc::new(Recorder::default());
    let client = Client::builder(Credentials::service_account("id", "secret"))
        .canned_responses(&responses)
        .interceptor(Arc::clone(&recorder))
        .build()
        .unwrap();
    let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
    let error = list.await.unwrap_err();
    assert_eq!(
        (error.operation_id(), error.status()),
        (Some("issueToken"), Some(StatusCode::UNAUTHORIZED))
    );
    let expected =
        [format!("{LIST} 1 None Some(true) 0s"), format!("{LIST} 2 None Some(false) 0s")];
    assert_eq!(*recorder.0.lock().unwrap(), expected);
}

/// An interceptor that records for each attempt whether the error exposes its body or a part of the body.
#[derive(Default)]
struct Bodies(Mutex<Vec<bool>>);

impl Interceptor for Bodies {
    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        let error = outcome.error().unwrap();
        let shows_it = format!("{outcome:?} {error}").contains("hunter2");
        self.0.lock().unwrap().push(error.body().is_some() || shows_it);
    }
}

#[tokio::test(start_paused = true)]
async fn interceptors_receive_no_whole_body() {
    let responses = CannedResponses::new();
    let key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n";
    responses.push(CannedResponse::new(StatusCode::OK, key));
    let conflict = json!({"error": 409, "errorCode": "A", "password": "hunter2"});
    responses.push(CannedResponse::json(StatusCode::CONFLICT, &conflict));
    let bodies = Arc::new(Bodies::default());
    let builder = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let client = builder.interceptor(Arc::clone(&bodies)).build().unwrap();
    for _ in 0..2 {
        let call = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
        let error = call.await.unwrap_err();
        assert!(error.body().unwrap().contains("hunter2"), "{error}");
    }
    assert_eq!(*bodies.0.lock().unwrap(), [false, false]);
}

struct Hook(&'static str, Arc<Recorder>);

impl Interceptor for Hook {
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        attempt.set_header("x-hook".parse().unwrap(), HeaderValue::from_static(self.0)).unwrap();
        self.1.0.lock().unwrap().push(format!("before: {}", self.0));
    }

    fn after_attempt(&self, _: &AttemptOutcome<'_>) {
        self.1.0.lock().unwrap().push(format!("after: {}", self.0));
    }
}

#[tokio::test(start_paused = true)]
async fn interceptors_run_in_the_order_in_which_they_were_added() {
    let (responses, recorder) = (CannedResponses::new(), Arc::new(Recorder::default()));
    responses.push(CannedResponse::ok(&json!({"results": []})));
    let client = Client::builder(Credentials::access_token("token"))
        .canned_responses(&responses)
        .interceptor(Hook("one", Arc::clone(&recorder)))
        .interceptor(Hook("two", Arc::clone(&recorder)))
        .build()
        .unwrap();
    client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").await.unwrap();
    let lines = recorder.0.lock().unwrap().clone();
    assert_eq!(lines, ["before: one", "before: two", "after: one", "after: two"]);
    assert_eq!(responses.requests()[0].header("x-hook"), Some("two"));
}

#[tokio::test(start_paused = true)]
async fn a_request_carries_the_headers_of_its_caller() {
    let responses = CannedResponses::new();
    responses.set(LIST, CannedResponse::ok(&json!({"results": []})));
    let builder = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let client = builder.build().unwrap();
    let list = || client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
    let twice = list().header("X-Gateway-Key", "secret").header("x-gateway-key", "other");
    twice.await.unwrap();
    assert_eq!(responses.requests()[0].header("x-gateway-key"), Some("secret"));
    list().header(HeaderName::from_static("x-gateway-key"), 7.to_string()).await.unwrap();
    assert_eq!(responses.requests()[1].header("x-gateway-key"), Some("7"));
    let shown = format!("{:?}", list().header("X-Gateway-Key", "secret"));
    assert!(shown.contains("x-gateway-key") && !shown.contains("secret"), "{shown}");

    for (name, value, expected) in [
        ("authorization", "x", "\"authorization\" is a header that the client sets itself"),
        ("Accept", "x", "\"Accept\" is a header that the client sets itself"),
        ("a b", "x", "\"a b\" is not a valid header name"),
        ("x-a", "secret\n", "\"x-a\" must not have a value with a line break"),
    ] {
        let error = list().header(name, value).await.unwrap_err().to_string();
        assert!(error.starts_with("listGroupClusterBackupExports: invalid `header`: "), "{error}");
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
    for name in RESERVED {
        let error = list().header(name, "x").await.unwrap_err().to_string();
        assert!(error.ends_with("is a header that the client sets itself"), "{error}");
    }
    assert_eq!(responses.requests().len(), 2);
}

/// The headers that callers cannot set, because they belong to the connection, the version, the credentials or the
/// client itself.
const RESERVED: [&str; 11] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "proxy-authorization",
    "transfer-encoding",
    "user-agent",
];
