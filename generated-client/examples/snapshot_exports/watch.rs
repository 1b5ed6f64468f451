//! The command that watches an export job until it is done.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use generated_client::models::{ExportJob, ExportJobState};
use generated_client::{Client, Error, TimeLimit};
use indicatif::{ProgressBar, ProgressStyle};

use crate::options::{Pace, Place};
use crate::{output, server};

const NOT_SUCCESSFUL: u8 = 2;
const TIME_LIMIT: u8 = 3;

/// The default of `--time-limit`.
const USUAL_TIME_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Watches a job and shows each change. Returns exit code 0 if the job succeeds, 2 if the job fails or is cancelled,
/// and 3 if the job is not done within the time limit.
pub(crate) async fn run(
    client: &Client,
    place: &Place,
    job_id: &str,
    timing: &Pace,
) -> anyhow::Result<ExitCode> {
    let request = client.watch_export_job(place.group_id()?, place.cluster_name()?, job_id);
    let request = request.interval(timing.interval.unwrap_or_else(server::interval));
    let request = request.timeout(timing.time_limit.unwrap_or(USUAL_TIME_LIMIT));
    let mut changes = request.stream();
    let display = Display::new(place.json);
    let mut last = None;
    while let Some(change) = changes.next().await {
        match change {
            Ok(job) => {
                display.show(&job)?;
                last = job.state;
            }
            Err(error @ Error::TimedOut { limit: TimeLimit::Watch, .. }) => {
                display.end();
                eprintln!("error: {error}");
                return Ok(TIME_LIMIT.into());
            }
            Err(error) => {
                display.end();
                return Err(error.into());
            }
        }
    }
    display.end();
    Ok(match last {
        Some(ExportJobState::Successful) => ExitCode::SUCCESS,
        _ => NOT_SUCCESSFUL.into(),
    })
}

enum Display {
    /// A progress bar on a terminal.
    Bar(ProgressBar),
    /// A line for each change.
    Lines,
    /// A line of JSON for each change.
    Json,
}

impl Display {
    fn new(json: bool) -> Self {
        if json {
            Self::Json
        } else if io::stderr().is_terminal() {
            Self::Bar(bar())
        } else {
            Self::Lines
        }
    }

    fn show(&self, job: &ExportJob) -> anyhow::Result<()> {
        match self {
            Self::Json => writeln!(io::stdout(), "{}", serde_json::to_string(job)?)?,
            Self::Lines => writeln!(io::stdout(), "{}", line(job))?,
            Self::Bar(bar) => {
                let status = job.export_status.as_ref();
                let count = |count: Option<i32>| count.and_then(|count| u64::try_from(count).ok());
                let total = count(status.and_then(|it| it.total_collections)).unwrap_or(0);
                // A bar of length 0 would look full.
                bar.set_length(total.max(1));
                bar.set_position(count(status.and_then(|it| it.exported_collections)).unwrap_or(0));
                let progress = status.and_then(output::progress);
                let progress = progress.map(|it| format!("{it} ")).unwrap_or_default();
                bar.set_message(format!("{progress}{}", state_and_reason(job)));
            }
        }
        Ok(())
    }

    /// Stops the progress bar and leaves it on the screen.
    fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.abandon();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    // If the template is invalid, the default style remains.
    if let Ok(style) = ProgressStyle::with_template("{elapsed} {bar:40} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_secs(1));
    bar
}

fn line(job: &ExportJob) -> String {
    let progress = job.export_status.as_ref().and_then(output::progress);
    let progress = progress.map(|it| format!(" {it} collections")).unwrap_or_default();
    format!("{}{progress}", state_and_reason(job))
}

fn state_and_reason(job: &ExportJob) -> String {
    let state = job.state.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    match output::reason(job) {
        Some(reason) => format!("{state}: {reason}"),
        None => state,
    }
}
