//! The commands of `cargo xtask`.

mod codegen;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{self, ExitCode};

use anyhow::Context as _;
use clap::Args;
use xtask::corpus::Corpus;
use xtask::document::Raw;
use xtask::{adopt, output, upstream};

pub(super) use self::codegen::{Codegen, codegen};
use super::console::{from_here, print, workspace_root};

/// The arguments of `cargo xtask upstream`.
#[derive(Debug, Args)]
pub(super) struct Upstream {
    /// The vendor's OpenAPI document.
    #[arg(value_name = "FILE")]
    vendor: PathBuf,

    /// The spec to compare with the vendor's document. Defaults to `spec/atlas.yaml` in the workspace.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    /// Print the differences as JSON.
    #[arg(long)]
    json: bool,
}

/// The arguments of `cargo xtask adopt`.
#[derive(Debug, Args)]
pub(super) struct Adopt {
    /// The `operationId` of each operation to add, separated by spaces or commas.
    #[arg(required = true, value_name = "OPERATION", value_delimiter = ',')]
    operations: Vec<String>,

    /// The vendor's OpenAPI document.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,

    /// The spec to change. Defaults to `spec/atlas.yaml` in the workspace.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
}

/// Adds the operations to the spec. If one of them cannot be added, fails and leaves the spec unchanged.
pub(super) fn adopt(arguments: &Adopt) -> anyhow::Result<ExitCode> {
    let path = spec(arguments.spec.as_ref())?;
    let ours = Raw::load(&path)?;
    let vendor = Raw::load(&arguments.from)?;
    let adopted = adopt::adopt(&ours, &vendor, &arguments.operations)?;
    output::replace_file(&path, &adopted.text)?;
    print(&adopted.report)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the differences that are not marked as deliberate, and the outdated marks. Fails if there are any.
pub(super) fn upstream(arguments: &Upstream) -> anyhow::Result<ExitCode> {
    let ours = Raw::load(&spec(arguments.spec.as_ref())?)?;
    let vendor = Raw::load(&arguments.vendor)?;
    let report = upstream::compare(&ours, &vendor)?;
    print(&if arguments.json { report.json()? } else { report.to_string() })?;
    Ok(if report.entries.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the path of the spec: the given file, or `spec/atlas.yaml` in the workspace.
fn spec(given: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    match given {
        Some(path) => Ok(path.clone()),
        None => Ok(from_here(workspace_root()?.join("spec/atlas.yaml"))),
    }
}

/// Prints the result for each document. Fails if a result shows a fault of the generator, but not if a document has
/// errors.
pub(super) fn corpus(arguments: &Corpus) -> anyhow::Result<ExitCode> {
    let report = arguments.run(&workspace_root()?)?;
    print(&report.text)?;
    report.faults.iter().for_each(|fault| eprintln!("error: {fault}"));
    Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the benchmarks, which are a separate package so that `cargo xtask codegen` does not compile them.
pub(super) fn bench(arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let status = process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--release", "--package", "atlas-bench", "--manifest-path"])
        .arg(workspace_root()?.join("Cargo.toml"))
        .arg("--")
        .args(arguments)
        .status()
        .context("cannot run cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
