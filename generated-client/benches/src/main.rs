//! The command line of the benchmarks.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use atlas_bench::parts::list;
use atlas_bench::run::{Arguments, run as measure};
use atlas_bench::server::{self, Plan};
use atlas_bench::work::{self, Work};
use clap::{Parser, Subcommand};

/// Benchmarks of the generator and the client.
#[derive(Parser)]
#[command(name = "atlas-bench", bin_name = "cargo xtask bench")]
struct Options {
    #[command(flatten)]
    measure: Arguments,
    #[command(subcommand)]
    part: Option<Part>,
}

/// The subcommands that the benchmarks run in separate processes.
#[derive(Subcommand)]
enum Part {
    /// Serve pages of export jobs until standard input ends.
    #[command(hide = true)]
    Serve(Plan),
    /// List all jobs on a server.
    #[command(hide = true)]
    List {
        #[arg(long)]
        url: String,
        #[arg(long)]
        ahead: usize,
    },
    /// Generate a client from a document with plain progenitor, and print its code.
    #[command(hide = true)]
    Progenitor { document: PathBuf },
    /// Repeat a piece of work, for valgrind or another profiler.
    #[command(hide = true)]
    Work {
        work: Work,
        #[arg(long)]
        count: usize,
        /// The server to call. Required for work that makes calls, and invalid for other work.
        #[arg(long)]
        url: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match &options.part {
        None => measure(&workspace()?, &options.measure),
        Some(Part::Serve(plan)) => runtime.block_on(server::serve(*plan)),
        Some(Part::List { url, ahead }) => {
            let outcome = runtime.block_on(list::read(url, *ahead))?;
            println!("{}", serde_json::to_string(&outcome)?);
            Ok(())
        }
        Some(Part::Progenitor { document }) => {
            println!("{}", atlas_bench::progenitor::file(&std::fs::read_to_string(document)?)?);
            Ok(())
        }
        Some(Part::Work { work, count, url: None }) => {
            let page = work::page()?;
            (0..*count).try_for_each(|_| work.decode(&page))
        }
        Some(Part::Work { work, count, url: Some(url) }) => {
            let caller = work.caller(url)?;
            runtime.block_on(caller.calls(*count))
        }
    }
}

fn workspace() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    Ok(root.context("the package is not within a workspace")?.to_owned())
}
