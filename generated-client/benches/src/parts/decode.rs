//! Decoding a page of export jobs that is already in memory.

use crate::instructions;
use crate::measure::{Way, in_turns};
use crate::process::scratch::Bench;
use crate::report::comparison::{Comparison, Target, Unit, table};
use crate::work::{self, Work};

const OTHERS: [(&str, Work); 3] = [
    ("serde_json into hand-written types with `String` ids", Work::DecodeByHand),
    ("sonic-rs into the same hand-written types", Work::DecodeSonic),
    ("the types of plain progenitor", Work::DecodePlain),
];

pub(super) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let page = work::page()?;
    let all = [("ours", Work::Decode)].into_iter().chain(OTHERS);
    let way = |(name, work): (&'static str, Work)| {
        let page = &page;
        Way::new(name, move || work.decode(page))
    };
    let mut ways: Vec<Way<'_>> = all.clone().map(way).collect();
    let mut rows = rows("processor time", Unit::Time, &in_turns(101 * bench.rounds, &mut ways)?);
    if instructions::can_be_counted() {
        let counts: anyhow::Result<Vec<f64>> =
            all.map(|(_, work)| instructions::of_one(work, &[], 2, bench.rounds)).collect();
        rows.extend(self::rows("instructions", Unit::Count, &counts?));
    }
    Ok(format!(
        "Each row decodes every property of the same page of {} jobs ({} bytes). The hand-written types differ from \
         the types of this client in two ways: their ids are `String`s, and they reject unknown enum values and \
         `null` lists. All decoders, including sonic-rs, are built without `target-cpu=native`. The measured code \
         leaves out the checks and tolerances of `src/received.rs`. Valgrind counts the \
         instructions.\n\n{}",
        work::JOBS,
        page.len(),
        table(&rows)
    ))
}

fn rows(what: &str, unit: Unit, values: &[f64]) -> Vec<Comparison> {
    let Some((ours, theirs)) = values.split_first() else { return Vec::new() };
    let others = OTHERS.iter().zip(theirs);
    others
        .map(|((name, work), theirs)| {
            let row = Comparison::new(what, unit, *ours).beside(*name, *theirs);
            if *work == Work::DecodeByHand { row.target(Target::Times(0.85)) } else { row }
        })
        .collect()
}
