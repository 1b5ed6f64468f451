use serde::{Deserialize, Serialize};

use crate::ObjectId;
use crate::models::Link;

/// An export bucket in Google Cloud Storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cloudProvider", rename = "GCP")]
#[non_exhaustive]
pub struct GcpExportBucket {
    /// The id of the export bucket.
    #[serde(rename = "_id")]
    pub id: ObjectId,

    /// The name of the S3 bucket, Azure container or Google Cloud Storage bucket.
    #[serde(rename = "bucketName")]
    pub bucket_name: String,

    /// The Atlas id of the Google Cloud role with which Atlas reaches the bucket.
    #[serde(rename = "roleId")]
    pub role_id: ObjectId,

    /// Addresses of this export bucket and of what belongs to it. Often absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}
