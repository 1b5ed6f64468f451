//! The export jobs of a cluster.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::projects::DEFAULT_GROUP_ID;

/// Any number of export jobs, the newest first, an hour apart.
///
/// The first six differ in kind, and the kinds then repeat: `Queued`, `InProgress`, `Successful`,
/// `Successful` of a sharded cluster, `Failed` with its reason, and `Cancelled`. The same number
/// gives the same jobs.
#[must_use]
pub fn sample_jobs(count: usize) -> Vec<Value> {
    (0_u32..).take(count).map(sample_job).collect()
}

fn sample_job(index: u32) -> Value {
    let created = DateTime::UNIX_EPOCH + TimeDelta::days(20_212) - TimeDelta::hours(index.into());
    let mut job = json!({
        "id": format!("6817355c{index:016x}"),
        "snapshotId": format!("6817354e{index:016x}"),
        "exportBucketId": DEFAULT_GROUP_ID,
        "createdAt": timestamp(created),
        "customData": [{ "key": "exported by", "value": "nightly schedule" }],
    });
    let finished = timestamp(created + TimeDelta::minutes(20));
    let rest = match index % 6 {
        0 => json!({ "state": "Queued" }),
        1 => {
            json!({ "state": "InProgress", "exportStatus": progress(17), "prefix": prefix(created) })
        }
        2 => json!({ "state": "Successful", "finishedAt": finished, "exportStatus": progress(42),
            "prefix": prefix(created) }),
        3 => json!({ "state": "Successful", "finishedAt": finished, "exportStatus": progress(42),
            "prefix": prefix(created), "components": components(index) }),
        4 => json!({ "state": "Failed", "finishedAt": finished, "exportStatus": progress(0),
            "stateReason": { "errorCode": "EXPORT_BUCKET_ACCESS_DENIED",
                "message": "Atlas could not write to the export bucket." } }),
        _ => json!({ "state": "Cancelled", "finishedAt": finished }),
    };
    if let (Value::Object(job), Value::Object(rest)) = (&mut job, rest) {
        job.extend(rest);
    }
    job
}

fn timestamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn progress(exported: u32) -> Value {
    json!({ "exportedCollections": exported, "totalCollections": 42 })
}

fn prefix(created: DateTime<Utc>) -> String {
    let snapshot = created.format("%Y-%m-%dT%H%M");
    format!("exported_snapshots/Example/Orders/Cluster0/{snapshot}/{}", created.timestamp())
}

fn components(index: u32) -> Value {
    (0..2)
        .map(|shard| {
            json!({
                "exportId": format!("6817355d{index:08x}{shard:08x}"),
                "replicaSetName": format!("atlas-abc123-shard-{shard}"),
            })
        })
        .collect()
}

/// The export jobs of a cluster, and how they change.
#[derive(Debug)]
pub(crate) struct Jobs(Mutex<VecDeque<JobList>>);

/// The export jobs of a cluster at one time.
#[derive(Clone, Debug)]
pub(crate) enum JobList {
    /// These.
    Given(Arc<[Value]>),
    /// So many of [`sample_jobs`], each made when it is asked for.
    Samples(u32),
}

impl JobList {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Given(jobs) => jobs.len(),
            Self::Samples(count) => usize::try_from(*count).unwrap_or(usize::MAX),
        }
    }

    /// At most `count` jobs from the one at `start` on.
    pub(crate) fn slice(&self, start: usize, count: usize) -> Vec<Value> {
        match self {
            Self::Given(jobs) => jobs.iter().skip(start).take(count).cloned().collect(),
            Self::Samples(total) => {
                let start = u32::try_from(start).unwrap_or(u32::MAX);
                (start..*total).take(count).map(sample_job).collect()
            }
        }
    }
}

impl From<Vec<Value>> for JobList {
    fn from(jobs: Vec<Value>) -> Self {
        Self::Given(jobs.into())
    }
}

impl Jobs {
    /// What each request in turn finds; the last of it stays.
    pub(crate) fn over_time(lists: impl IntoIterator<Item = impl Into<JobList>>) -> Self {
        Self(Mutex::new(lists.into_iter().map(Into::into).collect()))
    }

    /// What the next request finds.
    pub(crate) fn next(&self) -> JobList {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = lists.front().cloned().unwrap_or(JobList::Samples(0));
        if lists.len() > 1 {
            lists.pop_front();
        }
        now
    }

    pub(crate) fn set(&self, jobs: Vec<Value>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = [jobs.into()].into();
    }
}
