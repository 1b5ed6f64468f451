//! A stream that reads ahead loses no item if items are added at the front of the list.

use std::iter::once;
use std::time::Duration;

use atlas_emulator::{
    DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_TOKEN, Emulator, Fault, StatusCode, sample_jobs,
};
use generated_client::models::ExportJob;
use generated_client::{Client, Credentials, RetryPolicy};
use proptest::collection::vec;
use proptest::prelude::*;

const SIZE: usize = 5;
/// The number of jobs before the list is read.
const OLD: usize = 60;

/// Reads a list in pages of [`SIZE`] jobs, and returns the ids. After each page, the next number in `added` determines
/// how many jobs are added at the front of the list. At most [`SIZE`] jobs are added in total. An attempt fails if the
/// next value in `fails` is true. Pages that were requested later can therefore be read earlier.
fn read(ahead: usize, added: &[usize], fails: &[bool]) -> Vec<String> {
    let jobs = sample_jobs(SIZE + OLD);
    let new = added.iter().scan(0, |new, added| {
        *new = SIZE.min(*new + added);
        Some(*new)
    });
    let lists = once(0).chain(new).map(|new| jobs[SIZE - new..].to_vec());
    let faults = fails.iter().map(|fails| match fails {
        true => Fault::status(StatusCode::SERVICE_UNAVAILABLE),
        false => Fault::None,
    });
    let atlas = Emulator::builder().jobs_over_time(lists).faults(faults);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let atlas = atlas.start().await.unwrap();
        let retry = RetryPolicy::new().max_attempts(100).max_delay(Duration::from_millis(4));
        let client = Client::builder(Credentials::access_token(DEFAULT_TOKEN)).retry(retry);
        let client = client.base_url(atlas.url()).build().unwrap();
        let list = client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
        let list = list.items_per_page(SIZE.try_into().unwrap());
        let jobs: Vec<ExportJob> = list.stream().read_ahead(ahead).try_collect().await.unwrap();
        jobs.iter().map(|job| job.id.unwrap().to_string()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_stream_that_reads_ahead_loses_no_item_if_items_are_added(
        ahead in 1..=8_usize,
        added in vec(prop_oneof![3 => Just(0), 1 => 1..=2_usize], 40),
        fails in vec(prop::bool::weighted(0.3), 60),
    ) {
        let old = sample_jobs(OLD + SIZE).split_off(SIZE);
        let old: Vec<_> = old.iter().map(|job| job["id"].as_str().unwrap()).collect();
        prop_assert_eq!(read(ahead, &added, &fails), old);
    }
}
