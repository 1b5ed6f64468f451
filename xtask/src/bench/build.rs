//! Building the client from nothing, beside reqwest and serde alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, anyhow};

use super::codegen::plain;
use super::comparison::{Comparison, Target, Unit, table};
use super::manifest::{self, package, reqwest};
use super::scratch::{Bench, Scratch, cargo_program, remove};
use super::usage::{self, Usage};
use crate::document::{self, Selection};
use crate::lower::{self, Options};

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let ways = [ours(bench)?, floor(bench)?, peer(bench)?];
    for way in &ways {
        // Everything is fetched before the time is taken, and then built once: the disk is warm.
        usage::run(&mut way.cargo(&["fetch"]))?.ok()?;
    }
    let mut usages = ways.each_ref().map(|_| Vec::new());
    for round in 0..=bench.rounds {
        for (way, usages) in ways.iter().zip(&mut usages) {
            let name = way.folder.file_name().unwrap_or_default().to_string_lossy();
            eprintln!("    {name} is built ({round} of {})", bench.rounds);
            remove(&way.target)?;
            let ended = usage::run(&mut way.cargo(&["build", "--quiet", "--offline"]))?;
            let ended = ended.ok().with_context(|| format!("`{name}` does not build"))?;
            if round > 0 {
                usages.push(ended.usage);
            }
        }
    }
    let [ours, floor, peer] = usages.map(|usages| Usage::median(&usages));
    let row = |what, unit, of: fn(&Usage) -> f64| {
        let beside = Comparison::new(what, unit, of(&ours)).floor(of(&floor));
        beside.peer(Some(of(&peer)))
    };
    let tree = tree(&bench.root)?;
    let crates = beyond(&tree, &["reqwest"]);
    let others = beyond(&tree, &["reqwest", "serde", "serde_json"]);
    let reason = format!("besides serde and serde_json: {}", others.join(", "));
    let rows = [
        row("`cargo build`", Unit::Time, |it| it.wall).target(Target::OfFloor(1.15)),
        row("processor for it", Unit::Time, |it| it.cpu).target(Target::OfFloor(1.15)),
        row("memory for it", Unit::Memory, |it| it.peak),
        count("crates beyond reqwest's own tree", &crates)
            .target(Target::AtMost(10.0))
            .reason(reason),
        count("crates beyond reqwest, serde and serde_json", &others),
    ];
    Ok(format!(
        "Debug builds without anything that was built before. The floor is an empty crate that depends on reqwest, \
         with the features that the client asks of it, and on serde. The peer is the crate of plain progenitor for \
         the lowered document, with the same TLS.\n\n{}",
        table(&rows)
    ))
}

fn ours(bench: &Bench) -> anyhow::Result<Scratch> {
    let way = bench.scratch("build/ours", "build/ours-target")?;
    way.write("Cargo.toml", &package("ours", &[manifest::client(&bench.root)]))?;
    way.write("src/lib.rs", "")?;
    Ok(way)
}

fn floor(bench: &Bench) -> anyhow::Result<Scratch> {
    let way = bench.scratch("build/floor", "build/floor-target")?;
    let needed = [reqwest(&bench.root, &[])?, manifest::SERDE.to_owned()];
    way.write("Cargo.toml", &package("floor", &needed))?;
    way.write("src/lib.rs", "")?;
    Ok(way)
}

/// What `cargo progenitor` would write, made here so that nothing has to be installed.
fn peer(bench: &Bench) -> anyhow::Result<Scratch> {
    let document = document::load(&bench.root.join("spec/atlas.yaml"), &[], &Selection::default())?;
    let lowered = lower::lower(document.openapi, &Options::default())
        .map_err(|complaints| anyhow!("the document cannot be lowered: {complaints:?}"))?;
    let way = bench.scratch("build/peer", "build/peer-target")?;
    let needed = [
        reqwest(&bench.root, &["json", "query", "stream"])?,
        manifest::SERDE.to_owned(),
        "bytes = \"1\"\nchrono = { version = \"0.4\", default-features = false, features = [\"serde\"] }".to_owned(),
        "futures-core = \"0.3\"\nprogenitor-client = \"0.15\"\nregress = \"0.12\"".to_owned(),
        "serde_json = \"1\"\nserde_urlencoded = \"0.7\"".to_owned(),
        "uuid = { version = \"1\", features = [\"serde\", \"v4\"] }".to_owned(),
    ];
    way.write("Cargo.toml", &package("peer", &needed))?;
    way.write("src/lib.rs", &plain(&lowered)?.to_string())?;
    Ok(way)
}

fn count(what: &str, crates: &[String]) -> Comparison {
    #[expect(clippy::cast_precision_loss, reason = "a few crates")]
    let number = crates.len() as f64;
    Comparison::new(what, Unit::Count, number)
}

/// What the client is built with.
fn tree(root: &Path) -> anyhow::Result<String> {
    let output = Command::new(cargo_program())
        .args(["tree", "--locked", "-p", "generated-client", "-e", "normal", "--no-dedupe"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "depth"])
        .current_dir(root)
        .output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// The crates of a tree, each line a depth and a crate, that do not stand below these as well.
fn beyond(tree: &str, base: &[&str]) -> Vec<String> {
    let (mut within, mut others) = (BTreeSet::new(), BTreeSet::new());
    let mut is_within = false;
    for line in tree.lines() {
        let (depth, rest) = line.split_at(line.find(|it: char| !it.is_ascii_digit()).unwrap_or(0));
        let mut words = rest.split_whitespace();
        let (Some(name), version) = (words.next(), words.next().unwrap_or_default()) else {
            continue;
        };
        if depth == "1" {
            is_within = base.contains(&name);
        }
        let crates = if is_within { &mut within } else { &mut others };
        if depth != "0" {
            crates.insert((name, version));
        }
    }
    others.difference(&within).map(|(name, _)| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn a_crate_that_the_base_brings_is_not_beyond_it() {
        let tree = "0client v0.1.0 (/x)\n1chrono v0.4\n2num v0.2\n1reqwest v0.13\n2bytes v1.0\n\
                    2old v0.1\n1bytes v1.0\n1old v0.2\n";
        assert_eq!(beyond(tree, &["reqwest"]), ["chrono", "num", "old"]);
        assert_eq!(beyond(tree, &["reqwest", "chrono"]), ["old"]);
    }
}
