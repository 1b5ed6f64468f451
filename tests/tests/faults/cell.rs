//! A cell of the table: a call with a fault.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME as CLUSTER,
    DEFAULT_GROUP_ID as GROUP, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, DEFAULT_TOKEN, Emulator,
    Fault,
};
use atlas_tests::calls::{self, BUCKET};
use atlas_tests::spec;
use generated_client::models::ExportJob;
use generated_client::{
    BodyProblem, Client, Credentials, Error, ItemStream, Response, RetryPolicy, TimeLimit,
};
use serde_json::Value;

use super::rows::{MOST, Row, Who};

/// The timeout of an attempt. The longest delays of the faults exceed this timeout.
const ATTEMPT: Duration = Duration::from_secs(30);
const OPERATION: Duration = Duration::from_secs(300);

/// The outcome of a call, with the number of attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// The expected value.
    Right(u32),
    /// An API error with the given status.
    Refused(u16, u32),
    /// A body that is incomplete or not from Atlas.
    UnexpectedBody(BodyProblem, u32),
    /// JSON that does not decode into the model.
    NoSuchShape(u32),
    /// A redirect, which the client does not follow.
    Redirected(u32),
    /// A broken connection.
    Broken(u32),
    /// An attempt timeout.
    TooSlow(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Column {
    pub(crate) method: Method,
    pub(crate) often: Often,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Method {
    /// A method of the client, by its index in [`METHODS`].
    Call(usize),
    /// A stream of all jobs. The fault affects the request for the second page.
    Stream,
    StreamLegacy,
}

/// The methods that the client must have according to the document.
static METHODS: LazyLock<Vec<spec::Method>> = LazyLock::new(|| spec::methods().unwrap());

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Often {
    Once,
    EachTime,
}

/// A local Atlas, and a client that has already made a call.
pub(crate) struct Cell {
    atlas: Emulator,
    client: Client,
    column: Column,
    faults: Vec<Fault>,
    /// The expected numbers of requests beyond one per attempt.
    proofs: Proofs,
}

/// The numbers of requests that were sent only because the server rejected credentials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Proofs {
    /// Requests to the operation with new credentials.
    pub(crate) operations: u32,
    /// Requests to the token endpoint.
    pub(crate) tokens: u32,
}

impl Cell {
    pub(crate) async fn start(row: Row, column: Column) -> Self {
        let atlas = calls::atlas().start().await.unwrap();
        let credentials = match row.who {
            Who::Token => Credentials::access_token(DEFAULT_TOKEN),
            Who::Account => Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET),
            Who::Key => Credentials::api_key(DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY),
        };
        let policy = RetryPolicy::new().max_attempts(MOST).base_delay(Duration::from_millis(1));
        let client = Client::builder(credentials)
            .base_url(atlas.url())
            .attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .retry(policy)
            .build()
            .unwrap();
        // This call obtains a token or a nonce.
        client.list_group_cluster_backup_exports(GROUP, CLUSTER).send().await.unwrap();
        let fault: Fault = row.fault.parse().unwrap();
        let times = match column.often {
            Often::Once => 1,
            // The call sends fewer requests than this, so a fault affects every request.
            Often::EachTime => 9,
        };
        let proofs = row.proofs(column);
        Self { atlas, client, column, faults: vec![fault; times], proofs }
    }

    /// Runs the call. Returns its outcome, or a failure that no fault explains.
    pub(crate) async fn run(self) -> Result<End, String> {
        let (before, resources) = (self.counts(), self.resources());
        let call = tokio::time::timeout(OPERATION + ATTEMPT, self.call());
        let end = call.await.map_err(|_| "the call did not end")??;
        let (operations, tokens) = self.counts();
        let (sent, tokens) = (operations - before.0, tokens - before.1);
        let (buckets, jobs) = self.resources();
        if self.column.method.is_stream() {
            return end.of_second_page(sent);
        }
        let proofs = Proofs { operations: sent.saturating_sub(end.attempts()), tokens };
        if sent < end.attempts() || proofs != self.proofs {
            return Err(format!(
                "{end}; requests to the operation: {sent}, to the token endpoint: {tokens}"
            ));
        }
        let created = (buckets + jobs).saturating_sub(resources.0 + resources.1);
        let is_created = self.column.method.creates() && matches!(end, End::Right(_));
        if created > 1 || (is_created && created == 0) {
            return Err(format!("{end}, but {created} resources were created"));
        }
        Ok(end)
    }

    /// Returns the number of export buckets and the number of created export jobs.
    fn resources(&self) -> (usize, usize) {
        (self.atlas.export_buckets().len(), self.atlas.created_jobs().len())
    }

    /// Returns the number of requests so far, to operations and to the token endpoint.
    fn counts(&self) -> (u32, u32) {
        let all = u32::try_from(self.atlas.request_count()).unwrap();
        let tokens = u32::try_from(self.atlas.token_requests()).unwrap();
        (all - tokens, tokens)
    }

    async fn call(&self) -> Result<End, String> {
        if !self.column.method.is_stream() {
            self.inject();
        }
        match self.column.method {
            Method::Call(number) => self.call_method(&METHODS[number]).await,
            Method::Stream => {
                let request = self.client.list_group_cluster_backup_exports(GROUP, CLUSTER);
                self.read(request.items_per_page(2).stream()).await
            }
            Method::StreamLegacy => self.stream_legacy().await,
        }
    }

    async fn call_method(&self, method: &spec::Method) -> Result<End, String> {
        let outcome = calls::call(&self.client, &method.name, method.body.as_ref()).await;
        let outcome = outcome.ok_or("the method is missing in `tests/src/calls.rs`")?;
        End::of(outcome, |value| is_right(method, value))
    }

    #[expect(deprecated, reason = "the test covers the legacy operation")]
    async fn stream_legacy(&self) -> Result<End, String> {
        let request = self.client.list_backup_export_jobs(GROUP, CLUSTER);
        self.read(request.items_per_page(2).stream()).await
    }

    /// Reads a list of six jobs, two per page. The fault affects the request for the second page.
    async fn read(&self, mut stream: ItemStream<ExportJob>) -> Result<End, String> {
        let mut jobs = Vec::new();
        while let Some(job) = stream.next().await {
            match job {
                Ok(job) => jobs.push(job),
                Err(error) if jobs.len() == 2 => return End::of_error(&error),
                Err(error) => {
                    return Err(format!("{error}; jobs before the error: {}", jobs.len()));
                }
            }
            if jobs.len() == 1 {
                self.inject();
            }
        }
        if are_all(&jobs) {
            Ok(End::Right(0))
        } else {
            Err("a job is missing or repeated".to_owned())
        }
    }

    fn inject(&self) {
        self.atlas.inject(self.faults.iter().cloned());
    }
}

/// Returns whether a value has the ids or the name that the local Atlas returns. Faults can change the other properties
/// of the value.
fn is_right(method: &spec::Method, value: &Value) -> bool {
    let returns = |names: [&str; 2]| names.iter().all(|name| method.name.contains(name));
    if method.http_method == "delete" {
        value.is_null()
    } else if let Some(results) = value.get("results").and_then(Value::as_array) {
        let ids = results.iter().map(|it| it.get("id").or_else(|| it.get("_id")).cloned());
        let jobs = calls::jobs().into_iter().map(|job| job.get("id").cloned());
        if returns(["list", "buckets"]) { ids.eq([Some(BUCKET.into())]) } else { ids.eq(jobs) }
    } else if returns(["export", "bucket"]) {
        value.get("bucketName") == Some(&"export-bucket".into())
    } else {
        value.get("exportBucketId") == Some(&BUCKET.into())
    }
}

/// Returns whether `jobs` are all jobs in the list, each once and in order.
fn are_all(jobs: &[ExportJob]) -> bool {
    let id = |job: &ExportJob| job.id.map(|id| id.to_string());
    let wanted = calls::jobs().into_iter();
    let wanted = wanted.map(|job| job.get("id").and_then(Value::as_str).map(ToOwned::to_owned));
    jobs.iter().map(id).eq(wanted)
}

impl End {
    fn of<T>(
        outcome: Result<Response<T>, Error>,
        is_right: impl Fn(&T) -> bool,
    ) -> Result<Self, String> {
        match outcome {
            Ok(value) if is_right(&value) => Ok(Self::Right(value.attempts())),
            Ok(_) => Err("a wrong value".to_owned()),
            Err(error) => Self::of_error(&error),
        }
    }

    fn of_error(error: &Error) -> Result<Self, String> {
        let attempts = error.attempts().unwrap_or_default();
        match error {
            Error::Api { head, .. } => Ok(Self::Refused(head.status().as_u16(), attempts)),
            Error::UnexpectedBody { problem, .. } => Ok(Self::UnexpectedBody(*problem, attempts)),
            Error::Decode { .. } => Ok(Self::NoSuchShape(attempts)),
            Error::Redirect { .. } => Ok(Self::Redirected(attempts)),
            Error::Transport { .. } => Ok(Self::Broken(attempts)),
            Error::TimedOut { limit: TimeLimit::Attempt, .. } => Ok(Self::TooSlow(attempts)),
            other => Err(other.to_string()),
        }
    }

    const fn attempts(self) -> u32 {
        match self {
            Self::Right(attempts)
            | Self::Refused(_, attempts)
            | Self::UnexpectedBody(_, attempts)
            | Self::NoSuchShape(attempts)
            | Self::Redirected(attempts)
            | Self::Broken(attempts)
            | Self::TooSlow(attempts) => attempts,
        }
    }

    /// Derives the number of attempts for the second of three pages from the number of all requests, because a
    /// successful stream reports no attempts. If the stream failed, checks the number that it reported.
    fn of_second_page(self, sent: u32) -> Result<Self, String> {
        match self {
            Self::Right(_) => Ok(Self::Right(sent - 2)),
            end if end.attempts() == sent - 1 => Ok(end),
            end => Err(format!("{end} after {sent} requests")),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right(_) => f.write_str("value")?,
            Self::Refused(status, _) => write!(f, "{status}")?,
            Self::UnexpectedBody(problem, _) => write!(f, "{problem:?}")?,
            Self::NoSuchShape(_) => f.write_str("shape")?,
            Self::Redirected(_) => f.write_str("redirect")?,
            Self::Broken(_) => f.write_str("broken")?,
            Self::TooSlow(_) => f.write_str("too slow")?,
        }
        match self.attempts() {
            1 => Ok(()),
            attempts => write!(f, " ×{attempts}"),
        }
    }
}

impl Column {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let calls = (0..METHODS.len()).map(Method::Call);
        let methods = calls.chain([Method::Stream, Method::StreamLegacy]);
        let columns = |method| [Often::Once, Often::EachTime].map(|often| Self { method, often });
        methods.flat_map(columns)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            Method::Call(number) => write!(f, "`{}`", METHODS[number].name)?,
            Method::Stream => f.write_str("stream")?,
            Method::StreamLegacy => f.write_str("legacy stream")?,
        }
        f.write_str(if self.often == Often::Once { "" } else { ", each time" })
    }
}

impl Method {
    pub(crate) const fn is_stream(self) -> bool {
        matches!(self, Self::Stream | Self::StreamLegacy)
    }

    /// Returns the HTTP method in lower case.
    pub(crate) fn http(self) -> &'static str {
        match self {
            Self::Call(number) => &METHODS[number].http_method,
            Self::Stream | Self::StreamLegacy => "get",
        }
    }

    fn creates(self) -> bool {
        self.http() == "post"
    }
}
