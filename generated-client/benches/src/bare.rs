//! A call that lists export jobs, made with only reqwest and serde.

use std::time::Duration;

use generated_client::models::PaginatedExportJobs;
use reqwest::header::ACCEPT;
use reqwest::redirect::Policy;

use crate::sample::{GROUP, TOKEN};

/// The media type of the list of export jobs.
pub const ACCEPTED: &str = "application/vnd.atlas.2023-01-01+json";

/// Returns a builder for a reqwest client with the timeouts and the redirect policy of `generated-client`.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent("atlas-bench")
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .no_proxy()
}

/// Returns the URL of page `number` of a cluster's export jobs, with `size` jobs on each page.
#[must_use]
pub fn page_url(server: &str, cluster: &str, size: u32, number: &str) -> String {
    format!(
        "{server}/api/atlas/v2/groups/{GROUP}/clusters/{cluster}/backup/exports\
         ?itemsPerPage={size}&pageNum={number}"
    )
}

/// Reads the first page of a cluster's export jobs into the types of `generated-client`.
///
/// # Errors
///
/// Returns an error from reqwest or serde.
pub async fn page(
    http: &reqwest::Client,
    server: &str,
    cluster: &str,
) -> anyhow::Result<PaginatedExportJobs> {
    let request = http.get(page_url(server, cluster, 100, "1"));
    let response = request.bearer_auth(TOKEN).header(ACCEPT, ACCEPTED).send().await?;
    let body = response.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice(&body)?)
}
