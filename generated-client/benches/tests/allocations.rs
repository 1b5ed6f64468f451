//! Decoding allocates memory only for strings and lists.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use allocation_counter::measure;
use atlas_bench::work::{self, JOBS, Work};

#[test]
fn decoding_allocates_once_for_each_string_and_list() {
    let page = work::page().unwrap();
    let needed = work::strings_and_lists(&page).unwrap();
    let counted = measure(|| Work::Decode.decode(&page).unwrap()).count_total;
    // The list of jobs doubles its capacity as it grows.
    let growth = u64::from(JOBS.ilog2());
    let most = needed + growth;
    assert!(
        (needed..=most).contains(&counted),
        "expected {needed} to {most} allocations, found {counted}"
    );
    let by_hand = measure(|| Work::DecodeByHand.decode(&page).unwrap()).count_total;
    assert!(
        by_hand > counted + 3 * JOBS as u64,
        "hand-written types: {by_hand} allocations; the client's types: {counted}"
    );
}
