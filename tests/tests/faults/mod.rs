//! Tests of every client method with every fault of the local Atlas.
//!
//! Each cell of the table combines a method with a fault, which affects the first request or every
//! request. The call must have the outcome in the table, within its time limit. A list must return
//! each item once and in order, and a call must not create two resources.

mod cell;
#[path = "../../../generated-client/tests/client/clock.rs"]
mod clock;
mod rows;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use atlas_emulator::Fault;
use tokio::runtime;

use self::cell::{Cell, Column, End};
use self::clock::Clock;
use self::rows::{Row, rows};

/// The result of a cell: the index of the row, the column, and the outcome or a failure.
type Ended = (usize, Column, Result<End, String>);

#[test]
fn every_fault_of_the_local_atlas_has_a_row() {
    let has_row = rows().into_iter().map(|row| row.fault.split('=').next().unwrap());
    assert_eq!(has_row.collect::<BTreeSet<_>>(), Fault::words().collect());
}

#[test]
fn every_method_ends_as_expected_with_every_fault() {
    let ends = run_all();
    let wrong = ends.iter().filter_map(|(index, column, end)| {
        let row = rows().into_iter().nth(*index)?;
        let wanted = Ok(row.end(*column));
        (*end != wanted).then(|| format!("{row} {column}: expected {wanted:?}, found {end:?}"))
    });
    let wrong = wrong.collect::<Vec<_>>();
    println!("{}", markdown(&ends));
    assert!(wrong.is_empty(), "failed cells: {}\n{}", wrong.len(), wrong.join("\n"));
}

/// Runs all cells in parallel.
fn run_all() -> Vec<Ended> {
    let with_columns = |(index, row): (usize, Row)| {
        Column::all().filter(move |column| row.has(*column)).map(move |it| (index, row, it))
    };
    let cells: Vec<_> = rows().into_iter().enumerate().flat_map(with_columns).collect();
    let (next, ends) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        // A cell often waits for a socket, so more threads than cores are useful.
        for _ in 0..3 * thread::available_parallelism().map_or(2, Into::into) {
            scope.spawn(|| {
                while let Some((index, row, column)) =
                    cells.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let end = run(*row, *column);
                    ends.lock().unwrap().push((*index, *column, end));
                }
            });
        }
    });
    let mut ends = ends.into_inner().unwrap();
    ends.sort_by_key(|(index, column, _)| (*index, *column));
    ends
}

/// Runs one cell with a simulated clock, so that delays take no real time and a busy machine causes
/// no timeouts.
fn run(row: Row, column: Column) -> Result<End, String> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cell = Cell::start(row, column).await;
        Clock::with_step(Duration::from_secs(1)).run(cell.run()).await.0
    })
}

/// Formats the results as a Markdown table.
fn markdown(ends: &[Ended]) -> String {
    let names = Column::all().map(|column| column.to_string()).collect::<Vec<_>>();
    let rule = "---|".repeat(names.len() + 1);
    let mut text = format!("| fault | {} |\n|{rule}", names.join(" | "));
    for (index, row) in rows().into_iter().enumerate() {
        write!(text, "\n| {row} |").unwrap();
        for column in Column::all() {
            let cell = ends.iter().find(|(of, at, _)| (*of, *at) == (index, column));
            match cell {
                Some((_, _, Ok(end))) => write!(text, " {end} |").unwrap(),
                Some((_, _, Err(problem))) => write!(text, " **{problem}** |").unwrap(),
                None => text.push_str(" – |"),
            }
        }
    }
    text
}
