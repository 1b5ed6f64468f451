//! What the client takes and keeps under load, as a table.
//!
//! Each measurement runs in a process of its own, and the local Atlas that it talks to in another,
//! so that neither's memory counts for the other. Linux tells the memory, in `/proc`.

mod calls;
mod list;
mod mix;
mod own;
mod server;
mod soak;
mod table;

use std::{
    io::{self, Write as _},
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use clap::{Parser, Subcommand};

/// Puts the client under load, and prints what came of it as a table. It fails where a figure is
/// not within its bound. Without a command it measures everything.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    measurement: Option<Measurement>,
    /// Measure less of each, for half a minute in all
    #[arg(long)]
    quick: bool,
    /// How long the soak takes, such as 90s, 5m or 1h
    #[arg(long = "for", value_name = "TIME", value_parser = duration, default_value = "1m")]
    time: Duration,
}

#[derive(Debug, Subcommand)]
enum Measurement {
    /// Reads a long list to its end
    List(list::Options),
    /// Makes many calls at once, while some go wrong
    Calls(calls::Options),
    /// Makes such calls at a steady rate for a long time
    Soak(soak::Options),
    /// Runs the local Atlas of a measurement, until its input ends
    #[command(hide = true)]
    Serve(server::Options),
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = match options.measurement {
        None => return measure_all(options.quick, options.time),
        Some(Measurement::Serve(options)) => {
            runtime.block_on(server::run(&options))?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(Measurement::List(options)) => runtime.block_on(list::measure(&options))?,
        Some(Measurement::Calls(options)) => runtime.block_on(calls::measure(&options))?,
        Some(Measurement::Soak(options)) => runtime.block_on(soak::measure(&options))?,
    };
    table::print(&mut io::stdout().lock(), &figures)
}

/// Runs every measurement in a process of its own. All of them run, whatever the others come to.
fn measure_all(quick: bool, time: Duration) -> anyhow::Result<ExitCode> {
    let time = format!("{}s", time.as_secs());
    let measurements: &[&[&str]] = if quick {
        &[
            // All of these jobs together would take more memory than that.
            &["list", "--jobs", "50000", "--items-per-page", "500", "--memory", "32"],
            &["calls", "--calls", "2000"],
            &["soak", "--for", "5s"],
        ]
    } else {
        &[
            &["list", "--jobs", "1000000", "--items-per-page", "500"],
            &["list", "--jobs", "1000000", "--items-per-page", "100"],
            &["calls", "--calls", "10000"],
            &["soak", "--for", &time],
        ]
    };
    let program = std::env::current_exe().context("this program does not know itself")?;
    let mut all_held = true;
    for arguments in measurements {
        writeln!(io::stdout(), "`atlas-load {}`\n", arguments.join(" "))?;
        all_held &= Command::new(&program).args(*arguments).status()?.success();
        writeln!(io::stdout())?;
    }
    Ok(if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads a number with a unit of time.
pub(crate) fn duration(text: &str) -> anyhow::Result<Duration> {
    let unit = text.chars().last().context("there is no time")?;
    let seconds_each = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => bail!("the time must end in s, m or h"),
    };
    let count: u64 = text.trim_end_matches(unit).parse()?;
    ensure!((1..=24 * 3600 / seconds_each).contains(&count), "the time must be 1s to 24h");
    Ok(Duration::from_secs(count * seconds_each))
}
