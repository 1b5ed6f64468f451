//! A running local Atlas.

use std::sync::{Arc, atomic::Ordering};

use anyhow::Context as _;
use axum::http::StatusCode;
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    behaviour::Behaviour,
    builder::Builder,
    faults::{Fault, Target},
    jobs::Jobs,
    projects::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID},
    record::RecordedRequest,
    server::Server,
};

/// A local Atlas that listens on 127.0.0.1 until it is dropped.
///
/// The local Atlas runs on the tokio runtime that started it.
#[derive(Debug)]
pub struct Emulator {
    pub(crate) server: Arc<Server>,
    // Dropping the sender stops the server.
    pub(crate) running: oneshot::Sender<()>,
    pub(crate) task: JoinHandle<std::io::Result<()>>,
}

impl Emulator {
    /// Starts a local Atlas on a free port, with the default credentials and six jobs in the
    /// default cluster.
    ///
    /// # Errors
    ///
    /// Returns an error if [`Builder::start`] does.
    pub async fn start() -> anyhow::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder with the default configuration.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the base URL without a trailing slash, such as `http://127.0.0.1:41873`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Returns all requests so far, in order of arrival. The result is empty if [requests are not
    /// stored](Builder::keep_requests).
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.server.record.all()
    }

    /// Returns the number of requests to `/api/oauth/token` so far, including requests that were rejected.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.server.record.token_count()
    }

    /// Returns the number of requests so far, even if they are not stored.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.server.record.count()
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connection_count(&self) -> usize {
        self.server.connections.load(Ordering::Relaxed)
    }

    /// Makes the next `count` requests to the token endpoints fail with `status`. These endpoints are
    /// `/api/oauth/token` and `/api/oauth/revoke`.
    pub fn fail_token_requests(&self, count: usize, status: StatusCode) {
        self.server.access.tokens.fail_next(count, status);
    }

    /// Revokes all issued tokens, as the owner of a service account can.
    pub fn revoke_tokens(&self) {
        self.server.access.tokens.revoke_all();
    }

    /// Returns all export buckets in the form of the newest version. The buckets of each project
    /// are sorted from oldest to newest.
    #[must_use]
    pub fn export_buckets(&self) -> Vec<Value> {
        self.server.projects.all().flat_map(|project| project.buckets.all()).collect()
    }

    /// Returns the current state of all export jobs that requests have created.
    #[must_use]
    pub fn created_jobs(&self) -> Vec<Value> {
        let projects = self.server.projects.all();
        projects.flat_map(|project| project.all_jobs().flat_map(Jobs::created)).collect()
    }

    /// Returns the ids of the operations that are not implemented and therefore return an example.
    #[must_use]
    pub fn example_operations(&self) -> Vec<&str> {
        let operations = self.server.spec.operations.iter();
        let examples = operations.filter(|operation| operation.behaviour == Behaviour::Example);
        examples.map(|operation| operation.id.as_str()).collect()
    }

    /// Returns the responses that the local Atlas does not support, each with the operation's id,
    /// the media type and the reason.
    #[must_use]
    pub fn unfilled(&self) -> Vec<String> {
        let operations = self.server.spec.operations.iter();
        let bodies = operations.flat_map(|it| it.bodies.iter().map(move |body| (&it.id, body)));
        let unfilled = bodies.filter_map(|(id, (media_type, body))| {
            let reason = body.as_ref().err()?;
            Some(format!("{id}, {media_type}: {reason}"))
        });
        unfilled.collect()
    }

    /// Queues faults for the next requests to operations, one fault per request.
    pub fn inject(&self, faults: impl IntoIterator<Item = Fault>) {
        self.server.faults.add(None, faults);
    }

    /// Queues faults for the next requests to a path, an operation or a cluster, one fault per
    /// request.
    ///
    /// # Errors
    ///
    /// Returns an error if the target is an operation that is not in the spec.
    pub fn inject_at(
        &self,
        target: Target,
        faults: impl IntoIterator<Item = Fault>,
    ) -> anyhow::Result<()> {
        target.check(&self.server.spec.operations)?;
        self.server.faults.add(Some(target), faults);
        Ok(())
    }

    /// Replaces all export jobs of the default cluster, including those that requests have created. Has no effect if
    /// there is no default cluster.
    pub fn set_jobs(&self, jobs: Vec<Value>) {
        if let Some(list) = self.server.projects.jobs(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME) {
            list.set(jobs);
        }
    }

    /// Stops listening and waits for responses in progress.
    ///
    /// # Errors
    ///
    /// Returns an error if the listener failed or its task panicked.
    pub async fn stop(self) -> anyhow::Result<()> {
        drop(self.running);
        self.task.await?.context("the local Atlas failed while stopping")
    }
}
