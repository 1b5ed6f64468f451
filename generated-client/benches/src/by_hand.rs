//! The types that a careful person writes by hand for a page of export jobs: identifiers are
//! `String`, everything else is as in the client.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// Where the neighbours of the page are.
    #[serde(default)]
    pub links: Vec<Link>,
    /// The jobs.
    pub results: Vec<Job>,
    /// How many jobs there are on all pages.
    pub total_count: Option<i32>,
}

/// A job.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its identifier.
    pub id: Option<String>,
    /// What is exported.
    pub snapshot_id: Option<String>,
    /// Where to.
    pub export_bucket_id: String,
    /// How far it has come.
    pub state: Option<State>,
    /// Why it failed.
    pub state_reason: Option<StateReason>,
    /// When it began.
    pub created_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How far it has come, counted.
    pub export_status: Option<ExportStatus>,
    /// The folder in the bucket.
    pub prefix: Option<String>,
    /// Labels.
    #[serde(default)]
    pub custom_data: Vec<Label>,
    /// Parts, of a sharded cluster.
    #[serde(default)]
    pub components: Vec<Component>,
    /// Addresses.
    #[serde(default)]
    pub links: Vec<Link>,
}

/// How far a job has come.
#[derive(Debug, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum State {
    Queued,
    InProgress,
    Successful,
    Failed,
    Cancelled,
}

/// Why a job failed.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateReason {
    /// For programs.
    pub error_code: Option<String>,
    /// For people.
    pub message: Option<String>,
}

/// Progress.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportStatus {
    /// Collections that are done.
    pub exported_collections: Option<i32>,
    /// All collections.
    pub total_collections: Option<i32>,
}

/// A label.
#[derive(Debug, Deserialize, Serialize)]
pub struct Label {
    /// Its key.
    pub key: Option<String>,
    /// Its value.
    pub value: Option<String>,
}

/// A part of a job.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Its identifier.
    pub export_id: Option<String>,
    /// The replica set.
    pub replica_set_name: Option<String>,
}

/// An address.
#[derive(Debug, Deserialize, Serialize)]
pub struct Link {
    /// What it is.
    pub rel: Option<String>,
    /// Where it is.
    pub href: Option<String>,
}
