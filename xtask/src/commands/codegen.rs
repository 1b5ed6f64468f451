//! `cargo xtask codegen`: generates a client and reports what changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use xtask::api::is_crate_name;
use xtask::codegen::{self, Failure, Generated};
use xtask::date::is_date;
use xtask::diagnostic::{Diagnostics, Severity};
use xtask::document::{self, Document, Selection};
use xtask::lower::Options;
use xtask::output::{Output, Stale};
use xtask::text::count;
use xtask::{diff, standalone};

use crate::console::{from_here, print, print_warnings, workspace_root};

/// The arguments of `cargo xtask codegen`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Codegen {
    /// Write nothing. Print the first 60 lines of a unified diff of the stale files, without `api.json`. Fail if any
    /// file is stale.
    #[arg(long)]
    check: bool,

    /// The OpenAPI document. Defaults to `spec/atlas.yaml`.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    /// Correct the document with an overlay (OpenAPI Overlay 1.0) before checking it. May be repeated; overlays apply
    /// in order.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,

    /// Write a complete crate to this folder, instead of the emitted part of `generated-client`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The name of the crate. Defaults to the name in the crate's `Cargo.toml`, or else to the document's title.
    #[arg(long, value_name = "NAME", requires = "out", value_parser = crate_name)]
    name: Option<String>,

    /// The version of the crate. Defaults to the version in the crate's `Cargo.toml`, or else to the document's
    /// version.
    #[arg(long, value_name = "VERSION", requires = "out", value_parser = version)]
    version: Option<String>,

    /// Emit only these operations and their models. Separate operation ids with commas, or repeat the option.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    operations: Vec<String>,

    /// Emit only operations that have one of these tags or that `--operations` selects, and their models.
    ///
    /// Separate tags with commas, or repeat the option. To select a tag with a comma in its name,
    /// pass that tag alone.
    #[arg(long, value_name = "NAME")]
    tags: Vec<String>,

    /// The date of plain method names, such as `2024-05-30`. Defaults to the date in the crate's `Cargo.toml`, or else
    /// to the newest date in the document.
    ///
    /// The method for an operation's newest resource version up to this date has the plain name, or, if all versions
    /// are later, the method for the oldest one. The names of the methods for other versions end in the date of the
    /// version. With `--out`, the date is recorded in the crate's `Cargo.toml`.
    #[arg(long, value_name = "DATE", value_parser = date)]
    api_version: Option<String>,

    /// Include unreleased versions (`preview`, `private`, `upcoming`).
    #[arg(long)]
    preview: bool,

    /// Report the changes for callers since this git revision. Defaults to the last run.
    #[arg(long, value_name = "REV")]
    since: Option<String>,

    /// Fail and write nothing if there is any warning.
    #[arg(long)]
    strict: bool,

    /// Print only the number of warnings and do not list the operations that are left out.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// Print all warnings, the complete diff, the names of all changed files, and all changes to the API.
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// The maximum number of diff lines that `--check` prints without `-v`.
const SHORT_DIFF: usize = 60;

/// Generates the client and writes its files or, with `--check`, compares them with the files on disk.
pub(crate) fn codegen(arguments: &Codegen) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let root = workspace_root()?;
    let options = options(arguments, &root)?;
    let default = from_here(root.join("spec/atlas.yaml"));
    let spec = arguments.spec.as_deref().unwrap_or(&default);
    let document = document::load(spec, &arguments.overlay, &options.selection)?;
    let Document { openapi, warnings, operations, sources } = document;
    let generated = match codegen::generate(openapi, &options) {
        Ok(generated) => generated,
        Err(Failure::Document(errors)) => {
            return Err(sources.diagnostics(errors).and(warnings).into());
        }
        Err(Failure::Emission(error)) => return Err(error),
    };
    let warnings = sources.diagnostics(generated.warnings.clone()).and(warnings);
    if arguments.out.is_none() {
        let errors = standalone::unsupported(&root, &generated)?;
        if !errors.is_empty() {
            return Err(sources.diagnostics(errors).and(warnings).into());
        }
    }
    print_warnings(&warnings, arguments.quiet, arguments.verbose);
    if arguments.strict && !warnings.is_empty() {
        eprintln!("`--strict` does not allow warnings; nothing was written");
        return Ok(ExitCode::FAILURE);
    }
    // A document without operations is valid and becomes a client without methods, but options that exclude every
    // operation are an error.
    let omitted = warnings.count(Severity::Omission);
    if generated.api.operations.is_empty() && omitted < operations {
        bail!(
            "`{}` has no operation that the options select: check the document and the options; nothing was written",
            spec.display()
        );
    }
    let output = output(arguments, &root, &generated)?;
    let previous = previous(arguments, &output)?;
    let stale = if arguments.check { output.stale()? } else { output.update()? };
    let mut report = String::new();
    if arguments.check {
        report.push_str(&stale_diff(&stale, arguments.verbose));
    }
    if arguments.verbose {
        report.extend(stale.iter().map(|stale| format!("{}\n", stale.path.display())));
    }
    report.push_str(&left_out(&warnings, arguments.quiet));
    report.push_str(&summary(&generated, &warnings, &stale, arguments.check, start));
    if let Some(previous) = previous {
        report.push_str(&diff::report(&previous, &generated.api, arguments.verbose));
    }
    print(&report)?;
    let fails = arguments.check && !stale.is_empty();
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn options(arguments: &Codegen, root: &Path) -> anyhow::Result<Options> {
    let (name, version) = (arguments.name.as_deref(), arguments.version.as_deref());
    let package = arguments.out.as_ref().map(|out| standalone::naming(root, out, name, version));
    let api_version = match (&arguments.api_version, &arguments.out) {
        (Some(date), _) => Some(date.clone()),
        (None, Some(out)) => standalone::api_version(out)?,
        (None, None) => standalone::api_version(&root.join("generated-client"))?,
    };
    Ok(Options {
        selection: Selection {
            operations: arguments.operations.iter().map(|id| id.trim().to_owned()).collect(),
            tags: arguments.tags.clone(),
            // A mistake in the spec of `generated-client` must not remove a method.
            rejects_dangling: arguments.out.is_none(),
        },
        api_version,
        preview: arguments.preview,
        package: package.transpose()?,
    })
}

/// Returns the JSON of the model to compare with: the model at the git revision in `--since`, or else the model of the
/// last run. Returns `None` if neither exists.
fn previous(arguments: &Codegen, output: &Output) -> anyhow::Result<Option<String>> {
    let folder = arguments.out.as_ref().map(|out| out.join("src/generated"));
    let file = folder.as_ref().unwrap_or(&output.folder).join(codegen::API_JSON);
    match &arguments.since {
        Some(revision) => diff::read_at(revision, &file).map(Some),
        None if file.exists() => fs::read_to_string(&file)
            .map(Some)
            .with_context(|| format!("cannot read `{}`", file.display())),
        None => Ok(None),
    }
}

fn output(arguments: &Codegen, root: &Path, generated: &Generated) -> anyhow::Result<Output> {
    if let Some(out) = &arguments.out {
        return standalone::output(root, out, generated);
    }
    let files = generated.files.iter().map(|file| (file.path.clone(), file.text.clone()));
    Ok(Output {
        folder: from_here(root.join("generated-client/src/generated")),
        files: files.collect(),
        ..Output::default()
    })
}

/// Formats the list of operations that are not emitted, with the reasons.
fn left_out(warnings: &Diagnostics, quiet: bool) -> String {
    let omissions = warnings.iter().filter(|it| it.severity == Severity::Omission);
    let lines: Vec<String> = omissions.map(|it| format!("  {}\n", it.what)).collect();
    if lines.is_empty() || quiet {
        return String::new();
    }
    format!("{} left out:\n{}", count(lines.len(), "operation"), lines.concat())
}

fn stale_diff(stale: &[Stale], whole: bool) -> String {
    // A diff of `api.json` would repeat the changes to the code.
    let code = stale.iter().filter(|stale| !stale.path.ends_with(codegen::API_JSON));
    let text: String = code.map(Stale::diff).collect();
    if let ([json], true, false) = (stale, text.is_empty(), whole) {
        return format!("{} differs\n", json.path.display());
    }
    let lines: Vec<&str> = text.lines().collect();
    let shown = if whole { lines.len() } else { lines.len().min(SHORT_DIFF) };
    let mut text: String = lines.iter().take(shown).flat_map(|line| [line, "\n"]).collect();
    if shown < lines.len() {
        let left = count(lines.len() - shown, "more line");
        text.extend(["… and ", &left, "; `-v` prints all lines\n"]);
    }
    text
}

fn summary(
    generated: &Generated,
    warnings: &Diagnostics,
    stale: &[Stale],
    check: bool,
    start: Instant,
) -> String {
    let code = generated.files.iter().filter(|file| file.path != codegen::API_JSON);
    let lines: usize = code.map(|file| file.text.lines().count()).sum();
    let added = stale.iter().filter(|stale| stale.old.is_none()).count();
    let removed = stale.iter().filter(|stale| stale.new.is_none()).count();
    let changed = stale.len() - added - removed;
    let what = match (stale.is_empty(), check) {
        (true, _) => "nothing changed".to_owned(),
        (false, false) => {
            format!("{} added, {changed} changed, {removed} removed", count(added, "file"))
        }
        (false, true) => format!(
            "{} missing, {changed} stale, {removed} left over: run `{}`",
            count(added, "file"),
            command()
        ),
    };
    let warnings = match warnings.len() {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    format!(
        "{}, {}, {}{warnings}: {what} ({} ms)\n",
        count(generated.api.operations.len(), "operation"),
        count(generated.api.models.len(), "model"),
        count(lines, "line"),
        start.elapsed().as_millis(),
    )
}

/// Returns this command without `--check`, in shell syntax.
fn command() -> String {
    let arguments = std::env::args().skip(1).filter(|argument| argument != "--check");
    let quoted = arguments.map(|argument| {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./,=:@+%".contains(it);
        if !argument.is_empty() && argument.chars().all(is_plain) {
            return argument;
        }
        format!("'{}'", argument.replace('\'', r"'\''"))
    });
    ["cargo".to_owned(), "xtask".to_owned()].into_iter().chain(quoted).collect::<Vec<_>>().join(" ")
}

fn date(text: &str) -> anyhow::Result<String> {
    ensure!(is_date(text), "expected a date, such as `2024-05-30`");
    Ok(text.to_owned())
}

fn crate_name(text: &str) -> anyhow::Result<String> {
    ensure!(
        is_crate_name(text),
        "expected at most 64 ASCII letters, digits, `-` and `_`, starting with a letter or `_`, and neither a keyword \
         nor the name of a dependency or of one of Rust's crates"
    );
    Ok(text.to_owned())
}

fn version(text: &str) -> anyhow::Result<String> {
    let parsed = semver::Version::parse(text);
    parsed.context("expected a SemVer version, such as `1.2.0`")?;
    Ok(text.to_owned())
}
