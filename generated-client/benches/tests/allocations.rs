//! What decoding allocates: each string that a caller reads, each list, and nothing else.

use allocation_counter::measure;
use atlas_bench::work::{self, JOBS, Work};

#[test]
fn a_job_costs_one_allocation_for_each_string_that_is_read() {
    for pretty in [false, true] {
        let page = work::page(pretty).unwrap();
        let needed = work::strings_and_lists(&page).unwrap();
        let counted = measure(|| Work::Decode.decode(&page).unwrap()).count_total;
        // The list of jobs doubles its room as it grows.
        let growth = u64::from(JOBS.ilog2());
        assert!((needed..=needed + growth).contains(&counted), "{counted}, not {needed}");
        let by_hand = measure(|| Work::DecodeByHand.decode(&page).unwrap()).count_total;
        assert!(by_hand > counted + 3 * JOBS as u64, "{by_hand} by hand, {counted} by the client");
    }
}
