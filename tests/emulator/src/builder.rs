//! The builder of a local Atlas.

use std::{
    fmt,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    auth::{
        Access, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, Digest, DigestServer, Pair, TokenRules,
        Tokens,
    },
    connection::{Connection, Connections},
    emulator::Emulator,
    exports::{ExportOutcome, Schedule},
    faults::{Fault, Faults, Target},
    jobs::{JobList, Jobs},
    paging::Paging,
    projects::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, Projects},
    rate_limit::RateLimiter,
    record::Record,
    server::{self, Server},
    spec::Spec,
    tls,
};

/// The default bearer token.
pub const DEFAULT_TOKEN: &str = "emulator-token";

/// A certificate chain and its private key in PEM.
struct Pem {
    certificates: Vec<u8>,
    key: Vec<u8>,
}

/// Hides the key.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pem").finish_non_exhaustive()
    }
}

/// The configuration of a local Atlas.
#[derive(Debug)]
pub struct Builder {
    port: u16,
    tls: Option<Pem>,
    token: String,
    tokens: TokenRules,
    key: Pair,
    digest: Digest,
    spec: PathBuf,
    projects: Projects,
    faults: Faults,
    rate_limiter: RateLimiter,
    paging: Paging,
    exports: Schedule,
    keep_requests: bool,
    today: Option<NaiveDate>,
}

impl Default for Builder {
    fn default() -> Self {
        let builder = Self {
            port: 0,
            tls: None,
            token: DEFAULT_TOKEN.to_owned(),
            tokens: TokenRules::default(),
            key: Pair::new(DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY),
            digest: Digest::default(),
            spec: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/atlas.yaml"),
            projects: Projects::default(),
            faults: Faults::default(),
            rate_limiter: RateLimiter::default(),
            paging: Paging::default(),
            exports: Schedule::default(),
            keep_requests: true,
            today: None,
        };
        builder.sample_jobs(6)
    }
}

impl Builder {
    /// Sets the port. Defaults to 0, which selects a free port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Enables TLS with a certificate chain and its private key in PEM. The URL becomes
    /// `https://127.0.0.1:PORT`, so the certificate must be valid for 127.0.0.1.
    #[must_use]
    pub fn tls(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls = Some(Pem { certificates: certificates.into(), key: key.into() });
        self
    }

    /// Sets a bearer token that never expires. Defaults to [`DEFAULT_TOKEN`]. Tokens from the token
    /// endpoint are also accepted.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Sets the service account that the token endpoints accept. Defaults to
    /// [`DEFAULT_CLIENT_ID`](crate::DEFAULT_CLIENT_ID) with
    /// [`DEFAULT_CLIENT_SECRET`](crate::DEFAULT_CLIENT_SECRET).
    #[must_use]
    pub fn service_account(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.tokens.account = Pair::new(id, secret);
        self
    }

    /// Sets the lifetime of issued tokens. Defaults to one hour. `expires_in` is rounded down to
    /// whole seconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.tokens.lifetime = lifetime;
        self
    }

    /// Sets the maximum number of requests for tokens within a period. Requests with wrong credentials do not count.
    /// `None` removes the limit. Defaults to 10 per minute, the lowest limit that is documented for Atlas.
    #[must_use]
    pub fn token_limit(mut self, limit: Option<(usize, Duration)>) -> Self {
        self.tokens.limit = limit;
        self
    }

    /// Sets the maximum number of valid tokens. Defaults to Atlas's limit, 100.
    #[must_use]
    pub const fn live_token_limit(mut self, count: usize) -> Self {
        self.tokens.live_limit = count;
        self
    }

    /// Sets the delay before each response from the token endpoints. Defaults to zero.
    #[must_use]
    pub fn token_delay(mut self, delay: Duration) -> Self {
        self.tokens.delay = delay;
        self
    }

    /// Sets the API key that HTTP Digest accepts. Defaults to [`DEFAULT_PUBLIC_KEY`] with
    /// [`DEFAULT_PRIVATE_KEY`].
    #[must_use]
    pub fn api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.key = Pair::new(public, private);
        self
    }

    /// Configures HTTP Digest. By default, challenges have the form of Atlas's, but nonces never become stale.
    #[must_use]
    pub fn digest(mut self, digest: Digest) -> Self {
        self.digest = digest;
        self
    }

    /// Sets the file with the OpenAPI document. Defaults to `spec/atlas.yaml` in this workspace.
    #[must_use]
    pub fn spec(mut self, file: impl Into<PathBuf>) -> Self {
        self.spec = file.into();
        self
    }

    /// Sets the export jobs of the default cluster. Defaults to six sample jobs.
    ///
    /// Responses contain the jobs unchanged, even jobs that do not match the spec. [`sample_jobs`](crate::sample_jobs)
    /// creates valid jobs.
    #[must_use]
    pub fn jobs(self, jobs: Vec<Value>) -> Self {
        self.cluster(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME, jobs)
    }

    /// Sets the number of [`sample_jobs`](crate::sample_jobs) in the default cluster. These jobs
    /// use no memory, because each job is created when a request reads it.
    #[must_use]
    pub fn sample_jobs(mut self, count: u32) -> Self {
        let name = DEFAULT_CLUSTER_NAME.to_owned();
        self.projects.put_cluster(
            DEFAULT_GROUP_ID,
            name,
            Jobs::over_time([JobList::Samples(count)]),
        );
        self
    }

    /// Adds a cluster with its export jobs, and its project if necessary. Replaces the jobs of an existing cluster.
    /// [`sample_jobs_of`](crate::sample_jobs_of) creates jobs whose ids are unique to the cluster.
    #[must_use]
    pub fn cluster(
        mut self,
        group_id: impl Into<String>,
        name: impl Into<String>,
        jobs: Vec<Value>,
    ) -> Self {
        self.projects.put_cluster(&group_id.into(), name.into(), Jobs::over_time([jobs]));
        self
    }

    /// Replaces all projects, including the default project, with a project that has only this cluster.
    #[must_use]
    pub fn only_cluster(
        mut self,
        group_id: impl Into<String>,
        name: impl Into<String>,
        jobs: Vec<Value>,
    ) -> Self {
        self.projects = Projects::default();
        self.cluster(group_id, name, jobs)
    }

    /// Sets successive lists of export jobs for the default cluster. Each request for a page or a single job uses the
    /// next list. Once the last list is reached, all further requests use it.
    #[must_use]
    pub fn jobs_over_time(mut self, lists: impl IntoIterator<Item = Vec<Value>>) -> Self {
        let name = DEFAULT_CLUSTER_NAME.to_owned();
        self.projects.put_cluster(DEFAULT_GROUP_ID, name, Jobs::over_time(lists));
        self
    }

    /// Sets the time from the creation of an export job to its final state. Defaults to 10 seconds.
    ///
    /// A job is `Queued` for the first tenth of the time, then `InProgress`. The time follows
    /// tokio's clock, which a test can pause and advance.
    #[must_use]
    pub const fn export_duration(mut self, duration: Duration) -> Self {
        self.exports.duration = duration;
        self
    }

    /// Sets the final state of the export jobs that requests create. Defaults to `Successful`.
    #[must_use]
    pub const fn export_outcome(mut self, outcome: ExportOutcome) -> Self {
        self.exports.outcome = outcome;
        self
    }

    /// Adds an export bucket to the default project, in the form of the newest version. Every version whose schema the
    /// bucket matches returns the bucket unchanged, with one exception: only responses to requests for a single bucket
    /// contain the `region`.
    #[must_use]
    pub fn export_bucket(mut self, bucket: Value) -> Self {
        self.projects.put(DEFAULT_GROUP_ID).buckets.put(bucket);
        self
    }

    /// Configures the pagination of lists.
    #[must_use]
    pub fn paging(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    /// Queues faults for the first requests to operations, one fault per request.
    #[must_use]
    pub fn faults(self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.add(None, faults);
        self
    }

    /// Queues faults for the first requests to a path, an operation or a cluster, one fault per
    /// request. Faults with a target take precedence over faults without one.
    #[must_use]
    pub fn faults_at(self, target: Target, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.add(Some(target), faults);
        self
    }

    /// Applies faults in rotation to all requests to operations, except requests that trigger a
    /// fault themselves or get a queued or targeted fault.
    #[must_use]
    pub fn recurring_faults(self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.add_recurring(None, faults);
        self
    }

    /// Applies faults in rotation to all requests to a path, an operation or a cluster, after the
    /// queued faults for the same target. A request that triggers a fault itself gets only that
    /// fault.
    #[must_use]
    pub fn recurring_faults_at(
        self,
        target: Target,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Self {
        self.faults.add_recurring(Some(target), faults);
        self
    }

    /// Sets the current date. Each version is removed on its sunset date. By default, no version is
    /// removed.
    #[must_use]
    pub const fn today(mut self, day: NaiveDate) -> Self {
        self.today = Some(day);
        self
    }

    /// Sets whether to store all requests for [`Emulator::requests`]. Defaults to `true`. To limit
    /// memory use, disable this option for a server that runs for a long time.
    #[must_use]
    pub const fn keep_requests(mut self, keep: bool) -> Self {
        self.keep_requests = keep;
        self
    }

    /// Limits the rate of versioned requests. Each project has a bucket of `capacity` tokens, which gains `refill`
    /// tokens at the end of each period. By default, the rate is not limited. In recorded responses, Atlas's bucket for
    /// snapshots, export buckets and export jobs has a capacity of 1200 tokens. How fast Atlas refills it is not
    /// recorded.
    #[must_use]
    pub fn rate_limit(mut self, capacity: u32, refill: u32, period: Duration) -> Self {
        self.rate_limiter = RateLimiter::new(capacity, refill, period);
        self
    }

    /// Loads the spec and starts listening.
    ///
    /// # Errors
    ///
    /// Returns an error if the spec cannot be read, is invalid or has no operation with an
    /// `operationId`, or if the port is in use. Also returns an error if the certificate or its key
    /// is invalid, or if a fault targets an operation that is not in the spec.
    pub async fn start(self) -> anyhow::Result<Emulator> {
        let spec = Spec::load(&self.spec)?;
        self.faults.check(&spec.operations)?;
        let tls = self.tls.map(|Pem { certificates, key }| tls::acceptor(&certificates, &key));
        let tls = tls.transpose()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .with_context(|| format!("cannot listen on `127.0.0.1:{}`", self.port))?;
        let count = Arc::new(AtomicUsize::new(0));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Arc::new(Server {
            url: format!("{scheme}://{}", listener.local_addr()?),
            access: Access {
                token: self.token,
                tokens: Tokens::new(self.tokens),
                digest: DigestServer::new(self.key, self.digest),
            },
            spec,
            projects: self.projects,
            record: Record::new(self.keep_requests),
            faults: self.faults,
            rate_limiter: self.rate_limiter,
            paging: self.paging,
            exports: self.exports,
            today: self.today,
            connections: Arc::clone(&count),
        });
        let (running, stopped) = oneshot::channel::<()>();
        let service = server::router(Arc::clone(&server));
        let service = service.into_make_service_with_connect_info::<Connection>();
        let serve = axum::serve(Connections { listener, tls, count }, service)
            .with_graceful_shutdown(async { _ = stopped.await });
        let task = tokio::spawn(serve.into_future());
        Ok(Emulator { server, running, task })
    }
}
