//! A long list, and the memory that reading it takes.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use generated_client::{Client, Credentials};
use serde::{Deserialize, Serialize};

use crate::measure::Measurement;
use crate::server::{Plan, Server};
use crate::work::{CLUSTER, GROUP, TOKEN};

const DELAY: u64 = 20;
const SIZE: u32 = 100;

/// What came of reading a list.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Outcome {
    jobs: u64,
    milliseconds: f64,
    /// The most memory that the process ever had, in KiB.
    peak: f64,
}

pub(super) fn measure() -> anyhow::Result<Vec<Measurement>> {
    let jobs = 100_000;
    let slow = Plan { jobs, size: SIZE as usize, delay: DELAY, digest: false };
    let server = Server::start(slow)?;
    let ours = in_a_process(&server, jobs, 8)?;
    let sequential = in_a_process(&server, jobs, 0)?;
    let milliseconds = |what, value| Measurement { row: "list", what, unit: "ms", value };
    let pages = u32::try_from(jobs)? / SIZE;
    #[expect(clippy::cast_precision_loss, reason = "a few milliseconds")]
    let floor = DELAY as f64 * f64::from(pages);
    let mut all = vec![
        milliseconds("ours", ours.milliseconds),
        milliseconds("floor", floor),
        milliseconds("peer", sequential.milliseconds),
    ];
    for (what, jobs) in [("ours", 1_000_000), ("floor", 1_000)] {
        let server = Server::start(Plan { jobs, delay: 0, ..slow })?;
        let value = in_a_process(&server, jobs, 8)?.peak;
        all.push(Measurement { row: "list memory", what, unit: "KiB", value });
    }
    Ok(all)
}

/// A process of its own, because the most memory that a process ever had never shrinks.
fn in_a_process(server: &Server, jobs: usize, ahead: usize) -> anyhow::Result<Outcome> {
    let output = Command::new(std::env::current_exe()?)
        .args(["list", "--url", server.url(), "--ahead", &ahead.to_string()])
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcome: Outcome = serde_json::from_slice(&output.stdout)?;
    ensure!(u64::try_from(jobs) == Ok(outcome.jobs), "there were {} jobs", outcome.jobs);
    Ok(outcome)
}

/// Reads the whole list at `url`, so many pages ahead.
///
/// # Errors
///
/// Whatever goes wrong.
pub async fn read(url: &str, ahead: usize) -> anyhow::Result<Outcome> {
    let client = Client::new(url, Credentials::access_token(TOKEN))?;
    let request = client.list_group_cluster_backup_exports(GROUP, CLUSTER).items_per_page(SIZE);
    let mut list = request.stream().concurrency(ahead);
    let (start, mut jobs) = (Instant::now(), 0);
    while let Some(job) = list.next().await {
        job?;
        jobs += 1;
    }
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    Ok(Outcome { jobs, milliseconds, peak: peak()? })
}

fn peak() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")
        .context("only Linux says how much memory a process had")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    Ok(peak.context("the kernel does not say how much memory the process had")?.parse()?)
}
