//! Counts what decoding allocates, and prints a line of JSON for each way to decode. A program of its
//! own, since to count slows every allocation down.

use allocation_counter::measure;
use atlas_bench::measure::Measurement;
use atlas_bench::work::{self, Work};

fn main() -> anyhow::Result<()> {
    let page = work::page(false)?;
    let print = |what, count: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a page has some thousands of values")]
        let value = count as f64;
        let measurement =
            Measurement { row: "decode allocations", what, unit: "allocations", value };
        println!("{}", serde_json::to_string(&measurement)?);
        anyhow::Ok(())
    };
    print("floor", work::strings_and_lists(&page)?)?;
    for (what, work) in [
        ("ours", Work::Decode),
        ("written by hand", Work::DecodeByHand),
        ("peer", Work::DecodePlain),
    ] {
        let mut decoded = Ok(());
        let counted = measure(|| decoded = work.decode(&page));
        decoded?;
        print(what, counted.count_total)?;
    }
    Ok(())
}
