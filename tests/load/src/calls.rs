//! A measurement that makes many concurrent calls while faults affect some requests.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::task::JoinSet;

use crate::{
    mix::{self, Mix},
    own,
    server::{self, Server},
    table::Figure,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The number of calls
    #[arg(long, default_value_t = 10_000)]
    calls: usize,
    /// The number of concurrent calls
    #[arg(long, default_value_t = 256)]
    at_once: usize,
    /// The percentage of requests with a fault
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(..=20))]
    faults: u8,
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<Vec<Figure>> {
    let Options { calls, at_once, faults } = *options;
    let server =
        Server::start(server::Options { jobs: mix::JOBS, faults, token_lifetime: 3600 }).await?;
    let mix = Arc::new(Mix::new(&server.url, calls)?);
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..at_once {
        let (mix, next) = (Arc::clone(&mix), Arc::clone(&next));
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return;
                }
                mix.call(number).await;
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker?;
    }
    let memory = own::peak_memory()?;
    let report = server.stop().await?;
    let mut figures = mix.figures(calls, &report);
    figures.extend([
        Figure::told("requests, including retries", report.requests),
        Figure::exactly("token requests", report.token_requests, 1),
        connections(&report, at_once, faults),
        Figure::told("peak memory of the client", memory),
    ]);
    Ok(figures)
}

/// Returns the number of connections with its limit. The limit is twice the number of concurrent calls, plus the number
/// of connections that faults break, plus a small reserve. Two of the five kinds of faults break connections. The
/// factor of two allows for a race: a call that finds no idle connection opens one, but then uses an older connection
/// that becomes idle sooner.
pub(crate) fn connections(report: &server::Report, at_once: usize, faults: u8) -> Figure {
    const SPARE: usize = 16;
    let broken = report.requests * usize::from(faults) * 2 / 500;
    Figure::at_most("connections", report.connections, 2 * at_once + broken + SPARE)
}
