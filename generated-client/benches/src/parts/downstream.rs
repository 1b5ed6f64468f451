//! Compares two builds: a crate that depends on the client, and one that depends on reqwest, serde and `serde_json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::measure::median;
use crate::process::manifest::{self, package, reqwest};
use crate::process::scratch::{Bench, Scratch, cargo_program};
use crate::process::usage::{self, Usage};
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::report::table::Table;

const BARE: &str = "a crate that depends on reqwest, serde and serde_json";

/// The crates that both sides of the comparison depend on.
const BASE: [&str; 3] = ["reqwest", "serde", "serde_json"];

/// The direct dependencies of the client beyond [`BASE`], each with its reason.
const REASONS: [(&str, &str); 18] = [
    ("base64", "credentials of service accounts"),
    ("bson", "conversions of identifiers, with the `bson` feature"),
    ("chrono", "times in models and headers"),
    ("futures-core", "lists as streams"),
    ("futures-util", "lists as streams"),
    ("getrandom", "random waits, and nonces of digest authentication"),
    ("hmac-sha256", "digest authentication with SHA-256"),
    ("http-auth", "challenges of digest authentication"),
    ("md5", "digest authentication with MD5"),
    ("percent-encoding", "values in paths and queries"),
    ("regex-lite", "patterns in the document"),
    ("regress", "patterns in the document that need all of ECMA-262"),
    ("secrecy", "wiping tokens from memory, and keeping them out of `Debug`"),
    ("serde_path_to_error", "the location of a decoding error"),
    ("tokio", "waits and timeouts"),
    ("tracing", "spans and warnings"),
    ("typeid", "times without an offset"),
    ("uuid", "UUIDs in models"),
];

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let (ours, bare) = (ours(bench)?, bare(bench)?);
    for way in [&ours, &bare] {
        usage::run(&mut way.cargo(&["fetch"]))?.ok()?;
    }
    let (mut with_client, mut without, mut seconds) = (Vec::new(), Vec::new(), BTreeMap::new());
    for round in 1..=bench.rounds {
        eprintln!("    round {round} of {}", bench.rounds);
        with_client.push(build(bench, &ours)?);
        without.push(build(bench, &bare)?);
        for (name, duration) in timings(&ours)? {
            seconds.entry(name).or_insert_with(Vec::new).push(duration);
        }
    }
    let (with_client, without) = (Usage::median(&with_client), Usage::median(&without));
    let row = |what, of: fn(&Usage) -> f64| {
        Comparison::new(what, Unit::Time, of(&with_client)).beside(BARE, of(&without))
    };
    let crates = beyond(&tree(bench)?, &BASE);
    #[expect(clippy::cast_precision_loss, reason = "there are only a few crates")]
    let count = crates.len() as f64;
    let rows = [
        row("time", |it| it.wall).target(Target::Times(1.15)),
        row("processor time", |it| it.processor).target(Target::Times(1.15)),
        Comparison::new("crates beyond reqwest, serde and serde_json", Unit::Count, count),
    ];
    let mut each = Table::new(&["crate", "compiles in", "reason"]);
    let client = ("generated-client".to_owned(), "the client itself".to_owned());
    for (name, reason) in std::iter::once(client).chain(crates) {
        let seconds = seconds.get(&name).map_or(f64::NAN, |all| median(all.iter().copied()));
        each.push([format!("`{name}`"), Unit::Time.show(seconds), reason]);
    }
    Ok(format!(
        "Both crates are debug builds that start with an empty target folder. They use the locked dependencies of the \
         workspace, and the same features of reqwest. In the second table, the time of a crate includes its build \
         script. These times overlap, because cargo compiles several crates in parallel.\n\n{}\n{each}",
        table(&rows)
    ))
}

fn ours(bench: &Bench) -> anyhow::Result<Scratch> {
    let way = bench.scratch("downstream/ours", "downstream/ours-target")?;
    way.write("Cargo.toml", &package("ours", &[manifest::client(&bench.root)]))?;
    way.write("src/lib.rs", "")?;
    Ok(way)
}

fn bare(bench: &Bench) -> anyhow::Result<Scratch> {
    let way = bench.scratch("downstream/bare", "downstream/bare-target")?;
    let needed =
        [reqwest(&bench.root, &[])?, manifest::SERDE.to_owned(), "serde_json = \"1\"".to_owned()];
    way.write("Cargo.toml", &package("bare", &needed))?;
    way.write("src/lib.rs", "")?;
    Ok(way)
}

fn build(bench: &Bench, way: &Scratch) -> anyhow::Result<Usage> {
    bench.discard(&way.target)?;
    let ended = usage::run(&mut way.cargo(&["build", "--quiet", "--offline", "--timings"]))?;
    Ok(ended.ok()?.usage)
}

/// A crate or build script in the report of `cargo build --timings`.
#[derive(Deserialize)]
struct Compiled {
    name: String,
    duration: f64,
}

/// Returns the build time of each crate in seconds, from the report of the last build.
fn timings(way: &Scratch) -> anyhow::Result<BTreeMap<String, f64>> {
    let report = fs::read_to_string(way.target.join("cargo-timings/cargo-timing.html"))
        .context("cargo wrote no report of its timings")?;
    let data = report.split_once("UNIT_DATA = ").and_then(|(_, rest)| rest.split_once("];"));
    let (data, _) = data.context("cargo's report has no timings")?;
    let compiled: Vec<Compiled> = serde_json::from_str(&format!("{data}]"))?;
    let mut seconds = BTreeMap::new();
    for Compiled { name, duration } in compiled {
        *seconds.entry(name).or_insert(0.0) += duration;
    }
    Ok(seconds)
}

/// Returns the tree of the client's dependencies. Each occurrence of a crate is a line that starts with the depth of
/// the crate in the tree.
fn tree(bench: &Bench) -> anyhow::Result<String> {
    let mut cargo = Command::new(cargo_program());
    cargo.args(["tree", "--locked", "-p", "generated-client", "-e", "normal", "--no-dedupe"]);
    cargo.args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "depth"]);
    let ended = usage::run(cargo.current_dir(&bench.root))?;
    ensure!(ended.success, "{}", ended.stderr);
    Ok(ended.stdout)
}

/// Returns the crates in `tree` that are neither in `base` nor dependencies of a crate in `base`, each with its reason.
fn beyond(tree: &str, base: &[&str]) -> Vec<(String, String)> {
    let (mut within, mut others) = (BTreeSet::new(), BTreeMap::new());
    let mut direct = "";
    for line in tree.lines() {
        let (depth, rest) = line.split_at(line.find(|it: char| !it.is_ascii_digit()).unwrap_or(0));
        let mut words = rest.split_whitespace();
        let (Some(name), version) = (words.next(), words.next().unwrap_or_default()) else {
            continue;
        };
        if depth == "1" {
            direct = name;
        }
        if base.contains(&direct) {
            within.insert((name, version));
        } else if depth == "1" {
            others.insert((name, version), reason(name));
        } else if depth != "0" {
            others.entry((name, version)).or_insert_with(|| format!("a dependency of `{direct}`"));
        }
    }
    others.retain(|key, _| !within.contains(key));
    others.into_iter().map(|((name, _), reason)| (name.to_owned(), reason)).collect()
}

fn reason(name: &str) -> String {
    let known = REASONS.iter().find(|(known, _)| *known == name);
    known.map_or("**no reason given**", |(_, reason)| reason).to_owned()
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn crates_of_the_base_are_excluded_and_a_missing_reason_is_reported() {
        let tree = "0client v0.1.0 (/x)\n1chrono v0.4\n2num v0.2\n1num v0.2\n1reqwest v0.13\n2bytes v1.0\n\
                    2old v0.1\n1bytes v1.0\n1old v0.2\n";
        let crates = beyond(tree, &["reqwest"]);
        let crates: Vec<(&str, &str)> =
            crates.iter().map(|(name, reason)| (name.as_str(), reason.as_str())).collect();
        assert_eq!(
            crates,
            [
                ("chrono", "times in models and headers"),
                ("num", "**no reason given**"),
                ("old", "**no reason given**"),
            ]
        );
        let indirect = beyond("0client v0.1.0\n1chrono v0.4\n2num v0.2\n", &["chrono", "x"]);
        assert!(indirect.is_empty(), "{indirect:?}");
        let indirect = beyond("0client v0.1.0\n1chrono v0.4\n2num v0.2\n", &[]);
        assert_eq!(indirect.last().unwrap().1, "a dependency of `chrono`");
    }
}
