//! The server that the program uses: Atlas if the environment configures a client, and otherwise a local Atlas.

use std::time::Duration;

use atlas_emulator::{Builder, DEFAULT_GROUP_ID, DEFAULT_TOKEN, Emulator};
use generated_client::{Client, Credentials};
use serde_json::{Value, json};

/// The id of the role that has access to the bucket of the local Atlas.
pub(crate) const LOCAL_ROLE_ID: &str = "668c5f0ed436263134491592";

/// The id of the export bucket that the local Atlas has at the start. Without a command, or for a watch, the local
/// Atlas starts without a bucket.
pub(crate) const LOCAL_BUCKET_ID: &str = "32b6e34b3d91647abb20e7b8";

pub(crate) struct Server {
    pub(crate) client: Client,
    /// A message that names the server.
    pub(crate) description: String,
    local: Option<Emulator>,
}

/// Returns whether any `MONGODB_ATLAS_*` variable is set and not empty. If a required variable is missing, the client
/// reports an error.
pub(crate) fn is_in_environment() -> bool {
    std::env::vars_os().any(|(name, value)| {
        name.to_string_lossy().starts_with("MONGODB_ATLAS_") && !value.is_empty()
    })
}

/// Returns the default time between two lookups of a job.
pub(crate) fn interval() -> Duration {
    Duration::from_secs(if is_in_environment() { 15 } else { 1 })
}

impl Server {
    /// Creates a client for Atlas if a `MONGODB_ATLAS_*` variable is set. Otherwise, starts a local Atlas and creates a
    /// client for it.
    pub(crate) async fn start(local: Builder) -> anyhow::Result<Self> {
        if is_in_environment() {
            let client = Client::from_env()?;
            let url = std::env::var("MONGODB_ATLAS_BASE_URL").ok().filter(|url| !url.is_empty());
            let url = url.unwrap_or_else(|| Client::DEFAULT_BASE_URL.to_owned());
            return Ok(Self { client, description: format!("using {url}"), local: None });
        }
        let atlas = local.start().await?;
        let client = Client::builder(Credentials::access_token(DEFAULT_TOKEN))
            .base_url(atlas.url())
            .build()?;
        let description = format!(
            "using a local Atlas at {}, because no `MONGODB_ATLAS_*` variable is set",
            atlas.url()
        );
        Ok(Self { client, description, local: Some(atlas) })
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        match self.local {
            Some(atlas) => atlas.stop().await,
            None => Ok(()),
        }
    }
}

/// Configures a local Atlas with an export bucket. An export takes four seconds.
pub(crate) fn with_bucket() -> Builder {
    Emulator::builder().export_duration(Duration::from_secs(4)).export_bucket(json!({
        "_id": LOCAL_BUCKET_ID,
        "cloudProvider": "AWS",
        "bucketName": "export-bucket",
        "iamRoleId": LOCAL_ROLE_ID,
        "region": "us-east-1",
        "requirePrivateNetworking": false,
    }))
}

/// Configures a local Atlas with a job that copies 42 collections, 14 of them between two lookups.
pub(crate) fn with_job(id: &str) -> Builder {
    let job = |state: &str, exported: u32, total: u32| -> Vec<Value> {
        vec![json!({
            "id": id,
            "exportBucketId": DEFAULT_GROUP_ID,
            "state": state,
            "exportStatus": { "exportedCollections": exported, "totalCollections": total },
        })]
    };
    let copying = (0..42).step_by(14).map(|exported| job("InProgress", exported, 42));
    let jobs = [job("Queued", 0, 0)].into_iter().chain(copying);
    let jobs = jobs.chain([job("Successful", 42, 42)]);
    Emulator::builder().jobs_over_time(jobs)
}
