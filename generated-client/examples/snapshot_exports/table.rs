//! Export jobs as a table for people.

use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use generated_client::models::{ExportJob, ExportStatus};

/// A row for each job; what a job does not say is a dash.
pub(crate) fn of(jobs: &[ExportJob]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["JOB", "STATE", "CREATED", "FINISHED", "COLLECTIONS", "PREFIX OR REASON"]);
    table.add_rows(jobs.iter().map(row));
    table.trim_fmt()
}

fn row(job: &ExportJob) -> [String; 6] {
    [
        text(job.id.as_ref()),
        text(job.state.as_ref()),
        text(job.created_at.map(time)),
        text(job.finished_at.map(time)),
        text(job.export_status.as_ref().map(progress)),
        text(reason(job).or(job.prefix.as_deref())),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn time(time: DateTime<Utc>) -> impl ToString {
    time.format("%Y-%m-%d %H:%M")
}

pub(crate) fn progress(status: &ExportStatus) -> String {
    format!("{} of {}", text(status.exported_collections), text(status.total_collections))
}

pub(crate) fn reason(job: &ExportJob) -> Option<&str> {
    let reason = job.state_reason.as_ref()?;
    reason.message.as_deref().or(reason.error_code.as_deref())
}
