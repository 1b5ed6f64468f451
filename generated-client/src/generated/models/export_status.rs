use serde::{Deserialize, Serialize};

/// The progress of an export job, counted in collections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExportStatus {
    /// How many collections have been copied so far.
    #[serde(rename = "exportedCollections", default, skip_serializing_if = "Option::is_none")]
    pub exported_collections: Option<i32>,

    /// How many collections the job copies in all.
    #[serde(rename = "totalCollections", default, skip_serializing_if = "Option::is_none")]
    pub total_collections: Option<i32>,
}
