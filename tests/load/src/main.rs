//! Load tests of the client.
//!
//! Each measurement and its local Atlas run in separate processes, so that the measured memory is only the client's.
//! The load tests require Linux, because they read the memory usage from `/proc`.

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

/// Put the client under load and print the measurements as tables. The program fails if a value exceeds its limit or
/// differs from the expected value. Without a command, the program runs all measurements.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    measurement: Option<Measurement>,
    /// Run short measurements, which take half a minute in total, and ignore `--for`
    #[arg(long)]
    quick: bool,
    /// The duration of the soak test, such as 90s, 5m or 1h, if no command is given
    #[arg(long = "for", value_name = "TIME", value_parser = duration, default_value = "1m")]
    time: Duration,
}

#[derive(Debug, Subcommand)]
enum Measurement {
    /// Read all pages of a long list
    List(list::Options),
    /// Make many concurrent calls while faults affect some requests
    Calls(calls::Options),
    /// Make the same mix of calls at a steady rate for a long time
    Soak(soak::Options),
    /// Run the local Atlas for a measurement until standard input ends
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

/// Runs each measurement in a separate process, even if an earlier one failed.
fn measure_all(quick: bool, time: Duration) -> anyhow::Result<ExitCode> {
    let time = format!("{}s", time.as_secs());
    let measurements: &[&[&str]] = if quick {
        &[
            // A client that kept all jobs in memory would exceed this limit.
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
    let program = std::env::current_exe().context("cannot find the path of this program")?;
    let mut all_held = true;
    for arguments in measurements {
        writeln!(io::stdout(), "`atlas-load {}`\n", arguments.join(" "))?;
        all_held &= Command::new(&program).args(*arguments).status()?.success();
        writeln!(io::stdout())?;
    }
    Ok(if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Parses a number with a unit of time.
pub(crate) fn duration(text: &str) -> anyhow::Result<Duration> {
    let unit = text.chars().last().context("expected a time such as `90s`")?;
    let seconds_each = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => bail!("expected a time that ends in `s`, `m` or `h`"),
    };
    let count: u64 = text.trim_end_matches(unit).parse()?;
    ensure!((1..=24 * 3600 / seconds_each).contains(&count), "expected a time from `1s` to `24h`");
    Ok(Duration::from_secs(count * seconds_each))
}
