//! The first `cargo xtask codegen` in a fresh clone, compared with building only progenitor.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::process::scratch::{Bench, cargo_program};
use crate::process::usage::{self, Usage};
use crate::report::comparison::{Comparison, Target, Unit, table};

const ENGINE: &str = "`cargo build -p progenitor` in the same clone";

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let clone = bench.folder.join("fresh/clone");
    git_clone(bench, &clone)?;
    // Downloads are not measured.
    usage::run(&mut cargo(&clone, &["fetch", "--locked"]))?.ok()?;
    let (mut ours, mut engine) = (Vec::new(), Vec::new());
    for round in 1..=bench.rounds {
        eprintln!("    round {round} of {}", bench.rounds);
        ours.push(from_nothing(bench, &clone, &["xtask", "codegen"])?);
        engine.push(from_nothing(bench, &clone, &["build", "--quiet", "-p", "progenitor"])?);
    }
    let (ours, engine) = (Usage::median(&ours), Usage::median(&engine));
    let row = |what, of: fn(&Usage) -> f64| {
        Comparison::new(what, Unit::Time, of(&ours)).beside(ENGINE, of(&engine))
    };
    let rows = [
        row("time", |it| it.wall).target(Target::Times(1.2)),
        row("processor time", |it| it.processor).target(Target::Times(1.2)),
        Comparison::new("processor time in user mode", Unit::Time, ours.user)
            .target(Target::AtMost(70.0)),
    ];
    Ok(format!(
        "Each round starts with an empty target folder in a clone of the last commit. The packages are already \
         downloaded. `cargo xtask codegen` compiles the generator with all its dependencies, including progenitor, \
         and generates the client.\n\n{}",
        table(&rows)
    ))
}

/// Clones the last commit of the workspace into `clone`, replacing an earlier clone.
pub(super) fn git_clone(bench: &Bench, clone: &Path) -> anyhow::Result<()> {
    bench.discard(clone)?;
    let mut git = Command::new("git");
    git.args(["clone", "--quiet", "--no-hardlinks", "--depth", "1"]);
    git.arg(format!("file://{}", bench.root.display())).arg(clone);
    usage::run(&mut git)?.ok().context("cannot clone the workspace")?;
    Ok(())
}

/// Creates a cargo command that runs in a clone and builds into the clone's own target folder.
pub(super) fn cargo(clone: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_program());
    command.args(arguments).current_dir(clone).env("CARGO_TERM_COLOR", "never");
    for variable in ["CARGO_TARGET_DIR", "CARGO_MANIFEST_DIR", "CARGO_INCREMENTAL"] {
        command.env_remove(variable);
    }
    command
}

fn from_nothing(bench: &Bench, clone: &Path, arguments: &[&str]) -> anyhow::Result<Usage> {
    bench.discard(&clone.join("target"))?;
    let ended = usage::run(&mut cargo(clone, arguments))?;
    let ended = ended.ok().with_context(|| format!("`cargo {}` failed", arguments.join(" ")))?;
    Ok(ended.usage)
}
