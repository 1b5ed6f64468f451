//! A mix of calls and their outcomes.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU8, AtomicUsize, Ordering},
};

use anyhow::{Context as _, ensure};
use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID,
};
use generated_client::{
    BodyProblem, Client, Credentials, Error, ObjectId, RetryPolicy, StatusCode,
    models::{AwsExportBucketRequest, ExportJob, PaginatedExportJobs},
};

use crate::{server::Report, table::Figure};

/// The number of jobs on the server.
pub(crate) const JOBS: u32 = 1000;
/// The number of jobs on the page that a call requests.
const PAGE: u32 = 20;

/// A call creates a bucket if its number is a multiple of this number.
const CREATE_EACH: usize = 5;

/// Numbered calls from one client. Of every five calls, three list a page, one lists a page with the legacy operation,
/// and one creates a bucket. The calls that create buckets alternate between the two versions of the operation.
#[derive(Debug)]
pub(crate) struct Mix {
    client: Client,
    role: ObjectId,
    tally: Tally,
}

/// The outcomes of all calls.
#[derive(Debug)]
struct Tally {
    listed: AtomicUsize,
    failed: AtomicUsize,
    /// The outcome of each call that creates a bucket.
    created: Vec<AtomicU8>,
}

/// The outcome of a call that creates a bucket, as reported to the caller.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Created {
    /// The call was not made, or its outcome was unexpected.
    NotSent,
    /// The server created the bucket.
    Yes,
    /// The server rejected the request.
    No,
    /// The response was lost.
    Unknown,
}

impl Mix {
    /// Prepares `count` calls.
    pub(crate) fn new(url: &str, count: usize) -> anyhow::Result<Self> {
        let account = Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
        // With five attempts, one call in three million would get a fault in each of them.
        let retry = RetryPolicy::new().max_attempts(8);
        let created = (0..count.div_ceil(CREATE_EACH)).map(|_| Created::NotSent as u8);
        Ok(Self {
            client: Client::builder(account).base_url(url).retry(retry).build()?,
            role: "668c5f0ed436263134491592".parse()?,
            tally: Tally {
                listed: AtomicUsize::new(0),
                failed: AtomicUsize::new(0),
                created: created.map(AtomicU8::new).collect(),
            },
        })
    }

    /// Makes the call with the given number. Prints and counts unexpected outcomes.
    pub(crate) async fn call(&self, number: usize) {
        let outcome = match number % CREATE_EACH {
            0 => self.create(number).await,
            1 => self.list_legacy(number).await,
            _ => self.list(number).await,
        };
        if let Err(error) = outcome {
            eprintln!("call {number}: {error:#}");
            self.tally.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn list(&self, number: usize) -> anyhow::Result<()> {
        let (page, first) = page(number)?;
        let request =
            self.client.list_group_cluster_backup_exports(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
        let found = request.items_per_page(PAGE).page_num(page).send().await?;
        self.check(&found, first)
    }

    #[expect(deprecated, reason = "the mix includes the legacy operation")]
    async fn list_legacy(&self, number: usize) -> anyhow::Result<()> {
        let (page, first) = page(number)?;
        let request = self.client.list_backup_export_jobs(DEFAULT_GROUP_ID, DEFAULT_CLUSTER_NAME);
        let found = request.items_per_page(PAGE).page_num(page).send().await?;
        self.check(&found, first)
    }

    /// Checks that a page contains exactly the requested jobs, in order.
    fn check(&self, found: &PaginatedExportJobs, first: u32) -> anyhow::Result<()> {
        let wanted = (first..first + PAGE).map(|index| format!("6817355c{index:016x}"));
        let id = |job: &ExportJob| job.id.map(|id| id.to_string()).unwrap_or_default();
        ensure!(
            found.results.iter().map(id).eq(wanted),
            "the page does not contain the requested jobs"
        );
        self.tally.listed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn create(&self, number: usize) -> anyhow::Result<()> {
        let bucket = AwsExportBucketRequest::new(bucket_name(number), self.role);
        let outcome = match self.send(number, bucket).await {
            Ok(()) => Created::Yes,
            Err(error) if error.status() == Some(StatusCode::SERVICE_UNAVAILABLE) => Created::No,
            Err(
                Error::Transport { .. }
                | Error::UnexpectedBody { problem: BodyProblem::CutOff, .. },
            ) => Created::Unknown,
            Err(error) => return Err(error.into()),
        };
        let created = self.tally.created.get(number / CREATE_EACH);
        created
            .context("the number of the call is too large")?
            .store(outcome as u8, Ordering::Relaxed);
        Ok(())
    }

    #[expect(deprecated, reason = "the mix includes the older version")]
    async fn send(&self, number: usize, bucket: AwsExportBucketRequest) -> Result<(), Error> {
        if number.is_multiple_of(2 * CREATE_EACH) {
            let request = self.client.create_group_backup_export_bucket(DEFAULT_GROUP_ID, bucket);
            return request.send().await.map(drop);
        }
        let request =
            self.client.create_group_backup_export_bucket_v2023_01_01(DEFAULT_GROUP_ID, bucket);
        request.send().await.map(drop)
    }

    /// Compares the reported outcomes with the buckets on the server.
    pub(crate) fn figures(&self, calls: usize, report: &Report) -> Vec<Figure> {
        let mut there = HashMap::<&str, usize>::new();
        for name in &report.buckets {
            *there.entry(name).or_default() += 1;
        }
        let doubled = there.values().filter(|count| **count > 1).count();
        let count = |wanted| self.tally.with(wanted).count();
        let missing = |wanted| {
            let names = self.tally.with(wanted).map(bucket_name);
            names.filter(|name| !there.contains_key(name.as_str())).count()
        };
        let told = [Created::Yes, Created::No, Created::Unknown].map(count);
        let [created, refused, unknown] = told;
        let failed = self.tally.failed.load(Ordering::Relaxed);
        let listed = self.tally.listed.load(Ordering::Relaxed);
        vec![
            Figure::exactly("calls with an outcome", listed + told.iter().sum::<usize>(), calls),
            Figure::exactly("calls with a wrong outcome", failed, 0),
            Figure::told("correct pages", listed),
            Figure::told("`POST` calls that succeeded", created),
            Figure::exactly("of these, missing on the server", missing(Created::Yes), 0),
            Figure::told("`POST` calls that failed with 503", refused),
            Figure::exactly("of these, present on the server", refused - missing(Created::No), 0),
            Figure::told("`POST` calls that failed because the response was lost", unknown),
            Figure::exactly("buckets created twice", doubled, 0),
        ]
    }
}

impl Tally {
    /// Returns the numbers of the calls with the given outcome.
    fn with(&self, wanted: Created) -> impl Iterator<Item = usize> {
        let numbers = (0..).step_by(CREATE_EACH);
        let numbered = numbers.zip(&self.created);
        let with =
            numbered.filter(move |(_, created)| created.load(Ordering::Relaxed) == wanted as u8);
        with.map(|(number, _)| number)
    }
}

fn bucket_name(number: usize) -> String {
    format!("load-{number}")
}

/// Returns the page that a call requests, and the index of its first job.
fn page(number: usize) -> anyhow::Result<(u32, u32)> {
    let index = u32::try_from(number % usize::try_from(JOBS / PAGE)?)?;
    Ok((index + 1, index * PAGE))
}
