//! The least that a program does for a call: reqwest and serde, with the limits of the client.

use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;

use crate::work::{CLUSTER, GROUP, TOKEN};

const ACCEPTED: &str = "application/vnd.atlas.2023-01-01+json";

/// A client of reqwest in the making, set up as ours is.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent("atlas-bench")
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .no_proxy()
}

/// A client of reqwest.
///
/// # Errors
///
/// If TLS cannot start.
pub fn client() -> reqwest::Result<reqwest::Client> {
    builder().build()
}

/// Reads one page.
///
/// # Errors
///
/// Whatever goes wrong.
pub async fn page<T: DeserializeOwned>(http: &reqwest::Client, url: &str) -> anyhow::Result<T> {
    let url = format!(
        "{url}/api/atlas/v2/groups/{GROUP}/clusters/{CLUSTER}/backup/exports\
         ?itemsPerPage=100&pageNum=1"
    );
    let request = http.get(url).bearer_auth(TOKEN).header(ACCEPT, ACCEPTED);
    let body = request.send().await?.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice(&body)?)
}
