//! Generating from two and three copies of the vendor's full document.

use super::copies::multiplied;
use super::generators::OURS;
use super::read;
use crate::process::scratch::{Bench, write};
use crate::process::usage::{Ended, Usage};
use crate::report::comparison::{Comparison, Target, Unit, table};

/// The number of copies, its label in the table, and the maximum ratio to one copy.
const COPIES: [(usize, &str, f64); 2] = [(2, "twice", 2.2), (3, "three times", 3.3)];

pub(in crate::parts) fn measure(bench: &Bench) -> anyhow::Result<String> {
    let folder = bench.folder.join("document/copies");
    let whole = read(bench)?;
    let mut usages = [Vec::new(), Vec::new(), Vec::new()];
    for (copies, _) in (1..).zip(&usages) {
        let text = serde_yaml::to_string(&multiplied(&whole, copies)?)?;
        write(&folder.join(format!("{copies}.yaml")), &text)?;
    }
    let (program, out) = (OURS.program(bench)?, folder.join("client"));
    for round in 1..=bench.rounds {
        eprintln!("    round {round} of {}", bench.rounds);
        for (copies, usages) in (1..).zip(&mut usages) {
            let document = folder.join(format!("{copies}.yaml"));
            let ended = OURS.run(bench, &program, &document, &out);
            usages.push(ended.and_then(Ended::ok)?.usage);
        }
    }
    let [once, more @ ..] = usages.map(|usages| Usage::median(&usages));
    let rows: Vec<Comparison> = COPIES
        .iter()
        .zip(&more)
        .flat_map(|((_, times, target), more)| {
            let row = |what, unit, of: fn(&Usage) -> f64| {
                Comparison::new(format!("{what}, {times} the document"), unit, of(more))
                    .beside("one copy", of(&once))
                    .target(Target::Times(*target))
            };
            [
                row("time", Unit::Time, |it| it.wall),
                row("processor time", Unit::Time, |it| it.processor),
                row("memory", Unit::Memory, |it| it.peak),
            ]
        })
        .collect();
    Ok(format!(
        "Each copy has its own paths, operations and schemas. Every run writes to an empty folder.\n\n{}",
        table(&rows)
    ))
}
