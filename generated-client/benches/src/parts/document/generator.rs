//! A generator, and its runs on a document.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::compile::{Checked, check};
use crate::parts::codegen::xtask;
use crate::process::scratch::{Bench, write};
use crate::process::usage::{self, Ended, Usage};

/// A generator that is measured: our generator, or another one (a peer).
pub(crate) struct Generator {
    pub(super) name: &'static str,
    /// The name of the generator's program in `PATH`, or `None` for our generator, which the benchmarks build.
    pub(super) program: Option<&'static str>,
    /// The command that installs the program.
    pub(super) install: &'static str,
    /// The function that returns the arguments for a document and an output folder.
    pub(super) arguments: fn(document: &Path, out: &Path) -> Vec<String>,
    /// The change to the vendor's document that this generator needs, if any.
    pub(super) repair: Option<Repair>,
    /// The function that turns the output into a complete crate.
    pub(super) finish: fn(out: &Path) -> anyhow::Result<()>,
    /// The folder with the emitted code, relative to the crate.
    pub(super) emitted: &'static str,
    /// The start of a line that the emitted code contains once for each method.
    pub(super) method: &'static str,
    /// Further arguments for `cargo check`, to compile all the code.
    pub(super) check: &'static [&'static str],
}

/// A change to a document. Without the change, a generator fails or emits code that does not compile.
pub(super) struct Repair {
    pub(super) what: &'static str,
    pub(super) change: fn(&str) -> String,
}

/// A generator, and its results so far for a document.
pub(super) struct Job<'a> {
    pub(super) generator: &'a Generator,
    program: PathBuf,
    document: PathBuf,
    /// The folder of the generated crate.
    pub(super) out: PathBuf,
    generated: Vec<Usage>,
    checked: Vec<Checked>,
    /// The error that ended the measurements, if any.
    pub(super) failure: Option<String>,
    /// How and why the document was changed, if it was.
    pub(super) repaired: Option<String>,
}

/// The size of a generated client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) methods: usize,
    pub(super) lines: usize,
    /// The number of lines of the crate that are not generated from the document.
    pub(super) runtime: usize,
}

impl Generator {
    /// Returns the installed version, from the output of `cargo install --list`.
    pub(super) fn installed(&self, list: &str) -> Option<String> {
        let program = self.program?;
        let line = list.lines().find_map(|line| line.strip_prefix(program)?.strip_prefix(" v"));
        Some(line?.trim_end_matches(':').to_owned())
    }

    /// Returns the name of a peer's program. For our generator, builds the program and returns its path.
    pub(super) fn program(&self, bench: &Bench) -> anyhow::Result<PathBuf> {
        self.program.map_or_else(|| xtask(bench), |name| Ok(name.into()))
    }

    /// Generates a client from a document into an empty folder.
    pub(super) fn run(
        &self,
        bench: &Bench,
        program: &Path,
        document: &Path,
        out: &Path,
    ) -> anyhow::Result<Ended> {
        bench.discard(out)?;
        fs::create_dir_all(out)?;
        let mut command = Command::new(program);
        usage::run(command.args((self.arguments)(document, out)).current_dir(out))
    }
}

impl<'a> Job<'a> {
    /// Prepares the generator and changes the document if necessary.
    pub(super) fn start(
        bench: &Bench,
        generator: &'a Generator,
        document: &Path,
    ) -> anyhow::Result<Self> {
        let mut job = Self {
            generator,
            program: generator.program(bench)?,
            document: document.to_owned(),
            out: bench.folder.join("document").join(generator.name).join("client"),
            generated: Vec::new(),
            checked: Vec::new(),
            failure: None,
            repaired: None,
        };
        if let Some(repair) = &generator.repair {
            let changed = job.out.with_file_name("repaired.yaml");
            let without = generator.run(bench, &job.program, &job.document, &job.out)?;
            let why = if without.success {
                "its output does not compile otherwise"
            } else {
                &without.complaint()
            };
            job.repaired = Some(format!("{} ({why})", repair.what));
            write(&changed, &(repair.change)(&fs::read_to_string(document)?))?;
            job.document = changed;
        }
        Ok(job)
    }

    /// Generates again, unless an earlier run failed.
    pub(super) fn generate(&mut self, bench: &Bench) {
        if self.failure.is_none() {
            let ended = self.generator.run(bench, &self.program, &self.document, &self.out);
            match ended.and_then(Ended::ok) {
                Ok(ended) => self.generated.push(ended.usage),
                Err(error) => self.failure = Some(format!("{error:#}")),
            }
        }
    }

    /// Compiles the generated crate again, unless an earlier run failed.
    pub(super) fn check(&mut self, bench: &Bench) {
        if self.failure.is_none() {
            let finished =
                if self.checked.is_empty() { (self.generator.finish)(&self.out) } else { Ok(()) };
            match finished.and_then(|()| check(bench, &self.out, self.generator.check)) {
                Ok(checked) => self.checked.push(checked),
                Err(error) => self.failure = Some(format!("{error:#}")),
            }
        }
    }

    /// Returns the median usage of generating, or `None` if generating never succeeded.
    pub(super) fn generated(&self) -> Option<Usage> {
        (!self.generated.is_empty()).then(|| Usage::median(&self.generated))
    }

    /// Returns the median result of compiling, or `None` if the compiler never ran.
    pub(super) fn checked(&self) -> Option<Checked> {
        Checked::median(&self.checked)
    }

    /// Returns the size of the generated client, which is zero if nothing was generated.
    pub(super) fn size(&self) -> Size {
        let emitted = sources(&self.out.join(self.generator.emitted)).unwrap_or_default();
        let whole = sources(&self.out.join("src")).unwrap_or_default();
        let lines = count_lines(&emitted, "");
        Size {
            methods: count_lines(&emitted, self.generator.method),
            lines,
            runtime: count_lines(&whole, "").saturating_sub(lines),
        }
    }
}

/// Counts the lines with the given prefix, ignoring indentation.
fn count_lines(texts: &[String], start: &str) -> usize {
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.filter(|line| line.trim_start().starts_with(start)).count()
}

/// Returns the contents of all Rust files in a folder.
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
