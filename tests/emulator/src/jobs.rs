//! The export jobs of a cluster.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    buckets::ExportBuckets,
    error::ApiError,
    exports::{Export, Schedule},
    paging::Items,
    projects::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID},
};

/// The id of a snapshot that every cluster has.
pub const DEFAULT_SNAPSHOT_ID: &str = "6817354e1f2a3b4c5d6e7e01";

/// The id of the organization to which every project belongs. The prefixes of jobs contain this id.
const ORGANIZATION_ID: &str = "32b6e34b3d91647abb20e7b7";
/// The number of collections in each cluster that has collections.
pub(crate) const COLLECTIONS: u32 = 42;

/// Creates export jobs for the default cluster, newest first, one hour apart.
///
/// Six kinds of jobs alternate: `Queued`, `InProgress`, `Successful` for a cluster without
/// collections, `Successful` for a sharded cluster, `Failed` with a reason, and `Cancelled`. Calls
/// with the same count return the same jobs.
#[must_use]
pub fn sample_jobs(count: usize) -> Vec<Value> {
    sample_jobs_of(DEFAULT_CLUSTER_NAME, count)
}

/// Creates [`sample_jobs`] for the cluster with the given name. The ids, prefixes and replica sets of the jobs are
/// unique to that cluster.
#[must_use]
pub fn sample_jobs_of(cluster_name: &str, count: usize) -> Vec<Value> {
    (0_u32..).take(count).map(|index| sample_job(cluster_name, index)).collect()
}

fn sample_job(cluster_name: &str, index: u32) -> Value {
    let created = DateTime::UNIX_EPOCH + TimeDelta::days(20_212) - TimeDelta::hours(index.into());
    let tag = tag(cluster_name);
    let finished = timestamp(created + TimeDelta::minutes(20));
    // A queued job has not counted the collections yet. The first successful job belongs to an empty cluster.
    let (state, exported, total) = match index % 6 {
        0 => ("Queued", 0, 0),
        1 => ("InProgress", 17, COLLECTIONS),
        2 => ("Successful", 0, 0),
        3 => ("Successful", COLLECTIONS, COLLECTIONS),
        4 => ("Failed", 0, COLLECTIONS),
        _ => ("Cancelled", 17, COLLECTIONS),
    };
    [
        ("id", Some(json!(format!("6817355c{tag:08x}{index:08x}")))),
        ("snapshotId", Some(json!(format!("6817354e{tag:08x}{index:08x}")))),
        ("exportBucketId", Some(json!(DEFAULT_GROUP_ID))),
        ("createdAt", Some(json!(timestamp(created)))),
        ("finishedAt", (index % 6 > 1).then(|| json!(finished))),
        ("state", Some(json!(state))),
        ("stateReason", (state == "Failed").then(access_denied)),
        ("exportStatus", Some(progress(exported, total))),
        ("prefix", Some(json!(prefix(DEFAULT_GROUP_ID, cluster_name, created)))),
        ("components", (index % 6 == 3).then(|| components(tag, index))),
        ("customData", Some(json!([{ "key": "exported by", "value": "nightly schedule" }]))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}

/// Returns the part of an id that identifies the cluster. It is 0 for the default cluster.
fn tag(cluster_name: &str) -> u32 {
    if cluster_name == DEFAULT_CLUSTER_NAME {
        return 0;
    }
    Sha256::digest(cluster_name).iter().take(4).fold(0, |tag, byte| (tag << 8) | u32::from(*byte))
}

pub(crate) fn timestamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) fn progress(exported: u32, total: u32) -> Value {
    json!({ "exportedCollections": exported, "totalCollections": total })
}

/// Returns the `stateReason` of a failed job.
pub(crate) fn access_denied() -> Value {
    json!({
        "errorCode": "EXPORT_BUCKET_ACCESS_DENIED",
        "message": "Atlas could not write to the export bucket.",
    })
}

/// Returns the prefix of a job. In recorded responses, it contains the ids of the organization and the project,
/// although the vendor's document says that it contains their names.
pub(crate) fn prefix(group_id: &str, cluster_name: &str, created: DateTime<Utc>) -> String {
    let snapshot = created.format("%Y-%m-%dT%H%M");
    let second = created.timestamp();
    let project = format!("exported_snapshots/{ORGANIZATION_ID}/{group_id}");
    format!("{project}/{cluster_name}/{snapshot}/{second}")
}

fn components(tag: u32, index: u32) -> Value {
    (0..2)
        .map(|shard| {
            json!({
                "exportId": format!("6817355d{tag:08x}{index:07x}{shard}"),
                "replicaSetName": format!("atlas-{tag:08x}-shard-{shard}"),
            })
        })
        .collect()
}

/// The export jobs of a cluster: configured jobs, and jobs that requests have created.
#[derive(Debug)]
pub(crate) struct Jobs {
    /// Successive lists of configured jobs. Each request uses the next list. Once the last list is reached, all further
    /// requests use it.
    given: Mutex<VecDeque<JobList>>,
    /// The created jobs, oldest first.
    created: Mutex<Vec<Export>>,
}

/// The configured jobs for one request.
#[derive(Clone, Debug)]
pub(crate) enum JobList {
    /// Jobs that a test provides, which can be invalid.
    Given(Arc<[Value]>),
    /// A number of [`sample_jobs`], each created when a request reads it.
    Samples(u32),
}

/// All export jobs of a cluster for one request: those that requests have created, newest first, then
/// the configured jobs.
#[derive(Debug)]
pub(crate) struct Listing {
    created: Vec<Value>,
    given: JobList,
}

impl JobList {
    /// Returns the first job whose `property` equals `id`.
    fn find(&self, property: &str, id: &str) -> Option<Value> {
        let has_id = |job: &Value| job.get(property).and_then(Value::as_str) == Some(id);
        match self {
            Self::Given(jobs) => jobs.iter().find(|job| has_id(job)).cloned(),
            Self::Samples(count) => {
                let index = u32::from_str_radix(id.get(16..)?, 16).ok();
                let job = sample_job(DEFAULT_CLUSTER_NAME, index.filter(|it| it < count)?);
                has_id(&job).then_some(job)
            }
        }
    }
}

impl Items for JobList {
    fn len(&self) -> usize {
        match self {
            Self::Given(jobs) => jobs.len(),
            Self::Samples(count) => usize::try_from(*count).unwrap_or(usize::MAX),
        }
    }

    fn slice(&self, start: usize, count: usize) -> Vec<Value> {
        match self {
            Self::Given(jobs) => jobs.iter().skip(start).take(count).cloned().collect(),
            Self::Samples(total) => {
                let start = u32::try_from(start).unwrap_or(u32::MAX);
                let jobs = (start..*total).take(count);
                jobs.map(|index| sample_job(DEFAULT_CLUSTER_NAME, index)).collect()
            }
        }
    }
}

impl Items for Listing {
    fn len(&self) -> usize {
        self.created.len().saturating_add(self.given.len())
    }

    fn slice(&self, start: usize, count: usize) -> Vec<Value> {
        let mut jobs = self.created.slice(start, count);
        let start = start.saturating_sub(self.created.len());
        jobs.extend(self.given.slice(start, count - jobs.len()));
        jobs
    }
}

impl From<Vec<Value>> for JobList {
    fn from(jobs: Vec<Value>) -> Self {
        Self::Given(jobs.into())
    }
}

impl Jobs {
    /// Creates jobs from successive lists. Each request uses the next list. Once the last list is reached, all further
    /// requests use it.
    pub(crate) fn over_time(lists: impl IntoIterator<Item = impl Into<JobList>>) -> Self {
        let given = Mutex::new(lists.into_iter().map(Into::into).collect());
        Self { given, created: Mutex::default() }
    }

    /// Returns the jobs for one request and advances to the next list.
    pub(crate) fn next(&self) -> Listing {
        Listing { created: self.created(), given: self.next_given() }
    }

    /// Returns the job with the given id, and advances to the next list, because each call is one request. Fails with
    /// 404 if no job has this id.
    pub(crate) fn get(&self, id: &str) -> Result<Value, ApiError> {
        let given = self.next_given();
        let created = self.created().into_iter().find(|job| job.get("id") == Some(&id.into()));
        created.or_else(|| given.find("id", id)).ok_or_else(|| {
            let detail = format!("The cluster has no export job `{id}`.");
            ApiError::not_found("RESOURCE_NOT_FOUND", detail, id)
        })
    }

    /// Starts an export from a valid request body and returns its job. Fails with 404 if the
    /// snapshot or the bucket does not exist.
    pub(crate) fn create(
        &self,
        request: &Value,
        group_id: &str,
        cluster_name: &str,
        buckets: &ExportBuckets,
        schedule: Schedule,
    ) -> Result<Value, ApiError> {
        let export = Export::new(request, group_id, cluster_name, schedule);
        let snapshot = export.snapshot_id();
        if snapshot != DEFAULT_SNAPSHOT_ID
            && self.now_given().find("snapshotId", snapshot).is_none()
        {
            let detail = format!("The cluster has no snapshot `{snapshot}`.");
            let error = ApiError::not_found("SNAPSHOT_NOT_FOUND", detail, snapshot);
            return Err(error.parameter(cluster_name));
        }
        buckets.get(export.bucket_id())?;
        let job = export.job();
        self.created.lock().unwrap_or_else(PoisonError::into_inner).push(export);
        Ok(job)
    }

    /// Returns the current state of the jobs that requests have created, newest first.
    pub(crate) fn created(&self) -> Vec<Value> {
        let created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.iter().rev().map(Export::job).collect()
    }

    /// Replaces all jobs, including those that requests have created.
    pub(crate) fn set(&self, jobs: Vec<Value>) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = [jobs.into()].into();
        self.created.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn now_given(&self) -> JobList {
        let lists = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        lists.front().cloned().unwrap_or(JobList::Samples(0))
    }

    fn next_given(&self) -> JobList {
        let mut lists = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let now = lists.front().cloned().unwrap_or(JobList::Samples(0));
        if lists.len() > 1 {
            lists.pop_front();
        }
        now
    }
}
