//! Listing many jobs over a slow link, and the memory that the client uses.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use generated_client::models::ExportJob;
use generated_client::{Client, Credentials};
use serde::{Deserialize, Serialize};

use crate::bare::{ACCEPTED, page_url};
use crate::link::{Link, Shape};
use crate::measure::median;
use crate::process::scratch::Bench;
use crate::process::usage;
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::sample::{CLUSTERS, GROUP, TOKEN};
use crate::server::{Plan, Server};

const JOBS: usize = 100_000;
/// Atlas's default page size.
const SIZE: u32 = 100;
const AHEAD: usize = 8;
const SLOW: Shape = Shape { bandwidth: 20_000_000, round_trip: Duration::from_millis(40) };
/// A link that counts bytes and adds no delay.
const FAST: Shape = Shape { bandwidth: u32::MAX, round_trip: Duration::ZERO };
const PACKED: Plan =
    Plan { jobs: JOBS, size: SIZE as usize, delay: 0, faults: 0, digest: false, gzip: true };

/// The result of listing in a separate process.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Outcome {
    jobs: usize,
    /// The peak memory of the process, in KiB.
    peak: f64,
}

/// The time that listing takes over the link, and the number of bytes received.
#[derive(Debug, Clone, Copy)]
struct Transfer {
    seconds: f64,
    bytes: f64,
}

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let packed = Server::start(PACKED)?;
    let unpacked = Server::start(Plan { gzip: false, ..PACKED })?;
    let (mut ours, mut curl, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=bench.rounds {
        eprintln!("    round {round} of {}", bench.rounds);
        ours.push(over_link(SLOW, &packed, |url| list(url, JOBS, AHEAD).map(drop))?);
        curl.push(over_link(SLOW, &packed, |url| self::curl(url, JOBS).map(drop))?);
        plain.push(over_link(FAST, &unpacked, |url| list(url, JOBS, AHEAD).map(drop))?);
    }
    let [ours, curl, plain] = [ours, curl, plain].map(|all| Transfer {
        seconds: median(all.iter().map(|it| it.seconds)),
        bytes: median(all.iter().map(|it| it.bytes)),
    });
    let peak = |jobs| {
        let server = Server::start(Plan { jobs, ..PACKED })?;
        let rounds = (0..bench.rounds).map(|_| Ok(list(server.url(), jobs, AHEAD)?.peak * 1024.0));
        anyhow::Ok(median(rounds.collect::<anyhow::Result<Vec<f64>>>()?))
    };
    let (million, thousand) = (peak(1_000_000)?, peak(1_000)?);
    let rows = [
        Comparison::new("time", Unit::Time, ours.seconds)
            .beside("`curl --compressed`, one page at a time on one connection", curl.seconds)
            .target(Target::Times(1.0 / 6.0)),
        Comparison::new("bytes received", Unit::Memory, ours.bytes)
            .beside("this client, from a server without gzip", plain.bytes)
            .target(Target::Times(1.0 / 7.0)),
        Comparison::new("bytes received", Unit::Memory, ours.bytes)
            .beside("`curl --compressed`", curl.bytes),
        Comparison::new("memory for 1,000,000 jobs, without the link", Unit::Memory, million)
            .beside("this client for 1,000 jobs", thousand)
            .target(Target::Times(1.1)),
    ];
    Ok(format!(
        "The link is a proxy in the process of the benchmark. All connections together have 20 Mbit/s in each \
         direction, and a round trip takes 40 ms. Opening a connection takes one more round trip. A page has {SIZE} \
         jobs. This client reads {AHEAD} pages ahead and decodes every job. curl writes the pages to a file and \
         decodes nothing. Both run as separate processes, and are timed from start to end. Like Atlas, the server \
         compresses pages of 10 kB or more.\n\n{}",
        table(&rows)
    ))
}

/// Opens a link to the server, runs `work` with the link's URL, and measures the duration and the bytes received.
fn over_link(
    shape: Shape,
    server: &Server,
    work: impl Fn(&str) -> anyhow::Result<()>,
) -> anyhow::Result<Transfer> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let link = runtime.block_on(Link::open(shape, server.url()))?;
    let before = runtime.block_on(server.requests())?;
    let start = std::time::Instant::now();
    work(link.url())?;
    let seconds = start.elapsed().as_secs_f64();
    let requests = runtime.block_on(server.requests())? - before;
    let pages = JOBS as u64 / u64::from(SIZE);
    // Reading ahead can request pages after the last one.
    ensure!(
        (pages..=pages + AHEAD as u64).contains(&requests),
        "the server received {requests} requests: expected {pages} to {}, for {pages} pages",
        pages + AHEAD as u64
    );
    let bytes = u32::try_from(link.received()).map_or(f64::NAN, f64::from);
    Ok(Transfer { seconds, bytes })
}

/// Lists all jobs in a separate process, because the peak memory of a process never decreases.
fn list(url: &str, jobs: usize, ahead: usize) -> anyhow::Result<Outcome> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["list", "--url", url, "--ahead", &ahead.to_string()]);
    let ended = usage::run(&mut command)?.ok()?;
    let outcome: Outcome = serde_json::from_str(&ended.stdout)?;
    ensure!(outcome.jobs == jobs, "our client found {} jobs, not {jobs}", outcome.jobs);
    Ok(outcome)
}

/// Reads all pages with curl, one after another on one connection, and returns their text.
///
/// # Errors
///
/// Returns an error if curl fails or does not find all jobs.
pub fn curl(url: &str, jobs: usize) -> anyhow::Result<String> {
    let [cluster, _] = CLUSTERS;
    let pages = format!("[1-{}]", jobs.div_ceil(SIZE as usize));
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail", "--compressed"]);
    command.args(["--header", &format!("Authorization: Bearer {TOKEN}")]);
    command.args(["--header", &format!("Accept: {ACCEPTED}")]);
    let text = usage::run(command.arg(page_url(url, cluster, SIZE, &pages)))?.ok()?.stdout;
    let found = text.matches("\"snapshotId\"").count();
    ensure!(found == jobs, "curl found {found} jobs, not {jobs}");
    Ok(text)
}

/// Lists all jobs of a server. Returns the number of jobs and the peak memory of this process.
///
/// # Errors
///
/// Returns an error if a page cannot be read, or if the peak memory is unknown, as on systems other than Linux.
pub async fn read(url: &str, ahead: usize) -> anyhow::Result<Outcome> {
    let mut jobs = 0;
    read_each(url, ahead, |_| jobs += 1).await?;
    Ok(Outcome { jobs, peak: peak()? })
}

/// Lists all jobs of a server and calls `each` with every job.
///
/// # Errors
///
/// Returns an error if a page cannot be read.
pub async fn read_each(
    url: &str,
    ahead: usize,
    mut each: impl FnMut(ExportJob),
) -> anyhow::Result<()> {
    let client = Client::builder(Credentials::access_token(TOKEN)).base_url(url).build()?;
    let [cluster, _] = CLUSTERS;
    let request = client.list_group_cluster_backup_exports(GROUP, cluster).items_per_page(SIZE);
    let mut list = request.stream().read_ahead(ahead);
    while let Some(job) = list.next().await {
        each(job?);
    }
    Ok(())
}

fn peak() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")
        .context("cannot read `/proc/self/status`, which only Linux has")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    Ok(peak.context("the kernel does not report the peak memory of the process")?.parse()?)
}
