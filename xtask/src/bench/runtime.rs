//! What the package `atlas-bench` measures, in the form of the other tables.

use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;

use super::comparison::{Comparison, Target, Unit, table};
use super::scratch::{Bench, cargo_program};

/// A line that `atlas-bench --json` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Measurement {
    /// What was measured.
    pub row: String,
    /// Whose number it is: `ours`, `floor`, `peer`, or the name of another that stands beside them.
    pub what: String,
    /// What the number counts.
    pub unit: String,
    /// The number.
    pub value: f64,
}

/// What a row is called in the table, and what it should be.
struct Row {
    key: &'static str,
    title: &'static str,
    target: Target,
    /// Why it may miss that.
    reason: &'static str,
}

const ROWS: [Row; 12] = [
    row("decode", "decode a page of 500 export jobs", Target::OfFloor(0.8)),
    row("decode instructions", "instructions for it", Target::OfFloor(0.8)),
    row("decode pretty", "decode it indented", Target::OfFloor(0.8)),
    row("decode pretty instructions", "instructions for it", Target::OfFloor(0.8)),
    Row {
        reason: SYSTEM,
        ..row("call", "a call over loopback, client side", Target::OfFloor(1.05))
    },
    row("call instructions", "instructions for it", Target::OfFloor(1.05)),
    Row {
        reason: SYSTEM,
        ..row("digest", "a call with an API key, beside one with a token", Target::OfFloor(1.1))
    },
    row("digest instructions", "instructions for it", Target::OfFloor(1.1)),
    row("digest round trips", "requests for a call with an API key", Target::Exactly(1.0)),
    row("list", "list 100,000 jobs, 20 ms a page; 8 pages at once", Target::OfPeer(1.0 / 7.0)),
    row("list memory", "memory for 1,000,000 jobs, beside 1,000", Target::OfFloor(1.1)),
    row(
        "decode allocations",
        "allocations to decode the page, beside the strings and lists in it that are read",
        Target::OfFloor(1.01),
    ),
];

const SYSTEM: &str =
    "the system's part of a call sways with caches and cores: the instructions below do not";

const fn row(key: &'static str, title: &'static str, target: Target) -> Row {
    Row { key, title, target, reason: "" }
}

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    if !bench.root.join("generated-client/benches/Cargo.toml").exists() {
        return Ok("Skipped: the package `atlas-bench` is not there.\n".to_owned());
    }
    let counts = Command::new("valgrind").arg("--version").output().is_ok();
    let mut arguments = vec!["--json"];
    arguments.extend(counts.then_some("--instructions"));
    let measured = run(bench, "atlas-bench", &arguments)? + &run(bench, "allocations", &[])?;
    let comparisons = compared(&read(&measured)?);
    anyhow::ensure!(!comparisons.is_empty(), "`atlas-bench` measured nothing");
    let about = if counts {
        "Instructions are counted by valgrind. Times of a call sway with where the system puts client and server.\n\n"
    } else {
        "Instructions are not counted: valgrind is not installed.\n\n"
    };
    Ok(format!("{about}{}", table(&comparisons)))
}

/// What a program of the package prints.
fn run(bench: &Bench, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    // What cargo and the package say of their progress is for the person who waits.
    let output = Command::new(cargo_program())
        .args(["run", "--quiet", "--release", "--package", "atlas-bench", "--bin", program, "--"])
        .args(arguments)
        .current_dir(&bench.root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    anyhow::ensure!(output.status.success(), "`{program}` failed");
    Ok(String::from_utf8(output.stdout)?)
}

/// The measurements of a run, a line each.
///
/// # Errors
///
/// If a line is no measurement.
pub fn read(lines: &str) -> anyhow::Result<Vec<Measurement>> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    let read =
        |line| serde_json::from_str(line).with_context(|| format!("`{line}` is no measurement"));
    lines.map(read).collect()
}

/// The measurements with what stands beside each; those that nobody knows have no target.
#[must_use]
pub fn compared(measurements: &[Measurement]) -> Vec<Comparison> {
    let mut keys: Vec<&str> = Vec::new();
    for measurement in measurements {
        if !keys.contains(&measurement.row.as_str()) {
            keys.push(&measurement.row);
        }
    }
    keys.iter().flat_map(|key| one_row(key, measurements)).collect()
}

fn one_row(key: &str, measurements: &[Measurement]) -> Vec<Comparison> {
    let of_row: Vec<&Measurement> = measurements.iter().filter(|it| it.row == key).collect();
    let value = |what: &str| {
        of_row.iter().find(|it| it.what == what).map(|it| Unit::scaled(&it.unit, it.value))
    };
    let Some((unit, ours)) = value("ours") else { return Vec::new() };
    let known = ROWS.iter().find(|row| row.key == key);
    let counted = of_row.first().map_or("", |it| &it.unit);
    let title = known.map_or_else(|| format!("{key}, in {counted}"), |row| row.title.to_owned());
    let mut first = Comparison::new(title, unit, ours);
    first.floor = value("floor").map(|(_, value)| value);
    first.peer = value("peer").map(|(_, value)| value);
    first.target = known.map(|row| row.target);
    known.map_or("", |row| row.reason).clone_into(&mut first.reason);
    let others = of_row.iter().filter(|it| !["ours", "floor", "peer"].contains(&it.what.as_str()));
    let others = others.map(|other| {
        let (_, value) = Unit::scaled(&other.unit, other.value);
        Comparison::new(format!("the same beside {}", other.what), unit, ours).floor(value)
    });
    std::iter::once(first).chain(others).collect()
}
