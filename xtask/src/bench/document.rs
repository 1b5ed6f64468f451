//! The vendor's whole document: every generator that is installed, beside ours.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use super::comparison::{Comparison, Target, Unit, digits, table};
use super::doubled::doubled;
use super::generator::{Generator, Job, Outcome};
use super::generators::{OURS, PEERS};
use super::report::{Table, cell};
use super::scratch::{Bench, cargo_program, write};
use super::usage::{self, Usage};

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    if !bench.document.exists() {
        return Ok(format!("Skipped: `{}` is not there.\n", shown(&bench.document)));
    }
    let document = fs::canonicalize(&bench.document)?;
    let operations = operations(&read(&document)?);
    let (installed, mut notes) = installed()?;
    let mut jobs = Vec::new();
    for generator in installed {
        match Job::start(bench, generator, &document) {
            Ok(job) => jobs.push(job),
            Err(error) => notes.push(format!("{} cannot be run: {error:#}.", generator.name)),
        }
    }
    in_turns(bench, &mut jobs);
    notes.extend(jobs.iter().flat_map(notes_on));
    let (ours, others) = jobs.split_first().context("no generator was run")?;
    let outcome = ours.outcome().with_context(|| format!("{:?}", ours.failure))?;
    let mut targets = targets(&outcome, operations, others);
    targets.extend(twice(bench, &document)?);
    let notes: Vec<String> = notes.iter().map(|note| format!("- {}", cell(note))).collect();
    Ok(format!("{}\n{}\n{}\n", all(&jobs), table(&targets), notes.join("\n")))
}

/// The name of a document, without where it lies on this machine.
fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(document: &Path) -> anyhow::Result<Value> {
    Ok(serde_yaml::from_str(&fs::read_to_string(document)?)?)
}

fn operations(document: &Value) -> usize {
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flat_map(serde_json::Map::values).filter_map(Value::as_object);
    items.flat_map(serde_json::Map::values).filter(|it| it.get("operationId").is_some()).count()
}

/// Ours and the peers that are there, and how to install the others.
fn installed() -> anyhow::Result<(Vec<&'static Generator>, Vec<String>)> {
    let list = usage::run(Command::new(cargo_program()).args(["install", "--list"]))?.ok()?.stdout;
    let mut notes = Vec::new();
    let mut all = vec![&OURS];
    for peer in PEERS {
        if let Some(version) = peer.installed(&list) {
            all.push(peer);
            notes.push(format!("{} {version}.", peer.name));
        } else {
            notes.push(format!("{} is not installed: `{}`.", peer.name, peer.install));
        }
    }
    Ok((all, notes))
}

fn in_turns(bench: &Bench, jobs: &mut [Job<'_>]) {
    for round in 1..=bench.rounds {
        for job in jobs.iter_mut().filter(|job| job.failure.is_none()) {
            eprintln!("    {} generates ({round} of {})", job.generator.name, bench.rounds);
            job.generate();
        }
    }
    for round in 1..=bench.rounds {
        for job in jobs.iter_mut().filter(|job| job.failure.is_none()) {
            eprintln!("    {} is compiled ({round} of {})", job.generator.name, bench.rounds);
            job.check(bench);
        }
    }
}

fn notes_on(job: &Job<'_>) -> Vec<String> {
    let name = job.generator.name;
    let repaired =
        job.repaired.iter().map(|repair| format!("{name} has a changed document: {repair}."));
    let failed = job.failure.iter().map(|failure| format!("{name} fails: {failure}"));
    let outcome = job.outcome();
    let runtime = outcome.as_ref().map_or(0, |outcome| outcome.runtime);
    let beside = (runtime > 0).then(|| {
        format!("{name} has {} lines of runtime beside what it generates.", count(runtime))
    });
    let check = outcome.and_then(|outcome| outcome.check);
    let error = check.and_then(|check| check.first_error);
    let refused = error.iter().map(|error| format!("{name} does not compile: {error}"));
    repaired.chain(beside).chain(failed).chain(refused).collect()
}

/// What every generator did, side by side.
fn all(jobs: &[Job<'_>]) -> Table {
    let mut table = Table::new(&[
        "",
        "generates",
        "processor",
        "memory",
        "methods",
        "lines",
        "`cargo check`",
        "processor",
        "memory",
        "errors",
        "warnings",
    ]);
    for job in jobs {
        let mut row = vec![job.generator.name.to_owned()];
        let Some(outcome) = job.outcome() else {
            row.push("fails".to_owned());
            row.resize(11, String::new());
            table.push(row);
            continue;
        };
        let usage = outcome.generation;
        row.extend([
            Unit::Time.show(usage.wall),
            Unit::Time.show(usage.cpu),
            Unit::Memory.show(usage.peak),
        ]);
        row.extend([outcome.methods, outcome.lines].map(count));
        if let Some(check) = outcome.check {
            let usage = check.usage;
            row.extend([
                Unit::Time.show(usage.wall),
                Unit::Time.show(usage.cpu),
                Unit::Memory.show(usage.peak),
            ]);
            row.extend([check.errors, check.warnings].map(count));
        }
        row.resize(11, String::new());
        table.push(row);
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "nothing here is counted to 2^52")]
const fn number(count: usize) -> f64 {
    count as f64
}

fn count(count: usize) -> String {
    digits(number(count))
}

fn targets(ours: &Outcome, operations: usize, others: &[Job<'_>]) -> Vec<Comparison> {
    let usage = ours.generation;
    let peers: Vec<Outcome> = others.iter().filter_map(Job::outcome).collect();
    let least =
        |of: fn(&Outcome) -> Option<f64>| peers.iter().filter_map(of).min_by(f64::total_cmp);
    let mut all = vec![
        Comparison::new(
            format!("methods for {operations} operations"),
            Unit::Count,
            number(ours.methods),
        ),
        Comparison::new("generating", Unit::Time, usage.wall)
            .peer(least(|it| Some(it.generation.wall)))
            .target(Target::AtMost(2.0)),
        Comparison::new("memory for it", Unit::Memory, usage.peak)
            .peer(least(|it| Some(it.generation.peak)))
            .target(Target::AtMost(300e6)),
        Comparison::new("lines", Unit::Count, number(ours.lines))
            .peer(least(|it| Some(number(it.lines))))
            .target(Target::AtMost(120_000.0)),
    ];
    let Some(check) = &ours.check else { return all };
    let usages = |of: fn(&Usage) -> f64| {
        let checks = peers.iter().filter_map(|it| it.check.as_ref());
        checks.filter(|it| it.errors == 0).map(|it| of(&it.usage)).min_by(f64::total_cmp)
    };
    all.extend([
        Comparison::new("`cargo check`", Unit::Time, check.usage.wall)
            .peer(usages(|it| it.wall))
            .target(Target::OfPeer(0.5))
            .reason(
                "constructors, setters, checks and open enums are functions that the peer does \
                 not have",
            ),
        Comparison::new("memory for it", Unit::Memory, check.usage.peak)
            .peer(usages(|it| it.peak))
            .target(Target::AtMost(2e9)),
        Comparison::new("errors", Unit::Count, number(check.errors)).target(Target::Exactly(0.0)),
        Comparison::new("warnings", Unit::Count, number(check.warnings))
            .target(Target::Exactly(0.0)),
    ]);
    all
}

/// What a document of twice the size takes, beside one that is printed in the same way.
fn twice(bench: &Bench, document: &Path) -> anyhow::Result<Vec<Comparison>> {
    let folder = bench.folder.join("document/twice");
    let whole = read(document)?;
    let (once, twice) = (folder.join("once.yaml"), folder.join("twice.yaml"));
    write(&once, &serde_yaml::to_string(&whole)?)?;
    write(&twice, &serde_yaml::to_string(&doubled(&whole)?)?)?;
    let (mut single, mut double) = (Vec::new(), Vec::new());
    for round in 1..=bench.rounds {
        eprintln!("    the document once and twice ({round} of {})", bench.rounds);
        single.push(OURS.run(&once, &folder.join("client"))?.ok()?.usage);
        double.push(OURS.run(&twice, &folder.join("client"))?.ok()?.usage);
    }
    let (single, double) = (Usage::median(&single), Usage::median(&double));
    let row = |what, unit, of: fn(&Usage) -> f64| {
        Comparison::new(what, unit, of(&double)).floor(of(&single)).target(Target::OfFloor(2.2))
    };
    Ok(vec![
        row("a document of twice the size (floor: once)", Unit::Time, |it| it.wall),
        row("processor for it", Unit::Time, |it| it.cpu),
        row("memory for it", Unit::Memory, |it| it.peak),
    ])
}
