//! Runs the parts, prints their tables, and writes `RESULTS.md`.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::{Args, ValueEnum};

use crate::parts::Part;
use crate::process::scratch::Bench;
use crate::report::results::{self, Section};
use crate::report::table::cell;

/// The file with the tables, relative to the root of the workspace.
const RESULTS: &str = "generated-client/benches/RESULTS.md";

/// The minimum number of rounds for `--write`, which is also the default. A median of one or two numbers is unreliable.
const ROUNDS_TO_WRITE: u32 = 3;

/// Measure the generator and the client, and compare most of the results with another implementation.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Measure only these parts, separated by commas.
    #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
    only: Vec<Part>,

    /// Write the tables to `generated-client/benches/RESULTS.md`. Keep the sections of parts that were not selected,
    /// were skipped, or failed.
    #[arg(long)]
    write: bool,

    /// The number of rounds. The tables show medians.
    #[arg(long, value_name = "NUMBER", default_value_t = ROUNDS_TO_WRITE, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// The vendor's full document [default: ../shared/atlas-openapi.yaml]
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
}

/// Runs the selected parts.
///
/// # Errors
///
/// Returns an error if `--write` is set with fewer than three rounds, or if a file cannot be written or deleted. Also
/// returns an error if a part cannot be measured, but only after the later parts have run.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(
        !arguments.write || arguments.rounds >= ROUNDS_TO_WRITE,
        "`--write` needs at least {ROUNDS_TO_WRITE} rounds, not {}",
        arguments.rounds
    );
    let bench = Bench {
        root: root.to_owned(),
        folder: root.join("target/bench"),
        document: document(root, arguments),
        rounds: arguments.rounds as usize,
    };
    let parts =
        if arguments.only.is_empty() { Part::value_variants() } else { arguments.only.as_slice() };
    let titles: Vec<&str> = Part::value_variants().iter().map(|part| part.title()).collect();
    let mut failed = Vec::new();
    for part in parts {
        let title = part.title();
        eprintln!("==> {title}");
        let measured = match part.skipped(&bench) {
            Some(reason) => Err(reason),
            None => part.measure(&bench).map_err(|error| {
                eprintln!("error: {error:#}");
                failed.push(title);
                format!("Not measured: {}\n", cell(&format!("{error:#}")))
            }),
        };
        let (Ok(text) | Err(text)) = &measured;
        let body = format!("{}\n\n{text}", results::stamp(&command(), bench.rounds));
        let section = Section { title: title.to_owned(), body: without_paths(root, &body) };
        println!("{section}");
        if arguments.write && measured.is_ok() {
            results::keep(&root.join(RESULTS), &titles, section)?;
        }
    }
    bench.delete_discarded()?;
    ensure!(failed.is_empty(), "not measured: {}", failed.join("; "));
    Ok(())
}

fn document(root: &Path, arguments: &Arguments) -> PathBuf {
    arguments.document.clone().unwrap_or_else(|| root.join("../shared/atlas-openapi.yaml"))
}

/// Makes paths relative to the workspace, because the workspace's location is private.
fn without_paths(root: &Path, text: &str) -> String {
    let around = root.parent().map(|folder| format!("{}/", folder.display()));
    let text = text.replace(&format!("{}/", root.display()), "");
    around
        .filter(|it| it.len() > 1)
        .map_or_else(|| text.clone(), |around| text.replace(&around, "../"))
}

/// Returns the command as a maintainer would type it.
fn command() -> String {
    let arguments = std::env::args().skip(1);
    ["cargo", "xtask", "bench"]
        .map(ToOwned::to_owned)
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Arguments, Part, RESULTS, run, without_paths};

    #[test]
    fn a_part_that_is_skipped_or_fails_keeps_its_section() {
        let root = tempfile::tempdir().unwrap();
        let results = root.path().join(RESULTS);
        fs::create_dir_all(results.parent().unwrap()).unwrap();
        let old = format!("# Benchmarks\n\n## {}\n\nold\n", Part::Growth.title());
        fs::write(&results, &old).unwrap();
        let document = root.path().join("document.yaml");
        let arguments = Arguments {
            only: vec![Part::Growth],
            write: true,
            rounds: 3,
            document: Some(document.clone()),
        };
        run(root.path(), &arguments).unwrap();
        assert_eq!(fs::read_to_string(&results).unwrap(), old);
        fs::write(document, "[").unwrap();
        let error = run(root.path(), &arguments).unwrap_err().to_string();
        assert_eq!(error, format!("not measured: {}", Part::Growth.title()));
        assert_eq!(fs::read_to_string(&results).unwrap(), old);
    }

    #[test]
    fn tables_hide_the_path_of_the_workspace() {
        let text = "cannot read `/home/me/here/spec/a.yaml` or `/home/me/shared/b.yaml`";
        let shown = without_paths(Path::new("/home/me/here"), text);
        assert_eq!(shown, "cannot read `spec/a.yaml` or `../shared/b.yaml`");
        assert_eq!(without_paths(Path::new("/here"), "/here/a /b"), "a /b");
    }
}
