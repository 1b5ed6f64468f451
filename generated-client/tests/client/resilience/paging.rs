//! Lists with many pages.

use std::time::Duration;

use atlas_emulator::{DEFAULT_GROUP_ID, Emulator, Fault, Paging, sample_jobs};
use generated_client::models::ExportJob;
use generated_client::{BodyProblem, Error, ItemStream, StatusCode};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::sleep;

use super::Session;
use crate::clock::Clock;

async fn ids(mut jobs: ItemStream<ExportJob>) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(job) = jobs.next().await.transpose()? {
        ids.push(job.id.unwrap().to_string());
    }
    Ok(ids)
}

fn ids_of(jobs: &[Value]) -> Vec<String> {
    jobs.iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
}

/// Reads a list of `count` jobs in pages of 10, with and without reading ahead. Returns the number
/// of requests without reading ahead.
async fn read_all(count: usize, paging: &Paging) -> usize {
    let jobs = sample_jobs(count);
    let atlas = Emulator::builder().jobs(jobs.clone()).paging(paging.clone());
    let session = Session::start(atlas).await;
    let mut requests = 0;
    for ahead in [5, 1, 0] {
        let before = session.requests();
        let stream = session.jobs().items_per_page(10).stream().read_ahead(ahead);
        assert_eq!(ids(stream).await.unwrap(), ids_of(&jobs), "{count} jobs, {paging:?}");
        requests = session.requests() - before;
    }
    requests
}

#[tokio::test]
async fn every_item_is_returned_once_and_in_order() {
    for (count, requests) in [(0, 1), (1, 1), (9, 1), (11, 2), (20, 2), (25, 3)] {
        assert_eq!(read_all(count, &Paging::new()).await, requests, "{count} jobs");
    }
    // The only page is full and has no link to a next page, so the client requests a second page.
    assert_eq!(read_all(10, &Paging::new()).await, 2);
}

#[tokio::test]
async fn a_search_stops_at_the_item_and_can_be_continued() {
    let jobs = sample_jobs(35);
    let session = Session::start(Emulator::builder().jobs(jobs.clone())).await;
    let mut stream = session.jobs().items_per_page(10).stream();
    for (index, requests) in [(14, 2), (15, 2), (30, 4)] {
        let wanted = ids_of(&jobs)[index].parse().unwrap();
        let found = stream.find(|job| job.id == Some(wanted)).await.unwrap();
        assert_eq!(found.unwrap().id, Some(wanted));
        assert_eq!(session.requests(), requests);
    }
    assert_eq!(stream.find(|job| job.id.is_none()).await.unwrap(), None);
}

#[tokio::test]
async fn all_remaining_items_can_be_collected() {
    let session = Session::start(Emulator::builder().jobs(sample_jobs(25))).await;
    let mut stream = session.jobs().items_per_page(10).stream();
    let first = stream.next().await.unwrap().unwrap();
    let rest: Vec<_> = stream.try_collect().await.unwrap();
    let ids: Vec<_> = [first].iter().chain(&rest).map(|job| job.id.unwrap().to_string()).collect();
    assert_eq!(ids, ids_of(&sample_jobs(25)));

    let other = session.client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, "Other");
    let error = other.stream().try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
}

#[tokio::test]
async fn a_wrong_total_does_not_affect_the_items() {
    let claims = [0, 11, 1_000_000, -1].map(|count| Paging::new().claim_total_count(count));
    for paging in claims.into_iter().chain([Paging::new().without_total_count()]) {
        assert_eq!(read_all(25, &paging).await, 3, "{paging:?}");
    }
}

#[tokio::test]
async fn a_list_without_links_is_read_up_to_an_empty_page() {
    let paging = Paging::new().without_links();
    for (count, requests) in [(0, 1), (1, 2), (10, 2), (25, 4)] {
        assert_eq!(read_all(count, &paging).await, requests);
    }
}

#[tokio::test]
async fn a_full_page_does_not_end_a_list_without_next_links() {
    let paging = Paging::new().only_self_links();
    for (count, requests) in [(0, 1), (9, 1), (10, 2), (25, 3)] {
        assert_eq!(read_all(count, &paging).await, requests);
    }
}

#[tokio::test]
async fn pages_can_be_short_or_empty() {
    for (paging, requests) in [
        (Paging::new().sizes([3, 0, 10, 0, 0, 12]), 6),
        (Paging::new().sizes([0, 25]), 2),
        // Without links, an empty page would end the list.
        (Paging::new().sizes([3, 9, 1, 12]).without_links(), 5),
    ] {
        assert_eq!(read_all(25, &paging).await, requests, "{paging:?}");
    }
}

#[tokio::test]
async fn a_link_is_never_followed() {
    let elsewhere = Emulator::start().await.unwrap();
    let url = format!("{}/api/atlas/v2/other?pageNum=7", elsewhere.url());
    assert_eq!(read_all(25, &Paging::new().links_to(url)).await, 3);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn the_stream_starts_at_the_given_page_and_keeps_all_parameters() {
    let jobs = sample_jobs(25);
    let session = Session::start(Emulator::builder().jobs(jobs.clone())).await;
    let request = session.jobs().page_num(2).items_per_page(10).include_count(false).pretty(true);
    assert_eq!(ids(request.stream()).await.unwrap(), ids_of(&jobs[10..]));
    let queries: Vec<_> =
        session.atlas.requests().iter().map(|it| it.uri.query().unwrap().to_owned()).collect();
    assert_eq!(
        queries,
        [
            "includeCount=false&itemsPerPage=10&pageNum=2&pretty=true",
            "includeCount=false&itemsPerPage=10&pageNum=3&pretty=true",
        ]
    );
}

#[tokio::test]
async fn the_server_chooses_the_page_size_by_default() {
    let session = Session::start(Emulator::builder().jobs(sample_jobs(250))).await;
    assert_eq!(ids(session.jobs().stream()).await.unwrap().len(), 250);
    assert_eq!(session.requests(), 3);
    assert!(session.atlas.requests()[0].uri.query().unwrap().eq("pageNum=1"));
}

#[tokio::test]
async fn no_item_is_repeated_if_items_are_added_while_reading() {
    let jobs = sample_jobs(29);
    let (new, old) = jobs.split_at(4);
    let list = |added: usize| jobs[new.len() - added..].to_vec();
    let lists = [list(0), list(1), list(4), list(4)];
    for ahead in [0, 2] {
        let session = Session::start(Emulator::builder().jobs_over_time(lists.clone())).await;
        let stream = session.jobs().items_per_page(10).stream().read_ahead(ahead);
        assert_eq!(ids(stream).await.unwrap(), ids_of(old));
    }
}

#[tokio::test]
async fn a_list_that_shrinks_while_it_is_read_still_ends() {
    let jobs = sample_jobs(30);
    let lists = [jobs.clone(), jobs[..12].to_vec()];
    let session = Session::start(Emulator::builder().jobs_over_time(lists)).await;
    let stream = session.jobs().items_per_page(10).stream();
    assert_eq!(ids(stream).await.unwrap(), ids_of(&jobs[..12]));
    let lists = [jobs.clone(), Vec::new()];
    let session = Session::start(Emulator::builder().jobs_over_time(lists)).await;
    let stream = session.jobs().items_per_page(10).stream();
    assert_eq!(ids(stream).await.unwrap(), ids_of(&jobs[..10]));
}

#[tokio::test]
async fn items_appended_while_reading_are_returned() {
    let jobs = sample_jobs(30);
    let lists = [jobs[..11].to_vec(), jobs.clone()];
    let session = Session::start(Emulator::builder().jobs_over_time(lists)).await;
    let stream = session.jobs().items_per_page(10).stream();
    assert_eq!(ids(stream).await.unwrap(), ids_of(&jobs));
}

#[tokio::test]
async fn a_list_that_never_ends_is_an_error() {
    let page = r#"{"links":[{"rel":"next"}],"results":[]}"#;
    let faults = std::iter::repeat_n(Fault::body(StatusCode::OK, page), 200);
    let session = Session::start(Emulator::builder().faults(faults)).await;
    let mut stream = session.jobs().stream();
    let error = stream.next().await.unwrap().unwrap_err();
    let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*problem, session.requests()), (BodyProblem::EndlessList, 100));
    assert_eq!(
        error.to_string(),
        "listGroupClusterBackupExports returned 200 OK with an unexpected body: the list does not end: \
         100 pages in a row have no new item; check the base URL and proxies"
    );
    assert!(stream.next().await.is_none());
}

/// The faults simulate a proxy that ignores the page number and alternates between two pages.
#[tokio::test]
async fn a_list_that_repeats_its_pages_is_an_error() {
    let jobs = sample_jobs(4);
    let pages = jobs.chunks(2).map(|jobs| {
        let body = json!({ "links": [{ "rel": "next" }], "results": jobs });
        Fault::body(StatusCode::OK, body.to_string())
    });
    let pages = pages.cycle();
    for ahead in [0, 3] {
        let faults = pages.clone().take(200).collect::<Vec<_>>();
        let session = Session::start(Emulator::builder().faults(faults)).await;
        let error = ids(session.jobs().stream().read_ahead(ahead)).await.unwrap_err();
        let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*problem, BodyProblem::EndlessList);
        assert!(error.to_string().contains("it returned to the same page"), "{error}");
        assert!(session.requests() < 60, "{}", session.requests());
    }
}

#[tokio::test]
async fn the_stream_ends_with_the_first_error_after_the_items_before_it() {
    for ahead in [0, 3] {
        let faults = [Fault::None, Fault::None, Fault::status(StatusCode::FORBIDDEN)];
        let atlas = Emulator::builder().jobs(sample_jobs(100)).faults(faults);
        let session = Session::start(atlas).await;
        let mut stream = session.jobs().items_per_page(10).stream().read_ahead(ahead);
        for _ in 0..20 {
            assert!(stream.next().await.unwrap().is_ok());
        }
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn the_error_for_an_invalid_argument_is_the_only_item_of_the_stream() {
    let session = Session::start(Emulator::builder()).await;
    let mut stream = session.jobs().items_per_page(501).stream();
    assert!(matches!(stream.next().await, Some(Err(Error::InvalidInput(_)))));
    assert!(stream.next().await.is_none());
    assert_eq!(session.requests(), 0);
}

#[tokio::test]
async fn a_page_with_a_transient_failure_is_retried() {
    let faults = [Fault::None, Fault::Reset, Fault::status(StatusCode::BAD_GATEWAY)];
    let jobs = sample_jobs(25);
    let session = Session::start(Emulator::builder().jobs(jobs.clone()).faults(faults)).await;
    assert_eq!(ids(session.jobs().items_per_page(10).stream()).await.unwrap(), ids_of(&jobs));
    assert_eq!(session.requests(), 5);
}

#[tokio::test]
async fn pages_are_requested_only_when_needed() {
    let session = Session::start(Emulator::builder().jobs(sample_jobs(100))).await;
    let mut stream = session.jobs().items_per_page(10).stream();
    assert_eq!(session.requests(), 0);
    for (item, requests) in (1..).zip([[1; 10], [2; 10], [3; 10]].concat()) {
        stream.next().await.unwrap().unwrap();
        assert_eq!(session.requests(), requests, "item {item}");
    }
}

#[tokio::test]
async fn read_ahead_bounds_the_pages_requested_ahead() {
    let session = Session::start(Emulator::builder().jobs(sample_jobs(300))).await;
    for ahead in [1, 2, 5] {
        let before = session.requests();
        let mut stream = session.jobs().items_per_page(10).stream().read_ahead(ahead);
        for read in 0..200 {
            stream.next().await.unwrap().unwrap();
            sleep(Duration::from_millis(1)).await;
            // The client may have requested the pages up to the current one, and `ahead` pages after it.
            let most = read / 10 + 1 + ahead;
            assert!(session.requests() - before <= most, "{read} with {ahead}");
        }
        assert!(session.requests() - before > 20);
    }
}

#[tokio::test]
async fn a_long_read_ahead_requests_at_most_two_pages_after_the_last_page() {
    let jobs = sample_jobs(25);
    let session = Session::start(Emulator::builder().jobs(jobs.clone())).await;
    for (include_count, most) in [(true, 3), (false, 5)] {
        let before = session.requests();
        let request = session.jobs().items_per_page(10).include_count(include_count);
        assert_eq!(ids(request.stream().read_ahead(1000)).await.unwrap(), ids_of(&jobs));
        let requests = session.requests() - before;
        assert!(requests <= most, "{requests} requests for 3 pages");
    }
}

#[tokio::test]
async fn reading_ahead_saves_time_and_keeps_the_order() {
    let jobs = sample_jobs(100);
    let mut times = Vec::new();
    for ahead in [0, 9] {
        // Later pages arrive sooner.
        let delays = (0..10_u64).map(|page| Fault::Delay(Duration::from_millis(100 - 9 * page)));
        let session = Session::start(Emulator::builder().jobs(jobs.clone()).faults(delays)).await;
        let stream = session.jobs().items_per_page(10).stream().read_ahead(ahead);
        let (found, took) = Clock::with_step(Duration::from_millis(1)).run(ids(stream)).await;
        assert_eq!(found.unwrap(), ids_of(&jobs));
        times.push(took);
    }
    assert!(times[1] * 3 / 2 < times[0], "{times:?}");
}

#[tokio::test]
async fn dropping_the_stream_stops_the_requests() {
    let faults = [Fault::None].into_iter().chain(vec![Fault::Delay(Duration::from_millis(50)); 90]);
    let atlas = Emulator::builder().jobs(sample_jobs(1000)).faults(faults);
    let session = Session::start(atlas).await;
    let mut stream = session.jobs().items_per_page(10).stream().read_ahead(4);
    stream.next().await.unwrap().unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    let clock = Clock::with_step(Duration::from_millis(10));
    clock.run(sleep(Duration::from_millis(100))).await;
    let requests = session.requests();
    assert!(requests <= 5, "{requests}");
    clock.run(sleep(Duration::from_millis(200))).await;
    assert_eq!(session.requests(), requests);
}

#[tokio::test]
async fn the_legacy_operation_has_a_stream_too() {
    let jobs = sample_jobs(25);
    let session = Session::start(Emulator::builder().jobs(jobs.clone())).await;
    #[expect(deprecated, reason = "the test covers the legacy operation")]
    let request = session.client.list_backup_export_jobs(
        atlas_emulator::DEFAULT_GROUP_ID,
        atlas_emulator::DEFAULT_CLUSTER_NAME,
    );
    assert_eq!(ids(request.items_per_page(10).stream()).await.unwrap(), ids_of(&jobs));
}

#[test]
fn a_stream_is_send_unpin_and_static() {
    fn check<T: Send + Unpin + generated_client::Stream + 'static>() {}
    check::<ItemStream<ExportJob>>();
}

#[tokio::test]
async fn nothing_is_read_ahead_before_the_first_page_arrives() {
    let session = Session::start(Emulator::builder().jobs(sample_jobs(3))).await;
    let stream = session.jobs().items_per_page(10).stream().read_ahead(5);
    assert_eq!(ids(stream).await.unwrap().len(), 3);
    assert_eq!(session.requests(), 1, "expected one request for a list of one page");
}

#[tokio::test]
async fn a_pause_between_items_does_not_fail_a_page_that_is_read_ahead() {
    let session = Session::with(Emulator::builder(), |client| {
        client
            .attempt_timeout(Duration::from_millis(200))
            .operation_timeout(Duration::from_millis(400))
    })
    .await;
    let mut jobs = session.jobs().items_per_page(2).stream().read_ahead(1);
    let count = async {
        let mut count = 0;
        while let Some(job) = jobs.next().await {
            job.unwrap();
            count += 1;
            sleep(Duration::from_millis(500)).await;
        }
        count
    };
    assert_eq!(Clock::with_step(Duration::from_millis(10)).run(count).await.0, 6);
}

/// The task that requests a page ends with the runtime in which the task was started.
#[test]
fn a_stream_that_reads_ahead_ends_if_its_runtime_shuts_down() {
    let (own, other) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let slow = [Fault::None, Fault::Delay(Duration::from_secs(30))];
    let session = own.block_on(Session::start(Emulator::builder().faults(slow)));
    let mut jobs = session.jobs().items_per_page(2).stream().read_ahead(1);
    other.block_on(jobs.next()).unwrap().unwrap();
    other.block_on(jobs.next()).unwrap().unwrap();
    drop(other);
    let limit = Duration::from_secs(10);
    let item = own.block_on(async { tokio::time::timeout(limit, jobs.next()).await.unwrap() });
    let error = item.unwrap().unwrap_err();
    assert!(error.to_string().contains("the tokio runtime"), "{error}");
    assert!(error.is_transient());
    assert!(own.block_on(jobs.next()).is_none());
}
