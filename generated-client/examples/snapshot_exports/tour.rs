//! A run without a command. Creates an export bucket if an option names one or the server is a local Atlas, and then
//! lists the export jobs. With the hidden option `--watch`, watches an export job instead.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use generated_client::models::{AwsExportBucketRequest, ExportBucket};
use generated_client::{Client, Error, ObjectId};

use crate::options::{Pace, Place, Tour};
use crate::server::{self, LOCAL_ROLE_ID};
use crate::{jobs, watch};

const LOCAL_BUCKET_NAME: &str = "export-bucket";

/// The resource version of the request that creates the bucket.
#[derive(Debug, Clone, Copy)]
enum Version {
    V20230101,
    V20240530,
}

pub(crate) async fn run(client: &Client, place: &Place, tour: Tour) -> anyhow::Result<ExitCode> {
    if let Some(id) = &tour.watch {
        let timing = Pace { interval: tour.interval, time_limit: tour.time_limit };
        return watch::run(client, place, id, &timing).await;
    }
    let version = version(tour.api_version.as_deref())?;
    if let Some(bucket) = bucket(&tour)? {
        let bucket = create(client, &place.group_id()?, bucket, version).await?;
        eprintln!("created the export bucket {}", summary(&bucket));
    }
    jobs::list(client, place, tour.legacy).await?;
    Ok(ExitCode::SUCCESS)
}

fn version(date: Option<&str>) -> anyhow::Result<Version> {
    match date {
        Some("2023-01-01") => Ok(Version::V20230101),
        Some("2024-05-30") | None => Ok(Version::V20240530),
        Some(date) => {
            bail!("invalid `--api-version`: expected `2023-01-01` or `2024-05-30`, found `{date}`")
        }
    }
}

/// Returns the bucket to create. If the options name no bucket, returns a sample bucket for a local Atlas, or `None`
/// for Atlas itself.
fn bucket(tour: &Tour) -> anyhow::Result<Option<AwsExportBucketRequest>> {
    match (&tour.bucket_name, &tour.iam_role_id) {
        (Some(name), Some(role)) => {
            let role: ObjectId = role.parse().context("invalid `--iam-role-id`")?;
            Ok(Some(AwsExportBucketRequest::new(name, role)))
        }
        (Some(_), None) => {
            bail!("`--bucket-name` requires `--iam-role-id`, the role that may write to the bucket")
        }
        (None, Some(_)) => bail!("`--iam-role-id` requires `--bucket-name`, the bucket to create"),
        (None, None) if server::is_in_environment() => Ok(None),
        (None, None) => Ok(Some(AwsExportBucketRequest::new(LOCAL_BUCKET_NAME, LOCAL_ROLE_ID))),
    }
}

#[expect(deprecated, reason = "demonstrates the older version")]
async fn create(
    client: &Client,
    group_id: &str,
    bucket: AwsExportBucketRequest,
    version: Version,
) -> Result<ExportBucket, Error> {
    match version {
        Version::V20240530 => {
            let answer = client.create_group_backup_export_bucket(group_id, bucket).send().await?;
            Ok(answer.into_inner())
        }
        Version::V20230101 => {
            let request = client.create_group_backup_export_bucket_v2023_01_01(group_id, bucket);
            Ok(ExportBucket::Aws(request.send().await?.into_inner()))
        }
    }
}

fn summary(bucket: &ExportBucket) -> String {
    let name = bucket.bucket_name().unwrap_or("of another provider");
    bucket.id().map_or_else(|| name.to_owned(), |id| format!("{name} ({id})"))
}
