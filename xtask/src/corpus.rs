//! Generates and compiles a client for each document in a folder.
//!
//! `cargo xtask corpus` prints a table with a row for each document. The table shows how many OpenAPI documents the
//! generator accepts, and reveals panics, omissions without a reason, and crates that do not compile.

mod compile;
mod row;
mod table;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;
use heck::ToKebabCase as _;

use self::row::{Problem, Row};
use crate::codegen::{self, Failure};
use crate::diagnostic::Severity;
use crate::document::{self, Selection};
use crate::free_name::free_name;
use crate::lower::{Naming, Options};
use crate::{output, standalone};

/// The time limit for generating one client.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The arguments of `cargo xtask corpus`.
#[derive(Debug, Args)]
pub struct Corpus {
    /// The folder of YAML and JSON documents, including those in subfolders [default: ../shared/corpus]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,

    /// Use only documents whose path within the folder contains this text. To give several texts, separate them with
    /// commas or repeat the option.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,

    /// Do not compile the crates.
    #[arg(long)]
    no_compile: bool,
}

/// The results for all documents.
#[derive(Debug)]
pub struct Report {
    /// A table with a row for each document and a row of totals, followed by the reasons for failures and omissions.
    pub text: String,
    /// The faults of the generator.
    pub faults: Vec<String>,
}

impl Corpus {
    /// Generates a client for each document and, unless `--no-compile` is set, compiles all clients.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder cannot be read or contains no matching document, or if the workspace of the
    /// crates cannot be written. Also returns an error if cargo cannot run, or if one of its runs compiles no crate.
    pub fn run(&self, root: &Path) -> anyhow::Result<Report> {
        let folder = self.folder.clone().unwrap_or_else(|| root.join("../shared/corpus"));
        let documents = self.documents(&folder)?;
        if documents.is_empty() {
            let only = match self.only.as_slice() {
                [] => String::new(),
                only => format!(" whose path contains `{}`", only.join("` or `")),
            };
            bail!("`{}` has no documents{only}", folder.display());
        }
        let workspace = root.join("target/corpus");
        let mut rows = Vec::new();
        let mut packages = BTreeSet::new();
        for (name, path) in &documents {
            eprintln!("{name}");
            let package = package(name, &mut packages);
            let out = workspace.join("crates").join(&package);
            let mut row = generate(root, path, &out, &package);
            row.name.clone_from(name);
            rows.push((package, row));
        }
        if !self.no_compile {
            let generated = rows.iter().filter(|(_, row)| row.failure.is_none());
            let packages: Vec<&str> = generated.map(|(package, _)| package.as_str()).collect();
            let mut compiled = compile::check(root, &workspace, &packages)?;
            for (package, row) in &mut rows {
                row.compiled = compiled.remove(package);
            }
        }
        let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
        let faults = rows.iter().flat_map(|row| row.faults(!self.no_compile)).collect();
        Ok(Report { text: table::report(&rows), faults })
    }

    /// Returns the documents that match `--only`, sorted by path. Each item contains the document's path within the
    /// folder, and the whole path.
    fn documents(&self, folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
        let mut files = output::all(folder)?;
        let is_document = |kind: &OsStr| kind == "yaml" || kind == "yml" || kind == "json";
        files.retain(|path| path.extension().is_some_and(is_document));
        files.sort();
        let named = files.into_iter().map(|path| {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            (name, path)
        });
        let is_wanted = |name: &str| {
            self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
        };
        Ok(named.filter(|(name, _)| is_wanted(name)).collect())
    }
}

/// Returns a unique package name for a document.
fn package(name: &str, taken: &mut BTreeSet<String>) -> String {
    let name = name.to_kebab_case().replace(|it: char| !it.is_ascii(), "x");
    free_name(&format!("client-{name}"), |name| taken.insert(name.to_owned()))
}

fn generate(root: &Path, document: &Path, out: &Path, package: &str) -> Row {
    let [root, path, out] = [root, document, out].map(Path::to_owned);
    let package = package.to_owned();
    in_thread(move || write(&root, &path, &out, &package))
}

/// Calls `generate` in a separate thread, because the generator may panic or hang. A panic, an error or a timeout
/// becomes a row with a bug.
fn in_thread(generate: impl FnOnce() -> anyhow::Result<Row> + Send + 'static) -> Row {
    let (sender, receiver) = mpsc::channel();
    let start = Instant::now();
    let thread = thread::spawn(move || {
        let bug = |error| Row::failed(Problem::Bug(format!("{error:#}")));
        // After a timeout, sending fails, because the receiver is gone.
        let _ = sender.send(generate().unwrap_or_else(bug));
    });
    let mut row = match receiver.recv_timeout(TIME_LIMIT) {
        Ok(row) => row,
        Err(RecvTimeoutError::Timeout) => Row::failed(Problem::Bug(format!(
            "the generator did not finish within {} s",
            TIME_LIMIT.as_secs()
        ))),
        Err(RecvTimeoutError::Disconnected) => Row::failed(Problem::Bug(panic_of(thread))),
    };
    row.seconds = start.elapsed().as_secs_f64();
    row
}

fn panic_of(thread: thread::JoinHandle<()>) -> String {
    let panic = thread.join().err();
    let text = panic.and_then(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
    });
    format!("panicked: {}", text.unwrap_or_default())
}

/// Generates a crate from a document. The crate is a member of the workspace that contains all crates.
fn write(root: &Path, path: &Path, out: &Path, package: &str) -> anyhow::Result<Row> {
    let document = match document::load(path, &[], &Selection::default()) {
        Ok(document) => document,
        Err(errors) => return Ok(Row::failed(Problem::Invalid(errors.to_string()))),
    };
    let naming = Naming { version: None, ..standalone::naming(root, out, Some(package), None)? };
    let options = Options { package: Some(naming), ..Options::default() };
    let generated = match codegen::generate(document.openapi, &options) {
        Ok(generated) => generated,
        Err(Failure::Document(errors)) => {
            let errors = document.sources.diagnostics(errors).to_string();
            return Ok(Row { found: document.operations, ..Row::failed(Problem::Invalid(errors)) });
        }
        Err(Failure::Emission(error)) => return Err(error),
    };
    let mut output = standalone::output(root, out, &generated)?;
    compile::adopt(&mut output, &out.join("Cargo.toml"))?;
    output.update()?;
    let warnings = document.sources.diagnostics(generated.warnings).and(document.warnings);
    let operations = generated.api.operations.iter();
    // All versions of an operation have the same id, so the row counts them as one operation.
    let emitted: BTreeSet<_> = operations.map(|it| &it.id).collect();
    let omissions = warnings.iter().filter(|it| it.severity == Severity::Omission);
    Ok(Row {
        found: document.operations,
        emitted: emitted.len(),
        omissions: omissions.map(|it| it.what.clone()).collect(),
        warnings: warnings.len(),
        ..Row::default()
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use anyhow::bail;

    use super::{Corpus, in_thread};

    #[test]
    fn documents_are_found_by_their_extension_and_path() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("more")).unwrap();
        for file in ["b.json", "a.yaml", "more/c.yml", "notes.md"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let names = |only: &[&str]| -> Vec<String> {
            let only = only.iter().map(ToString::to_string).collect();
            let corpus = Corpus { folder: None, only, no_compile: true };
            corpus.documents(folder.path()).unwrap().into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&[]), ["a.yaml", "b.json", "more/c.yml"]);
        assert_eq!(names(&["more", "a.y"]), ["a.yaml", "more/c.yml"]);
    }

    #[test]
    fn an_error_names_the_filter_that_no_document_matches() {
        let folder = tempfile::tempdir().unwrap();
        let error = |only: &[&str]| {
            let only = only.iter().map(ToString::to_string).collect();
            let corpus = Corpus { folder: Some(folder.path().to_owned()), only, no_compile: true };
            corpus.run(folder.path()).unwrap_err().to_string()
        };
        assert!(error(&[]).ends_with("` has no documents"));
        assert!(error(&["a", "b"]).ends_with("` has no documents whose path contains `a` or `b`"));
    }

    #[test]
    fn a_panic_and_an_error_of_the_generator_are_faults() {
        assert_eq!(in_thread(|| panic!("no {}", "name")).faults(false), [": panicked: no name"]);
        assert_eq!(in_thread(|| bail!("no name")).faults(false), [": no name"]);
    }
}
