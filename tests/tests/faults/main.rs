//! Every fault of the local Atlas against every method of the client.
//!
//! A cell of the table is a method that meets a fault, once or again and again. It must end as the
//! table says, within its time limit. A list must hold each item once and in order; a bucket must
//! not be created twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod cell;
mod rows;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use atlas_emulator::Fault;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cell::{Cell, Column, End};
use crate::rows::rows;

/// So many cells may be in the making at a time: they take the time of the machine, while those that
/// run mostly wait.
const AT_ONCE: usize = 8;

#[test]
fn every_fault_that_the_local_atlas_knows_has_a_row() {
    let has_row = rows().into_iter().map(|row| row.fault.split('=').next().unwrap());
    assert_eq!(has_row.collect::<BTreeSet<_>>(), Fault::words().collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_ends_as_it_should_whatever_the_fault() {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut cells = JoinSet::new();
    for (index, row) in rows().into_iter().enumerate() {
        for column in Column::all().filter(|column| row.has(*column)) {
            let permits = Arc::clone(&permits);
            cells.spawn(async move {
                let permit = permits.acquire().await.unwrap();
                let cell = Cell::start(row, column).await;
                drop(permit);
                (index, column, cell.run().await)
            });
        }
    }
    let mut ends = cells.join_all().await;
    ends.sort_by_key(|(index, column, _)| (*index, *column));
    let wrong = ends.iter().filter_map(|(index, column, end)| {
        let row = rows().into_iter().nth(*index)?;
        let wanted = Ok(row.end(*column));
        (*end != wanted).then(|| format!("{row} {column}: {end:?}, not {wanted:?}"))
    });
    let wrong = wrong.collect::<Vec<_>>();
    println!("{}", markdown(&ends));
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The table, for people.
fn markdown(ends: &[(usize, Column, Result<End, String>)]) -> String {
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
