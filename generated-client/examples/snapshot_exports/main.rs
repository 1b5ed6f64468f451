//! Creates an export bucket where one is named, then lists the export jobs of a cluster; or watches
//! one of them.
//!
//! ```sh
//! cargo run -p generated-client --example snapshot_exports -- --help
//! ```
//!
//! The data goes to the standard output, everything else to the standard error.

mod options;
mod server;
mod table;
mod watch;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use generated_client::models::{AwsExportBucketRequest, ExportBucket, ExportJob};
use generated_client::{Client, Error};

use crate::options::{CreateVersion, Options, Task};
use crate::server::Server;

/// The most that a page may hold, so that few requests are needed.
const ITEMS_PER_PAGE: u32 = 500;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(help_or_error) => return explain(&help_or_error),
    };
    warn_at_standard_error();
    run(options).await.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Shows what the client warns of: versions that near their end, looks at a job that failed.
fn warn_at_standard_error() {
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN);
    log.with_writer(io::stderr).with_ansi(false).without_time().with_target(false).init();
}

/// A wrong flag ends as any other error does, for 2 says how a job ended.
fn explain(help_or_error: &clap::Error) -> ExitCode {
    match help_or_error.print() {
        Ok(()) if !help_or_error.use_stderr() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let task = options.task(server::is_in_environment())?;
    let server = Server::start(task.watch.as_ref()).await?;
    eprintln!("{}", server.description);
    let code = match &task.watch {
        Some(watch) => watch::run(&server.client, &task, watch).await?,
        None => create_and_list(&server.client, &task).await?,
    };
    server.stop().await?;
    Ok(code)
}

async fn create_and_list(client: &Client, task: &Task) -> anyhow::Result<ExitCode> {
    if let Some((bucket, version)) = &task.create {
        let bucket = create(client, &task.group_id, bucket, *version).await?;
        eprintln!("created the export bucket {}", summary(&bucket));
    }
    print(&list(client, task).await?, task.json)?;
    Ok(ExitCode::SUCCESS)
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
            Ok(ExportBucket::Aws(request.send().await?.into_inner()))
        }
    }
}

#[expect(deprecated, reason = "the legacy address is there to be compared")]
async fn list(client: &Client, task: &Task) -> Result<Vec<ExportJob>, Error> {
    let Task { group_id, cluster_name, .. } = task;
    let mut jobs = if task.legacy {
        let request = client.list_backup_export_jobs(&**group_id, cluster_name);
        request.items_per_page(ITEMS_PER_PAGE).stream()
    } else {
        let request = client.list_group_cluster_backup_exports(&**group_id, cluster_name);
        request.items_per_page(ITEMS_PER_PAGE).stream()
    };
    let mut all = Vec::new();
    while let Some(job) = jobs.next().await.transpose()? {
        all.push(job);
    }
    Ok(all)
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
