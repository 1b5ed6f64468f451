//! Generates and compiles clients for the vendor's full document with every installed generator.

mod compile;
pub(crate) mod copies;
mod generator;
mod generators;
pub(crate) mod growth;
mod table;

use std::fs;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use self::compile::Checked;
use self::generator::Job;
use self::generators::{OURS, PEERS};
use crate::process::scratch::{Bench, cargo_program};
use crate::process::usage;
use crate::report::comparison::{Comparison, Target, Unit};

/// Returns the text of the section if the vendor's document is missing.
pub(super) fn skipped(bench: &Bench) -> Option<String> {
    let name = bench.document.file_name().unwrap_or_default().to_string_lossy();
    (!bench.document.exists()).then(|| {
        format!("Skipped: `{name}` does not exist. Pass the vendor's document with `--document`.\n")
    })
}

/// Measures generating with every installed generator.
pub(super) fn generate(bench: &Bench) -> anyhow::Result<String> {
    let operations = operations(&read(bench)?);
    let (mut jobs, notes) = jobs(bench)?;
    for round in 1..=bench.rounds {
        for job in jobs.iter_mut().filter(|job| job.failure.is_none()) {
            eprintln!("    {}, round {round} of {}", job.generator.name, bench.rounds);
            job.generate(bench);
        }
    }
    let (ours, peers) = jobs.split_first().context("no generator ran")?;
    let generated = ours.generated().with_context(|| failed(ours))?;
    let complete = |job: &&Job<'_>| job.failure.is_none() && job.size().methods >= operations;
    let fastest = fastest(peers.iter().filter(complete), |job| Some(job.generated()?.wall));
    let mut rows = vec![
        Comparison::new("time", Unit::Time, generated.wall),
        Comparison::new("memory", Unit::Memory, generated.peak),
    ];
    if let Some(peer) = fastest {
        let name = format!(
            "the fastest generator with methods for all {operations} operations: {}",
            peer.generator.name
        );
        let theirs = peer.generated().context("the fastest generator was not measured")?;
        rows = vec![
            Comparison::new("time", Unit::Time, generated.wall)
                .beside(&name, theirs.wall)
                .target(Target::Times(1.0)),
            Comparison::new("processor time", Unit::Time, generated.processor)
                .beside(&name, theirs.processor),
            Comparison::new("memory", Unit::Memory, generated.peak).beside(&name, theirs.peak),
        ];
    }
    Ok(table::section(&table::generated(&jobs), &rows, &jobs, notes))
}

/// Measures compiling the client of every installed generator.
pub(super) fn check(bench: &Bench) -> anyhow::Result<String> {
    let (mut jobs, notes) = jobs(bench)?;
    for job in &mut jobs {
        job.generate(bench);
    }
    let mut feature = Vec::new();
    for round in 1..=bench.rounds {
        for job in jobs.iter_mut().filter(|job| job.failure.is_none()) {
            eprintln!("    {}, round {round} of {}", job.generator.name, bench.rounds);
            job.check(bench);
        }
        let ours = jobs.first().context("no generator ran")?;
        feature.push(compile::check(bench, &ours.out, &generators::ONE_FEATURE)?);
    }
    let (ours, peers) = jobs.split_first().context("no generator ran")?;
    let checked = ours.checked().with_context(|| failed(ours))?;
    let feature = Checked::median(&feature).context("nothing was checked")?;
    anyhow::ensure!(
        feature.errors == 0,
        "our client with one feature does not compile: {}",
        feature.first_error.unwrap_or_default()
    );
    let compiles = |job: &&Job<'_>| job.checked().is_some_and(|it| it.errors == 0);
    let fastest = fastest(peers.iter().filter(compiles), |job| Some(job.checked()?.usage.wall));
    let [all, one] = ["`cargo check` with all features", "`cargo check` with one feature"];
    let mut rows = vec![
        Comparison::new(all, Unit::Time, checked.usage.wall),
        Comparison::new("memory with all features", Unit::Memory, checked.usage.peak),
    ];
    if let Some((peer, theirs)) = fastest.and_then(|peer| Some((peer, peer.checked()?))) {
        let name = format!("the fastest generator whose client compiles: {}", peer.generator.name);
        rows = vec![
            Comparison::new(all, Unit::Time, checked.usage.wall)
                .beside(&name, theirs.usage.wall)
                .target(Target::Times(0.45)),
            Comparison::new("memory with all features", Unit::Memory, checked.usage.peak)
                .beside(&name, theirs.usage.peak),
        ];
    }
    rows.extend([
        Comparison::new(one, Unit::Time, feature.usage.wall)
            .beside("the same client with all features", checked.usage.wall),
        Comparison::new("memory with one feature", Unit::Memory, feature.usage.peak)
            .beside("the same client with all features", checked.usage.peak),
        Comparison::new("errors", Unit::Count, table::number(checked.errors))
            .target(Target::Exactly(0.0)),
        Comparison::new("warnings", Unit::Count, table::number(checked.warnings))
            .target(Target::Exactly(0.0)),
    ]);
    Ok(table::section(&table::checked(&jobs), &rows, &jobs, notes))
}

/// Describes the failure of our generator.
fn failed(ours: &Job<'_>) -> String {
    format!("our generator failed: {}", ours.failure.as_deref().unwrap_or("no message"))
}

fn read(bench: &Bench) -> anyhow::Result<Value> {
    Ok(serde_yaml::from_str(&fs::read_to_string(&bench.document)?)?)
}

fn operations(document: &Value) -> usize {
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flat_map(serde_json::Map::values).filter_map(Value::as_object);
    items.flat_map(serde_json::Map::values).filter(|it| it.get("operationId").is_some()).count()
}

/// Prepares our generator, and then every installed peer. The notes list the versions of the peers, and the peers that
/// are not installed or do not run.
fn jobs(bench: &Bench) -> anyhow::Result<(Vec<Job<'static>>, Vec<String>)> {
    let document = fs::canonicalize(&bench.document)?;
    let list = usage::run(Command::new(cargo_program()).args(["install", "--list"]))?.ok()?.stdout;
    let (mut jobs, mut notes) = (vec![Job::start(bench, &OURS, &document)?], Vec::new());
    for peer in PEERS {
        let Some(version) = peer.installed(&list) else {
            notes.push(format!("{} is not installed: run `{}`.", peer.name, peer.install));
            continue;
        };
        notes.push(format!("{} {version}.", peer.name));
        match Job::start(bench, peer, &document) {
            Ok(job) => jobs.push(job),
            Err(error) => notes.push(format!("{} does not run: {error:#}.", peer.name)),
        }
    }
    Ok((jobs, notes))
}

/// Returns the job for which `of` returns the smallest number.
fn fastest<'a>(
    jobs: impl Iterator<Item = &'a Job<'a>>,
    of: impl Fn(&Job<'a>) -> Option<f64>,
) -> Option<&'a Job<'a>> {
    let timed = jobs.filter_map(|job| Some((of(job)?, job)));
    timed.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, job)| job)
}
