//! Decoding a page.

use super::Ways;
use crate::instructions;
use crate::measure::{Measurement, Way, in_turns};
use crate::work::{self, Work};

const WAYS: &Ways = &[
    ("ours", Work::Decode),
    ("our types", Work::DecodeTypes),
    ("floor", Work::DecodeByHand),
    ("parser floor", Work::DecodeNothing),
    ("peer", Work::DecodePlain),
];

pub(super) fn measure(with_instructions: bool) -> anyhow::Result<Vec<Measurement>> {
    let mut all = Vec::new();
    for (row, instructions_row, pretty) in [
        ("decode", "decode instructions", false),
        ("decode pretty", "decode pretty instructions", true),
    ] {
        let page = work::page(pretty)?;
        let ways = WAYS.iter().map(|(what, work)| Way::new(what, || work.decode(&page)));
        all.extend(in_turns(row, 301, 1, ways.collect())?);
        for (what, work) in WAYS.iter().filter(|_| with_instructions) {
            let arguments: &[&str] = if pretty { &["--pretty"] } else { &[] };
            let value = instructions::of_one(*work, arguments, 2)?;
            all.push(Measurement { row: instructions_row, what, unit: "instructions", value });
        }
    }
    Ok(all)
}
