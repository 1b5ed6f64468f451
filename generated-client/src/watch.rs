//! Watches of export jobs, which end when the job is done.

use std::fmt::{self, Display};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_util::{StreamExt, stream};

use crate::models::{ExportJob, ExportJobState};
use crate::no_response::Cause;
use crate::runtime::check;
use crate::text;
use crate::time_limits::Deadline;
use crate::{Client, Error, InvalidInput, ObjectId, StatusCode};

const OPERATION_ID: &str = "watchExportJob";

/// The minimum time during which lookups may fail temporarily. A watch of a day must survive the restart of a node or of
/// a proxy.
const TOLERANCE: Duration = Duration::from_secs(15 * 60);

/// The minimum number of intervals during which lookups may fail temporarily.
const TOLERATED_INTERVALS: u32 = 5;

/// The problem of a lookup that has not completed.
const NO_RESPONSE: &str = "no complete response arrived: check the network, or raise `timeout`";

const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

impl Client {
    /// Creates a watch of one snapshot export job. [`stream`](WatchExportJob::stream) or [`wait`](WatchExportJob::wait)
    /// starts the watch.
    ///
    /// Atlas does not notify clients when a job changes, so the client polls. Each lookup requests the job, and the
    /// next one begins after the [`interval`](WatchExportJob::interval). If Atlas rejects a request for the job with
    /// 401 or 403 before any lookup has succeeded, and the list of the cluster's export jobs contains the job, the
    /// watch reads only the list from then on. An HTML page from a proxy does not cause this. Only tests against the
    /// local Atlas cover this fallback, because it is not confirmed that Atlas returns these statuses.
    ///
    /// A watch can take longer than an access token is valid. Before the token expires, replace it with
    /// [`set_credentials`](Self::set_credentials).
    ///
    /// # Arguments
    ///
    /// - `group_id`: The id of the project, which the API calls a group.
    /// - `cluster_name`: The name of the cluster, unique within its project.
    /// - `export_id`: The id of the export job.
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
        export_id: impl TryInto<ObjectId, Error: Display>,
    ) -> WatchExportJob {
        let group_id = check::convert("groupId", group_id);
        let cluster_name = cluster_name.into();
        let export_id = check::convert("exportId", export_id);
        WatchExportJob {
            client: self.clone(),
            job: group_id
                .and_then(|group_id| Ok(Job { group_id, cluster_name, export_id: export_id? })),
            interval: Duration::from_secs(15),
            timeout: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A watch of an export job, from [`Client::watch_export_job`]. [`stream`](Self::stream) and [`wait`](Self::wait) start
/// the watch. Awaiting a watch is the same as `wait`.
#[must_use = "watches do nothing until awaited or streamed"]
#[derive(Debug, Clone)]
pub struct WatchExportJob {
    client: Client,
    job: Result<Job, InvalidInput>,
    interval: Duration,
    timeout: Duration,
}

/// The arguments that identify an export job.
#[derive(Debug, Clone)]
struct Job {
    group_id: ObjectId,
    cluster_name: String,
    export_id: ObjectId,
}

impl WatchExportJob {
    /// Sets the time to wait between the end of a lookup and the start of the next one. Defaults to 15 seconds. A time
    /// below 0.1 seconds is treated as 0.1 seconds. After a transient error with a longer `Retry-After`, the watch
    /// waits for that time instead. A random duration of up to 10% is added to each wait, so that watches that start
    /// together do not poll together. A stream begins to wait when it is polled for the next item.
    ///
    /// With the default, each watch takes about four requests per minute from the [rate
    /// limit](crate::docs::limits#rate-limits) of its project. For more than 100 watches, set a longer interval.
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the timeout of the watch. The timeout starts with the first lookup, and includes the time that your code
    /// spends on the items of a stream. Defaults to 24 hours.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns a stream that yields the current job, and then the job each time a lookup finds that it has changed. The
    /// stream misses a state that begins and ends between two lookups. The stream ends when the state of the job is
    /// final: `Successful`, `Failed` (see its `state_reason`) or `Cancelled`. A state that is unknown to this version
    /// of the client is final if the job has a `finished_at`.
    ///
    /// # Errors
    ///
    /// The stream ends after the first error:
    ///
    /// - It yields [`Error::Api`] with status 404 if the project, the cluster or the job does not exist.
    /// - It yields [`Error::NotListed`] if the client reads the list and does not find the job in it.
    /// - It yields [`Error::TimedOut`] with [`TimeLimit::Watch`](crate::TimeLimit::Watch) if the watch times out. If
    ///   the last lookup failed, [`source`](std::error::Error::source) returns its error.
    /// - It yields any other error from the requests for the job or the list. Each lookup has its own retries. The
    ///   watch tolerates transient errors, such as status 503, for 15 minutes, or for five intervals if these are
    ///   longer. This time includes the waits in `Retry-After`: after a longer wait, the next error ends the watch. The
    ///   watch does not tolerate a `Retry-After` that is longer than its remaining time.
    ///
    /// After a lookup that has found the job, the watch tolerates three more errors like transient ones.
    /// [`Error::UnexpectedBody`] and [`Error::Redirect`] can come from a proxy, for example during its maintenance.
    /// [`Error::NotListed`] can be wrong if jobs are removed while the client reads the list.
    pub fn stream(self) -> ExportJobStream {
        let changes = stream::try_unfold(Watch::new(self), |mut watch: Watch| async move {
            if watch.seen.as_ref().is_some_and(ExportJob::is_final) {
                return Ok(None);
            }
            let job = watch.change().await?;
            Ok(Some((job, watch)))
        });
        ExportJobStream(Box::pin(changes))
    }

    /// Waits until the state of the job is final, and returns the job. A job that failed or was cancelled is not an
    /// error: check its `state`, which can also be `Unknown`.
    ///
    /// Dropping the future ends the watch, but does not affect the job. A new watch begins with the job's current state.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`stream`](Self::stream).
    pub async fn wait(self) -> Result<ExportJob, Error> {
        let mut watch = Watch::new(self);
        loop {
            let job = watch.change().await?;
            if job.is_final() {
                return Ok(job);
            }
        }
    }
}

impl IntoFuture for WatchExportJob {
    type Output = Result<ExportJob, Error>;

    type IntoFuture = ExportJobFuture;

    fn into_future(self) -> ExportJobFuture {
        ExportJobFuture(Box::pin(self.wait()))
    }
}

/// The future of an export job in its final state, from awaiting a [`WatchExportJob`].
#[must_use = "futures do nothing unless awaited"]
pub struct ExportJobFuture(Pin<Box<dyn Future<Output = Result<ExportJob, Error>> + Send>>);

impl Future for ExportJobFuture {
    type Output = Result<ExportJob, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for ExportJobFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportJobFuture").finish_non_exhaustive()
    }
}

/// A stream of the states of an export job, from [`WatchExportJob::stream`].
///
/// Dropping the stream ends the watch.
#[must_use = "streams do nothing unless polled"]
pub struct ExportJobStream(Pin<Box<dyn Stream<Item = Result<ExportJob, Error>> + Send>>);

impl ExportJobStream {
    /// Returns the current job, then the job after each change, and `None` after its final state or an error.
    ///
    /// This method is cancel safe: dropping the future loses no change.
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

/// The request that returns the job.
enum Source {
    /// No lookup has found the job yet.
    Untested,
    Job,
    /// The credentials do not allow requests for a single job.
    List,
}

/// A watch in progress.
struct Watch {
    plan: WatchExportJob,
    /// The deadline of the watch. The first lookup sets it.
    deadline: Option<Deadline>,
    /// The time until the next lookup.
    wait: Duration,
    source: Source,
    seen: Option<ExportJob>,
    /// The end of the time during which lookups may fail temporarily, if the last lookup has failed.
    tolerance: Option<Deadline>,
    /// The last failure since the last successful lookup. If there is no such failure, a lookup in progress is recorded
    /// as one.
    problem: Option<Cause>,
    /// The number of lookups that have begun.
    lookups: u32,
}

impl Watch {
    const fn new(plan: WatchExportJob) -> Self {
        Self {
            plan,
            deadline: None,
            wait: Duration::ZERO,
            source: Source::Untested,
            seen: None,
            tolerance: None,
            problem: None,
            lookups: 0,
        }
    }

    /// Returns the job as soon as it differs from the last job that was returned.
    async fn change(&mut self) -> Result<ExportJob, Error> {
        loop {
            let job = self.look_up().await.map_err(of_watch)?;
            if let Some(job) = job.filter(|job| self.seen.as_ref() != Some(job)) {
                self.seen = Some(job.clone());
                return Ok(job);
            }
        }
    }

    /// Waits, then looks up the job. Returns `None` after an error that the watch tolerates.
    async fn look_up(&mut self) -> Result<Option<ExportJob>, Error> {
        let job = self.plan.job.clone()?;
        let WatchExportJob { interval, timeout, .. } = self.plan;
        let deadline = *self.deadline.get_or_insert_with(|| Deadline::after(timeout));
        let wait = std::mem::replace(&mut self.wait, interval.max(SHORTEST_INTERVAL));
        let found = async {
            tokio::time::sleep(jittered(wait)).await;
            self.lookups += 1;
            self.problem.get_or_insert_with(|| {
                Arc::new(io::Error::new(io::ErrorKind::TimedOut, NO_RESPONSE))
            });
            self.get(&job, deadline).await
        };
        match tokio::time::timeout(deadline.left(), found).await {
            Ok(Ok(job)) => {
                (self.tolerance, self.problem) = (None, None);
                Ok(Some(job))
            }
            Ok(Err(error)) if !is_end_of_watch(&error, deadline) => {
                self.tolerate(error, &job, deadline).map(|()| None)
            }
            Ok(Err(_)) | Err(_) => Err(Error::watch_timed_out(
                OPERATION_ID,
                job.to_string(),
                timeout,
                self.lookups,
                self.problem.take(),
            )),
        }
    }

    async fn get(&mut self, job: &Job, deadline: Deadline) -> Result<ExportJob, Error> {
        // A lookup fails at once if the server asks for a wait that ends after the deadline.
        let client = self.plan.client.limited_to(deadline.left());
        let Job { group_id, cluster_name, export_id } = job;
        let get = client.get_group_cluster_backup_export(*group_id, cluster_name, *export_id);
        let list = job.listed(&client);
        match self.source {
            Source::Job => Ok(get.send().await?.into_inner()),
            Source::List => list.await,
            Source::Untested => match get.send().await {
                Ok(job) => {
                    self.source = Source::Job;
                    Ok(job.into_inner())
                }
                Err(refusal) if is_forbidden(&refusal) => {
                    // If the credentials are wrong, the list is forbidden too.
                    let or_refusal = |error| if is_forbidden(&error) { refusal } else { error };
                    let job = list.await.map_err(or_refusal)?;
                    self.source = Source::List;
                    Ok(job)
                }
                Err(error) => Err(error),
            },
        }
    }

    /// Records a temporary error of a lookup and the requested wait. Returns the error if it is not temporary, if
    /// lookups have failed for too long, or if the requested wait ends after the deadline.
    fn tolerate(&mut self, error: Error, job: &Job, deadline: Deadline) -> Result<(), Error> {
        let asked = error.retry_after();
        let tolerated = TOLERANCE.max(self.plan.interval.saturating_mul(TOLERATED_INTERVALS));
        let tolerance = self.tolerance.get_or_insert_with(|| Deadline::after(tolerated)).left();
        if !self.is_temporary(&error) || tolerance.is_zero() || asked > Some(deadline.left()) {
            return Err(error);
        }
        self.wait = self.wait.max(asked.unwrap_or_default());
        let Job { group_id, cluster_name, export_id } = job;
        tracing::warn!(%group_id, cluster_name, %export_id, %error, "cannot look up the export job");
        self.problem = Some(Arc::new(error));
        Ok(())
    }

    /// Returns whether the next lookup may succeed. If an earlier lookup has found the job, a response that does not
    /// come from Atlas is not the result of a wrong base URL. A list that changes while it is read can seem to lack the
    /// job.
    fn is_temporary(&self, error: &Error) -> bool {
        let can_pass = matches!(
            error,
            Error::UnexpectedBody { .. } | Error::Redirect { .. } | Error::NotListed { .. }
        );
        error.is_transient() || can_pass && self.seen.is_some()
    }
}

impl ExportJob {
    /// Returns whether the job has ended. A state that is unknown to this version of the client is final if the job has
    /// a `finished_at`, because Atlas sets this field when a job ends.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match &self.state {
            None | Some(ExportJobState::Unknown(_)) => self.finished_at.is_some(),
            Some(state) => state.is_final(),
        }
    }
}

impl ExportJobState {
    /// Returns whether the job has ended, that is, whether its state is `Successful`, `Failed` or `Cancelled`. Returns
    /// `false` for a state that is unknown to this version of the client. [`ExportJob::is_final`] covers these states.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Successful | Self::Failed | Self::Cancelled)
    }
}

impl Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cluster_name = text::quoted(&self.cluster_name);
        write!(f, "export job `{}` of the cluster {cluster_name}", self.export_id)
    }
}

impl Job {
    /// Searches the list of the cluster's export jobs for the job.
    async fn listed(&self, client: &Client) -> Result<ExportJob, Error> {
        let Self { group_id, cluster_name, export_id } = self;
        let list = client.list_group_cluster_backup_exports(*group_id, cluster_name);
        let mut jobs = list.include_count(false).stream();
        if let Some(job) = jobs.find(|job| job.id == Some(*export_id)).await? {
            return Ok(job);
        }
        let cluster_name = text::quoted(cluster_name);
        let problem = format!(
            "the cluster {cluster_name} has no export job `{export_id}`: check `clusterName` and `exportId`"
        );
        Err(Error::NotListed { operation_id: OPERATION_ID, problem: problem.into() })
    }
}

/// Adds a random duration of up to 10%. Without a source of randomness, adds nothing.
fn jittered(wait: Duration) -> Duration {
    let thousandths = getrandom::u32().map_or(0, |number| number % 101);
    wait.saturating_add(wait / 1000 * thousandths)
}

/// Names the watch, instead of the request for the job, as the operation of an invalid argument.
fn of_watch(error: Error) -> Error {
    match error {
        Error::InvalidInput(fault) => fault.of_operation(OPERATION_ID).into(),
        other => other,
    }
}

/// Returns whether a lookup ended because the watch has timed out.
fn is_end_of_watch(error: &Error, deadline: Deadline) -> bool {
    matches!(error, Error::TimedOut { .. }) && deadline.left().is_zero()
}

/// Returns whether Atlas has rejected the request with status 401 or 403. The page of a proxy is not an [`Error::Api`].
fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::Api { .. })
        && matches!(error.status(), Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))
}
