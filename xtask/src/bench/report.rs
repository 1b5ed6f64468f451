//! The form of the results: tables in Markdown, in a file of sections of which each is a run.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::Context as _;
use chrono::{DateTime, Utc};

/// What stands above the sections of the file.
const HEAD: &str = "# Measured

The client beside what it could cost at best (the floor) and beside other generators (the peers), as
`cargo xtask bench --write` measures them. Everything in a section was measured in one run on one machine;
of several rounds the median counts. A number that misses its target stays as it is, with the reason.
";

/// A table in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this head, and nothing in it.
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|name| (*name).to_owned()).collect()] }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl Into<Vec<String>>) {
        self.rows.push(row.into());
    }

    /// The table without the columns that have nothing below their head.
    #[must_use]
    pub fn without_empty_columns(mut self) -> Self {
        let columns = self.rows.first().map_or(0, Vec::len);
        let is_empty = |column: usize| {
            self.rows.iter().skip(1).all(|row| row.get(column).is_none_or(String::is_empty))
        };
        let empty: Vec<bool> = (0..columns).map(is_empty).collect();
        for row in &mut self.rows {
            let mut empty = empty.iter();
            row.retain(|_| !empty.next().is_some_and(|it| *it));
        }
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, row) in self.rows.iter().enumerate() {
            writeln!(formatter, "| {} |", row.join(" | "))?;
            if index == 0 {
                writeln!(formatter, "|{}", "---|".repeat(row.len()))?;
            }
        }
        Ok(())
    }
}

/// A text that keeps to one cell: one line, without bars, and not too long.
#[must_use]
pub fn cell(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// When, how and where something was measured.
#[derive(Debug, Clone)]
pub struct Stamp {
    text: String,
}

impl Stamp {
    /// Now, by this command, here.
    #[must_use]
    pub fn now(command: &str) -> Self {
        let day = DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%d");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let text = format!(
            "Measured on {day} by `{command}`, on {cores} cores ({}) with {}.",
            processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            compiler().unwrap_or_else(|| "an unknown compiler".to_owned()),
        );
        Self { text }
    }

    /// The text below the stamp.
    #[must_use]
    pub fn above(&self, text: &str) -> String {
        format!("{}\n\n{text}", self.text)
    }
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

/// A part of the file, under a heading of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands below it.
    pub body: String,
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "## {}\n\n{}", self.title, self.body.trim_end())
    }
}

/// Puts a section into the file at the place of the one with the same title, or at the end.
///
/// # Errors
///
/// If the file cannot be read or written.
pub fn keep(file: &Path, section: Section) -> anyhow::Result<()> {
    let named = || format!("`{}`", file.display());
    let old = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("cannot read {}", named()))?,
    };
    let folder = file.parent().context("the results have no folder")?;
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(file, replace(&old, section)))
        .with_context(|| format!("cannot write {}", named()))
}

/// The text of the file with the section in its place.
#[must_use]
pub fn replace(old: &str, section: Section) -> String {
    let mut sections = sections(old);
    match sections.iter_mut().find(|it| it.title == section.title) {
        Some(place) => *place = section,
        None => sections.push(section),
    }
    let sections: Vec<String> = sections.iter().map(|section| format!("\n{section}")).collect();
    format!("{HEAD}{}", sections.concat())
}

fn sections(text: &str) -> Vec<Section> {
    let parts = text.split("\n## ").skip(1);
    let section = |part: &str| {
        let (title, body) = part.split_once('\n').unwrap_or((part, ""));
        Section { title: title.to_owned(), body: body.trim().to_owned() }
    };
    parts.map(section).collect()
}
