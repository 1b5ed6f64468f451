//! Measures the client beside what it could be at best, and beside others.

use atlas_bench::measure::Measurement;
use atlas_bench::rows::{Row, list};
use atlas_bench::server::{self, Plan};
use atlas_bench::work::{self, Work};
use clap::{Parser, Subcommand, ValueEnum as _};

/// Measures the client beside a floor and a peer. Prints a line for each measurement.
#[derive(Parser)]
#[command(name = "atlas-bench")]
struct Options {
    /// Print each measurement as a line of JSON.
    #[arg(long)]
    json: bool,
    /// Measure this row alone.
    #[arg(long)]
    row: Option<Row>,
    /// Count instructions as well, which needs valgrind and takes minutes.
    #[arg(long)]
    instructions: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What this program does in a process of its own.
#[derive(Subcommand)]
enum Part {
    /// Serve lists until the standard input ends.
    Serve(Plan),
    /// Read a list.
    List {
        #[arg(long)]
        url: String,
        #[arg(long)]
        ahead: usize,
    },
    /// Do a piece of work so many times, as a profiler wants it.
    Work {
        work: Work,
        #[arg(long)]
        count: u32,
        /// The server, for a call.
        #[arg(long)]
        url: Option<String>,
        /// Decode JSON that is indented.
        #[arg(long)]
        pretty: bool,
        /// Let a subscriber of `tracing` print what the client tells, to nowhere.
        #[arg(long)]
        traced: bool,
    },
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match options.part {
        None => measure(&options),
        Some(Part::Serve(plan)) => runtime.block_on(server::serve(plan)),
        Some(Part::List { url, ahead }) => {
            let outcome = runtime.block_on(list::read(&url, ahead))?;
            println!("{}", serde_json::to_string(&outcome)?);
            Ok(())
        }
        Some(Part::Work { work, count, url, pretty, traced }) => {
            if traced {
                tracing_subscriber::fmt().with_writer(std::io::sink).init();
            }
            match url {
                None => {
                    let page = work::page(pretty)?;
                    (0..count).try_for_each(|_| work.decode(&page))
                }
                Some(url) => runtime.block_on(async {
                    let caller = work.caller(&url)?;
                    for _ in 0..count {
                        caller.call().await?;
                    }
                    Ok(())
                }),
            }
        }
    }
}

fn measure(options: &Options) -> anyhow::Result<()> {
    let rows = options.row.map_or_else(|| Row::value_variants().to_vec(), |row| vec![row]);
    for row in rows {
        for measurement in row.measure(options.instructions)? {
            print(&measurement, options.json)?;
        }
    }
    Ok(())
}

fn print(measurement: &Measurement, json: bool) -> anyhow::Result<()> {
    let Measurement { row, what, unit, value } = measurement;
    if json {
        println!("{}", serde_json::to_string(measurement)?);
    } else {
        println!("{row:28} {what:14} {value:14.1} {unit}");
    }
    Ok(())
}
