//! The command line of the generator: `cargo xtask codegen`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use clap::{Args, Parser, Subcommand};
use xtask::codegen::{self, Failure, Generated};
use xtask::date::is_date;
use xtask::diagnostic::Diagnostics;
use xtask::load::{self, Document, Pointer};
use xtask::lower::Options;
use xtask::output::{Output, Stale};
use xtask::standalone;

/// What maintainers of this workspace do.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate the client from the OpenAPI document.
    Codegen(Codegen),
}

#[derive(Debug, Args)]
struct Codegen {
    /// Write nothing; print what is stale as a unified diff, and fail if anything is.
    #[arg(long)]
    check: bool,

    /// The OpenAPI 3.0 document, instead of `spec/atlas.yaml`.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    /// Write a whole crate there, instead of the generated part of `generated-client`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Keep only these operations, and what they reach.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    operations: Vec<String>,

    /// Leave out every resource version that is later than this date (`2024-05-30`).
    #[arg(long, value_name = "DATE", value_parser = date)]
    api_version: Option<String>,

    /// Take in the versions that have no date yet (`preview`) as well.
    #[arg(long)]
    preview: bool,

    /// Print the whole diff, and the name of every file that changes.
    #[arg(short, long)]
    verbose: bool,
}

/// How many lines of a diff `--check` prints without `-v`.
const SHORT_DIFF: usize = 60;

fn main() -> ExitCode {
    let Cli { command: Command::Codegen(arguments) } = Cli::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) if error.is::<Diagnostics>() => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Codegen) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let root = workspace_root()?;
    let document = load_spec(arguments.spec.as_deref(), &root)?;
    let options = Options {
        operations: arguments.operations.clone(),
        api_version: arguments.api_version.clone(),
        preview: arguments.preview,
    };
    let generated = codegen::generate(document.openapi.clone(), &options)
        .map_err(|failure| explain(failure, &document))?;
    let output = output(arguments, &root, &generated)?;
    let stale = output.stale()?;
    if arguments.check {
        print_diff(&stale, arguments.verbose);
    } else if !stale.is_empty() {
        output.write()?;
    }
    if arguments.verbose {
        for stale in &stale {
            println!("{}", stale.path.display());
        }
    }
    println!("{}", summary(&generated, &stale, arguments.check, start));
    let fails = arguments.check && !stale.is_empty();
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn workspace_root() -> anyhow::Result<PathBuf> {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(member.parent().context("xtask is not within a workspace")?.to_owned())
}

fn load_spec(spec: Option<&Path>, root: &Path) -> anyhow::Result<Document> {
    let default = from_here(root.join("spec/atlas.yaml"));
    load::load(spec.unwrap_or(&default))
}

/// What lies below the current folder is named from there.
fn from_here(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).map(Path::to_owned).unwrap_or(path)
}

fn explain(failure: Failure, document: &Document) -> anyhow::Error {
    match failure {
        Failure::Document(complaints) => {
            let diagnostics = complaints.into_iter().map(|complaint| {
                document.diagnostic(
                    &Pointer::parse(&complaint.pointer).unwrap_or_default(),
                    complaint.what,
                    complaint.help,
                )
            });
            Diagnostics::new(diagnostics.collect()).into()
        }
        Failure::Emission(error) => error,
    }
}

fn output(arguments: &Codegen, root: &Path, generated: &Generated) -> anyhow::Result<Output> {
    if let Some(out) = &arguments.out {
        return standalone::output(root, out, &generated.files);
    }
    let files = generated.files.iter().map(|file| (file.path.clone(), file.text.clone()));
    Ok(Output {
        folder: from_here(root.join("generated-client/src/generated")),
        files: files.collect(),
        beside: std::collections::BTreeMap::new(),
    })
}

fn print_diff(stale: &[Stale], whole: bool) {
    let diff: String = stale.iter().map(Stale::diff).collect();
    let lines: Vec<&str> = diff.lines().collect();
    let shown = if whole { lines.len() } else { lines.len().min(SHORT_DIFF) };
    lines.iter().take(shown).for_each(|line| println!("{line}"));
    if shown < lines.len() {
        println!("… and {} more lines; `-v` prints them all", lines.len() - shown);
    }
}

fn summary(generated: &Generated, stale: &[Stale], check: bool, start: Instant) -> String {
    let lines: usize = generated.files.iter().map(|file| file.text.lines().count()).sum();
    let count = |test: fn(&Stale) -> bool| stale.iter().filter(|stale| test(stale)).count();
    let added = count(|stale| stale.old.is_none());
    let removed = count(|stale| stale.new.is_none());
    let changed = stale.len() - added - removed;
    let what = match (stale.is_empty(), check) {
        (true, _) => "nothing changed".to_owned(),
        (false, false) => format!("{added} files added, {changed} changed, {removed} removed"),
        (false, true) => format!(
            "{added} files missing, {changed} stale, {removed} left over: run `cargo xtask codegen`"
        ),
    };
    format!(
        "{} operations, {} models, {lines} lines: {what} ({} ms)",
        generated.operations,
        generated.models,
        start.elapsed().as_millis(),
    )
}

fn date(text: &str) -> anyhow::Result<String> {
    ensure!(is_date(text), "a date is a day of the calendar, written YYYY-MM-DD");
    Ok(text.to_owned())
}
