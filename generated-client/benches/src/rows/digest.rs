//! Calls with an API key, once the first challenge is answered.

use std::process::Command;

use anyhow::{Context as _, ensure};

use super::Ways;
use super::call::calls;
use crate::measure::Measurement;
use crate::server::{Plan, Server};
use crate::work::Work;

const WAYS: &Ways = &[("ours", Work::CallByKey), ("floor", Work::Call)];

pub(super) fn measure(with_instructions: bool) -> anyhow::Result<Vec<Measurement>> {
    let plan = Plan { jobs: 1, size: 1, delay: 0, digest: true };
    let (server, bearer) = (Server::start(plan)?, Server::start(Plan { digest: false, ..plan })?);
    let url = |work| if work == Work::CallByKey { server.url() } else { bearer.url() };
    let mut all = calls(["digest", "digest instructions"], WAYS, url, with_instructions)?;
    all.extend(round_trips(plan)?);
    Ok(all)
}

/// How many requests a call takes: of a client that goes on, and of curl, which begins anew.
fn round_trips(plan: Plan) -> anyhow::Result<[Measurement; 2]> {
    const CALLS: u32 = 100;
    let (row, unit) = ("digest round trips", "requests");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Server::start(plan)?;
    let caller = Work::CallByKey.caller(server.url())?;
    let (first, all) = runtime.block_on(async {
        caller.call().await?;
        let first = requests(server.url()).await?;
        for _ in 0..CALLS {
            caller.call().await?;
        }
        anyhow::Ok((first, requests(server.url()).await?))
    })?;
    let ours = (all - first) / f64::from(CALLS);
    (0..CALLS).try_for_each(|_| curl(server.url()))?;
    let curls = (runtime.block_on(requests(server.url()))? - all) / f64::from(CALLS);
    Ok([
        Measurement { row, what: "ours", unit, value: ours },
        Measurement { row, what: "peer", unit, value: curls },
    ])
}

async fn requests(url: &str) -> anyhow::Result<f64> {
    Ok(reqwest::get(format!("{url}/requests")).await?.text().await?.parse()?)
}

fn curl(url: &str) -> anyhow::Result<()> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--digest", "--user", "public:private", url])
        .output()
        .context("cannot run `curl`")?;
    ensure!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
