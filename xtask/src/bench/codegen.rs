//! Generating the client from `spec/atlas.yaml`, pass by pass, beside the engine alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::Generator;

use super::comparison::{Comparison, Target, Unit, table};
use super::report::Table;
use super::scratch::Bench;
use super::usage::median_time;
use crate::api::Api;
use crate::document::{self, Selection};
use crate::features::Features;
use crate::lower::{self, Options};
use crate::output::Output;
use crate::{codegen, engine};

/// A round takes milliseconds; so many give a steady median.
const TIMES: usize = 101;

/// What each step took, in every round.
type Steps = BTreeMap<&'static str, Vec<Duration>>;

const OURS: [&str; 5] = ["load", "lower", "engine", "dress and print", "compare"];
const FLOOR: &str = "read and parse alone";
const TOKENS: &str = "progenitor's tokens";
const PEER: &str = "progenitor from text to text";

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let spec = bench.root.join("spec/atlas.yaml");
    let client = bench.root.join("generated-client/src/generated");
    let mut steps = Steps::new();
    // The first round reads the disk and warms caches up; it does not count.
    go(&spec, &client, &mut Steps::new())?;
    for _ in 0..TIMES {
        go(&spec, &client, &mut steps)?;
    }
    let time = |step: &str| steps.get(step).map_or(f64::NAN, |times| median_time(times));
    let ours = OURS.iter().map(|step| time(step)).sum();
    let comparisons = [
        Comparison::new("`cargo xtask codegen`, warm", Unit::Time, ours)
            .floor(time(FLOOR))
            .peer(Some(time(PEER)))
            .target(Target::OfPeer(1.5))
            .reason(
                "places, checks and lowering come before the engine, and its emission is dressed \
                 after it",
            ),
        Comparison::new(
            "the engine's step, beside plain progenitor's tokens",
            Unit::Time,
            time("engine"),
        )
        .peer(Some(time(TOKENS)))
        .target(Target::OfPeer(1.5)),
    ];
    let mut split = Table::new(&["step", "time", "share"]);
    for step in OURS {
        let share = format!("{:.0} %", 100.0 * time(step) / ours);
        split.push([step.to_owned(), Unit::Time.show(time(step)), share]);
    }
    Ok(format!(
        "Within one process, {TIMES} rounds; files are dressed and printed on all processors. The floor reads and \
         parses the document alone. The peer is plain progenitor on the lowered document, from its text to the text \
         of one file, as its documentation does it: parse, tokens, syn, prettyplease.\n\n{}\n{split}",
        table(&comparisons)
    ))
}

/// One round, within this process.
fn go(spec: &Path, client: &Path, steps: &mut Steps) -> anyhow::Result<()> {
    let document = timed(steps, "load", || document::load(spec, &[], &Selection::default()))?;
    let lowered = timed(steps, "lower", || {
        lower::lower(document.openapi, &Options::default())
            .map_err(|complaints| anyhow!("the document cannot be lowered: {complaints:?}"))
    })?;
    let given = lowered.clone();
    let (api, emitted) = timed(steps, "engine", || {
        let api = Api::read(&given);
        let emitted = engine::run(given, &api)?;
        anyhow::Ok((api, emitted))
    })?;
    let files =
        timed(steps, "dress and print", || codegen::files(&api, &emitted, &Features::default()))?;
    let files = files.into_iter().map(|file| (file.path, file.text)).collect();
    timed(steps, "compare", || {
        Output { folder: client.to_owned(), files, beside: BTreeMap::new() }.stale()
    })?;
    timed(steps, FLOOR, || read_and_parse(spec))?;
    timed(steps, TOKENS, || plain(&lowered))?;
    let text = serde_yaml::to_string(&lowered)?;
    timed(steps, PEER, || {
        let tokens = plain(&serde_yaml::from_str(&text)?)?;
        Ok(prettyplease::unparse(&syn::parse2(tokens)?))
    })?;
    Ok(())
}

fn timed<T>(
    steps: &mut Steps,
    step: &'static str,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    let result = work()?;
    steps.entry(step).or_default().push(start.elapsed());
    Ok(result)
}

fn read_and_parse(spec: &Path) -> anyhow::Result<OpenAPI> {
    Ok(serde_yaml::from_str(&std::fs::read_to_string(spec)?)?)
}

/// What plain progenitor makes of a document.
pub(super) fn plain(lowered: &OpenAPI) -> anyhow::Result<TokenStream> {
    let tokens = Generator::default().generate_tokens(lowered);
    tokens.context("progenitor cannot read the lowered document")
}
