//! Starting, watching and stopping a local Atlas.

use std::{
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    jobs::sample_jobs,
    projects::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, Projects},
    record::{Record, RecordedRequest},
    server::{self, Server},
    spec::Spec,
};

/// The bearer token that is accepted by default.
pub const DEFAULT_TOKEN: &str = "emulator-token";

/// A local Atlas that listens on 127.0.0.1 until it is dropped.
///
/// It runs on the tokio runtime that started it.
#[derive(Debug)]
pub struct Emulator {
    server: Arc<Server>,
    // Dropping the sender is the signal to stop.
    running: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Emulator {
    /// Starts one on a free port, with [`DEFAULT_TOKEN`] and six jobs in the default cluster.
    ///
    /// # Errors
    ///
    /// As for [`Builder::start`].
    pub async fn start() -> anyhow::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with the defaults, to be changed before [`Builder::start`].
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base URL, such as `http://127.0.0.1:41873`, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Every request so far, in the order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.server.record.all()
    }

    /// Every export bucket created so far, as the answers of the newest version show it.
    #[must_use]
    pub fn export_buckets(&self) -> Vec<Value> {
        self.server.projects.all().flat_map(|project| project.buckets.all()).collect()
    }

    /// Stops listening, and waits until the requests under way are answered.
    ///
    /// # Errors
    ///
    /// The listener failed, or a task of it panicked.
    pub async fn stop(self) -> anyhow::Result<()> {
        drop(self.running);
        self.task.await?.context("the local Atlas did not end well")
    }
}

/// What a local Atlas starts with.
#[derive(Debug)]
pub struct Builder {
    port: u16,
    token: String,
    spec: PathBuf,
    projects: Projects,
}

impl Default for Builder {
    fn default() -> Self {
        let builder = Self {
            port: 0,
            token: DEFAULT_TOKEN.to_owned(),
            spec: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/atlas.yaml"),
            projects: Projects::default(),
        };
        builder.jobs(sample_jobs(6))
    }
}

impl Builder {
    /// The port to listen on; 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The only bearer token that is accepted.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// The spec to check requests against; by default this workspace's `spec/atlas.yaml`.
    #[must_use]
    pub fn spec(mut self, file: impl Into<PathBuf>) -> Self {
        self.spec = file.into();
        self
    }

    /// The export jobs of the default cluster, in place of the six that are there otherwise.
    ///
    /// They are sent as they are, so that they may hold what the spec does not know.
    /// [`sample_jobs`] makes any number of valid ones.
    #[must_use]
    pub fn jobs(self, jobs: Vec<Value>) -> Self {
        self.cluster(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, jobs)
    }

    /// One more cluster, in one more project if the project is new, with its export jobs.
    #[must_use]
    pub fn cluster(
        mut self,
        group_id: impl Into<String>,
        name: impl Into<String>,
        jobs: Vec<Value>,
    ) -> Self {
        self.projects.put_cluster(group_id.into(), name.into(), jobs);
        self
    }

    /// Reads the spec, and listens.
    ///
    /// # Errors
    ///
    /// The spec cannot be read, is broken, or has none of the operations played here; or the port
    /// is taken.
    pub async fn start(self) -> anyhow::Result<Emulator> {
        let spec = Spec::load(&self.spec)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .with_context(|| format!("cannot listen on 127.0.0.1:{}", self.port))?;
        let server = Arc::new(Server {
            url: format!("http://{}", listener.local_addr()?),
            token: self.token,
            spec,
            projects: self.projects,
            record: Record::default(),
        });
        let (running, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, server::router(Arc::clone(&server)))
            .with_graceful_shutdown(async { _ = stopped.await });
        let task = tokio::spawn(serve.into_future());
        Ok(Emulator { server, running, task })
    }
}
