//! A web service that starts snapshot exports and reports their progress.
//!
//! The README of the service shows how to run it against the local Atlas.

mod api;
mod error;
#[cfg(test)]
mod tests;
mod watcher;

use anyhow::Context as _;
use generated_client::{AttemptOutcome, Client, Interceptor};

/// An interceptor that logs each attempt. A real service would count attempts instead.
struct Metrics;

impl Interceptor for Metrics {
    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        tracing::info!(
            operation = outcome.operation_id(),
            status = outcome.status().map(|status| status.as_u16()),
            seconds = outcome.elapsed().as_secs_f64(),
            "attempt"
        );
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().json().init();
    let project =
        std::env::var("PROJECT").context("`PROJECT` is not set: set it to the id of a project")?;
    let project = project.parse().context("invalid `PROJECT`: expected the id of a project")?;
    let client = Client::builder_from_env()?.interceptor(Metrics).build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, api::router(client, project)).await?)
}
