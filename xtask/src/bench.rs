//! What the client costs to make and to build, beside what it could cost at best and beside others.
//!
//! Everything in one table was measured in one run on one machine, in turns where that is cheap.

mod build;
mod codegen;
pub mod comparison;
mod compile;
mod document;
pub mod doubled;
mod generator;
mod generators;
mod manifest;
mod program;
pub mod report;
pub mod runtime;
mod scratch;
mod usage;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum};

use self::report::{Section, Stamp};
pub use self::scratch::Bench;

/// Where `--write` keeps the tables, from the root of the workspace.
const RESULTS: &str = "generated-client/benches/RESULTS.md";

/// What `cargo xtask bench` takes.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Measure these parts alone; several with commas.
    #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
    only: Vec<Part>,

    /// Keep the tables in `generated-client/benches/RESULTS.md`; a part that is not measured stays there.
    #[arg(long)]
    write: bool,

    /// How often each thing is measured; the median counts.
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// The vendor's whole document [default: ../shared/atlas-openapi.yaml]
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
}

/// A part of the run: a table, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Decoding, calling, listing: what the package `atlas-bench` measures.
    Runtime,
    /// Generating the client from `spec/atlas.yaml`.
    Codegen,
    /// Building the client from nothing.
    Build,
    /// The size of a program.
    Program,
    /// The vendor's whole document, with every peer that is installed.
    Document,
}

impl Part {
    const fn title(self) -> &'static str {
        match self {
            Self::Runtime => "Decoding, calling, listing",
            Self::Codegen => "Generating the client",
            Self::Build => "Building the client from nothing",
            Self::Program => "A program with one call",
            Self::Document => "The vendor's whole document",
        }
    }

    fn measure(self, bench: &Bench) -> anyhow::Result<String> {
        match self {
            Self::Runtime => runtime::measure(bench),
            Self::Codegen => codegen::measure(bench),
            Self::Build => build::measure(bench),
            Self::Program => program::measure(bench),
            Self::Document => document::measure(bench),
        }
    }
}

/// Measures, prints the tables, and keeps them if that is asked for.
///
/// # Errors
///
/// If a part of ours cannot be measured: the parts after it are measured all the same. A peer that
/// fails is told in the table.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        return in_release(root);
    }
    let bench = Bench {
        root: root.to_owned(),
        folder: root.join("target/bench"),
        document: document(root, arguments),
        rounds: arguments.rounds as usize,
    };
    let parts =
        if arguments.only.is_empty() { Part::value_variants() } else { arguments.only.as_slice() };
    let mut failed = Vec::new();
    for part in parts {
        let title = part.title();
        eprintln!("==> {title}");
        let tables = part.measure(&bench).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            failed.push(title);
            format!("Not measured: {}\n", report::cell(&format!("{error:#}")))
        });
        let section = Section {
            title: title.to_owned(),
            body: without_paths(root, &Stamp::now(&command()).above(&tables)),
        };
        println!("{section}");
        if arguments.write {
            report::keep(&root.join(RESULTS), section)?;
        }
    }
    ensure!(failed.is_empty(), "not measured: {}", failed.join(", "));
    Ok(())
}

/// A build without optimisation says nothing of speed.
fn in_release(root: &Path) -> anyhow::Result<()> {
    let status = Command::new(scratch::cargo_program())
        .args(["run", "--quiet", "--release", "--package", "xtask", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .arg("--")
        .args(std::env::args_os().skip(1))
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the measurements failed");
    Ok(())
}

fn document(root: &Path, arguments: &Arguments) -> PathBuf {
    arguments.document.clone().unwrap_or_else(|| root.join("../shared/atlas-openapi.yaml"))
}

/// The text without where the workspace lies on this machine, which a complaint may tell.
fn without_paths(root: &Path, text: &str) -> String {
    let around = root.parent().map(|folder| format!("{}/", folder.display()));
    let text = text.replace(&format!("{}/", root.display()), "");
    around
        .filter(|it| it.len() > 1)
        .map_or_else(|| text.clone(), |around| text.replace(&around, "../"))
}

/// The command as it was typed.
fn command() -> String {
    let arguments = std::env::args().skip(1);
    ["cargo".to_owned(), "xtask".to_owned()]
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::without_paths;

    #[test]
    fn a_table_does_not_tell_where_the_workspace_lies() {
        let text = "cannot read `/home/me/here/spec/a.yaml` or `/home/me/shared/b.yaml`";
        let shown = without_paths(Path::new("/home/me/here"), text);
        assert_eq!(shown, "cannot read `spec/a.yaml` or `../shared/b.yaml`");
        assert_eq!(without_paths(Path::new("/here"), "/here/a /b"), "a /b");
    }
}
