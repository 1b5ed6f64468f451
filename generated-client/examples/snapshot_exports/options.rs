//! The options of the command line.

use std::str::FromStr;
use std::time::Duration;

use anyhow::bail;
use atlas_emulator::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID};
use clap::{Args, Parser, Subcommand, ValueEnum};
use generated_client::ObjectId;

use crate::server;

/// The text at the end of the help.
const AFTER_HELP: &str = "\
The variables MONGODB_ATLAS_* set the base URL and the credentials. Without
these variables, the program starts a local Atlas and requires no options.";

const EXIT_CODES: &str = "\
Exits with 0 if the job is successful, with 2 if it failed or was cancelled,
with 3 if it is not done within the time limit, and with 1 after any other
error.";

/// Manage export buckets and export jobs. Without a command, list the jobs
#[derive(Debug, Parser)]
#[command(name = "snapshot_exports", disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) tour: Tour,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the export buckets of the project
    Buckets,
    /// Create an export bucket, unless it already exists
    CreateBucket(CreateBucket),
    /// Delete an export bucket
    DeleteBucket {
        /// The id of the bucket
        #[arg(value_name = "BUCKET")]
        id: ObjectId,
    },
    /// Export a snapshot to a bucket
    Export(Export),
    /// List the export jobs of the cluster
    Jobs,
    /// Watch an export job until it is done
    #[command(after_help = EXIT_CODES)]
    Watch {
        /// The id of the job
        #[arg(value_name = "JOB")]
        id: String,
        #[command(flatten)]
        pace: Pace,
    },
}

/// The options that every command accepts.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The id of the project (24 hexadecimal digits)
    #[arg(long, global = true, value_name = "ID")]
    group_id: Option<String>,
    /// The name of the cluster
    #[arg(long, global = true, value_name = "NAME")]
    cluster_name: Option<String>,
    /// Print a line of JSON per result, instead of a table
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The options of a run without a command.
#[derive(Debug, Args)]
pub(crate) struct Tour {
    /// The S3 bucket to register as an export bucket
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket_name: Option<String>,
    /// The AWS IAM role that may write to the bucket
    #[arg(long, value_name = "ID")]
    pub(crate) iam_role_id: Option<String>,
    /// The version to request: 2024-05-30 or 2023-01-01
    #[arg(long, value_name = "DATE")]
    pub(crate) api_version: Option<String>,
    /// List the jobs through the legacy API, v1.0
    #[arg(long)]
    pub(crate) legacy: bool,
    /// Watch this job instead, as the command `watch` does
    #[arg(long, hide = true, value_name = "JOB")]
    #[arg(conflicts_with_all = ["bucket_name", "iam_role_id", "legacy"])]
    pub(crate) watch: Option<String>,
    #[arg(long, hide = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) interval: Option<Duration>,
    #[arg(long, hide = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct CreateBucket {
    /// The name of the bucket or container
    pub(crate) name: String,
    /// The cloud provider of the bucket
    #[arg(long, default_value = "aws")]
    pub(crate) provider: Provider,
    /// The Atlas id of the role that Atlas uses to write to the bucket
    #[arg(long, value_name = "ID")]
    pub(crate) role_id: Option<ObjectId>,
    /// The URL of the storage account (only for Azure)
    #[arg(long, value_name = "URL", required_if_eq("provider", "azure"))]
    pub(crate) service_url: Option<String>,
    /// Export through AWS PrivateLink (only for AWS)
    #[arg(long)]
    pub(crate) private: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    Aws,
    Azure,
    Gcp,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The id of the snapshot
    #[arg(long, value_name = "ID")]
    pub(crate) snapshot_id: Option<ObjectId>,
    /// The id of the export bucket
    #[arg(long, value_name = "ID")]
    pub(crate) bucket_id: Option<ObjectId>,
    /// A label for the metadata of the export; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = label)]
    pub(crate) labels: Vec<(String, String)>,
    /// Wait until the job is done, as the command `watch` does
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

/// The options of a watch.
#[derive(Debug, Args)]
pub(crate) struct Pace {
    /// The time between two checks of the job, in seconds [default: 15, or 1 for a local Atlas]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) interval: Option<Duration>,
    /// The maximum duration of the watch, in seconds [default: 86400]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time_limit: Option<Duration>,
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}

fn label(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl Options {
    /// Rejects options that the command would ignore.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let Self { tour, command, .. } = self;
        let ignored = [
            ("bucket-name", tour.bucket_name.is_some()),
            ("iam-role-id", tour.iam_role_id.is_some()),
            ("api-version", tour.api_version.is_some()),
            ("legacy", tour.legacy),
            ("watch", tour.watch.is_some()),
            ("interval", tour.interval.is_some()),
            ("time-limit", tour.time_limit.is_some()),
        ];
        match ignored.into_iter().find(|(_, is_set)| *is_set) {
            Some((flag, _)) if command.is_some() => {
                bail!("`--{flag}` before a command has no effect: see the command's `--help`")
            }
            _ => Ok(()),
        }
    }
}

impl Place {
    pub(crate) fn group_id(&self) -> anyhow::Result<String> {
        or_local(self.group_id.clone(), "group-id", DEFAULT_GROUP_ID)
    }

    pub(crate) fn cluster_name(&self) -> anyhow::Result<String> {
        or_local(self.cluster_name.clone(), "cluster-name", DEFAULT_CLUSTER_NAME)
    }
}

/// Returns the value of an option, or its default for the local Atlas. If the environment configures a client, a
/// missing option is an error.
pub(crate) fn or_local<T>(value: Option<T>, flag: &str, local: &str) -> anyhow::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match value {
        Some(value) => Ok(value),
        None if server::is_in_environment() => {
            bail!("`--{flag}` is missing: this option has a default only for the local Atlas")
        }
        None => Ok(local.parse()?),
    }
}
