//! The server to talk to: the one that the environment names, or a local Atlas.

use atlas_emulator::{DEFAULT_GROUP_ID, DEFAULT_TOKEN, Emulator};
use generated_client::{Client, Credentials};
use serde_json::{Value, json};

use crate::options::Watch;

pub(crate) struct Server {
    pub(crate) client: Client,
    /// Which server it is, for people.
    pub(crate) description: String,
    local: Option<Emulator>,
}

/// Whether the environment speaks of Atlas at all. Whoever sets but one variable wants that server,
/// and is told by the client what else it needs.
pub(crate) fn is_in_environment() -> bool {
    std::env::vars_os().any(|(name, value)| {
        name.to_string_lossy().starts_with("MONGODB_ATLAS_") && !value.is_empty()
    })
}

impl Server {
    /// A local Atlas plays the job that is watched.
    pub(crate) async fn start(watch: Option<&Watch>) -> anyhow::Result<Self> {
        if is_in_environment() {
            let client = Client::from_env()?;
            let url = std::env::var("MONGODB_ATLAS_BASE_URL").ok().filter(|url| !url.is_empty());
            let url = url.unwrap_or_else(|| Client::DEFAULT_BASE_URL.to_owned());
            return Ok(Self { client, description: format!("using {url}"), local: None });
        }
        let atlas = match watch {
            Some(watch) => Emulator::builder().jobs_over_time(play(&watch.job_id)).start().await?,
            None => Emulator::start().await?,
        };
        let client = Client::builder(Credentials::access_token(DEFAULT_TOKEN))
            .base_url(atlas.url())
            .build()?;
        let description = format!(
            "using a local Atlas at {}, for the environment names no other (MONGODB_ATLAS_*)",
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

/// The jobs of a cluster, one list for each look at them: a job that copies 42 collections.
fn play(job_id: &str) -> impl Iterator<Item = Vec<Value>> {
    let job = move |state: &str, exported: u32| {
        vec![json!({
            "id": job_id,
            "exportBucketId": DEFAULT_GROUP_ID,
            "state": state,
            "exportStatus": { "exportedCollections": exported, "totalCollections": 42 },
        })]
    };
    let copying = (0..42).step_by(6).map(move |exported| job("InProgress", exported));
    [job("Queued", 0)].into_iter().chain(copying).chain([job("Successful", 42)])
}
