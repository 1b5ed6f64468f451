//! Creates an export bucket where one is named, then lists the export jobs of a cluster.
//!
//! ```sh
//! cargo run -p generated-client --example snapshot_exports -- --help
//! ```
//!
//! The data goes to the standard output, everything else to the standard error.

mod options;
mod server;
mod table;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use generated_client::models::{AwsExportBucketRequest, ExportBucket, ExportJob};
use generated_client::{Client, Error, Response};

use crate::options::{CreateVersion, Options, Task};
use crate::server::Server;

/// The most that a page may hold, so that few requests are needed.
const ITEMS_PER_PAGE: u32 = 500;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> anyhow::Result<()> {
    let task = options.task(server::is_in_environment())?;
    let server = Server::start().await?;
    eprintln!("{}", server.description);
    if let Some((bucket, version)) = &task.create {
        let bucket = create(&server.client, &task.group_id, bucket, *version).await?;
        eprintln!("created the export bucket {}", summary(&bucket));
    }
    let jobs = list(&server.client, &task).await?;
    print(&jobs, task.json)?;
    server.stop().await
}

#[expect(deprecated, reason = "the older version is there to be compared")]
async fn create(
    client: &Client,
    group_id: &str,
    bucket: &AwsExportBucketRequest,
    version: CreateVersion,
) -> Result<ExportBucket, Error> {
    let bucket = bucket.clone();
    match version {
        CreateVersion::V20240530 => {
            let answer = client.create_group_backup_export_bucket(group_id, bucket).send().await?;
            Ok(answer.into_inner())
        }
        CreateVersion::V20230101 => {
            let request = client.create_group_backup_export_bucket_v2023_01_01(group_id, bucket);
            let answer = request.send().await?;
            warn_of_sunset(&answer);
            Ok(ExportBucket::Aws(answer.into_inner()))
        }
    }
}

/// The jobs of all pages.
#[expect(deprecated, reason = "the legacy address is there to be compared")]
async fn list(client: &Client, task: &Task) -> Result<Vec<ExportJob>, Error> {
    let Task { group_id, cluster_name, .. } = task;
    let mut stream = if task.legacy {
        let request = client.list_backup_export_jobs(group_id, cluster_name);
        request.items_per_page(ITEMS_PER_PAGE).stream()
    } else {
        let request = client.list_group_cluster_backup_exports(group_id, cluster_name);
        request.items_per_page(ITEMS_PER_PAGE).stream()
    };
    let mut jobs = Vec::new();
    while let Some(job) = stream.next().await {
        jobs.push(job?);
    }
    Ok(jobs)
}

fn warn_of_sunset<T>(answer: &Response<T>) {
    if let Some(date) = answer.deprecation() {
        let end = answer.sunset().map(|date| format!(", and gone on {date}")).unwrap_or_default();
        eprintln!("warning: this version is deprecated since {date}{end}");
    }
}

fn summary(bucket: &ExportBucket) -> String {
    let name = bucket.bucket_name().unwrap_or("of another provider");
    bucket.id().map_or_else(|| name.to_owned(), |id| format!("{name} ({id})"))
}

fn print(jobs: &[ExportJob], json: bool) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        for job in jobs {
            writeln!(out, "{}", serde_json::to_string(job)?)?;
        }
    } else {
        writeln!(out, "{}", table::of(jobs))?;
    }
    Ok(())
}
