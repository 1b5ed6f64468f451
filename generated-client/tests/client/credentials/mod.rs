//! Authentication with the local Atlas, with other servers and with canned responses.

mod api_key;
mod dropped_calls;
mod environment;
mod httpd;
mod rate_limits;
mod renewal;
mod replacement;
mod rotation;
mod service_account;
mod token_endpoint;

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID,
    DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, Emulator, RecordedRequest,
};
use generated_client::models::{ExportBucket, GcpExportBucketRequest, PaginatedExportJobs};
use generated_client::testing::CannedResponses;
use generated_client::{Client, Credentials, Error, ObjectId, Response};
use tokio::task::JoinSet;

fn service_account() -> Credentials {
    Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET)
}

fn api_key() -> Credentials {
    Credentials::api_key(DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY)
}

fn client(atlas: &Emulator, credentials: Credentials) -> Client {
    Client::builder(credentials).base_url(atlas.url()).build().unwrap()
}

async fn list(client: &Client) -> Result<Response<PaginatedExportJobs>, Error> {
    client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME).send().await
}

/// Makes concurrent calls and returns their results.
async fn list_at_once(client: &Client, count: usize) -> Vec<Result<(), Error>> {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let client = client.clone();
        calls.spawn(async move { list(&client).await.map(|_| ()) });
    }
    calls.join_all().await
}

async fn create(client: &Client) -> Result<Response<ExportBucket>, Error> {
    let role: ObjectId = "668c5f0ed436263134491592".parse().unwrap();
    let bucket = GcpExportBucketRequest::new("export-bucket", role);
    client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, bucket).send().await
}

/// Returns the `Authorization` header of each API request so far, or an empty string for a request without this header.
/// Removes the random end of the tokens that the local Atlas issues.
fn authorizations(atlas: &Emulator) -> Vec<String> {
    let operations = |request: &RecordedRequest| request.uri.path().starts_with("/api/atlas/");
    let authorization = |request: RecordedRequest| {
        let value = request.headers.get("authorization");
        let value = value.map(|value| value.to_str().unwrap()).unwrap_or_default();
        let issued = value.rsplit_once('.').filter(|(start, _)| start.contains("issued-"));
        issued.map_or(value, |(start, _)| start).to_owned()
    };
    atlas.requests().into_iter().filter(operations).map(authorization).collect()
}

/// Returns the number of requests for tokens.
fn token_requests(responses: &CannedResponses) -> usize {
    responses.requests().iter().filter(|it| it.operation_id() == "issueToken").count()
}
