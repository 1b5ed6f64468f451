//! What the command line asks for.

use std::time::Duration;

use anyhow::{Context as _, bail};
use atlas_emulator::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID};
use clap::Parser;
use generated_client::models::AwsExportBucketRequest;

const LOCAL_BUCKET_NAME: &str = "export-bucket";
const LOCAL_IAM_ROLE_ID: &str = "668c5f0ed436263134491592";

/// Creates an export bucket where one is named, then lists the export jobs of a cluster; or watches
/// one of them.
///
/// The server and the credentials are those that the `MONGODB_ATLAS_*` variables of the environment
/// name. Where there is none, it starts a local Atlas, which needs no flag: it has a project, a
/// cluster with jobs, and a bucket to create.
#[derive(Debug, Parser)]
#[command(name = "snapshot_exports")]
pub(crate) struct Options {
    /// The project, 24 hexadecimal digits
    #[arg(long, value_name = "ID")]
    group_id: Option<String>,
    /// The cluster whose jobs are listed
    #[arg(long, value_name = "NAME")]
    cluster_name: Option<String>,
    /// The Amazon S3 bucket to create an export bucket for
    #[arg(long, value_name = "NAME")]
    bucket_name: Option<String>,
    /// The Atlas id of the AWS IAM role that may write to it
    #[arg(long, value_name = "ID")]
    iam_role_id: Option<String>,
    /// The resource version to create it in: 2024-05-30 or 2023-01-01
    #[arg(long, value_name = "DATE", default_value = "2024-05-30")]
    api_version: String,
    /// List at the address of the legacy API, v1.0
    #[arg(long)]
    legacy: bool,
    /// Print a line of JSON for each job, not a table
    #[arg(long)]
    json: bool,
    /// Watch this export job instead, until it is done: exits with 0 if it is successful, with 2 if
    /// it failed or was cancelled, and with 3 at the time limit
    #[arg(long, value_name = "JOB", conflicts_with_all = ["bucket_name", "iam_role_id", "legacy"])]
    watch: Option<String>,
    /// How often to look at the job, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    interval: Duration,
    /// How long to watch, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "86400", value_parser = seconds)]
    time_limit: Duration,
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}

/// The command line, understood.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) group_id: String,
    pub(crate) cluster_name: String,
    pub(crate) create: Option<(AwsExportBucketRequest, CreateVersion)>,
    pub(crate) legacy: bool,
    pub(crate) json: bool,
    pub(crate) watch: Option<Watch>,
}

/// The job to watch, and how.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) job_id: String,
    pub(crate) interval: Duration,
    pub(crate) time_limit: Duration,
}

/// The resource version of the request that creates the bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CreateVersion {
    V20230101,
    V20240530,
}

impl Options {
    /// What to do. At a server of the environment nothing has a default.
    pub(crate) fn task(self, server_is_in_environment: bool) -> anyhow::Result<Task> {
        let Self { group_id, cluster_name, bucket_name, iam_role_id, legacy, json, .. } = self;
        let version = version(&self.api_version)?;
        let (interval, time_limit) = (self.interval, self.time_limit);
        let watch = self.watch.map(|job_id| Watch { job_id, interval, time_limit });
        let or_local = |value: Option<String>, flag: &str, local: &str| match value {
            Some(value) => Ok(value),
            None if server_is_in_environment => {
                bail!("--{flag} is missing: only the local Atlas has a default for it")
            }
            None => Ok(local.to_owned()),
        };
        let bucket = match (bucket_name, iam_role_id) {
            (Some(name), Some(role)) => Some((name, role)),
            (Some(_), None) => bail!("--bucket-name needs --iam-role-id, the role that may write"),
            (None, Some(_)) => bail!("--iam-role-id needs --bucket-name, the bucket to create"),
            (None, None) if server_is_in_environment => None,
            (None, None) => Some((LOCAL_BUCKET_NAME.to_owned(), LOCAL_IAM_ROLE_ID.to_owned())),
        };
        Ok(Task {
            group_id: or_local(group_id, "group-id", DEFAULT_GROUP_ID)?,
            cluster_name: or_local(cluster_name, "cluster-name", DEFAULT_CLUSTER_NAME)?,
            create: bucket.map(|(name, role)| request(name, &role)).transpose()?.zip(Some(version)),
            legacy,
            json,
            watch,
        })
    }
}

fn version(date: &str) -> anyhow::Result<CreateVersion> {
    match date {
        "2023-01-01" => Ok(CreateVersion::V20230101),
        "2024-05-30" => Ok(CreateVersion::V20240530),
        _ => bail!("--api-version {date:?} is none of 2023-01-01 and 2024-05-30"),
    }
}

fn request(name: String, role: &str) -> anyhow::Result<AwsExportBucketRequest> {
    let role = role.parse().context("--iam-role-id")?;
    Ok(AwsExportBucketRequest::new(name, role))
}
