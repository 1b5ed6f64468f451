//! The background task that follows an export.

use generated_client::WatchExportJob;

/// Logs each change of a job until the job is done or the watch fails.
pub(crate) async fn log(watch: WatchExportJob) {
    let mut jobs = watch.stream();
    while let Some(job) = jobs.next().await {
        match job {
            Ok(job) => {
                let id = job.id.map(|id| id.to_string());
                let state = job.state.map(|state| state.to_string());
                let reason = job.state_reason.and_then(|reason| reason.message);
                tracing::info!(id, state, reason, "the export changed");
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the watch failed");
            }
        }
    }
}
