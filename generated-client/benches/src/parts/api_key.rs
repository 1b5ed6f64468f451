//! Calls with an API key, after the server's first challenge.

use std::process::Command;

use super::call;
use crate::bare::page_url;
use crate::measure::on_one_processor;
use crate::process::scratch::Bench;
use crate::process::usage;
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::sample::CLUSTERS;
use crate::server::{Plan, Server};
use crate::work::Work;

const TOKEN: &str = "this client with an access token";

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    on_one_processor(|| calls(bench))
}

fn calls(bench: &Bench) -> anyhow::Result<String> {
    let key = Server::start(Plan { digest: true, ..Plan::ONE_JOB })?;
    let token = Server::start(Plan::ONE_JOB)?;
    let ways = [("ours", Work::CallByKey, key.url()), (TOKEN, Work::Call, token.url())];
    let [with_key, with_token] = call::times(bench, ways)?;
    let mut rows = vec![
        Comparison::new("processor time of the caller", Unit::Time, with_key)
            .beside(TOKEN, with_token)
            .target(Target::Times(1.1)),
    ];
    if let Some([with_key, with_token]) = call::counts(bench, ways)? {
        rows.push(
            Comparison::new("instructions", Unit::Count, with_key)
                .beside(TOKEN, with_token)
                .target(Target::Times(1.1)),
        );
    }
    let (ours, curl) = requests()?;
    rows.push(
        Comparison::new("requests for each call after the first", Unit::Count, ours)
            .beside("one process of `curl --digest` for each call", curl)
            .target(Target::Exactly(1.0)),
    );
    Ok(format!(
        "Calls alternate between two clusters. The server accepts its first nonce for all calls. On Linux, the client \
         and the server run on one processor.\n\n{}",
        table(&rows)
    ))
}

/// Returns the number of requests per call, for our client after its first call and for curl.
fn requests() -> anyhow::Result<(f64, f64)> {
    const CALLS: u32 = 100;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Server::start(Plan { digest: true, ..Plan::ONE_JOB })?;
    let caller = Work::CallByKey.caller(server.url())?;
    let (before, after) = runtime.block_on(async {
        caller.calls(1).await?;
        let before = server.requests().await?;
        caller.calls(CALLS as usize).await?;
        anyhow::Ok((before, server.requests().await?))
    })?;
    for cluster in CLUSTERS.iter().cycle().take(CALLS as usize) {
        curl(&page_url(server.url(), cluster, 100, "1"))?;
    }
    let with_curl = runtime.block_on(server.requests())?;
    let each = |count: u64| u32::try_from(count).map_or(f64::NAN, f64::from) / f64::from(CALLS);
    Ok((each(after - before), each(with_curl - after)))
}

fn curl(url: &str) -> anyhow::Result<()> {
    let arguments =
        ["--silent", "--show-error", "--fail", "--digest", "--user", "public:private", url];
    usage::run(Command::new("curl").args(arguments))?.ok()?;
    Ok(())
}
