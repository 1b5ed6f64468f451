//! One call over loopback: what the client's process does for it.

use super::Ways;
use crate::instructions;
use crate::measure::{Measurement, Way, in_turns};
use crate::server::{Plan, Server};
use crate::work::Work;

const WAYS: &Ways = &[("ours", Work::Call), ("floor", Work::CallBare), ("peer", Work::CallPlain)];

pub(super) fn measure(with_instructions: bool) -> anyhow::Result<Vec<Measurement>> {
    let server = Server::start(Plan { jobs: 1, size: 1, delay: 0, digest: false })?;
    calls(["call", "call instructions"], WAYS, |_| server.url(), with_instructions)
}

/// The time of a call in each way, and its instructions where they are asked for.
pub(super) fn calls<'u>(
    [row, instructions_row]: [&'static str; 2],
    ways: &Ways,
    url: impl Fn(Work) -> &'u str,
    with_instructions: bool,
) -> anyhow::Result<Vec<Measurement>> {
    const CALLS: u32 = 200;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut contenders = Vec::new();
    for (what, work) in ways {
        let caller = work.caller(url(*work))?;
        let runtime = &runtime;
        contenders.push(Way::new(what, move || {
            runtime.block_on(async {
                for _ in 0..CALLS {
                    caller.call().await?;
                }
                Ok(())
            })
        }));
    }
    let mut all = in_turns(row, 31, CALLS, contenders)?;
    for (what, work) in ways.iter().filter(|_| with_instructions) {
        let value = instructions::of_one(*work, &["--url", url(*work)], CALLS)?;
        all.push(Measurement { row: instructions_row, what, unit: "instructions", value });
    }
    Ok(all)
}
