//! The commands for export jobs.

use std::process::ExitCode;

use anyhow::Context as _;
use atlas_emulator::DEFAULT_SNAPSHOT_ID;
use generated_client::models::{ExportJob, ExportJobRequest, Label};
use generated_client::{Client, ObjectId};

use crate::options::{Export, Place, or_local};
use crate::server::LOCAL_BUCKET_ID;
use crate::{output, watch};

/// Atlas's maximum page size, which keeps the number of requests low.
const ITEMS_PER_PAGE: u32 = 500;

/// Prints all export jobs of the cluster. With `legacy`, calls the operation of the legacy API.
#[expect(deprecated, reason = "demonstrates the legacy operation")]
pub(crate) async fn list(client: &Client, place: &Place, legacy: bool) -> anyhow::Result<()> {
    let (group_id, cluster_name) = (place.group_id()?, place.cluster_name()?);
    let mut jobs = if legacy {
        let request = client.list_backup_export_jobs(group_id, cluster_name);
        request.items_per_page(ITEMS_PER_PAGE).stream()
    } else {
        let request = client.list_group_cluster_backup_exports(group_id, cluster_name);
        request.items_per_page(ITEMS_PER_PAGE).stream()
    };
    let mut all = Vec::new();
    while let Some(job) = jobs.next().await.transpose()? {
        all.push(job);
    }
    output::jobs(&all, place.json)
}

/// Exports a snapshot. With `--wait`, waits until the job is done.
pub(crate) async fn export(
    client: &Client,
    place: &Place,
    options: Export,
) -> anyhow::Result<ExitCode> {
    let Export { snapshot_id, bucket_id, labels, wait, pace } = options;
    let job = start(client, place, snapshot_id, bucket_id, labels).await?;
    let id = job.id.context("the response to the export has no job id")?;
    eprintln!("created the export job {id}");
    if wait {
        return watch::run(client, place, &id.to_string(), &pace).await;
    }
    output::jobs(&[job], place.json)?;
    Ok(ExitCode::SUCCESS)
}

async fn start(
    client: &Client,
    place: &Place,
    snapshot_id: Option<ObjectId>,
    bucket_id: Option<ObjectId>,
    labels: Vec<(String, String)>,
) -> anyhow::Result<ExportJob> {
    let snapshot_id = or_local(snapshot_id, "snapshot-id", DEFAULT_SNAPSHOT_ID)?;
    let bucket_id = or_local(bucket_id, "bucket-id", LOCAL_BUCKET_ID)?;
    let labels = labels.into_iter().map(|(key, value)| Label::new().key(key).value(value));
    let request = ExportJobRequest::new(snapshot_id, bucket_id).custom_data(labels.collect());
    let (group_id, cluster_name) = (place.group_id()?, place.cluster_name()?);
    let job = client.create_group_cluster_backup_export(group_id, cluster_name, request);
    Ok(job.send().await?.into_inner())
}
