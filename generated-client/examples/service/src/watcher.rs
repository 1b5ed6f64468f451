//! The background task that follows an export.

use generated_client::WatchExportJob;

/// Logs each change of a job until it is done.
pub(crate) async fn log(watch: WatchExportJob) {
    let mut jobs = watch.stream();
    while let Some(job) = jobs.next().await {
        match job {
            Ok(job) => {
                let state = job.state.as_ref().map(ToString::to_string);
                tracing::info!(id = ?job.id, state, reason = ?job.state_reason, "export");
            }
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "watch"),
        }
    }
}
