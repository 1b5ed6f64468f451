//! The output of results, as tables for users or as lines of JSON for programs.

use std::io::{self, Write as _};

use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use generated_client::ObjectId;
use generated_client::models::{ExportBucket, ExportJob, ExportStatus};
use serde::Serialize;

pub(crate) fn jobs(jobs: &[ExportJob], json: bool) -> anyhow::Result<()> {
    const HEADER: [&str; 6] =
        ["JOB", "STATE", "CREATED", "FINISHED", "COLLECTIONS", "PREFIX OR REASON"];
    print(jobs, json, HEADER, job_row)
}

pub(crate) fn buckets(buckets: &[ExportBucket], json: bool) -> anyhow::Result<()> {
    print(buckets, json, ["BUCKET", "PROVIDER", "NAME", "ROLE", "LOCATION"], bucket_row)
}

/// Prints each result as a line of JSON if `json` is true, or else as a row of a table.
fn print<T: Serialize, const N: usize>(
    results: &[T],
    json: bool,
    header: [&str; N],
    row: impl Fn(&T) -> [String; N],
) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        for result in results {
            writeln!(out, "{}", serde_json::to_string(result)?)?;
        }
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table.add_rows(results.iter().map(row));
    writeln!(out, "{}", table.trim_fmt())?;
    Ok(())
}

fn job_row(job: &ExportJob) -> [String; 6] {
    [
        text(job.id.as_ref()),
        text(job.state.as_ref()),
        text(job.created_at.map(time)),
        text(job.finished_at.map(time)),
        text(job.export_status.as_ref().and_then(progress)),
        text(reason(job).or(job.prefix.as_deref())),
    ]
}

fn bucket_row(bucket: &ExportBucket) -> [String; 5] {
    let row = |id: ObjectId, provider: &str, name: &str, role: ObjectId, place: Option<&str>| {
        [id.to_string(), provider.to_owned(), name.to_owned(), role.to_string(), text(place)]
    };
    match bucket {
        ExportBucket::Aws(it) => {
            row(it.id, "AWS", &it.bucket_name, it.iam_role_id, it.region.as_deref())
        }
        ExportBucket::Azure(it) => {
            row(it.id, "Azure", &it.bucket_name, it.role_id, Some(&it.service_url))
        }
        ExportBucket::Gcp(it) => row(it.id, "GCP", &it.bucket_name, it.role_id, None),
        ExportBucket::Unknown(fields) => ["_id", "cloudProvider", "bucketName", "roleId", "region"]
            .map(|name| text(fields.get(name).and_then(|value| value.as_str()))),
        _ => [(); 5].map(|()| "-".to_owned()),
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn time(time: DateTime<Utc>) -> impl ToString {
    time.format("%Y-%m-%d %H:%M")
}

/// Returns the progress, such as `17 of 42`. Returns `None` if Atlas has not counted the collections yet, or if the
/// cluster has none.
pub(crate) fn progress(status: &ExportStatus) -> Option<String> {
    let total = status.total_collections.filter(|total| *total > 0)?;
    Some(format!("{} of {total}", text(status.exported_collections)))
}

pub(crate) fn reason(job: &ExportJob) -> Option<&str> {
    let reason = job.state_reason.as_ref()?;
    reason.message.as_deref().or(reason.error_code.as_deref())
}
