//! The time from an edit of the spec to passing tests, in a clone where everything was compiled before the edit.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::fresh::{cargo, git_clone};
use crate::measure::median;
use crate::process::scratch::{Bench, write};
use crate::process::usage;
use crate::report::comparison::{Comparison, Target, Unit, table};

/// The model to which each round adds an optional property.
const MODEL: &str = "\n    ExportJob:\n";
const PROPERTIES: &str = "\n      properties:\n";

const STEPS: [(&str, &[&str]); 3] = [
    ("`cargo xtask codegen`", &["xtask", "codegen"]),
    ("`cargo test --workspace --no-run`", &["test", "--quiet", "--workspace", "--no-run"]),
    ("`cargo test --workspace`", &["test", "--quiet", "--workspace"]),
];

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    // The clone is not shared with other parts, because this part edits the spec in the clone and reuses the compiled
    // crates.
    let folder = bench.folder.join("edit");
    let clone = folder.join("clone");
    git_clone(bench, &clone)?;
    let spec = clone.join("spec/atlas.yaml");
    let text = fs::read_to_string(&spec)?;
    let mut times = STEPS.map(|_| Vec::new());
    for round in 0..=bench.rounds {
        eprintln!("    round {round} of {}", bench.rounds);
        write(&spec, &edited(&text, round)?)?;
        for ((name, arguments), times) in STEPS.iter().zip(&mut times) {
            let seconds = step(&folder, arguments).with_context(|| format!("{name} failed"))?;
            // The first round compiles everything and is not measured.
            if round > 0 {
                times.push(seconds);
            }
        }
    }
    let rounds = 0..bench.rounds;
    let whole = rounds.map(|round| times.iter().filter_map(|times| times.get(round)).sum());
    let whole =
        Comparison::new("all three steps", Unit::Time, median(whole)).target(Target::AtMost(60.0));
    let steps = STEPS.iter().zip(&times).map(|((name, _), times)| {
        Comparison::new(*name, Unit::Time, median(times.iter().copied()))
    });
    let rows: Vec<Comparison> = std::iter::once(whole).chain(steps).collect();
    Ok(format!(
        "Each round adds an optional property to a model in a clone of the last commit, generates the client, compiles \
         all tests, and runs them. Changed snapshots are accepted.\n\n{}",
        table(&rows)
    ))
}

fn edited(spec: &str, round: usize) -> anyhow::Result<String> {
    let properties = spec.split_once(MODEL).and_then(|(before, model)| {
        let (head, properties) = model.split_once(PROPERTIES)?;
        Some((format!("{before}{MODEL}{head}{PROPERTIES}"), properties))
    });
    let (before, properties) = properties.context("the spec has no model `ExportJob`")?;
    let property = format!(
        "        benchmark{round}:\n          type: string\n          description: Added in round {round}.\n"
    );
    Ok(format!("{before}{property}{properties}"))
}

fn step(folder: &Path, arguments: &[&str]) -> anyhow::Result<f64> {
    let mut command = cargo(&folder.join("clone"), arguments);
    command.env("CARGO_TARGET_DIR", folder.join("target"));
    // The edit changes snapshots, which a maintainer would review and accept.
    command.env("INSTA_UPDATE", "always").env("INSTA_FORCE_PASS", "1");
    Ok(usage::run(&mut command)?.ok()?.usage.wall)
}

#[cfg(test)]
mod tests {
    use super::edited;

    #[test]
    fn an_edit_adds_a_property_to_the_model() {
        let spec = "schemas:\n    Other:\n      properties:\n        a: {}\n    ExportJob:\n      type: object\n      \
                    properties:\n        b: {}\n";
        let (before, after) = spec.split_at(spec.find("        b").unwrap());
        assert_eq!(
            edited(spec, 2).unwrap(),
            format!(
                "{before}        benchmark2:\n          type: string\n          \
                 description: Added in round 2.\n{after}"
            )
        );
        let error = edited("schemas:\n", 1).unwrap_err();
        assert_eq!(error.to_string(), "the spec has no model `ExportJob`");
    }
}
