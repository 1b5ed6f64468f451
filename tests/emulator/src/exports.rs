//! Exports that requests have started. The progress of an export follows tokio's clock, which a
//! test can pause.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::{
    buckets::object_id,
    jobs::{prefix, timestamp},
};

/// The number of collections that a successful export reports as exported.
const COLLECTIONS: u32 = 42;
/// The fraction of an export's duration during which it is queued.
const QUEUED: f64 = 0.1;

/// The final state of the exports that requests start, for
/// [`Builder::export_outcome`](crate::Builder::export_outcome).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportOutcome {
    /// The job reports all collections as exported.
    #[default]
    Successful,
    /// The job reports half of the collections as exported, and has a `stateReason`.
    Failed,
    /// The job reports half of the collections as exported.
    Cancelled,
}

/// The duration and the outcome of exports.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// The time from the creation of a job to its final state.
    pub(crate) duration: Duration,
    pub(crate) outcome: ExportOutcome,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { duration: Duration::from_secs(10), outcome: ExportOutcome::default() }
    }
}

/// A queued, running or finished export.
#[derive(Debug)]
pub(crate) struct Export {
    id: String,
    /// The properties in the request body.
    request: Map<String, Value>,
    cluster_name: String,
    schedule: Schedule,
    created_at: DateTime<Utc>,
    started: Instant,
}

impl Export {
    /// Starts an export from a valid request body.
    pub(crate) fn new(request: &Value, cluster_name: &str, schedule: Schedule) -> Self {
        let created_at = Utc::now();
        Self {
            id: object_id(created_at),
            request: request.as_object().cloned().unwrap_or_default(),
            cluster_name: cluster_name.to_owned(),
            schedule,
            created_at,
            started: Instant::now(),
        }
    }

    pub(crate) fn snapshot_id(&self) -> &str {
        self.text("snapshotId")
    }

    pub(crate) fn bucket_id(&self) -> &str {
        self.text("exportBucketId")
    }

    /// Returns the job in its current state.
    pub(crate) fn job(&self) -> Value {
        let identity = [
            ("id", json!(self.id)),
            ("snapshotId", json!(self.snapshot_id())),
            ("exportBucketId", json!(self.bucket_id())),
            ("createdAt", json!(timestamp(self.created_at))),
        ];
        let identity = identity.map(|(name, value)| (name.to_owned(), value));
        let custom_data = self.request.get("customData").cloned();
        let custom_data = custom_data.map(|data| ("customData".to_owned(), data));
        identity.into_iter().chain(custom_data).chain(self.progress()).collect()
    }

    /// Returns the properties that change over time.
    fn progress(&self) -> Map<String, Value> {
        let duration = self.schedule.duration;
        let elapsed = self.started.elapsed();
        let waited = duration.mul_f64(QUEUED);
        let copying = elapsed.saturating_sub(waited).as_secs_f64();
        let progress = if elapsed < waited {
            json!({ "state": "Queued" })
        } else if elapsed < duration {
            let copied = copying / duration.saturating_sub(waited).as_secs_f64();
            let prefix = prefix(&self.cluster_name, self.created_at);
            json!({ "state": "InProgress", "exportStatus": self.status(copied), "prefix": prefix })
        } else {
            self.end()
        };
        progress.as_object().cloned().unwrap_or_default()
    }

    fn end(&self) -> Value {
        let finished_at = timestamp(self.created_at + self.schedule.duration);
        let status = self.status(1.0);
        match self.schedule.outcome {
            ExportOutcome::Successful => json!({
                "state": "Successful",
                "finishedAt": finished_at,
                "exportStatus": status,
                "prefix": prefix(&self.cluster_name, self.created_at),
            }),
            ExportOutcome::Failed => json!({
                "state": "Failed",
                "finishedAt": finished_at,
                "exportStatus": status,
                "stateReason": {
                    "errorCode": "EXPORT_BUCKET_ACCESS_DENIED",
                    "message": "Atlas could not write to the export bucket.",
                },
            }),
            ExportOutcome::Cancelled => {
                json!({ "state": "Cancelled", "finishedAt": finished_at, "exportStatus": status })
            }
        }
    }

    /// Returns `exportStatus` after the given fraction of the time in progress.
    fn status(&self, part: f64) -> Value {
        let goal = match self.schedule.outcome {
            ExportOutcome::Successful => COLLECTIONS,
            ExportOutcome::Failed | ExportOutcome::Cancelled => COLLECTIONS / 2,
        };
        let exported = (1..=goal).filter(|count| f64::from(*count) <= part * f64::from(goal));
        json!({ "exportedCollections": exported.count(), "totalCollections": COLLECTIONS })
    }

    fn text(&self, property: &str) -> &str {
        self.request.get(property).and_then(Value::as_str).unwrap_or_default()
    }
}
