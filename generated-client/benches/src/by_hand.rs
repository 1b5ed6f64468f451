//! Hand-written types for a page of export jobs. They differ from the client's types in two ways: their ids are
//! `String`s, and they reject unknown enum values and `null` lists.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A page of export jobs.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// Links to the adjacent pages.
    #[serde(default)]
    pub links: Vec<Link>,
    /// The jobs on the page.
    pub results: Vec<Job>,
    /// The total number of jobs.
    pub total_count: Option<i32>,
}

/// An export job.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The id of the job.
    pub id: Option<String>,
    /// The id of the exported snapshot.
    pub snapshot_id: Option<String>,
    /// The id of the export bucket.
    pub export_bucket_id: String,
    /// The state of the job.
    pub state: Option<State>,
    /// The reason for the failure, if the job failed.
    pub state_reason: Option<StateReason>,
    /// The time at which the job was created.
    pub created_at: Option<DateTime<Utc>>,
    /// The time at which the job finished.
    pub finished_at: Option<DateTime<Utc>>,
    /// The progress of the job.
    pub export_status: Option<ExportStatus>,
    /// The path in the bucket under which the job writes its objects.
    pub prefix: Option<String>,
    /// The labels of the job.
    #[serde(default)]
    pub custom_data: Vec<Label>,
    /// The parts of a job on a sharded cluster.
    #[serde(default)]
    pub components: Vec<Component>,
    /// Links to related resources.
    #[serde(default)]
    pub links: Vec<Link>,
}

/// The state of a job.
#[derive(Debug, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum State {
    Queued,
    InProgress,
    Successful,
    Failed,
    Cancelled,
}

/// The reason why a job failed.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateReason {
    /// The error code.
    pub error_code: Option<String>,
    /// The message.
    pub message: Option<String>,
}

/// The progress of a job.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportStatus {
    /// The number of collections that have been exported.
    pub exported_collections: Option<i32>,
    /// The total number of collections.
    pub total_collections: Option<i32>,
}

/// A label.
#[derive(Debug, Deserialize, Serialize)]
pub struct Label {
    /// The key.
    pub key: Option<String>,
    /// The value.
    pub value: Option<String>,
}

/// A part of a job on a sharded cluster.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// The id of the part.
    pub export_id: Option<String>,
    /// The name of the replica set.
    pub replica_set_name: Option<String>,
}

/// A link to a resource.
#[derive(Debug, Deserialize, Serialize)]
pub struct Link {
    /// The relation type of the link.
    pub rel: Option<String>,
    /// The URL of the resource.
    pub href: Option<String>,
}
