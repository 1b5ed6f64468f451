//! The bytes that the client sends.

use generated_client::models::{
    AzureExportBucketRequest, ExportBucketRequest, GcpExportBucketRequest,
};
use generated_client::{Client, Credentials};

use super::{GROUP, ROLE, TOKEN, client, create, list, role};
use crate::server::Server;

const JOBS: &str = r#"{"results":[]}"#;
const BUCKET: &str = r#"{
    "_id": "32b6e34b3d91647abb20e7b8",
    "bucketName": "export-bucket",
    "cloudProvider": "GCP",
    "roleId": "668c5f0ed436263134491592"
}"#;

/// Sorts the headers by name and removes `host`, whose port differs between runs.
fn normalized(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().filter(|line| !line.starts_with("host: ")).collect();
    lines[1..].sort_unstable();
    [&lines.join("\n"), body].join("\n\n")
}

/// The `accept-encoding` header, which the client sends only with the `gzip` feature.
const ACCEPT_ENCODING: &str = if cfg!(feature = "gzip") { "accept-encoding: gzip\n" } else { "" };

#[tokio::test]
async fn a_request_that_is_not_awaited_sends_nothing() {
    let server = Server::ok(JOBS);
    let client = client(&server);
    drop(client.list_group_cluster_backup_exports(GROUP, "Cluster0").send());
    let answer = client.list_group_cluster_backup_exports(GROUP, "Cluster0").send();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(server.request(), None);
    answer.await.unwrap();
    assert!(server.request().is_some());
    assert_eq!(server.request(), None);
}

#[tokio::test]
async fn a_list_requests_its_version() {
    let server = Server::ok(JOBS);
    list(&server).await.unwrap();
    assert_eq!(
        normalized(&server.request().unwrap()),
        format!(
            "GET /api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/exports HTTP/1.1\n\
             {ACCEPT_ENCODING}accept: application/vnd.atlas.2023-01-01+json\n\
             authorization: Bearer {TOKEN}\n\
             user-agent: generated-client/{}\n\n",
            env!("CARGO_PKG_VERSION")
        )
    );
}

#[tokio::test]
async fn the_query_has_only_the_parameters_that_were_set() {
    let server = Server::ok(JOBS);
    client(&server)
        .list_group_cluster_backup_exports(GROUP, "Cluster0")
        .page_num(2)
        .items_per_page(50)
        .include_count(false)
        .send()
        .await
        .unwrap();
    let line = server.request().unwrap().lines().next().unwrap().to_owned();
    assert!(
        line.ends_with("/exports?includeCount=false&itemsPerPage=50&pageNum=2 HTTP/1.1"),
        "{line}"
    );
}

#[tokio::test]
async fn a_create_request_sends_its_version_and_its_body() {
    let server = Server::ok(BUCKET);
    create(&server).await.unwrap();
    let body =
        format!(r#"{{"cloudProvider":"AWS","bucketName":"export-bucket","iamRoleId":"{ROLE}"}}"#);
    assert_eq!(
        normalized(&server.request().unwrap()),
        format!(
            "POST /api/atlas/v2/groups/{GROUP}/backup/exportBuckets HTTP/1.1\n\
             {ACCEPT_ENCODING}accept: application/vnd.atlas.2024-05-30+json\n\
             authorization: Bearer {TOKEN}\n\
             content-length: {}\n\
             content-type: application/vnd.atlas.2024-05-30+json\n\
             user-agent: generated-client/{}\n\n{body}",
            body.len(),
            env!("CARGO_PKG_VERSION")
        )
    );
}

async fn body_of(request: impl Into<ExportBucketRequest>) -> serde_json::Value {
    let server = Server::ok(BUCKET);
    client(&server).create_group_backup_export_bucket(GROUP, request).send().await.unwrap();
    let request = server.request().unwrap();
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn the_bodies_for_azure_and_google_cloud_have_their_own_tags() {
    let url = "https://examplestorageaccount.blob.core.windows.net/examplecontainer";
    assert_eq!(
        body_of(AzureExportBucketRequest::new(role(), url).bucket_name("examplecontainer")).await,
        serde_json::json!({
            "cloudProvider": "AZURE",
            "bucketName": "examplecontainer",
            "roleId": ROLE,
            "serviceUrl": url,
        })
    );
    assert_eq!(
        body_of(GcpExportBucketRequest::new("export-bucket", role())).await,
        serde_json::json!({"cloudProvider": "GCP", "bucketName": "export-bucket", "roleId": ROLE})
    );
}

#[tokio::test]
async fn an_unknown_provider_is_sent_unchanged() {
    let json = serde_json::json!({"cloudProvider": "MOON", "crater": [1, 2]});
    let request: ExportBucketRequest = serde_json::from_value(json.clone()).unwrap();
    assert!(matches!(request, ExportBucketRequest::Unknown(_)));
    assert_eq!(body_of(request).await, json);
}

#[test]
fn the_default_base_url_is_the_url_of_commercial_atlas() {
    let client = Client::new(Credentials::access_token(TOKEN)).unwrap();
    assert_eq!(format!("{client:?}"), r#"Client { base_url: "https://cloud.mongodb.com/", .. }"#);
    assert_eq!(Client::DEFAULT_BASE_URL, "https://cloud.mongodb.com");
    assert_eq!(Client::GOV_BASE_URL, "https://cloud.mongodbgov.com");
}

#[tokio::test]
async fn the_prefix_of_the_base_url_is_kept() {
    let server = Server::ok(JOBS);
    let credentials = Credentials::access_token(TOKEN);
    let base_url = format!("{}/mirror/", server.url());
    let client = Client::builder(credentials).base_url(base_url);
    let client = client.build().unwrap();
    client.list_group_cluster_backup_exports(role(), "a").send().await.unwrap();
    let request = server.request().unwrap();
    assert!(
        request.starts_with(&format!("GET /mirror/api/atlas/v2/groups/{ROLE}/clusters/a/")),
        "{request}"
    );
}

#[tokio::test]
async fn a_request_owns_its_client() {
    let server = Server::ok(JOBS);
    let request = client(&server).list_group_cluster_backup_exports(GROUP, "Cluster0");
    let task = tokio::spawn(request.clone().send());
    assert!(task.await.unwrap().is_ok());
    let mut jobs = request.stream();
    let task = tokio::spawn(async move { jobs.next().await.is_none() });
    assert!(task.await.unwrap());
}

#[tokio::test]
async fn a_request_can_be_awaited_without_send() {
    let server = Server::ok(JOBS);
    let request = client(&server).list_group_cluster_backup_exports(GROUP, "Cluster0");
    let page = request.items_per_page(7).await.unwrap();
    assert!(page.results.is_empty());
    assert!(server.request().unwrap().contains("itemsPerPage=7"));
}
