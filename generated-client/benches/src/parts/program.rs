//! The size of a program with one call.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::process::manifest::{self, package, reqwest};
use crate::process::scratch::{Bench, Scratch};
use crate::process::usage;
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::server::{Plan, Server};

const TOKIO: &str = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }";

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let ours = bench.scratch("program/ours", "program/target")?;
    ours.write("Cargo.toml", &package("ours", &[manifest::client(&bench.root), TOKIO.to_owned()]))?;
    ours.write("src/main.rs", include_str!("programs/ours.rs"))?;
    let bare = bench.scratch("program/bare", "program/target")?;
    let needed = [
        reqwest(&bench.root, &[])?,
        manifest::SERDE.to_owned(),
        "serde_json = \"1\"".to_owned(),
        TOKIO.to_owned(),
    ];
    bare.write("Cargo.toml", &package("bare", &needed))?;
    bare.write("src/main.rs", include_str!("programs/bare.rs"))?;
    let (ours, bare) = (build(&ours)?, build(&bare)?);
    let server = Server::start(Plan { jobs: 3, size: 3, ..Plan::ONE_JOB })?;
    let printed = [&ours, &bare].map(|program| {
        usage::run(Command::new(program).env("TOKEN", "token").env("URL", server.url()))?.ok()
    });
    for ended in printed {
        let stdout = ended?.stdout;
        ensure!(stdout == "3 jobs\n", "a program printed `{}`, not `3 jobs`", stdout.trim());
    }
    let row = Comparison::new("stripped release program", Unit::Memory, size(&ours)?)
        .beside("bare reqwest and serde", size(&bare)?)
        .target(Target::Times(1.1));
    Ok(format!(
        "Both programs list the export jobs of a cluster with an access token, and print the number of jobs. The \
         program with bare reqwest declares only two fields of the response, and has no retries or error types. Both \
         programs are built and measured only once, because their sizes do not vary.\n\n{}",
        table(&[row])
    ))
}

/// Builds a program and returns its path.
fn build(program: &Scratch) -> anyhow::Result<PathBuf> {
    let name = program.folder.file_name().context("the folder of the crate has no name")?;
    eprintln!("    building {}", name.to_string_lossy());
    usage::run(&mut program.cargo(&["build", "--release", "--quiet"]))?.ok()?;
    let path = program.target.join("release").join(name);
    Ok(path.with_extension(std::env::consts::EXE_EXTENSION))
}

#[expect(clippy::cast_precision_loss, reason = "no program has 2^52 bytes")]
fn size(program: &std::path::Path) -> anyhow::Result<f64> {
    Ok(std::fs::metadata(program).context("cargo built no program")?.len() as f64)
}
