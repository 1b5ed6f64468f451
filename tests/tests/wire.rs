//! Snapshots of the bytes that each method sends.

use atlas_tests::recorder::Recorder;
use generated_client::models::{
    AwsExportBucketRequest, AzureExportBucketRequest, ExportBucketUpdate, ExportJobRequest,
    GcpExportBucketRequest, Label,
};
use generated_client::{Client, Credentials, ObjectId};

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const ROLE: &str = "668c5f0ed436263134491592";
const BUCKET: &str = r#"{"_id":"32b6e34b3d91647abb20e7b8","bucketName":"export-bucket",
    "cloudProvider":"AWS","iamRoleId":"668c5f0ed436263134491592"}"#;
const BUCKET_ID: &str = "32b6e34b3d91647abb20e7b9";
const JOB: &str = r#"{"exportBucketId":"32b6e34b3d91647abb20e7b8","state":"Queued"}"#;
const JOB_ID: &str = "6817355c1f2a3b4c5d6e7f01";
const PAGE: &str = r#"{"results":[]}"#;

fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

fn role() -> ObjectId {
    id(ROLE)
}

fn client(recorder: &Recorder) -> Client {
    Client::builder(Credentials::access_token("token")).base_url(recorder.url()).build().unwrap()
}

/// Compares the received request with its snapshot.
async fn lock_down(name: &str, recorder: Recorder) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let request = recorder.request().await.unwrap();
    settings.bind(|| insta::assert_snapshot!(format!("wire-{name}"), request));
}

#[tokio::test]
async fn create_aws_export_bucket_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let body =
        AwsExportBucketRequest::new("export-bucket", role()).require_private_networking(true);
    let request = client(&recorder).create_group_backup_export_bucket(GROUP, body).send().await;
    assert_eq!(request.unwrap().bucket_name(), Some("export-bucket"));
    lock_down("create_group_backup_export_bucket-aws", recorder).await;
}

#[tokio::test]
async fn create_azure_export_bucket_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let url = "https://examplestorageaccount.blob.core.windows.net/examplecontainer";
    let body = AzureExportBucketRequest::new(role(), url);
    client(&recorder)
        .create_group_backup_export_bucket(GROUP, body)
        .pretty(true)
        .send()
        .await
        .unwrap();
    lock_down("create_group_backup_export_bucket-azure", recorder).await;
}

#[tokio::test]
async fn create_gcp_export_bucket_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let body = GcpExportBucketRequest::new("export-bucket", role());
    client(&recorder).create_group_backup_export_bucket(GROUP, body).send().await.unwrap();
    lock_down("create_group_backup_export_bucket-gcp", recorder).await;
}

#[tokio::test]
#[expect(deprecated, reason = "the test covers the older version")]
async fn create_export_bucket_v2023_01_01_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let body = AwsExportBucketRequest::new("export-bucket", role());
    let client = client(&recorder);
    let bucket = client.create_group_backup_export_bucket_v2023_01_01(GROUP, body).send().await;
    assert_eq!(bucket.unwrap().iam_role_id, role());
    lock_down("create_group_backup_export_bucket_v2023_01_01", recorder).await;
}

#[tokio::test]
async fn list_export_jobs_matches_its_snapshot() {
    let recorder = Recorder::start(200, PAGE).await.unwrap();
    client(&recorder).list_group_cluster_backup_exports(GROUP, "Cluster0").send().await.unwrap();
    lock_down("list_group_cluster_backup_exports", recorder).await;
}

#[tokio::test]
async fn list_export_jobs_with_every_parameter_matches_its_snapshot() {
    let recorder = Recorder::start(200, PAGE).await.unwrap();
    client(&recorder)
        .list_group_cluster_backup_exports(GROUP.parse::<ObjectId>().unwrap(), "Cluster0")
        .include_count(false)
        .items_per_page(50)
        .page_num(2)
        .envelope(false)
        .pretty(true)
        .send()
        .await
        .unwrap();
    lock_down("list_group_cluster_backup_exports-every_parameter", recorder).await;
}

#[tokio::test]
#[expect(deprecated, reason = "the test covers the legacy operation")]
async fn list_export_jobs_with_the_legacy_operation_matches_its_snapshot() {
    let recorder = Recorder::start(200, PAGE).await.unwrap();
    client(&recorder).list_backup_export_jobs(GROUP, "Cluster0").send().await.unwrap();
    lock_down("list_backup_export_jobs", recorder).await;
}

#[tokio::test]
async fn list_export_buckets_matches_its_snapshot() {
    let recorder = Recorder::start(200, PAGE).await.unwrap();
    let client = client(&recorder);
    client.list_group_backup_export_buckets(GROUP).items_per_page(50).send().await.unwrap();
    lock_down("list_group_backup_export_buckets", recorder).await;
}

#[tokio::test]
#[expect(deprecated, reason = "the test covers the older version")]
async fn list_export_buckets_v2023_01_01_matches_its_snapshot() {
    let recorder = Recorder::start(200, PAGE).await.unwrap();
    let client = client(&recorder);
    client.list_group_backup_export_buckets_v2023_01_01(GROUP).send().await.unwrap();
    lock_down("list_group_backup_export_buckets_v2023_01_01", recorder).await;
}

#[tokio::test]
async fn get_export_bucket_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let client = client(&recorder);
    client.get_group_backup_export_bucket(GROUP, BUCKET_ID).send().await.unwrap();
    lock_down("get_group_backup_export_bucket", recorder).await;
}

#[tokio::test]
#[expect(deprecated, reason = "the test covers the older version")]
async fn get_export_bucket_v2023_01_01_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let client = client(&recorder);
    client.get_group_backup_export_bucket_v2023_01_01(GROUP, BUCKET_ID).send().await.unwrap();
    lock_down("get_group_backup_export_bucket_v2023_01_01", recorder).await;
}

#[tokio::test]
async fn update_export_bucket_matches_its_snapshot() {
    let recorder = Recorder::start(200, BUCKET).await.unwrap();
    let client = client(&recorder);
    let body = ExportBucketUpdate::new(true);
    client.update_group_backup_export_bucket(GROUP, BUCKET_ID, body).send().await.unwrap();
    lock_down("update_group_backup_export_bucket", recorder).await;
}

#[tokio::test]
async fn delete_export_bucket_matches_its_snapshot() {
    let recorder = Recorder::start(204, "").await.unwrap();
    let client = client(&recorder);
    client.delete_group_backup_export_bucket(GROUP, BUCKET_ID).send().await.unwrap();
    lock_down("delete_group_backup_export_bucket", recorder).await;
}

#[tokio::test]
async fn create_export_job_matches_its_snapshot() {
    let recorder = Recorder::start(200, JOB).await.unwrap();
    let label = Label::new().key("exported by").value("nightly schedule");
    let body = ExportJobRequest::new(id(JOB_ID), id(BUCKET_ID)).custom_data(vec![label]);
    let client = client(&recorder);
    client.create_group_cluster_backup_export(GROUP, "Cluster0", body).send().await.unwrap();
    lock_down("create_group_cluster_backup_export", recorder).await;
}

#[tokio::test]
async fn get_export_job_matches_its_snapshot() {
    let recorder = Recorder::start(200, JOB).await.unwrap();
    let client = client(&recorder);
    client.get_group_cluster_backup_export(GROUP, "Cluster0", JOB_ID).send().await.unwrap();
    lock_down("get_group_cluster_backup_export", recorder).await;
}
