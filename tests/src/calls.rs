//! Calls to the client's methods, by method name.

use atlas_emulator::{
    Builder, DEFAULT_CLUSTER_NAME as CLUSTER, DEFAULT_GROUP_ID as GROUP, DEFAULT_SNAPSHOT_ID,
    Emulator, sample_jobs,
};
use generated_client::models::{
    AwsExportBucketRequest, ExportBucketRequest, ExportBucketUpdate, ExportJobRequest,
};
use generated_client::{Client, Error, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The id of the export bucket in the calls. The document's examples use the same id.
pub const BUCKET: &str = "32b6e34b3d91647abb20e7b8";
/// The id of the export job in the calls. The document's examples use the same id.
pub const JOB: &str = "6817355c1f2a3b4c5d6e7f01";

/// Returns the export jobs of [`atlas`], which include [`JOB`].
#[must_use]
pub fn jobs() -> Vec<Value> {
    let job = json!({
        "id": JOB,
        "snapshotId": DEFAULT_SNAPSHOT_ID,
        "exportBucketId": BUCKET,
        "state": "Queued",
        "createdAt": "2025-05-04T09:42:00Z",
    });
    sample_jobs(5).into_iter().chain([job]).collect()
}

/// Configures a local Atlas in which every call succeeds. The bucket can be deleted only once.
#[must_use]
pub fn atlas() -> Builder {
    let bucket = json!({
        "_id": BUCKET,
        "bucketName": "export-bucket",
        "cloudProvider": "AWS",
        "iamRoleId": "668c5f0ed436263134491592",
        "requirePrivateNetworking": true,
    });
    Emulator::builder().export_bucket(bucket).jobs(jobs())
}

/// Calls a method and returns the outcome. `body` is the request body, such as one of the document's examples.
///
/// Sets some optional parameters to valid values. Returns `None` if this function has no call to `method`, or if the
/// body of `method` is missing or cannot be decoded.
#[expect(deprecated, reason = "the tests also call deprecated methods")]
pub async fn call(
    client: &Client,
    method: &str,
    body: Option<&Value>,
) -> Option<Result<Response<Value>, Error>> {
    Some(match method {
        "create_group_backup_export_bucket" => {
            let body = read::<ExportBucketRequest>(body)?;
            let request = client.create_group_backup_export_bucket(GROUP, body);
            json(request.envelope(false).send().await)
        }
        "create_group_backup_export_bucket_v2023_01_01" => {
            let body = read::<AwsExportBucketRequest>(body)?;
            let request = client.create_group_backup_export_bucket_v2023_01_01(GROUP, body);
            json(request.pretty(true).send().await)
        }
        "list_group_cluster_backup_exports" => {
            let request = client.list_group_cluster_backup_exports(GROUP, CLUSTER);
            json(request.include_count(true).items_per_page(50).page_num(1).send().await)
        }
        "list_backup_export_jobs" => {
            json(client.list_backup_export_jobs(GROUP, CLUSTER).pretty(true).send().await)
        }
        "list_group_backup_export_buckets" => {
            let request = client.list_group_backup_export_buckets(GROUP);
            json(request.items_per_page(50).page_num(1).send().await)
        }
        "list_group_backup_export_buckets_v2023_01_01" => {
            let request = client.list_group_backup_export_buckets_v2023_01_01(GROUP);
            json(request.include_count(true).send().await)
        }
        "get_group_backup_export_bucket" => {
            json(client.get_group_backup_export_bucket(GROUP, BUCKET).send().await)
        }
        "get_group_backup_export_bucket_v2023_01_01" => {
            json(client.get_group_backup_export_bucket_v2023_01_01(GROUP, BUCKET).send().await)
        }
        "update_group_backup_export_bucket" => {
            let body = read::<ExportBucketUpdate>(body)?;
            let request = client.update_group_backup_export_bucket(GROUP, BUCKET, body);
            json(request.pretty(true).send().await)
        }
        "delete_group_backup_export_bucket" => {
            json(client.delete_group_backup_export_bucket(GROUP, BUCKET).send().await)
        }
        "create_group_cluster_backup_export" => {
            let body = read::<ExportJobRequest>(body)?;
            json(client.create_group_cluster_backup_export(GROUP, CLUSTER, body).send().await)
        }
        "get_group_cluster_backup_export" => {
            json(client.get_group_cluster_backup_export(GROUP, CLUSTER, JOB).send().await)
        }
        _ => return None,
    })
}

fn json<T: Serialize>(outcome: Result<Response<T>, Error>) -> Result<Response<Value>, Error> {
    outcome.map(|it| it.map(|value| serde_json::to_value(value).unwrap_or_default()))
}

fn read<T: DeserializeOwned>(body: Option<&Value>) -> Option<T> {
    serde_json::from_value(body?.clone()).ok()
}
