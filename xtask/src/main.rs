//! The command line of the generator: `cargo xtask codegen`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use annotate_snippets::Renderer;
use anyhow::{Context as _, ensure};
use clap::{Args, Parser, Subcommand};
use xtask::bench;
use xtask::changes;
use xtask::codegen::{self, Failure, Generated};
use xtask::date::is_date;
use xtask::diagnostic::Diagnostics;
use xtask::load::{self, Document, Refused};
use xtask::lower::{self, Options};
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
    /// Measure the client beside its floor and its peers, and print tables of the ratios.
    Bench(bench::Arguments),
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

    /// Keep only the operations with this tag, and what they reach; those of `--operations` as well.
    ///
    /// Several with commas or by giving it again. A tag with a comma in its name is given by itself.
    #[arg(long, value_name = "NAME")]
    tags: Vec<String>,

    /// Leave out every resource version that is later than this date (`2024-05-30`).
    #[arg(long, value_name = "DATE", value_parser = date)]
    api_version: Option<String>,

    /// Take in the versions that have no date yet (`preview`) as well.
    #[arg(long)]
    preview: bool,

    /// Print the whole diff, the name of every file that changes, every change of the API, and each
    /// warning with its excerpt.
    #[arg(short, long)]
    verbose: bool,
}

/// How many lines of a diff `--check` prints without `-v`.
const SHORT_DIFF: usize = 60;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Codegen(arguments) => run(&arguments),
        Command::Bench(arguments) => measure(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// In colour on a terminal, unless `NO_COLOR` is set.
fn complain(error: &anyhow::Error) {
    match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => {
            anstream::eprintln!("{}\n", diagnostics.render(&Renderer::styled()));
            eprintln!("{} found, and nothing written", count(diagnostics.iter().len(), "error"));
        }
        None => eprintln!("error: {error:#}"),
    }
}

/// A line each, or each with its excerpt.
fn warn(warnings: &Diagnostics, verbose: bool) {
    if verbose && warnings.iter().len() > 0 {
        anstream::eprintln!("{}\n", warnings.render(&Renderer::styled()));
    } else {
        warnings.iter().for_each(|warning| eprintln!("{warning}"));
    }
}

fn measure(arguments: &bench::Arguments) -> anyhow::Result<ExitCode> {
    bench::run(&workspace_root()?, arguments)?;
    Ok(ExitCode::SUCCESS)
}

fn run(arguments: &Codegen) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let root = workspace_root()?;
    let options = Options {
        operations: arguments.operations.clone(),
        tags: arguments.tags.clone(),
        api_version: arguments.api_version.clone(),
        preview: arguments.preview,
        // The manifest of the workspace's own client is not generated.
        features: arguments.out.is_some(),
    };
    let mut document = load_spec(arguments.spec.as_deref(), &root)
        .map_err(|error| with_later_complaints(error, &options))?;
    let openapi = std::mem::take(&mut document.openapi);
    let generated =
        codegen::generate(openapi, &options).map_err(|failure| explain(failure, &document))?;
    let warnings = document.diagnostics(generated.untyped.clone()).as_warnings();
    warn(&warnings, arguments.verbose);
    let output = output(arguments, &root, &generated)?;
    let stale = output.stale()?;
    let mut report = String::new();
    if arguments.check {
        report.push_str(&diff(&stale, arguments.verbose));
    } else if !stale.is_empty() {
        output.write()?;
    }
    if arguments.verbose {
        report.extend(stale.iter().map(|stale| format!("{}\n", stale.path.display())));
    }
    report.push_str(&summary(&generated, &warnings, &stale, arguments.check, start));
    let folder = arguments.out.as_ref().map(|out| out.join("src/generated"));
    let changes = changes::compare(&stale, &folder.unwrap_or(output.folder));
    report.push_str(&changes.report(arguments.verbose));
    say(&report)?;
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

/// What lowering has to say as well, so that nobody learns it only after mending the rest.
fn with_later_complaints(error: anyhow::Error, options: &Options) -> anyhow::Error {
    let Refused { diagnostics, document } = match error.downcast() {
        Ok(refused) => refused,
        Err(other) => return other,
    };
    let later = document.and_then(|document| {
        let complaints = lower::lower(document.openapi.clone(), options).err()?;
        Some(document.diagnostics(complaints))
    });
    match later {
        Some(later) => diagnostics.and(later).into(),
        None => diagnostics.into(),
    }
}

fn explain(failure: Failure, document: &Document) -> anyhow::Error {
    match failure {
        Failure::Document(complaints) => document.diagnostics(complaints).into(),
        Failure::Emission(error) => error,
    }
}

fn output(arguments: &Codegen, root: &Path, generated: &Generated) -> anyhow::Result<Output> {
    if let Some(out) = &arguments.out {
        return standalone::output(root, out, generated);
    }
    standalone::check_engine(root, generated)?;
    let files = generated.files.iter().map(|file| (file.path.clone(), file.text.clone()));
    Ok(Output {
        folder: from_here(root.join("generated-client/src/generated")),
        files: files.collect(),
        beside: std::collections::BTreeMap::new(),
    })
}

fn diff(stale: &[Stale], whole: bool) -> String {
    let diff: String = stale.iter().map(Stale::diff).collect();
    let lines: Vec<&str> = diff.lines().collect();
    let shown = if whole { lines.len() } else { lines.len().min(SHORT_DIFF) };
    let mut text: String = lines.iter().take(shown).flat_map(|line| [line, "\n"]).collect();
    if shown < lines.len() {
        let left = lines.len() - shown;
        text.extend(["… and ", &left.to_string(), " more lines; `-v` prints them all\n"]);
    }
    text
}

/// Writes to the standard output. Who reads it may have enough, as `head` has after some lines.
fn say(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to the standard output"),
    }
}

fn summary(
    generated: &Generated,
    warnings: &Diagnostics,
    stale: &[Stale],
    check: bool,
    start: Instant,
) -> String {
    let lines: usize = generated.files.iter().map(|file| file.text.lines().count()).sum();
    let added = stale.iter().filter(|stale| stale.old.is_none()).count();
    let removed = stale.iter().filter(|stale| stale.new.is_none()).count();
    let changed = stale.len() - added - removed;
    let what = match (stale.is_empty(), check) {
        (true, _) => "nothing changed".to_owned(),
        (false, false) => {
            format!("{} added, {changed} changed, {removed} removed", count(added, "file"))
        }
        (false, true) => format!(
            "{} missing, {changed} stale, {removed} left over: run `cargo xtask codegen`",
            count(added, "file")
        ),
    };
    let untyped = match warnings.iter().len() {
        0 => String::new(),
        1 => ", 1 schema is untyped".to_owned(),
        many => format!(", {many} schemas are untyped"),
    };
    format!(
        "{}, {}, {}{untyped}: {what} ({} ms)\n",
        count(generated.operations, "operation"),
        count(generated.models, "model"),
        count(lines, "line"),
        start.elapsed().as_millis(),
    )
}

/// `1 file`, `2 files`.
fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

fn date(text: &str) -> anyhow::Result<String> {
    ensure!(is_date(text), "a date is a day of the calendar, written YYYY-MM-DD");
    Ok(text.to_owned())
}
