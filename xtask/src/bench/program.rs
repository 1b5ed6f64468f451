//! The size of a program with one call, beside the same call by reqwest and serde alone.

use anyhow::Context as _;

use super::comparison::{Comparison, Target, Unit, table};
use super::manifest::{self, package, reqwest};
use super::scratch::{Bench, Scratch};
use super::usage;

const TOKIO: &str = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }";

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let ours = bench.scratch("program/ours", "program/target")?;
    ours.write("Cargo.toml", &package("ours", &[manifest::client(&bench.root), TOKIO.to_owned()]))?;
    ours.write("src/main.rs", include_str!("programs/ours.rs"))?;
    let floor = bench.scratch("program/floor", "program/target")?;
    let needed = [
        reqwest(&bench.root, &[])?,
        manifest::SERDE.to_owned(),
        "serde_json = \"1\"".to_owned(),
        TOKIO.to_owned(),
    ];
    floor.write("Cargo.toml", &package("floor", &needed))?;
    floor.write("src/main.rs", include_str!("programs/floor.rs"))?;
    let row = Comparison::new("stripped release program", Unit::Memory, size(&ours)?)
        .floor(size(&floor)?)
        .target(Target::OfFloor(1.1))
        .reason(
            "three kinds of credentials, retries, patterns, streams, and errors with their place",
        );
    Ok(format!(
        "Both list the export jobs of a cluster with an access token and print how many there are. The floor has \
         structs by hand for what it prints, and neither retries nor errors of its own.\n\n{}",
        table(&[row])
    ))
}

/// The size of the program of a crate.
fn size(program: &Scratch) -> anyhow::Result<f64> {
    let name = program.folder.file_name().context("a crate has a folder")?;
    eprintln!("    {} is built", name.to_string_lossy());
    usage::run(&mut program.cargo(&["build", "--release", "--quiet"]))?.ok()?;
    let file =
        program.target.join("release").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let size = std::fs::metadata(&file).context("cargo made no program")?.len();
    #[expect(clippy::cast_precision_loss, reason = "no program has 2^52 bytes")]
    Ok(size as f64)
}
