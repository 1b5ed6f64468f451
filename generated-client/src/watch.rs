//! Watching an export job until it is done.

use std::fmt::{self, Display};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_util::{StreamExt, stream};
use reqwest::Method;

use crate::models::{ExportJob, ExportJobState};
use crate::operations::ListGroupClusterBackupExports;
use crate::retry::may_pass;
use crate::runtime::check;
use crate::text;
use crate::time_limits::Deadline;
use crate::{Client, Error, InvalidInput, ObjectId, TimeLimit};

const OPERATION_ID: &str = "watchExportJob";

/// So many looks in a row may fail, if each failure may pass.
const PATIENCE: u32 = 5;

const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

impl Client {
    /// Watches one snapshot export job until it is done.
    ///
    /// Atlas does not announce changes, so the client polls: at each interval it reads the list of
    /// the cluster's export jobs up to the job. (Atlas can also return a single job, with an
    /// operation that this client does not have.)
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: generated_client::Client) -> Result<(), generated_client::Error> {
    /// let mut jobs = client
    ///     .watch_export_job("32b6e34b3d91647abb20e7b8", "Cluster0", "6817355c1f2a3b4c5d6e7f03")
    ///     .stream();
    /// while let Some(job) = jobs.next().await.transpose()? {
    ///     println!("{:?} {:?} {:?}", job.state, job.export_status, job.state_reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch_export_job(
        &self,
        group_id: impl TryInto<ObjectId, Error: Display>,
        cluster_name: impl Into<String>,
        job_id: impl TryInto<ObjectId, Error: Display>,
    ) -> WatchExportJob {
        let cluster_name = cluster_name.into();
        WatchExportJob {
            list: self
                .list_group_cluster_backup_exports(group_id, cluster_name.clone())
                .include_count(false),
            cluster_name,
            job_id: check::convert("jobId", job_id),
            interval: Duration::from_secs(15),
            time_limit: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A watch of [`Client::watch_export_job`], to be begun by [`stream`](Self::stream) or
/// [`wait`](Self::wait).
#[must_use = "nothing is watched until it is begun"]
#[derive(Debug, Clone)]
pub struct WatchExportJob {
    list: ListGroupClusterBackupExports,
    cluster_name: String,
    job_id: Result<ObjectId, InvalidInput>,
    interval: Duration,
    time_limit: Duration,
}

impl WatchExportJob {
    /// How long to wait between two looks. 15 seconds unless set, and never less than 0.1 seconds.
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long to watch. 24 hours unless set.
    pub const fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The job as it is, then each time that anything of it has changed, until its state is final:
    /// `Successful`, `Failed` (its `state_reason` says why) or `Cancelled`. A state that is newer
    /// than this client counts as one that goes on.
    ///
    /// # Errors
    ///
    /// The stream ends with the first error: [`Error::NotListed`] if the cluster has no such job,
    /// [`Error::TimedOut`] with [`TimeLimit::Watch`] at the time limit, or any that the list may
    /// have. One that may pass, such as 503, is put up with for five looks in a row.
    pub fn stream(self) -> ExportJobStream {
        let changes = stream::try_unfold(Watch::new(self), |mut watch: Watch| async move {
            if watch.told.as_ref().is_some_and(is_final) {
                return Ok(None);
            }
            let job = watch.change().await?;
            Ok(Some((job, watch)))
        });
        ExportJobStream(Box::pin(changes))
    }

    /// The job in its final state.
    ///
    /// # Errors
    ///
    /// As for [`stream`](Self::stream).
    pub async fn wait(self) -> Result<ExportJob, Error> {
        let mut watch = Watch::new(self);
        loop {
            let job = watch.change().await?;
            if is_final(&job) {
                return Ok(job);
            }
        }
    }
}

/// The states of an export job, from [`WatchExportJob::stream`].
///
/// It is a [`Stream`] that is [`Send`] and [`Unpin`]; dropping it ends the watch.
#[must_use = "nothing is watched until a state is asked for"]
pub struct ExportJobStream(Pin<Box<dyn Stream<Item = Result<ExportJob, Error>> + Send>>);

impl ExportJobStream {
    /// The job once it has changed; `None` after its final state, and after an error.
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<ExportJob, Error>> {
        StreamExt::next(&mut self.0).await
    }
}

impl Stream for ExportJobStream {
    type Item = Result<ExportJob, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for ExportJobStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportJobStream").finish_non_exhaustive()
    }
}

/// A watch that is under way.
struct Watch {
    plan: WatchExportJob,
    /// Set by the first look.
    deadline: Option<Deadline>,
    /// How long to wait until the next look.
    wait: Duration,
    told: Option<ExportJob>,
    /// How many looks in a row have failed.
    failures: u32,
    /// How many looks have begun.
    looks: u32,
}

impl Watch {
    const fn new(plan: WatchExportJob) -> Self {
        Self { plan, deadline: None, wait: Duration::ZERO, told: None, failures: 0, looks: 0 }
    }

    /// The job as soon as it differs from what was told before.
    async fn change(&mut self) -> Result<ExportJob, Error> {
        let id = self.plan.job_id.clone()?;
        loop {
            if let Some(job) = self.look(id).await?
                && self.told.as_ref() != Some(&job)
            {
                self.told = Some(job.clone());
                return Ok(job);
            }
        }
    }

    /// Waits, then looks the job up. Nothing if that failed in a way that may pass.
    async fn look(&mut self, id: ObjectId) -> Result<Option<ExportJob>, Error> {
        let WatchExportJob { interval, time_limit, .. } = self.plan;
        let deadline = *self.deadline.get_or_insert_with(|| Deadline::after(time_limit));
        let wait = std::mem::replace(&mut self.wait, interval.max(SHORTEST_INTERVAL));
        let found = async {
            tokio::time::sleep(wait).await;
            self.looks += 1;
            self.find(id).await
        };
        match tokio::time::timeout(deadline.left(), found).await {
            Ok(Ok(job)) => {
                self.failures = 0;
                Ok(Some(job))
            }
            Ok(Err(error)) => self.put_up_with(error).map(|()| None),
            Err(_) => {
                let mut error = Error::timed_out(OPERATION_ID, TimeLimit::Watch, time_limit);
                error.set_attempts(self.looks);
                Err(error)
            }
        }
    }

    async fn find(&self, id: ObjectId) -> Result<ExportJob, Error> {
        let mut jobs = self.plan.list.clone().stream();
        while let Some(job) = jobs.next().await.transpose()? {
            if job.id == Some(id) {
                return Ok(job);
            }
        }
        let cluster_name = text::quoted(&self.plan.cluster_name);
        let problem = format!("the cluster {cluster_name} has no export job {id}: check both");
        Err(Error::NotListed { operation_id: OPERATION_ID, problem: problem.into() })
    }

    /// Gives an error back that will not pass, or has been there for too long.
    fn put_up_with(&mut self, error: Error) -> Result<(), Error> {
        let passes = may_pass(&error, &Method::GET) || matches!(error, Error::TimedOut { .. });
        if !passes || self.failures == PATIENCE {
            return Err(error);
        }
        self.failures += 1;
        self.wait = self.wait.max(error.retry_after().unwrap_or_default());
        tracing::warn!(%error, failures = self.failures, "the export job cannot be looked up");
        Ok(())
    }
}

const fn is_final(job: &ExportJob) -> bool {
    matches!(
        job.state,
        Some(ExportJobState::Successful | ExportJobState::Failed | ExportJobState::Cancelled)
    )
}
