//! A benchmark of the time and the allocations of decoding a page. Run it with `cargo bench --package atlas-bench
//! --bench decode`.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use atlas_bench::work::{self, JOBS, Work};
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Decodes a page of jobs with each implementation.
#[divan::bench(args = [
    Work::Decode, Work::DecodeByHand, Work::DecodeSonic, Work::DecodePlain,
])]
fn decode(bencher: Bencher<'_, '_>, work: Work) {
    let page = work::page().unwrap();
    bencher.counter(ItemsCount::new(JOBS)).bench(|| work.decode(&page).unwrap());
}
