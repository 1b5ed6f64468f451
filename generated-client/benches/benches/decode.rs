//! Decoding a page, in the manner of `cargo bench`, with its allocations.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use atlas_bench::work::{self, JOBS, Work};
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// One page of jobs, by each way to decode it.
#[divan::bench(args = [
    Work::Decode, Work::DecodeTypes, Work::DecodeByHand, Work::DecodeNothing, Work::DecodePlain,
])]
fn decode(bencher: Bencher<'_, '_>, work: Work) {
    let page = work::page(false).unwrap();
    bencher.counter(ItemsCount::new(JOBS)).bench(|| work.decode(&page).unwrap());
}
