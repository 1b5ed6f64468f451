use serde::{Deserialize, Serialize};

use crate::runtime::{At, Validate, check};
use crate::{InvalidInput, ObjectId};

/// A Google Cloud Storage bucket to export to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cloudProvider", rename = "GCP")]
#[non_exhaustive]
pub struct GcpExportBucketRequest {
    /// The name of the bucket, which the role must allow Atlas to write to: 3 to 63 characters.
    #[serde(rename = "bucketName")]
    pub bucket_name: String,

    /// The Atlas id of the Google Cloud role with which Atlas reaches the bucket.
    #[serde(rename = "roleId")]
    pub role_id: ObjectId,
}

impl GcpExportBucketRequest {
    /// A request with what it must hold.
    #[must_use]
    pub fn new(bucket_name: impl Into<String>, role_id: ObjectId) -> Self {
        Self { bucket_name: bucket_name.into(), role_id }
    }
}

impl Validate for GcpExportBucketRequest {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        check::length(at.field("bucketName"), &self.bucket_name, 3..=63)
    }
}
