//! Many concurrent calls to a server that sometimes fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use generated_client::models::PaginatedExportJobs;
use generated_client::{Client, Credentials};
use reqwest_middleware::ClientWithMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use reqwest_retry::{Jitter, RetryTransientMiddleware};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::bare::{self, ACCEPTED, page_url};
use crate::measure::median;
use crate::process::scratch::Bench;
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::sample::{CLUSTERS, GROUP, TOKEN};
use crate::server::{Plan, Server};

const CALLS: usize = 10_000;
const CONCURRENT: usize = 256;
const PLAN: Plan = Plan { delay: 20, faults: 5, ..Plan::ONE_JOB };
const CRATE: &str = "bare reqwest with `reqwest-retry`";

/// A client that retries.
#[derive(Clone)]
pub enum Retrying {
    /// Our client with its default retry policy.
    Ours(Client),
    /// Bare reqwest with `reqwest-retry`, and the server's URL.
    Crate(ClientWithMiddleware, String),
}

/// The latencies, errors and requests of a run.
#[derive(Debug, Clone, Copy)]
struct Seen {
    p50: f64,
    p99: f64,
    errors: f64,
    requests: f64,
}

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=bench.rounds {
        eprintln!("    round {round} of {}", bench.rounds);
        // Each new server fails the same requests, because faults depend only on the request number.
        let server = Server::start(PLAN)?;
        ours.push(runtime.block_on(seen(&server, Retrying::ours(server.url())?))?);
        let server = Server::start(PLAN)?;
        theirs.push(runtime.block_on(seen(&server, Retrying::with_crate(server.url())?))?);
    }
    let row = |what, unit, of: fn(&Seen) -> f64| {
        let ours = median(ours.iter().map(of));
        Comparison::new(what, unit, ours).beside(CRATE, median(theirs.iter().map(of)))
    };
    let rows = [
        row("p50 of a call", Unit::Time, |it| it.p50),
        row("p99 of a call", Unit::Time, |it| it.p99).target(Target::Times(1.2)),
        row("errors that callers see", Unit::Count, |it| it.errors).target(Target::Times(1.0)),
        row("requests", Unit::Count, |it| it.requests),
    ];
    Ok(format!(
        "{CONCURRENT} concurrent tasks share {CALLS} calls. The server waits 20 ms before each response. About 5% of \
         the requests fail, each with status 503 or with a closed connection. Both clients decode the response into \
         the same types, and make up to 5 attempts for each call. Between attempts, they wait a random time of up to \
         0.5, 1, 2 and 4 seconds. Only this client limits retries across calls, with its default budget.\n\n{}",
        table(&rows)
    ))
}

impl Retrying {
    /// Creates our client.
    ///
    /// # Errors
    ///
    /// Returns an error if the client cannot be built.
    pub fn ours(server: &str) -> anyhow::Result<Self> {
        Ok(Self::Ours(Client::builder(Credentials::access_token(TOKEN)).base_url(server).build()?))
    }

    /// Creates a client from bare reqwest and `reqwest-retry`, with the same waits between attempts as our client.
    ///
    /// # Errors
    ///
    /// Returns an error if the client cannot be built.
    pub fn with_crate(server: &str) -> anyhow::Result<Self> {
        let policy = ExponentialBackoff::builder()
            .retry_bounds(Duration::from_millis(500), Duration::from_secs(20))
            .jitter(Jitter::Full)
            .base(2)
            .build_with_max_retries(4);
        let client = reqwest_middleware::ClientBuilder::new(bare::builder().build()?)
            .with(RetryTransientMiddleware::new_with_policy(policy))
            .build();
        Ok(Self::Crate(client, server.to_owned()))
    }

    /// Lists the jobs of a cluster.
    ///
    /// # Errors
    ///
    /// Returns an error if the call fails after all attempts.
    pub async fn call(&self, cluster: &str) -> anyhow::Result<PaginatedExportJobs> {
        match self {
            Self::Ours(client) => {
                let request = client.list_group_cluster_backup_exports(GROUP, cluster);
                Ok(request.items_per_page(100).page_num(1).send().await?.into_inner())
            }
            Self::Crate(http, server) => {
                let request = http.get(page_url(server, cluster, 100, "1")).bearer_auth(TOKEN);
                let response = request.header(reqwest::header::ACCEPT, ACCEPTED).send().await?;
                Ok(serde_json::from_slice(&response.error_for_status()?.bytes().await?)?)
            }
        }
    }
}

async fn seen(server: &Server, client: Retrying) -> anyhow::Result<Seen> {
    let numbers = Arc::new(Mutex::new(0..CALLS));
    let mut tasks = JoinSet::new();
    for _ in 0..CONCURRENT {
        let (client, numbers) = (client.clone(), Arc::clone(&numbers));
        tasks.spawn(async move {
            let mut calls = Vec::new();
            for cluster in CLUSTERS.iter().cycle() {
                if numbers.lock().await.next().is_none() {
                    break;
                }
                let start = Instant::now();
                let succeeded = client.call(cluster).await.is_ok();
                calls.push((start.elapsed(), succeeded));
            }
            calls
        });
    }
    let mut calls = tasks.join_all().await.concat();
    anyhow::ensure!(calls.len() == CALLS, "{} calls were made, not {CALLS}", calls.len());
    calls.sort_unstable();
    let at = |percent: usize| {
        let (time, _) = calls.get(calls.len() * percent / 100).context("no call was made")?;
        anyhow::Ok(time.as_secs_f64())
    };
    let number = |count: u64| u32::try_from(count).map_or(f64::NAN, f64::from);
    Ok(Seen {
        p50: at(50)?,
        p99: at(99)?,
        errors: number(calls.iter().filter(|(_, succeeded)| !succeeded).count() as u64),
        requests: number(server.requests().await?),
    })
}
