//! Tests of the service against the local Atlas, and with canned responses.

use atlas_emulator::{DEFAULT_GROUP_ID, DEFAULT_SNAPSHOT_ID, DEFAULT_TOKEN, Emulator};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use generated_client::models::{AwsExportBucketRequest, ExportJob, ExportJobState};
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{Client, Credentials, ObjectId};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const ID: ObjectId = ObjectId::literal("6817355c1f2a3b4c5d6e7f03");

async fn call(client: Client, path: &str, body: Option<Value>) -> (StatusCode, String) {
    let method = if body.is_some() { "POST" } else { "GET" };
    let request =
        Request::builder().method(method).uri(format!("/clusters/Cluster0/exports{path}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let router = crate::api::router(client, DEFAULT_GROUP_ID.parse().unwrap());
    let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let busy = head.status == StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(head.headers.contains_key(header::RETRY_AFTER), busy);
    let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    (head.status, text)
}

fn canned(responses: &CannedResponses) -> Client {
    let builder = Client::builder(Credentials::access_token("token"));
    builder.canned_responses(responses).build().unwrap()
}

#[tokio::test]
async fn a_started_export_can_be_read_and_an_unknown_export_is_not_found() {
    let atlas = Emulator::start().await.unwrap();
    let client = Client::builder(Credentials::access_token(DEFAULT_TOKEN)).base_url(atlas.url());
    let client = client.build().unwrap();
    let bucket = AwsExportBucketRequest::new("export-bucket", ID);
    let bucket = client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, bucket).await.unwrap();
    let export = json!({"snapshotId": DEFAULT_SNAPSHOT_ID, "exportBucketId": bucket.id()});
    let (status, job) = call(client.clone(), "", Some(export)).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    let job: ExportJob = serde_json::from_str(&job).unwrap();
    let (status, _) = call(client.clone(), &format!("/{}", job.id.unwrap()), None).await;
    assert_eq!(status, StatusCode::OK);
    let (status, text) = call(client, &format!("/{ID}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{text}");
}

#[tokio::test(start_paused = true)]
async fn events_end_when_the_job_is_done_or_the_watch_fails() {
    let responses = CannedResponses::new();
    for state in [ExportJobState::Queued, ExportJobState::Successful] {
        responses.push(CannedResponse::ok(&ExportJob::new(ID).id(ID).state(state)));
    }
    let (_, events) = call(canned(&responses), &format!("/{ID}/events"), None).await;
    assert_eq!(events.matches("event: job\n").count(), 2, "{events}");
    let (_, events) = call(canned(&responses), "/not-an-id/events", None).await;
    let expected = "event: error\ndata: watchExportJob: invalid `exportId`: ";
    assert!(events.starts_with(expected), "{events}");
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_error_has_its_own_status() {
    let error = CannedResponse::error;
    let post = Some(json!({"snapshotId": ID, "exportBucketId": ID}));
    for (response, body, expected) in [
        (error(StatusCode::NOT_FOUND, "JOB_NOT_FOUND"), None, StatusCode::NOT_FOUND),
        (CannedResponse::no_connection(), None, StatusCode::SERVICE_UNAVAILABLE),
        (error(StatusCode::FORBIDDEN, "A"), None, StatusCode::INTERNAL_SERVER_ERROR),
        (CannedResponse::never(), post, StatusCode::BAD_GATEWAY),
    ] {
        let responses = CannedResponses::new();
        responses.set("createGroupClusterBackupExport", response.clone());
        responses.set("getGroupClusterBackupExport", response);
        let path = if body.is_some() { String::new() } else { format!("/{ID}") };
        let (status, text) = call(canned(&responses), &path, body).await;
        assert_eq!(status, expected, "{text}");
    }
    let (status, _) = call(canned(&CannedResponses::new()), "/not-an-id", None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
