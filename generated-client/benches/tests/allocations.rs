//! What decoding allocates: each string that a caller reads, each list, and nothing else.

use allocation_counter::measure;
use atlas_bench::work::{self, JOBS, Work};
use serde_json::Value;

/// The properties that are identifiers, times or values of an enumeration, which stand in place.
const IN_PLACE: [&str; 7] =
    ["id", "snapshotId", "exportBucketId", "exportId", "state", "createdAt", "finishedAt"];

/// How many strings and lists of a page have to be allocated.
fn needed(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| !IN_PLACE.contains(&key.as_str()))
            .map(|(_, it)| needed(it))
            .sum(),
        Value::Array(items) => 1 + items.iter().map(needed).sum::<u64>(),
        Value::String(_) => 1,
        _ => 0,
    }
}

#[test]
fn a_job_costs_one_allocation_for_each_string_that_is_read() {
    for pretty in [false, true] {
        let page = work::page(pretty).unwrap();
        let needed = needed(&serde_json::from_slice(&page).unwrap());
        let counted = measure(|| Work::Decode.decode(&page).unwrap()).count_total;
        // The list of jobs doubles its room as it grows.
        let growth = u64::from(JOBS.ilog2());
        assert!((needed..=needed + growth).contains(&counted), "{counted}, not {needed}");
        let by_hand = measure(|| Work::DecodeByHand.decode(&page).unwrap()).count_total;
        assert!(by_hand > counted + 3 * JOBS as u64, "{by_hand} by hand, {counted} by the client");
    }
}
