//! How requests are sent, and the default base URL.

use generated_client::{Client, Credentials};

use super::{GROUP, TOKEN, client};
use crate::server::Server;

const JOBS: &str = r#"{"results":[]}"#;

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

#[test]
fn the_default_base_url_is_the_url_of_commercial_atlas() {
    let client = Client::new(Credentials::access_token(TOKEN)).unwrap();
    assert_eq!(format!("{client:?}"), r#"Client { base_url: "https://cloud.mongodb.com/", .. }"#);
    assert_eq!(Client::DEFAULT_BASE_URL, "https://cloud.mongodb.com");
    assert_eq!(Client::GOV_BASE_URL, "https://cloud.mongodbgov.com");
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
