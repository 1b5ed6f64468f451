//! Tables that compare all generators.

use super::generator::Job;
use crate::process::usage::Usage;
use crate::report::comparison::{Comparison, Unit, digits, table};
use crate::report::table::{Table, cell};

/// Returns the text of a section: a table that compares our generator with the fastest peer, a table of all generators,
/// and notes.
pub(super) fn section(
    all: &Table,
    rows: &[Comparison],
    jobs: &[Job<'_>],
    mut notes: Vec<String>,
) -> String {
    notes.extend(jobs.iter().flat_map(notes_on));
    let notes: Vec<String> = notes.iter().map(|note| format!("- {}", cell(note))).collect();
    format!("{}\n{all}\n{}\n", table(rows), notes.join("\n"))
}

fn notes_on(job: &Job<'_>) -> Vec<String> {
    let name = job.generator.name;
    let repaired = job.repaired.iter().map(|repair| format!("{name} reads the document {repair}."));
    let failed = job.failure.iter().map(|failure| format!("{name} fails: {failure}"));
    let checked = job.checked();
    let error = checked.and_then(|checked| checked.first_error);
    let refused = error.iter().map(|error| format!("{name} does not compile: {error}"));
    repaired.chain(failed).chain(refused).collect()
}

/// Returns a table with each generator's resource usage and the size of its output.
pub(super) fn generated(jobs: &[Job<'_>]) -> Table {
    let mut table = Table::new(&[
        "",
        "time",
        "processor time",
        "memory",
        "methods",
        "lines",
        "lines of runtime",
    ]);
    for job in jobs {
        let cells = job.generated().map(|usage| {
            let size = job.size();
            let sizes = [size.methods, size.lines, size.runtime].map(count);
            [used(&usage).to_vec(), sizes.to_vec()].concat()
        });
        table.push(row(job, cells, 7));
    }
    table
}

/// Returns a table with the resource usage of compiling each client.
pub(super) fn checked(jobs: &[Job<'_>]) -> Table {
    let mut table =
        Table::new(&["", "`cargo check`", "processor time", "memory", "errors", "warnings"]);
    for job in jobs {
        let cells = job.checked().map(|checked| {
            let said = [checked.errors, checked.warnings].map(count);
            [used(&checked.usage).to_vec(), said.to_vec()].concat()
        });
        table.push(row(job, cells, 6));
    }
    table
}

fn used(usage: &Usage) -> [String; 3] {
    let times = [usage.wall, usage.processor].map(|time| Unit::Time.show(time));
    let [wall, processor] = times;
    [wall, processor, Unit::Memory.show(usage.peak)]
}

fn row(job: &Job<'_>, cells: Option<Vec<String>>, width: usize) -> Vec<String> {
    let mut row = vec![job.generator.name.to_owned()];
    row.extend(cells.unwrap_or_else(|| vec!["fails".to_owned()]));
    row.resize(width, String::new());
    row
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) const fn number(count: usize) -> f64 {
    count as f64
}

fn count(count: usize) -> String {
    digits(number(count))
}
