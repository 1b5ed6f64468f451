//! The spans and log events of the client.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use atlas_emulator::{DEFAULT_TOKEN, Emulator, Fault};
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{Client, ClientBuilder, Credentials, RetryPolicy, StatusCode};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Instrument as _, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::FmtSpan;

use super::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, Session};
use crate::log::Log;

/// A subscriber that records events and spans. A recorded span has the latest values of its fields.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Recorded>>>);

#[derive(Clone, Debug)]
struct Recorded {
    name: &'static str,
    level: Level,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Recorded {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

impl Recorder {
    fn all(&self) -> Vec<Recorded> {
        self.0.lock().unwrap().clone()
    }

    fn named(&self, name: &str) -> Vec<BTreeMap<&'static str, String>> {
        let found = self.all().into_iter().filter(|it| it.name == name);
        found.map(|it| it.fields).collect()
    }

    fn add(&self, metadata: &'static Metadata<'static>, values: impl FnOnce(&mut Recorded)) -> Id {
        let fields = BTreeMap::new();
        let mut entry = Recorded { name: metadata.name(), level: *metadata.level(), fields };
        values(&mut entry);
        let mut entries = self.0.lock().unwrap();
        entries.push(entry);
        Id::from_u64(entries.len() as u64)
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("generated_client")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(span.metadata(), |entry| span.record(entry))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut self.0.lock().unwrap()[index]);
    }

    fn event(&self, event: &Event<'_>) {
        self.add(event.metadata(), |entry| event.record(entry));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Sends the spans and events of this thread to a subscriber until the guard is dropped.
///
/// With only one subscriber, the first thread that reaches a span determines whether `tracing` enables the span for all
/// threads. That thread may run another test and have no subscriber, so this function creates a second subscriber.
fn subscribe(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Recorder::default()));
    LazyLock::force(&SECOND);
    tracing::subscriber::set_default(subscriber)
}

/// Runs the calls and returns their spans and events. The runtime of a test has one thread, so the recorder receives
/// everything from these calls and nothing else.
async fn record<T>(calls: impl Future<Output = T>) -> Recorder {
    let recorder = Recorder::default();
    let guard = subscribe(recorder.clone());
    calls.await;
    drop(guard);
    recorder
}

/// Lists export jobs with canned responses. Returns the spans and events.
async fn record_list(builder: ClientBuilder, responses: &CannedResponses) -> Recorder {
    let client = builder.canned_responses(responses).build().unwrap();
    record(client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME).send())
        .await
}

#[tokio::test]
async fn a_call_has_a_span_with_opentelemetry_names() {
    let session = Session::start(Emulator::builder()).await;
    let recorder = record(session.list()).await;
    let spans = recorder.named("atlas_call");
    let [span] = spans.as_slice() else { panic!("{spans:?}") };
    let template = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports";
    let path = template.replace("{groupId}", DEFAULT_GROUP_ID);
    let path = path.replace("{clusterName}", DEFAULT_CLUSTER_NAME);
    let port = session.atlas.url().rsplit(':').next().unwrap();
    let expected = BTreeMap::from([
        ("otel.name", format!("GET {template}")),
        ("otel.kind", "client".to_owned()),
        ("http.request.method", "GET".to_owned()),
        ("url.template", template.to_owned()),
        ("url.path", path),
        ("server.address", "127.0.0.1".to_owned()),
        ("server.port", port.to_owned()),
        ("http.response.status_code", "200".to_owned()),
    ]);
    let mut span = span.clone();
    // The local Atlas omits the rate limit from one response in ten.
    span.remove("rate_limit.remaining");
    assert_eq!(span, expected);
}

#[tokio::test]
async fn the_span_records_the_remaining_rate_limit_and_the_default_port() {
    let responses = CannedResponses::new();
    let page = CannedResponse::ok(&json!({"results": []}));
    responses.push(page.header("RateLimit-Limit", "100").header("RateLimit-Remaining", "42"));
    let recorder = record_list(Client::builder(Credentials::access_token("t")), &responses).await;
    let spans = recorder.named("atlas_call");
    assert_eq!(spans[0]["rate_limit.remaining"], "42");
    assert_eq!(spans[0]["server.port"], "443");
}

#[tokio::test]
async fn the_span_records_the_retries_and_the_error() {
    let unavailable = Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    let faults = [unavailable.clone(), unavailable, Fault::status(StatusCode::FORBIDDEN)];
    let session = Session::start(Emulator::builder().faults(faults)).await;
    let recorder = record(session.list()).await;
    let span = &recorder.named("atlas_call")[0];
    assert_eq!(span["http.request.resend_count"], "2");
    assert_eq!(span["http.response.status_code"], "403");
    assert_eq!(span["error.type"], "403");
    assert_eq!(span["otel.status_code"], "ERROR");
    let retries = recorder.all().into_iter().filter(|it| it.fields.contains_key("wait_ms"));
    let reasons: Vec<_> = retries.map(|it| it.fields["reason"].clone()).collect();
    assert_eq!(reasons, ["503", "503"]);
}

/// The text format of `tracing-subscriber` appends a field each time it is recorded.
#[tokio::test]
async fn each_field_of_the_span_is_recorded_once() {
    let faults = vec![Fault::status(StatusCode::SERVICE_UNAVAILABLE); 3];
    let session = Session::start(Emulator::builder().faults(faults)).await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(log.clone());
    let guard = subscribe(subscriber.finish());
    session.list().await.unwrap();
    drop(guard);
    let text = log.text();
    let close = text.lines().find(|line| line.contains("close")).unwrap();
    assert_eq!(close.matches("resend_count").count(), 1, "{close}");
    assert!(close.contains("resend_count=3"), "{close}");
}

#[tokio::test]
async fn a_call_that_needed_retries_is_logged() {
    let fault = Fault::status(StatusCode::SERVICE_UNAVAILABLE);
    let session = Session::start(Emulator::builder().faults([fault])).await;
    for expected in [1, 0] {
        let recorder = record(session.list()).await;
        let logged = recorder.all().into_iter().filter(|it| {
            it.level == tracing::Level::INFO
                && it.fields.get("attempts").is_some_and(|it| it == "2")
        });
        assert_eq!(logged.count(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_before_a_retry_is_logged_at_the_level_info() {
    let responses = CannedResponses::new();
    let limited = || CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
    responses.push(limited().header("Retry-After", "1"));
    responses.push(limited().header("Retry-After", "10"));
    responses.push(CannedResponse::ok(&json!({"results": []})));
    let builder = Client::builder(Credentials::access_token("token")).retry(super::quick());
    let recorder = record_list(builder, &responses).await;
    let retries = recorder.all().into_iter().filter(|it| it.fields.contains_key("wait_ms"));
    let levels: Vec<_> = retries.map(|it| it.level).collect();
    assert_eq!(levels, [Level::DEBUG, Level::INFO]);
}

#[tokio::test]
async fn the_number_of_a_page_that_fails_is_logged() {
    for pages_ahead in [0, 1] {
        let responses = CannedResponses::new();
        responses
            .push(CannedResponse::ok(&json!({"results": [{"exportBucketId": DEFAULT_GROUP_ID}]})));
        responses.push(CannedResponse::ok(&json!({"results": [{"id": "xyz"}]})));
        let builder = Client::builder(Credentials::access_token("token"));
        let client = builder.canned_responses(&responses).build().unwrap();
        let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
        let jobs = list.page_num(3).stream().read_ahead(pages_ahead);
        let recorder = record(jobs.try_collect::<Vec<_>>()).await;
        let events = recorder.all().into_iter().filter(|it| it.fields.contains_key("page"));
        let [event] = &events.collect::<Vec<_>>()[..] else { panic!("expected one event") };
        assert_eq!((event.level, event.fields["page"].as_str()), (Level::DEBUG, "4"));
        assert_eq!(event.fields["operation"], "listGroupClusterBackupExports");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lookup_that_fails_is_logged_with_the_job() {
    let responses = CannedResponses::new();
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    responses.push(CannedResponse::error(unavailable, "UNEXPECTED_ERROR"));
    let job = json!({"exportBucketId": DEFAULT_GROUP_ID, "state": "Successful"});
    responses.push(CannedResponse::ok(&job));
    let client = Client::builder(Credentials::access_token("token")).retry(RetryPolicy::none());
    let client = client.canned_responses(&responses).build().unwrap();
    let export = "6817355c1f2a3b4c5d6e7f03";
    let watch = client.watch_export_job(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, export);
    let recorder = record(watch.wait()).await;
    let warnings = recorder.all().into_iter().filter(|it| it.level == Level::WARN);
    let [warning] = &warnings.collect::<Vec<_>>()[..] else { panic!("expected one warning") };
    let fields = ["group_id", "cluster_name", "export_id"].map(|name| &*warning.fields[name]);
    assert_eq!(fields, [DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, export]);
}

#[tokio::test]
async fn the_span_records_the_type_of_an_error_that_is_not_an_error_response() {
    for (fault, expected) in [
        (Fault::html(StatusCode::OK), "unexpected_body"),
        (Fault::body(StatusCode::OK, "{}"), "decode"),
        (Fault::redirect("https://example.com"), "redirect"),
    ] {
        let session = Session::start(Emulator::builder().faults([fault])).await;
        let recorder = record(session.list()).await;
        assert_eq!(recorder.named("atlas_call")[0]["error.type"], expected);
    }
    let client = Client::builder(Credentials::access_token("t")).base_url("http://127.0.0.1:9");
    let client = client.retry(generated_client::RetryPolicy::none()).build().unwrap();
    let request = client.list_group_cluster_backup_exports(atlas_emulator::DEFAULT_GROUP_ID, "a");
    let recorder = record(request.send()).await;
    let span = &recorder.named("atlas_call")[0];
    assert_eq!((&*span["error.type"], &*span["otel.status_code"]), ("connect", "ERROR"));
    assert!(!span.contains_key("http.response.status_code"));
}

#[tokio::test]
async fn a_retry_after_a_failure_of_the_token_endpoint_is_logged_with_its_reason() {
    let responses = CannedResponses::new();
    responses.push_to("issueToken", CannedResponse::no_connection());
    responses.push_to("issueToken", CannedResponse::new(StatusCode::BAD_GATEWAY, ""));
    responses.push_to("issueToken", CannedResponse::ok(&json!({"access_token": "t"})));
    responses.push(CannedResponse::no_connection());
    responses.push(CannedResponse::ok(&json!({"results": []})));
    let builder =
        Client::builder(Credentials::service_account("id", "secret")).retry(super::quick());
    let recorder = record_list(builder, &responses).await;
    let retries = recorder.all().into_iter().filter(|it| it.fields.contains_key("wait_ms"));
    let reasons: Vec<_> =
        retries.map(|it| (it.fields["operation"].clone(), it.fields["reason"].clone())).collect();
    let list = "listGroupClusterBackupExports";
    let expected = [("issueToken", "connect"), ("issueToken", "502"), (list, "connect")];
    assert_eq!(reasons, expected.map(|(operation, reason)| (operation.into(), reason.into())));
}

/// `http.response.status_code` belongs to the request that the method and the path of the span describe.
#[tokio::test]
async fn the_span_does_not_record_the_response_of_the_token_endpoint_as_that_of_the_operation() {
    let responses = CannedResponses::new();
    let refusal = CannedResponse::new(StatusCode::UNAUTHORIZED, "");
    let refusal = refusal.header("RateLimit-Limit", "10").header("RateLimit-Remaining", "7");
    responses.set("issueToken", refusal);
    let recorder =
        record_list(Client::builder(Credentials::service_account("id", "secret")), &responses)
            .await;
    let span = &recorder.named("atlas_call")[0];
    assert_eq!((&*span["error.type"], &*span["otel.status_code"]), ("401", "ERROR"));
    assert!(!span.contains_key("http.response.status_code"), "{span:?}");
    assert!(!span.contains_key("rate_limit.remaining"), "{span:?}");
}

/// The operation itself received the 401.
#[tokio::test]
async fn the_span_records_the_status_of_a_challenge_that_cannot_be_answered() {
    let responses = CannedResponses::new();
    let challenge = CannedResponse::new(StatusCode::UNAUTHORIZED, "");
    responses.push(challenge.header("WWW-Authenticate", "Basic realm=\"a\""));
    let recorder =
        record_list(Client::builder(Credentials::api_key("key", "secret")), &responses).await;
    let span = &recorder.named("atlas_call")[0];
    assert_eq!((&*span["error.type"], &*span["http.response.status_code"]), ("401", "401"));
}

#[tokio::test]
async fn an_unreachable_token_endpoint_determines_the_error_type() {
    let builder = Client::builder(Credentials::service_account("id", "secret"));
    let builder = builder.retry(generated_client::RetryPolicy::none());
    let port_9 = builder.clone().base_url("http://127.0.0.1:9").build().unwrap();
    let silent = Emulator::builder().token_delay(Duration::from_secs(9)).start().await.unwrap();
    let builder = builder.base_url(silent.url()).attempt_timeout(Duration::from_millis(100));
    for (client, expected) in [(port_9, "connect"), (builder.build().unwrap(), "timeout")] {
        let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
        let recorder = record(list.send()).await;
        assert_eq!(recorder.named("atlas_call")[0]["error.type"], expected);
    }
}

#[tokio::test]
async fn a_version_with_a_sunset_date_is_logged_once() {
    let sunset =
        Fault::Header("sunset".parse().unwrap(), "Thu, 01 Jul 2027 00:00:00 GMT".parse().unwrap());
    let atlas = Emulator::builder().faults([Fault::None, sunset.clone(), sunset.clone(), sunset]);
    let session = Session::start(atlas).await;
    let recorder = record(async {
        let page = session.list().await.unwrap();
        assert_eq!(page.sunset(), None);
        for _ in 0..2 {
            let page = session.list().await.unwrap();
            assert_eq!(page.sunset().unwrap().to_rfc3339(), "2027-07-01T00:00:00+00:00");
        }
        session.create().await.unwrap();
    })
    .await;
    let warnings: Vec<_> =
        recorder.all().into_iter().filter(|it| it.level == Level::WARN).collect();
    let operations: Vec<_> = warnings.iter().map(|it| it.fields["operation"].as_str()).collect();
    assert_eq!(operations, ["listGroupClusterBackupExports", "createGroupBackupExportBucket"]);
    assert_eq!(warnings[0].fields["sunset"], "Thu, 01 Jul 2027 00:00:00 GMT");
}

#[tokio::test]
async fn a_deprecated_version_is_logged_and_the_current_version_is_not() {
    let session = Session::start(Emulator::builder()).await;
    let recorder = record(async {
        session.create().await.unwrap();
        let role = "668c5f0ed436263134491592";
        let body = generated_client::models::AwsExportBucketRequest::new("other-bucket", role);
        #[expect(deprecated, reason = "the test needs a deprecated version")]
        let request = session
            .client
            .create_group_backup_export_bucket_v2023_01_01(atlas_emulator::DEFAULT_GROUP_ID, body);
        let bucket = request.send().await.unwrap();
        assert!(bucket.deprecation().is_some() && bucket.sunset().is_some());
    })
    .await;
    let warnings: Vec<_> =
        recorder.all().into_iter().filter(|it| it.level == Level::WARN).collect();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert_eq!(warning.fields["media_type"], "application/vnd.atlas.2023-01-01+json");
}

#[tokio::test]
async fn two_deprecated_versions_of_an_operation_are_both_logged() {
    let responses = CannedResponses::new();
    let page = CannedResponse::ok(&json!({"results": []}));
    responses.set("listGroupBackupExportBuckets", page.header("Sunset", "soon"));
    let builder = Client::builder(Credentials::access_token("token")).canned_responses(&responses);
    let client = builder.build().unwrap();
    let recorder = record(async {
        for _ in 0..2 {
            client.list_group_backup_export_buckets(DEFAULT_GROUP_ID).await.unwrap();
            #[expect(deprecated, reason = "the test calls both deprecated versions")]
            client.list_group_backup_export_buckets_v2023_01_01(DEFAULT_GROUP_ID).await.unwrap();
        }
    })
    .await;
    let warnings = recorder.all().into_iter().filter(|it| it.level == Level::WARN);
    let versions: Vec<_> = warnings.map(|it| it.fields["media_type"].clone()).collect();
    let expected =
        ["2024-05-30", "2023-01-01"].map(|it| format!("application/vnd.atlas.{it}+json"));
    assert_eq!(versions, expected);
}

/// A page that is read ahead is requested in its own task.
#[tokio::test]
async fn a_page_that_is_read_ahead_belongs_to_the_span_of_its_reader() {
    let faults = [Fault::None, Fault::status(StatusCode::SERVICE_UNAVAILABLE)];
    let session = Session::start(Emulator::builder().faults(faults)).await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::DEBUG)
        .with_ansi(false)
        .with_writer(log.clone());
    let guard = subscribe(subscriber.finish());
    let mut jobs = session.jobs().items_per_page(2).stream().read_ahead(1);
    let read = async { while jobs.next().await.transpose().unwrap().is_some() {} };
    read.instrument(tracing::info_span!("reader")).await;
    drop(guard);
    let text = log.text();
    let retry = text.lines().find(|line| line.contains("retrying the request")).unwrap();
    assert!(retry.contains("reader:atlas_call{"), "{retry}");
}

#[tokio::test]
async fn no_secret_is_logged() {
    let echo = format!(r#"{{"error":503,"errorCode":"X","detail":"{DEFAULT_TOKEN}"}}"#);
    let fault = Fault::body(StatusCode::SERVICE_UNAVAILABLE, echo);
    let session = Session::start(Emulator::builder().faults(vec![fault; 9])).await;
    let recorder = record(session.list()).await;
    assert!(recorder.all().len() > 1);
    assert!(!format!("{:?}", recorder.all()).contains(DEFAULT_TOKEN));
}
