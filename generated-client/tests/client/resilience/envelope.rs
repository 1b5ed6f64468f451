//! Responses inside envelopes.

use atlas_emulator::{DEFAULT_GROUP_ID, Emulator, Fault, sample_jobs};
use generated_client::models::AwsExportBucketRequest;
use generated_client::{BodyProblem, Error, StatusCode};

use super::Session;

#[tokio::test]
async fn a_list_is_the_same_inside_an_envelope() {
    let session = Session::start(Emulator::builder()).await;
    let enveloped = session.jobs().envelope(true).send().await.unwrap();
    assert_eq!(enveloped.status(), StatusCode::OK);
    assert_eq!(enveloped.results, session.list().await.unwrap().results);
}

#[tokio::test]
async fn a_single_object_is_the_same_inside_an_envelope() {
    let session = Session::start(Emulator::builder()).await;
    let body = AwsExportBucketRequest::new("export-bucket", "668c5f0ed436263134491592");
    let request = session.client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, body);
    let bucket = request.envelope(true).send().await.unwrap();
    assert_eq!(bucket.bucket_name(), Some("export-bucket"));
}

#[tokio::test]
async fn an_error_is_the_same_inside_an_envelope() {
    let session = Session::start(Emulator::builder()).await;
    let list = |name: &str| {
        let request = session.client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, name);
        request.envelope(true).send()
    };
    let error = list("Elsewhere").await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.error_code(), Some("CLUSTER_NOT_FOUND"));
}

#[tokio::test]
async fn a_stream_reads_lists_inside_envelopes() {
    let session = Session::start(Emulator::builder().jobs(sample_jobs(7))).await;
    let mut jobs = session.jobs().items_per_page(3).envelope(true).stream();
    let mut count = 0;
    while jobs.next().await.transpose().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 7);
}

/// Returns a fault that sends a response with status 200 whose envelope contains `status`.
fn enveloped(status: u16, content: &str) -> Fault {
    let body = format!(r#"{{"status":{status},"content":{content}}}"#);
    Fault::body(StatusCode::OK, body)
}

#[tokio::test]
async fn an_error_inside_an_envelope_with_status_200_is_an_error() {
    let faults = [Fault::EnvelopedError(StatusCode::FORBIDDEN)];
    let session = Session::start(Emulator::builder().faults(faults)).await;
    let error = session.jobs().envelope(true).send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
    assert_eq!(error.error_code(), Some("FAULT_ON_DEMAND"));
}

#[tokio::test]
async fn the_status_inside_an_envelope_determines_whether_a_call_is_retried() {
    let refusal = r#"{"error":503,"errorCode":"BUSY"}"#;
    let session = Session::start(Emulator::builder().faults([enveloped(503, refusal)])).await;
    assert_eq!(session.jobs().envelope(true).send().await.unwrap().attempts(), 2);

    let refusal = r#"{"error":404,"errorCode":"GONE"}"#;
    let session = Session::start(Emulator::builder().faults([enveloped(404, refusal)])).await;
    let error = session.jobs().envelope(true).send().await.unwrap_err();
    assert_eq!((error.error_code(), error.attempts()), (Some("GONE"), Some(1)));
}

#[tokio::test]
async fn unexpected_bodies_in_place_of_an_envelope_are_reported() {
    for (fault, expected) in [
        (Fault::body(StatusCode::OK, ""), BodyProblem::Empty),
        (Fault::html(StatusCode::OK), BodyProblem::Html),
        (Fault::body(StatusCode::OK, r#"{"status":200,"#), BodyProblem::CutOff),
        (Fault::body(StatusCode::OK, &b"{\"results\":\"\xff\"}"[..]), BodyProblem::NotUtf8),
        (enveloped(404, "null"), BodyProblem::NotAnError),
    ] {
        let session = Session::start(Emulator::builder().faults(vec![fault; 5])).await;
        let error = session.jobs().envelope(true).send().await.unwrap_err();
        let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*problem, expected, "{error}");
    }
}
