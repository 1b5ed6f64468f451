use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ObjectId;
use crate::models::{ExportJobState, ExportMember, ExportStatus, Label, Link, StateReason};

/// The copying of one snapshot to an export bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExportJob {
    /// The id of the export job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ObjectId>,

    /// The id of the snapshot that the job copies.
    #[serde(rename = "snapshotId", default, skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<ObjectId>,

    /// The id of the export bucket that the job copies to.
    #[serde(rename = "exportBucketId")]
    pub export_bucket_id: ObjectId,

    /// How far the job has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ExportJobState>,

    /// Why the job failed. Present only when its state is `Failed`.
    #[serde(rename = "stateReason", default, skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<StateReason>,

    /// When the job was created, by a user or by a schedule.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,

    /// When the job ended, in whatever state. Absent before that.
    #[serde(rename = "finishedAt", default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,

    /// The progress of the job, counted in collections.
    #[serde(rename = "exportStatus", default, skip_serializing_if = "Option::is_none")]
    pub export_status: Option<ExportStatus>,

    /// The path in the bucket under which the job writes all its objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,

    /// What the creator of the job wanted noted in the metadata file that Atlas writes beside the
    /// data when the job is done.
    #[serde(rename = "customData", default, skip_serializing_if = "Vec::is_empty")]
    pub custom_data: Vec<Label>,

    /// The parts of the job, one a replica set. Sharded clusters only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ExportMember>,

    /// Addresses of this export job and of what belongs to it. Often absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}
