//! `RESULTS.md`, which has a section for each part. A new run of a part replaces its section.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::Context as _;
use chrono::{DateTime, Utc};

/// The text before the sections.
const HEAD: &str = "# Benchmarks

`cargo xtask bench --write` writes this file and overwrites manual edits. Each section comes from one run on one
machine, with at least three rounds. If a row compares this project with other code, each round measures both.
Numbers that vary between rounds are medians. The column `ours` is for this project, and `theirs` is for the other
code. The ratio is `ours` divided by `theirs`, so a smaller ratio is better. Missed targets stay in the tables.
Plain progenitor is progenitor without this project's generator.
";

/// A section of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The text after the heading.
    pub body: String,
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "## {}\n\n{}", self.title, self.body.trim_end())
    }
}

/// Returns a line with the date, the command, the number of rounds, the machine and the compiler of a measurement.
#[must_use]
pub fn stamp(command: &str, rounds: usize) -> String {
    let day = DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%d");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let compiler = compiler().unwrap_or_else(|| "an unknown compiler".to_owned());
    let [rounds, cores] = [(rounds, "round"), (cores, "core")]
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }));
    format!(
        "Measured on {day} by `{command}` in {rounds}, on {cores} ({processor}) with {compiler}."
    )
}

fn processor() -> Option<String> {
    let about = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = about.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn compiler() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    Some(version.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

/// Replaces or adds a section in the file, as [`replace`] describes.
///
/// # Errors
///
/// Returns an error if the file cannot be read or written.
pub fn keep(file: &Path, titles: &[&str], section: Section) -> anyhow::Result<()> {
    let named = || format!("`{}`", file.display());
    let old = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("cannot read {}", named()))?,
    };
    std::fs::write(file, replace(&old, titles, section))
        .with_context(|| format!("cannot write {}", named()))
}

/// Returns the text of the file with the section replaced or added, and with all sections in the order of `titles`.
/// Drops sections with other titles, because no command would update them.
#[must_use]
pub fn replace(old: &str, titles: &[&str], section: Section) -> String {
    let mut sections = sections(old);
    sections.retain(|it| it.title != section.title);
    sections.push(section);
    let ordered = titles.iter().filter_map(|title| sections.iter().find(|it| it.title == *title));
    let ordered: Vec<String> = ordered.map(|section| format!("\n{section}")).collect();
    format!("{HEAD}{}", ordered.concat())
}

fn sections(text: &str) -> Vec<Section> {
    let parts = text.split("\n## ").skip(1);
    let section = |part: &str| {
        let (title, body) = part.split_once('\n').unwrap_or((part, ""));
        Section { title: title.to_owned(), body: body.trim().to_owned() }
    };
    parts.map(section).collect()
}
