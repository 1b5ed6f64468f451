//! Generating the client from `spec/atlas.yaml`, compared with plain progenitor.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::process::scratch::{Bench, cargo_program, write};
use crate::process::usage::{self, Usage};
use crate::progenitor::lowered;
use crate::report::comparison::{Comparison, Target, Unit, table};

const PLAIN: &str = "plain progenitor on the lowered document";

/// The number of runs in a round. A round has many runs, because a run takes only milliseconds.
const RUNS: usize = 31;

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let xtask = xtask(bench)?;
    let document = bench.folder.join("codegen/lowered.yaml");
    write(&document, &lowered(&bench.root.join("spec/atlas.yaml"))?)?;
    let this = std::env::current_exe()?;
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    // The first run only fills the disk cache.
    for run in 0..=RUNS * bench.rounds {
        let checked = usage::run(Command::new(&xtask).args(["codegen", "--check"]))?;
        let checked = checked.ok().context("`cargo xtask codegen --check` failed")?;
        let printed = usage::run(Command::new(&this).arg("progenitor").arg(&document))?.ok()?;
        if run > 0 {
            ours.push(checked.usage);
            plain.push(printed.usage);
        }
    }
    let (ours, plain) = (Usage::median(&ours), Usage::median(&plain));
    let row = |what, unit, of: fn(&Usage) -> f64| {
        Comparison::new(what, unit, of(&ours)).beside(PLAIN, of(&plain))
    };
    let rows = [
        row("processor time", Unit::Time, |it| it.processor).target(Target::Times(1.5)),
        row("time", Unit::Time, |it| it.wall),
        row("memory", Unit::Memory, |it| it.peak),
    ];
    Ok(format!(
        "Both generators are release builds, measured as whole processes. This project's generator runs \
         `xtask codegen --check`: it reads `spec/atlas.yaml` with source locations, checks and lowers the document, \
         generates all files on all cores, and compares the files with `src/generated`. Plain progenitor reads the \
         lowered document, generates tokens, and prints one formatted file, on one core. It checks neither the \
         document nor existing files.\n\n{}",
        table(&rows)
    ))
}

/// Builds the generator and returns its path.
pub(super) fn xtask(bench: &Bench) -> anyhow::Result<PathBuf> {
    let mut build = Command::new(cargo_program());
    build.args(["build", "--quiet", "--release", "--package", "xtask"]).current_dir(&bench.root);
    usage::run(&mut build)?.ok()?;
    let program = format!("xtask{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(program))
}
