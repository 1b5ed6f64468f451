//! Manages the export buckets and the export jobs of a project.
//!
//! ```sh
//! cargo run -p generated-client --example snapshot_exports -- --help
//! cargo run -p generated-client --example snapshot_exports -- export --wait
//! ```
//!
//! Results go to standard output. Everything else, including the progress bar of a watch on a terminal, goes to
//! standard error.

mod buckets;
mod jobs;
mod options;
mod output;
mod server;
mod tour;
mod watch;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;
use generated_client::Client;

use crate::options::{Command, Options, Place, Tour};
use crate::server::Server;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(help_or_error) => return explain(&help_or_error),
    };
    warn_on_standard_error();
    run(options).await.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Writes the client's warnings to standard error, such as those about deprecated versions and failed lookups.
fn warn_on_standard_error() {
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN);
    log.with_writer(io::stderr).with_ansi(false).without_time().with_target(false).init();
}

/// Prints the help, or an error about the options. Returns exit code 1 for an error, because clap's own code, 2, would
/// mean that a job failed or was cancelled.
fn explain(help_or_error: &clap::Error) -> ExitCode {
    match help_or_error.print() {
        Ok(()) if !help_or_error.use_stderr() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn run(options: Options) -> anyhow::Result<ExitCode> {
    options.check()?;
    let Options { command, place, tour } = options;
    let local = match (&command, &tour.watch) {
        (Some(Command::Watch { id, .. }), _) | (None, Some(id)) => server::with_job(id),
        (Some(_), _) => server::with_bucket(),
        (None, None) => atlas_emulator::Emulator::builder(),
    };
    let server = Server::start(local).await?;
    eprintln!("{}", server.description);
    let code = carry_out(&server.client, command, &place, tour).await?;
    server.stop().await?;
    Ok(code)
}

async fn carry_out(
    client: &Client,
    command: Option<Command>,
    place: &Place,
    tour: Tour,
) -> anyhow::Result<ExitCode> {
    match command {
        None => return tour::run(client, place, tour).await,
        Some(Command::Buckets) => buckets::list(client, place).await?,
        Some(Command::CreateBucket(options)) => buckets::create(client, place, options).await?,
        Some(Command::DeleteBucket { id }) => buckets::delete(client, place, id).await?,
        Some(Command::Export(options)) => return jobs::export(client, place, options).await,
        Some(Command::Jobs) => jobs::list(client, place, false).await?,
        Some(Command::Watch { id, pace }) => return watch::run(client, place, &id, &pace).await,
    }
    Ok(ExitCode::SUCCESS)
}
