//! A measurement that makes calls at a steady rate for a long time. The use of memory, descriptors and tasks must not
//! keep growing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time};

use crate::{
    calls,
    mix::{self, Mix},
    own::{self, Memory},
    server::{self, Server},
    table::Figure,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The duration, such as 90s, 5m or 1h
    #[arg(long = "for", value_name = "TIME", value_parser = crate::duration, default_value = "1h")]
    time: Duration,
    /// The number of calls per second
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// The maximum number of concurrent calls
    #[arg(long, default_value_t = 64)]
    at_once: usize,
}

/// The percentage of requests with a fault.
const FAULTS: u8 = 5;

/// The lifetime of a token in seconds. The client renews a token with this lifetime in its last minute.
const TOKEN_LIFETIME: u64 = 600;

/// The permitted growth of memory. Memory grows even without a leak, because the allocator does not return all free
/// memory to the system.
const SLACK: Memory = Memory::mebibytes(4);

/// The resources of the process at one point in time.
#[derive(Clone, Copy, Debug)]
struct Held {
    memory: Memory,
    descriptors: usize,
    tasks: usize,
}

impl Held {
    fn now() -> anyhow::Result<Self> {
        let (memory, descriptors) = (own::memory()?, own::descriptors()?);
        Ok(Self { memory, descriptors, tasks: own::tasks() })
    }
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<Vec<Figure>> {
    let Options { time, rate, at_once } = *options;
    let server = Server::start(server::Options {
        jobs: mix::JOBS,
        faults: FAULTS,
        token_lifetime: TOKEN_LIFETIME,
    })
    .await?;
    let before = Held::now()?;
    let calls = usize::try_from(u64::from(rate) * time.as_secs())?;
    let mix = Arc::new(Mix::new(&server.url, calls)?);
    let mut workers = workers(&mix, calls, rate, at_once);
    let warm_up = (time / 5).min(Duration::from_secs(120));
    let start = Instant::now();
    time::sleep(warm_up).await;
    let warm = Held::now()?;
    watch(start, time).await?;
    let end = Held::now()?;
    while let Some(worker) = workers.join_next().await {
        worker?;
    }
    let report = server.stop().await?;
    let mut figures = mix.figures(calls, &report);
    figures.extend(growth(before, warm, end, at_once));
    let tokens = usize::try_from(time.as_secs() / (TOKEN_LIFETIME - 60) + 1)?;
    figures.extend([
        Figure::told("requests, including retries", report.requests),
        Figure::at_most("token requests", report.token_requests, tokens),
        calls::connections(&report, at_once, FAULTS),
    ]);
    Ok(figures)
}

/// Starts workers that each take the next call, wait until the call is due, and make the call.
fn workers(mix: &Arc<Mix>, calls: usize, rate: u32, at_once: usize) -> JoinSet<()> {
    let (next, start) = (Arc::new(AtomicUsize::new(0)), time::Instant::now());
    let mut workers = JoinSet::new();
    for _ in 0..at_once {
        let (mix, next) = (Arc::clone(mix), Arc::clone(&next));
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return;
                }
                let seconds = u32::try_from(number).map_or(f64::MAX, f64::from) / f64::from(rate);
                time::sleep_until(start + Duration::from_secs_f64(seconds)).await;
                mix.call(number).await;
            }
        });
    }
    workers
}

/// Waits until the run ends and prints the resource usage every five minutes.
async fn watch(start: Instant, time: Duration) -> anyhow::Result<()> {
    const PAUSE: Duration = Duration::from_secs(300);
    loop {
        let left = time.saturating_sub(start.elapsed());
        time::sleep(left.min(PAUSE)).await;
        if left <= PAUSE {
            return Ok(());
        }
        let Held { memory, descriptors, tasks } = Held::now()?;
        let minutes = start.elapsed().as_secs() / 60;
        eprintln!("{minutes} min: {memory}, {descriptors} descriptors, {tasks} tasks");
    }
}

/// Returns the resources with their limits. Each worker may have one descriptor, for its
/// connection, and three tasks, including itself.
fn growth(before: Held, warm: Held, end: Held, at_once: usize) -> [Figure; 6] {
    let most_memory = Memory(warm.memory.0 + SLACK.0);
    [
        Figure::told("memory after the warm-up", warm.memory),
        Figure::at_most("memory at the end", end.memory, most_memory),
        Figure::told("descriptors after the warm-up", warm.descriptors),
        Figure::at_most("descriptors at the end", end.descriptors, before.descriptors + at_once),
        Figure::told("tasks after the warm-up", warm.tasks),
        Figure::at_most("tasks at the end", end.tasks, before.tasks + 3 * at_once),
    ]
}
