//! The cost of a call over loopback in the calling process.

use crate::instructions;
use crate::measure::{Way, in_turns, on_one_processor};
use crate::process::scratch::Bench;
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::server::{Plan, Server};
use crate::work::Work;

const BARE: &str = "bare reqwest into the same types";
const PLAIN: &str = "plain progenitor, with the legacy API";

/// The number of calls in a turn.
const CALLS: u32 = 200;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    on_one_processor(|| calls(bench))
}

fn calls(bench: &Bench) -> anyhow::Result<String> {
    let server = Server::start(Plan::ONE_JOB)?;
    let ways = [("ours", Work::Call), (BARE, Work::CallBare), (PLAIN, Work::CallPlain)]
        .map(|(name, work)| (name, work, server.url()));
    let row =
        |what, unit, ours, name, theirs| Comparison::new(what, unit, ours).beside(name, theirs);
    let [ours, bare, plain] = times(bench, ways)?;
    let time = "processor time of the caller";
    let mut rows =
        vec![row(time, Unit::Time, ours, BARE, bare), row(time, Unit::Time, ours, PLAIN, plain)];
    if let Some([ours, bare, plain]) = counts(bench, ways)? {
        rows.extend([
            row("instructions", Unit::Count, ours, BARE, bare).target(Target::Times(1.08)),
            row("instructions", Unit::Count, ours, PLAIN, plain),
        ]);
    }
    Ok(format!(
        "Each call lists one job with an access token, on an open connection. Calls alternate between two \
         clusters. Bare reqwest sends the same request and decodes the response into the types of this client, \
         without retries or validation. Plain progenitor cannot read the versioned media type, so it calls the \
         legacy API. On Linux, the client and the server run on one processor.\n\n{}",
        table(&rows)
    ))
}

/// Returns the processor time per call, in seconds, for each of `ways`.
pub(super) fn times<const N: usize>(
    bench: &Bench,
    ways: [(&'static str, Work, &str); N],
) -> anyhow::Result<[f64; N]> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut contenders = Vec::new();
    for (name, work, server) in ways {
        let caller = work.caller(server)?;
        let runtime = &runtime;
        contenders.push(Way::new(name, move || runtime.block_on(caller.calls(CALLS as usize))));
    }
    let mut times = in_turns(21 * bench.rounds, &mut contenders)?.into_iter();
    Ok(ways.map(|_| times.next().map_or(f64::NAN, |time| time / f64::from(CALLS))))
}

/// Returns the number of instructions per call for each of `ways`, or `None` if valgrind is not installed.
pub(super) fn counts<const N: usize>(
    bench: &Bench,
    ways: [(&'static str, Work, &str); N],
) -> anyhow::Result<Option<[f64; N]>> {
    if !instructions::can_be_counted() {
        return Ok(None);
    }
    let mut counts = [f64::NAN; N];
    for ((_, work, server), count) in ways.iter().zip(&mut counts) {
        *count = instructions::of_one(*work, &["--url", server], CALLS, bench.rounds)?;
    }
    Ok(Some(counts))
}
