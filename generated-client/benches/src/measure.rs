//! Measuring several ways to one end in turns, and what comes of it.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

/// A measurement, as it is printed.
#[derive(Debug, Clone, Serialize)]
pub struct Measurement {
    /// The row of the table.
    pub row: &'static str,
    /// Whose it is: `ours`, or the floor or the peer that stands beside it.
    pub what: &'static str,
    /// What the value counts.
    pub unit: &'static str,
    /// The value.
    pub value: f64,
}

/// One of the ways to be compared.
pub struct Way<'a> {
    what: &'static str,
    run: Box<dyn FnMut() -> anyhow::Result<()> + 'a>,
}

impl<'a> Way<'a> {
    /// A way of this name; `run` goes it once.
    pub fn new(what: &'static str, run: impl FnMut() -> anyhow::Result<()> + 'a) -> Self {
        Self { what, run: Box::new(run) }
    }
}

/// The processor time of this thread in nanoseconds that each way takes: the median of `rounds`, in
/// each of which every way is gone once. A run counts for `calls`.
///
/// Time that other programs take does not count, as it would on a clock.
///
/// # Errors
///
/// The first error of any way.
pub fn in_turns(
    row: &'static str,
    rounds: usize,
    calls: u32,
    mut ways: Vec<Way<'_>>,
) -> anyhow::Result<Vec<Measurement>> {
    let mut times = vec![Vec::with_capacity(rounds); ways.len()];
    // The first round warms caches and connections up, and does not count.
    for round in 0..=rounds {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = thread_time();
            (way.run)()?;
            if round > 0 {
                times.push(thread_time().saturating_sub(start));
            }
        }
    }
    let measurement = |(way, times): (&Way<'_>, Vec<Duration>)| Measurement {
        row,
        what: way.what,
        unit: "ns",
        value: median(times).as_secs_f64() * 1e9 / f64::from(calls),
    };
    Ok(ways.iter().zip(times).map(measurement).collect())
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Both are positive.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The middle of some durations; nothing comes of none.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
