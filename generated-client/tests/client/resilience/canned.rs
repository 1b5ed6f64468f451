//! Canned responses, which replace the server and work under tokio's paused clock.

use std::time::Duration;

use generated_client::models::{
    ExportJob, ExportJobRequest, ExportJobState, Link, PaginatedExportJobs,
};
use generated_client::testing::{CannedResponse, CannedResponses, RecordedRequest};
use generated_client::{
    Client, ClientBuilder, Credentials, Error, ObjectId, ResponseHead, RetryPolicy, StatusCode,
};
use serde_json::json;
use tokio::time::Instant;

use super::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID};

const LIST: &str = "listGroupClusterBackupExports";

fn builder(responses: &CannedResponses) -> ClientBuilder {
    Client::builder(Credentials::access_token("token")).canned_responses(responses)
}

fn client(responses: &CannedResponses) -> Client {
    builder(responses).build().unwrap()
}

fn id(last: u8) -> ObjectId {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last].into()
}

fn page(ids: impl IntoIterator<Item = u8>) -> CannedResponse {
    let jobs = ids.into_iter().map(|last| ExportJob::new(id(0)).id(id(last))).collect::<Vec<_>>();
    CannedResponse::ok(&PaginatedExportJobs::new(jobs))
}

async fn list(client: &Client) -> Result<usize, Error> {
    let request = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
    Ok(request.await?.results.len())
}

#[tokio::test(start_paused = true)]
async fn retries_wait_on_the_paused_clock() {
    let responses = CannedResponses::new();
    let outage = CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR");
    responses.push(outage.header("Retry-After", "30"));
    responses.push(CannedResponse::no_connection());
    responses.push(CannedResponse::never());
    responses.push(page([1, 2]).delay(Duration::from_secs(5)));
    let start = Instant::now();
    assert_eq!(list(&client(&responses)).await.unwrap(), 2);
    let passed = start.elapsed().as_secs();
    assert!(
        (95..=99).contains(&passed),
        "expected 30 + 60 + 5 seconds and the waits, found {passed}"
    );
    assert_eq!(responses.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_watch_waits_on_the_paused_clock() {
    let responses = CannedResponses::new();
    for state in [ExportJobState::Queued, ExportJobState::InProgress, ExportJobState::Successful] {
        let job = ExportJob::new(id(0)).id(id(1)).state(state);
        responses.push(CannedResponse::ok(&job));
    }
    let start = Instant::now();
    let watch = client(&responses).watch_export_job(DEFAULT_GROUP_ID, "Cluster0", id(1));
    let job = watch.interval(Duration::from_secs(600)).wait().await.unwrap();
    assert_eq!(job.state, Some(ExportJobState::Successful));
    assert!((1200..=1320).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn canned_responses_are_used_in_the_documented_order() {
    let responses = CannedResponses::new();
    responses.set(LIST, page([]));
    responses.push(page([1]));
    responses.push_to(LIST, page([1, 2]));
    responses.push_to("createGroupBackupExportBucket", page([1, 2, 3]));
    let client = client(&responses);
    for expected in [2, 1, 0, 0] {
        assert_eq!(list(&client).await.unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_valid_canned_response_is_an_error() {
    let error = list(&client(&CannedResponses::new())).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "listGroupClusterBackupExports: there is no canned response for \
             `GET /api/atlas/v2/groups/{DEFAULT_GROUP_ID}/clusters/Cluster0/backup/exports`; \
             add one with `CannedResponses::push`"
        )
    );
    let responses = CannedResponses::new();
    responses.push(page([]).header("bad name", ""));
    let error = list(&client(&responses)).await.unwrap_err();
    assert!(error.to_string().contains("the canned response is invalid: "), "{error}");
}

/// Without the number of attempts, the message would not show that the request is a retry.
#[tokio::test(start_paused = true)]
async fn an_error_about_a_missing_canned_response_has_the_attempts() {
    for (first, attempts, may_have_acted) in [
        (None, 1, false),
        (Some(CannedResponse::no_connection()), 2, false),
        (Some(CannedResponse::never()), 2, true),
    ] {
        let responses = CannedResponses::new();
        if let Some(first) = first {
            responses.push(first);
        }
        let delete = client(&responses).delete_group_backup_export_bucket(DEFAULT_GROUP_ID, id(1));
        let error = delete.send().await.unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{error:?}");
        assert_eq!(error.attempts(), Some(attempts), "{error}");
        assert_eq!(error.may_have_been_carried_out(), may_have_acted, "{error}");
        let message = error.to_string();
        assert_eq!(message.contains("(the last of 2 attempts"), attempts == 2, "{error}");
        let mentions_effect = message.contains("an earlier one may have taken effect");
        assert_eq!(mentions_effect, may_have_acted, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_canned_page_is_named() {
    let responses = CannedResponses::new();
    responses.push(page([1]));
    let client = client(&responses);
    let jobs = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a").stream();
    let error = jobs.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "listGroupClusterBackupExports: there is no canned response for \
             `GET /api/atlas/v2/groups/{DEFAULT_GROUP_ID}/clusters/a/backup/exports?pageNum=2`; \
             add one with `CannedResponses::push`, such as an empty page, which ends a list"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_missing_response_of_another_operation_is_not_reported_as_a_page() {
    let responses = CannedResponses::new();
    responses.push(page([]));
    let client = client(&responses);
    let jobs = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
    jobs.items_per_page(5).send().await.unwrap();
    let request = ExportJobRequest::new(id(1), id(2));
    let created = client.create_group_cluster_backup_export(DEFAULT_GROUP_ID, "a", request);
    let error = created.send().await.unwrap_err().to_string();
    assert!(error.ends_with("add one with `CannedResponses::push`"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_list_of_canned_pages_ends_without_a_next_link() {
    let responses = CannedResponses::new();
    let page = |last: u8, relation: &str| {
        let page = PaginatedExportJobs::new(vec![ExportJob::new(id(0)).id(id(last))]);
        CannedResponse::ok(&page.links(vec![Link::new().rel(relation)]))
    };
    responses.push(page(1, "next"));
    responses.push(page(2, "self"));
    let request = client(&responses).list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "a");
    let mut jobs = request.stream();
    let mut found = Vec::new();
    while let Some(job) = jobs.next().await.transpose().unwrap() {
        found.push(job.id.unwrap());
    }
    assert_eq!(found, [id(1), id(2)]);
}

#[tokio::test(start_paused = true)]
async fn requests_are_recorded_without_credentials() {
    let responses = CannedResponses::new();
    responses.push(page([]));
    let client = client(&responses);
    let request = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "Cluster0");
    request.items_per_page(7).await.unwrap();
    let [request] = &responses.requests()[..] else { panic!("expected one request") };
    assert_eq!(request.operation_id(), LIST);
    assert_eq!(request.method(), "GET");
    assert!(request.path().ends_with("/clusters/Cluster0/backup/exports"), "{}", request.path());
    assert_eq!(request.query("itemsPerPage").as_deref(), Some("7"));
    assert_eq!(request.header("accept"), Some("application/vnd.atlas.2023-01-01+json"));
    assert_eq!(request.header("authorization"), None);
    assert!(!format!("{request:?}").contains("token"), "{request:?}");
}

#[tokio::test(start_paused = true)]
async fn the_token_of_a_service_account_can_be_canned() {
    let responses = CannedResponses::new();
    let token = json!({"access_token": "t", "expires_in": 3600});
    responses.push_to("issueToken", CannedResponse::ok(&token));
    responses.push(page([1]));
    let builder = Client::builder(Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a"));
    let client = builder.canned_responses(&responses).build().unwrap();
    assert_eq!(list(&client).await.unwrap(), 1);
    let requests = responses.requests();
    let operations: Vec<_> = requests.iter().map(RecordedRequest::operation_id).collect();
    assert_eq!(operations, ["issueToken", LIST]);
}

#[tokio::test(start_paused = true)]
async fn a_request_for_a_token_has_the_attempt_timeout_of_the_builder_up_to_60_seconds() {
    for (limit, expected) in [(Duration::from_secs(7), 7), (Duration::MAX, 60)] {
        let responses = CannedResponses::new();
        responses.set("issueToken", CannedResponse::never());
        let builder = Client::builder(Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a"));
        let builder = builder.retry(RetryPolicy::none()).attempt_timeout(limit);
        let client = builder.canned_responses(&responses).build().unwrap();
        let start = Instant::now();
        // A derived client changes the timeout of calls, but not of requests for tokens.
        let error = list(&client.with_attempt_timeout(Duration::from_secs(3))).await.unwrap_err();
        assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
        assert_eq!(start.elapsed().as_secs(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn canned_failures_are_classified_like_real_failures() {
    let create = async |response| {
        let responses = CannedResponses::new();
        responses.set("createGroupBackupExportBucket", response);
        let client = builder(&responses).build().unwrap();
        let bucket = generated_client::models::GcpExportBucketRequest::new("bucket", id(1));
        let call = client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, bucket);
        (call.await.unwrap_err(), responses.requests().len())
    };
    let error = CannedResponse::error;
    for (response, transient, carried_out, requests) in [
        (CannedResponse::no_connection(), true, false, 5),
        (CannedResponse::never(), true, true, 1),
        (error(StatusCode::TOO_MANY_REQUESTS, "A"), true, false, 5),
        (error(StatusCode::SERVICE_UNAVAILABLE, "A"), true, true, 1),
        (error(StatusCode::INTERNAL_SERVER_ERROR, "A"), true, true, 1),
        (error(StatusCode::CONFLICT, "A"), false, false, 1),
        (error(StatusCode::NOT_FOUND, "A"), false, false, 1),
        (CannedResponse::new(StatusCode::OK, "{"), true, true, 1),
        (CannedResponse::new(StatusCode::OK, "<html>"), false, true, 1),
        (CannedResponse::new(StatusCode::FOUND, ""), false, false, 1),
        (CannedResponse::new(StatusCode::SEE_OTHER, ""), false, true, 1),
        (CannedResponse::ok(&json!({"cloudProvider": "AWS"})), false, true, 1),
    ] {
        let (error, sent) = create(response).await;
        assert_eq!(error.is_transient(), transient, "{error}");
        assert_eq!(error.may_have_been_carried_out(), carried_out, "{error}");
        assert_eq!(error.operation_id(), Some("createGroupBackupExportBucket"));
        assert_eq!(sent, requests, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_returns_the_error_code_from_a_header() {
    let responses = CannedResponses::new();
    let refusal = CannedResponse::new(StatusCode::FORBIDDEN, "");
    responses.push(refusal.header("X-Error-Code", "IP_NOT_ALLOWED"));
    let error = list(&client(&responses)).await.unwrap_err();
    assert_eq!(error.error_code(), Some("IP_NOT_ALLOWED"));
    assert_eq!(error.head().and_then(ResponseHead::error_code), Some("IP_NOT_ALLOWED"));
}

#[tokio::test(start_paused = true)]
async fn a_failed_read_is_not_reported_as_possibly_carried_out() {
    for response in [
        CannedResponse::never(),
        CannedResponse::error(StatusCode::BAD_GATEWAY, "A"),
        CannedResponse::new(StatusCode::OK, "{\"results\":"),
    ] {
        let responses = CannedResponses::new();
        responses.set(LIST, response);
        let error = list(&client(&responses)).await.unwrap_err();
        assert!(error.is_transient() && !error.may_have_been_carried_out(), "{error}");
        assert!(!error.to_string().contains("carried out"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_404_for_an_unknown_path_suggests_the_base_url() {
    let unknown_path = json!({
        "error": 404,
        "errorCode": "RESOURCE_NOT_FOUND",
        "detail": "Cannot find resource /v2/api/atlas/v2/groups.",
    });
    for response in [
        CannedResponse::json(StatusCode::NOT_FOUND, &unknown_path),
        CannedResponse::new(StatusCode::NOT_FOUND, ""),
    ] {
        let responses = CannedResponses::new();
        responses.push(response);
        let error = list(&client(&responses)).await.unwrap_err().to_string();
        assert!(error.ends_with("; check the base URL"), "{error}");
    }
    let responses = CannedResponses::new();
    responses.push(CannedResponse::error(StatusCode::NOT_FOUND, "CLUSTER_NOT_FOUND"));
    let error = list(&client(&responses)).await.unwrap_err().to_string();
    assert!(error.ends_with("; check `groupId` and `clusterName`"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_array_where_an_object_is_expected_is_an_error() {
    let responses = CannedResponses::new();
    responses.push(CannedResponse::ok(&json!([[], []])));
    let error = list(&client(&responses)).await.unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    assert!(error.to_string().contains("expected an object, found an array"), "{error}");
}

/// If the response to a `DELETE` is lost, a retry finds nothing to delete.
#[tokio::test(start_paused = true)]
async fn an_error_says_whether_an_earlier_attempt_may_have_been_carried_out() {
    let error = CannedResponse::error;
    let outage = || error(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR");
    let missing = || error(StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    let limited = || error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
    for (first, last, expected) in [
        (CannedResponse::never(), missing(), true),
        (outage(), missing(), true),
        (outage(), CannedResponse::no_connection(), true),
        (outage(), limited(), true),
        (outage(), CannedResponse::new(StatusCode::NOT_FOUND, "<html>"), true),
        (limited(), missing(), false),
        (CannedResponse::no_connection(), missing(), false),
        (CannedResponse::no_connection(), CannedResponse::no_connection(), false),
    ] {
        let responses = CannedResponses::new();
        responses.push(first.clone());
        responses.push(last.clone());
        let client = builder(&responses).retry(RetryPolicy::new().max_attempts(2)).build().unwrap();
        let delete = client.delete_group_backup_export_bucket(DEFAULT_GROUP_ID, id(1));
        let error = delete.send().await.unwrap_err();
        assert_eq!(error.attempts(), Some(2), "{first:?}, {last:?}: {error}");
        assert_eq!(error.may_have_been_carried_out(), expected, "{first:?}, {last:?}: {error}");
        let note = "(the last of 2 attempts; an earlier one may have taken effect)";
        assert_eq!(error.to_string().ends_with(note), expected, "{first:?}, {last:?}: {error}");
        assert!(!error.to_string().contains("carried out"), "{first:?}, {last:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_reports_any_earlier_attempt_that_may_have_been_carried_out() {
    let responses = CannedResponses::new();
    responses.push(CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR"));
    responses.push(CannedResponse::error(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
    responses.push(CannedResponse::error(StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND"));
    let delete = client(&responses).delete_group_backup_export_bucket(DEFAULT_GROUP_ID, id(1));
    let error = delete.send().await.unwrap_err();
    assert_eq!((error.attempts(), error.may_have_been_carried_out()), (Some(3), true), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_retried_read_never_reports_that_it_may_have_been_carried_out() {
    let responses = CannedResponses::new();
    responses.push(CannedResponse::never());
    responses.push(CannedResponse::error(StatusCode::NOT_FOUND, "CLUSTER_NOT_FOUND"));
    let error = list(&client(&responses)).await.unwrap_err();
    assert_eq!((error.attempts(), error.may_have_been_carried_out()), (Some(2), false), "{error}");
}
