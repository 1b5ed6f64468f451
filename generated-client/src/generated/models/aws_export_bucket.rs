use serde::{Deserialize, Serialize};

use crate::ObjectId;
use crate::models::Link;

/// An export bucket in Amazon S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cloudProvider", rename = "AWS")]
#[non_exhaustive]
pub struct AwsExportBucket {
    /// The id of the export bucket.
    #[serde(rename = "_id")]
    pub id: ObjectId,

    /// The name of the S3 bucket, Azure container or Google Cloud Storage bucket.
    #[serde(rename = "bucketName")]
    pub bucket_name: String,

    /// The Atlas id of the AWS IAM role with which Atlas reaches the bucket.
    #[serde(rename = "iamRoleId")]
    pub iam_role_id: ObjectId,

    /// The AWS region of the bucket, which Atlas finds out. May be absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,

    /// Whether exports go through AWS `PrivateLink`, not over public addresses.
    #[serde(rename = "requirePrivateNetworking", default, skip_serializing_if = "Option::is_none")]
    pub require_private_networking: Option<bool>,

    /// Addresses of this export bucket and of what belongs to it. Often absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}
