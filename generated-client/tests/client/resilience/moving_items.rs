//! Lists that are read ahead while new items at the front move the other items to later positions.

use std::iter::repeat_n;
use std::time::Duration;

use atlas_emulator::{Emulator, Fault, sample_jobs};
use generated_client::models::{ExportJob, Link, PaginatedExportJobs};
use generated_client::operations::ListGroupClusterBackupExports;
use generated_client::testing::{CannedResponse, CannedResponses};
use generated_client::{
    BodyProblem, Client, Credentials, Error, ObjectId, RetryPolicy, StatusCode,
};
use serde_json::{Value, json};

use super::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, Session};

fn id(last: u8) -> ObjectId {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last].into()
}

fn page(ids: impl IntoIterator<Item = u8>, has_next: bool) -> PaginatedExportJobs {
    let jobs = ids.into_iter().map(|last| ExportJob::new(id(0)).id(id(last))).collect();
    let relation = if has_next { "next" } else { "self" };
    PaginatedExportJobs::new(jobs).links(vec![Link::new().rel(relation)])
}

/// Returns page `number` of a list with the jobs from `first` to `last` and two jobs per page. A newer job has a lower
/// number than an older job.
fn of((first, last): (u8, u8), number: usize) -> CannedResponse {
    let end = 2 * number;
    let length = usize::from(last + 1 - first);
    let page = page((first..=last).skip(end - 2).take(2), end < length);
    CannedResponse::ok(&page.total_count(i32::try_from(length).unwrap()))
}

/// Returns the response to an attempt that fails. The retry then receives a page that is newer than the pages requested
/// ahead.
fn unavailable() -> CannedResponse {
    CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR")
}

/// A client whose requests receive the given responses, in the order in which they are sent.
struct Canned {
    responses: CannedResponses,
    client: Client,
}

impl Canned {
    fn new(responses: impl IntoIterator<Item = CannedResponse>) -> Self {
        let canned = CannedResponses::new();
        responses.into_iter().for_each(|response| canned.push(response));
        let client = Client::builder(Credentials::access_token("token")).canned_responses(&canned);
        let retry = RetryPolicy::new().base_delay(Duration::from_millis(1));
        Self { client: client.retry(retry).build().unwrap(), responses: canned }
    }

    fn list(&self) -> ListGroupClusterBackupExports {
        let client = &self.client;
        client
            .list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME)
            .items_per_page(2)
    }

    /// Returns the page numbers of the requests.
    fn pages(&self) -> Vec<u32> {
        let requests = self.responses.requests();
        requests.iter().map(|it| it.query("pageNum").unwrap().parse().unwrap()).collect()
    }
}

async fn read(list: ListGroupClusterBackupExports, ahead: usize) -> Result<Vec<u8>, Error> {
    let jobs: Vec<_> = list.stream().read_ahead(ahead).try_collect().await?;
    Ok(jobs.iter().map(|job| job.id.unwrap().bytes()[11]).collect())
}

#[tokio::test(start_paused = true)]
async fn an_item_that_moves_past_a_page_requested_ahead_is_returned() {
    let forbidden = CannedResponse::error(StatusCode::FORBIDDEN, "FORBIDDEN");
    for page_3 in [of((11, 16), 3), forbidden] {
        let session = Canned::new([
            of((11, 16), 1),
            unavailable(),
            page_3,
            of((10, 16), 2),
            of((10, 16), 3),
            of((10, 16), 4),
        ]);
        assert_eq!(read(session.list(), 2).await.unwrap(), [11, 12, 13, 14, 15, 16]);
        assert_eq!(session.pages(), [1, 2, 3, 2, 3, 4]);
    }
}

#[tokio::test(start_paused = true)]
async fn no_item_is_lost_if_items_are_added_several_times() {
    let session = Canned::new([
        of((11, 18), 1),
        unavailable(),
        of((11, 18), 3),
        of((11, 18), 4),
        of((10, 18), 2),
        of((10, 18), 3),
        unavailable(),
        of((10, 18), 5),
        // Two more jobs move all items of page 3 to page 4.
        of((8, 18), 4),
        of((8, 18), 5),
        of((8, 18), 6),
    ]);
    assert_eq!(read(session.list(), 3).await.unwrap(), (11..=18).collect::<Vec<_>>());
    assert_eq!(session.pages(), [1, 2, 3, 4, 2, 3, 4, 5, 4, 5, 6]);
}

/// Three new jobs fill page 1 and reach page 2. Job 12 moves by two pages, so it is returned twice.
#[tokio::test(start_paused = true)]
async fn no_item_is_lost_if_more_items_than_a_page_are_added() {
    let session = Canned::new([
        of((11, 16), 1),
        unavailable(),
        of((11, 16), 3),
        of((8, 16), 2),
        of((8, 16), 3),
        of((8, 16), 4),
        of((8, 16), 5),
    ]);
    assert_eq!(read(session.list(), 2).await.unwrap(), [11, 12, 10, 12, 13, 14, 15, 16]);
}

/// The page before the last possible page repeats an item, so the stream requests the last possible page again.
#[tokio::test(start_paused = true)]
async fn no_item_is_lost_at_the_highest_page_number() {
    let page = |ids: [u8; 2], has_next| CannedResponse::ok(&page(ids, has_next));
    let session = Canned::new([
        page([11, 12], true),
        page([13, 14], true),
        page([15, 16], true),
        unavailable(),
        page([19, 20], false),
        page([16, 17], true),
        page([18, 19], true),
    ]);
    let list = session.list().page_num(u32::MAX - 4);
    assert_eq!(read(list, 3).await.unwrap(), (11..=19).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_repeated_item_costs_no_request_if_no_page_is_requested_ahead() {
    for ahead in [0, 1] {
        let session =
            Canned::new([of((11, 16), 1), of((10, 16), 2), of((9, 16), 3), of((9, 16), 4)]);
        assert_eq!(read(session.list(), ahead).await.unwrap(), [11, 12, 13, 14, 15, 16]);
        assert_eq!(session.pages(), [1, 2, 3, 4]);
    }
}

/// Returns a list in which the last item of every `period` pages of ten items is repeated on the next page.
fn overlapping(jobs: &[Value], period: usize) -> Vec<Value> {
    let mut list = Vec::new();
    for job in jobs {
        list.push(job.clone());
        if list.len() % (10 * period) == 0 {
            list.push(job.clone());
        }
    }
    list
}

#[tokio::test]
async fn pages_that_always_overlap_cost_at_most_twice_the_requests() {
    let jobs = sample_jobs(395);
    for period in [1, 2, 3, 7] {
        let list = overlapping(&jobs, period);
        let session = Session::start(Emulator::builder().jobs(list.clone())).await;
        for ahead in [0, 1, 2, 8] {
            let before = session.requests();
            let stream = session.jobs().items_per_page(10).stream().read_ahead(ahead);
            let found: Vec<_> = stream.try_collect().await.unwrap();
            let found: Vec<_> = found.iter().map(|job| job.id.unwrap().to_string()).collect();
            assert_eq!(
                found,
                jobs.iter().map(|job| job["id"].as_str().unwrap()).collect::<Vec<_>>()
            );
            let (requests, pages) = (session.requests() - before, list.len().div_ceil(10));
            // Only the pages requested ahead of the first repeated item are requested twice.
            let most = if period == 1 { pages + ahead } else { 2 * pages };
            assert!(requests <= most, "{period}, {ahead}: {requests} requests for {pages} pages");
        }
    }
}

#[tokio::test]
async fn a_page_that_is_repeated_forever_is_requested_as_often_as_without_reading_ahead() {
    let page =
        json!({ "links": [{ "rel": "next" }], "results": sample_jobs(2), "totalCount": 1000 });
    for ahead in [0, 4] {
        let faults = repeat_n(Fault::body(StatusCode::OK, page.to_string()), 300);
        let session = Session::start(Emulator::builder().faults(faults)).await;
        let stream = session.jobs().items_per_page(2).stream().read_ahead(ahead);
        let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
        let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*problem, BodyProblem::EndlessList);
        assert!(session.requests() <= 101 + ahead, "{}", session.requests());
    }
}
