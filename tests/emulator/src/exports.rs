//! Exports that requests have started. The progress of an export follows tokio's clock, which a
//! test can pause.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::{
    buckets::object_id,
    jobs::{COLLECTIONS, access_denied, prefix, progress, timestamp},
};

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

impl ExportOutcome {
    const fn state(self) -> &'static str {
        match self {
            Self::Successful => "Successful",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
        }
    }
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
    prefix: String,
    schedule: Schedule,
    created_at: DateTime<Utc>,
    started: Instant,
}

impl Export {
    /// Starts an export from a valid request body.
    pub(crate) fn new(
        request: &Value,
        group_id: &str,
        cluster_name: &str,
        schedule: Schedule,
    ) -> Self {
        let created_at = Utc::now();
        Self {
            id: object_id(created_at),
            request: request.as_object().cloned().unwrap_or_default(),
            prefix: prefix(group_id, cluster_name, created_at),
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

    /// Returns the job in its current state. As in recorded responses, `customData`, `exportStatus` and `prefix` are
    /// present in every state, and a queued job has counted no collections yet.
    pub(crate) fn job(&self) -> Value {
        let Schedule { duration, outcome } = self.schedule;
        let elapsed = self.started.elapsed();
        let waited = duration.mul_f64(QUEUED);
        let (state, status) = if elapsed < waited {
            ("Queued", progress(0, 0))
        } else if elapsed < duration {
            let copying = elapsed.saturating_sub(waited).as_secs_f64();
            let part = copying / duration.saturating_sub(waited).as_secs_f64();
            ("InProgress", self.status(part))
        } else {
            (outcome.state(), self.status(1.0))
        };
        let is_done = elapsed >= duration;
        let finished_at = is_done.then(|| json!(timestamp(self.created_at + duration)));
        let has_failed = is_done && outcome == ExportOutcome::Failed;
        [
            ("id", Some(json!(self.id))),
            ("snapshotId", Some(json!(self.snapshot_id()))),
            ("exportBucketId", Some(json!(self.bucket_id()))),
            ("createdAt", Some(json!(timestamp(self.created_at)))),
            ("finishedAt", finished_at),
            ("state", Some(json!(state))),
            ("stateReason", has_failed.then(access_denied)),
            ("exportStatus", Some(status)),
            ("prefix", Some(json!(self.prefix))),
            ("customData", Some(self.request.get("customData").cloned().unwrap_or(json!([])))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }

    /// Returns the `exportStatus` once the given fraction of the `InProgress` phase has elapsed.
    fn status(&self, part: f64) -> Value {
        let goal = match self.schedule.outcome {
            ExportOutcome::Successful => COLLECTIONS,
            ExportOutcome::Failed | ExportOutcome::Cancelled => COLLECTIONS / 2,
        };
        let exported = (1..=goal).take_while(|count| f64::from(*count) <= part * f64::from(goal));
        progress(exported.last().unwrap_or_default(), COLLECTIONS)
    }

    fn text(&self, property: &str) -> &str {
        self.request.get(property).and_then(Value::as_str).unwrap_or_default()
    }
}
