//! Calls to the local Atlas through Prism, which validates the client's requests and the responses.

use atlas_emulator::{DEFAULT_TOKEN, Emulator, sample_jobs};
use atlas_tests::{calls, view};
use generated_client::models::{ExportBucketRequest, ExportJobState};

use super::client::{Operation, client};
use super::{CLUSTER, GROUP, prism::Prism, write_view};

#[tokio::test]
#[ignore = "run by `tests/contract/run`"]
async fn every_request_and_response_matches_the_document() {
    for date in view::dates() {
        let atlas = calls::atlas().start().await.unwrap();
        let prism = Prism::proxy(&write_view(date), atlas.url());
        let client = client(&format!("http://{}", prism.address()), DEFAULT_TOKEN);
        let document = view::on(date).unwrap();
        for operation in Operation::all(date, &document) {
            for body in operation.requests() {
                operation.send(&client, body).await.unwrap();
            }
        }
        assert_eq!(prism.complaints(), [""; 0], "{date}");
    }
}

#[tokio::test]
#[ignore = "run by `tests/contract/run`"]
async fn pages_envelopes_and_errors_match_the_document() {
    let jobs = sample_jobs(250);
    let newest = view::dates().pop().unwrap();
    let atlas = Emulator::builder().jobs(jobs.clone()).start().await.unwrap();
    let prism = Prism::proxy(&write_view(newest), atlas.url());
    let url = format!("http://{}", prism.address());
    let client = client(&url, DEFAULT_TOKEN);

    let mut all = client
        .list_group_cluster_backup_exports(GROUP, CLUSTER)
        .items_per_page(60)
        .include_count(false)
        .envelope(true)
        .stream();
    let mut count = 0;
    while let Some(job) = all.next().await {
        assert_eq!(serde_json::to_value(job.unwrap()).unwrap(), jobs[count]);
        count += 1;
    }
    assert_eq!(count, 250);

    let bucket: ExportBucketRequest = serde_json::from_str(
        r#"{"cloudProvider": "GCP", "bucketName": "export-bucket", "roleId": "668c5f0ed436263134491592"}"#,
    )
    .unwrap();
    let create = client.create_group_backup_export_bucket(GROUP, bucket.clone()).envelope(true);
    assert_eq!(create.send().await.unwrap().bucket_name(), Some("export-bucket"));

    let job = jobs[4]["id"].as_str().unwrap();
    let job = client.watch_export_job(GROUP, CLUSTER, job).wait().await.unwrap();
    assert_eq!(job.state, Some(ExportJobState::Failed));

    let elsewhere = "0123456789abcdef01234567";
    let project = client.create_group_backup_export_bucket(elsewhere, bucket).send().await;
    assert_eq!(project.unwrap_err().error_code(), Some("GROUP_NOT_FOUND"));
    let cluster = client.list_group_cluster_backup_exports(GROUP, "Orders").envelope(true);
    assert_eq!(cluster.send().await.unwrap_err().error_code(), Some("CLUSTER_NOT_FOUND"));
    let stranger = super::client::client(&url, "stranger");
    let list = stranger.list_group_cluster_backup_exports(GROUP, CLUSTER).send().await;
    assert_eq!(list.unwrap_err().status().unwrap(), 401);
    assert_eq!(prism.complaints(), [""; 0]);
}
