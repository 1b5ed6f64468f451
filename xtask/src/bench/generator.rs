//! A generator: how it is run over a document, and what comes of that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::compile::{Checked, check};
use super::scratch::{Bench, remove, write};
use super::usage::{self, Ended, Usage};

/// A generator that is measured: ours, or a peer.
pub(super) struct Generator {
    pub(super) name: &'static str,
    /// The program, by its name on the path; nothing stands for this program itself.
    pub(super) program: Option<&'static str>,
    /// How to install it.
    pub(super) install: &'static str,
    /// What to give the program for a document and a folder.
    pub(super) arguments: fn(document: &Path, out: &Path) -> Vec<String>,
    /// What has to be changed in the vendor's document first.
    pub(super) repair: Option<Repair>,
    /// Makes what it writes into a crate.
    pub(super) finish: fn(out: &Path) -> anyhow::Result<()>,
    /// Where in the crate what it emits is; ours puts its runtime beside it.
    pub(super) emitted: &'static str,
    /// What begins each method of an operation in its output.
    pub(super) method: &'static str,
    /// The arguments that make cargo build all of it.
    pub(super) check: &'static [&'static str],
}

/// A change to a document without which a generator fails.
pub(super) struct Repair {
    pub(super) what: &'static str,
    pub(super) change: fn(&str) -> String,
}

/// A generator at work on a document.
pub(super) struct Job<'a> {
    pub(super) generator: &'a Generator,
    document: PathBuf,
    /// The crate that it writes.
    pub(super) out: PathBuf,
    generated: Vec<Usage>,
    checked: Vec<Checked>,
    /// Why it goes no further.
    pub(super) failure: Option<String>,
    /// Why the document was changed.
    pub(super) repaired: Option<String>,
}

/// What came of a job.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) generation: Usage,
    pub(super) methods: usize,
    pub(super) lines: usize,
    /// How many lines of the crate are not made from the document.
    pub(super) runtime: usize,
    pub(super) check: Option<Checked>,
}

impl Generator {
    /// The version that is installed; nothing if none is.
    pub(super) fn installed(&self, by_cargo: &str) -> Option<String> {
        let Some(program) = self.program else { return Some(env!("CARGO_PKG_VERSION").to_owned()) };
        let line = by_cargo.lines().find_map(|line| line.strip_prefix(program)?.strip_prefix(" v"));
        Some(line?.trim_end_matches(':').to_owned())
    }

    /// Writes the client of a document to a folder, which is emptied first.
    pub(super) fn run(&self, document: &Path, out: &Path) -> anyhow::Result<Ended> {
        // A name on the path stays one, so that nothing of this folder is run for it.
        let program = self.program.map_or_else(std::env::current_exe, |name| Ok(name.into()))?;
        remove(out)?;
        fs::create_dir_all(out)?;
        let mut command = Command::new(program);
        usage::run(command.args((self.arguments)(document, out)).current_dir(out))
    }
}

impl<'a> Job<'a> {
    /// Tries the generator once, and repairs the document if it cannot do without.
    pub(super) fn start(
        bench: &Bench,
        generator: &'a Generator,
        document: &Path,
    ) -> anyhow::Result<Self> {
        let mut job = Self {
            generator,
            document: document.to_owned(),
            out: bench.folder.join("document").join(generator.name).join("client"),
            generated: Vec::new(),
            checked: Vec::new(),
            failure: None,
            repaired: None,
        };
        if let Some(repair) = &generator.repair {
            let changed = job.out.with_file_name("repaired.yaml");
            let without = generator.run(&job.document, &job.out)?;
            let why = if without.success {
                "it does not compile otherwise"
            } else {
                &without.complaint()
            };
            job.repaired = Some(format!("{} ({why})", repair.what));
            write(&changed, &(repair.change)(&fs::read_to_string(document)?))?;
            job.document = changed;
        }
        Ok(job)
    }

    /// Generates once more, if that has not failed yet.
    pub(super) fn generate(&mut self) {
        if self.failure.is_none() {
            let ended = self.generator.run(&self.document, &self.out).and_then(Ended::ok);
            match ended {
                Ok(ended) => self.generated.push(ended.usage),
                Err(error) => self.failure = Some(format!("{error:#}")),
            }
        }
    }

    /// Compiles what was generated once more.
    pub(super) fn check(&mut self, bench: &Bench) {
        if self.failure.is_none() {
            let checked =
                if self.checked.is_empty() { (self.generator.finish)(&self.out) } else { Ok(()) };
            match checked.and_then(|()| check(bench, &self.out, self.generator.check)) {
                Ok(checked) => self.checked.push(checked),
                Err(error) => self.failure = Some(format!("{error:#}")),
            }
        }
    }

    /// What came of it so far; nothing if it never wrote anything.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        let emitted = sources(&self.out.join(self.generator.emitted)).unwrap_or_default();
        let lines = count_lines(&emitted, "");
        let methods = count_lines(&emitted, self.generator.method);
        let whole = sources(&self.out.join("src")).unwrap_or_default();
        let runtime = count_lines(&whole, "").saturating_sub(lines);
        let check = Checked::median(&self.checked);
        let generation = Usage::median(&self.generated);
        (!self.generated.is_empty()).then_some(Outcome {
            generation,
            methods,
            lines,
            runtime,
            check,
        })
    }
}

/// How many lines begin so.
fn count_lines(texts: &[String], start: &str) -> usize {
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.filter(|line| line.trim_start().starts_with(start)).count()
}

/// The texts of all files of Rust below a folder.
fn sources(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            texts.extend(sources(&path)?);
        } else if path.extension().is_some_and(|it| it == "rs") {
            texts.push(fs::read_to_string(&path)?);
        }
    }
    Ok(texts)
}
