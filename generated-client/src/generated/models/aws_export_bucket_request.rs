use serde::{Deserialize, Serialize};

use crate::runtime::{At, Validate, check};
use crate::{InvalidInput, ObjectId};

/// An Amazon S3 bucket to export to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cloudProvider", rename = "AWS")]
#[non_exhaustive]
pub struct AwsExportBucketRequest {
    /// The name of the bucket, which the role must allow Atlas to write to: 3 to 63 characters.
    #[serde(rename = "bucketName")]
    pub bucket_name: String,

    /// The Atlas id of the AWS IAM role with which Atlas reaches the bucket.
    #[serde(rename = "iamRoleId")]
    pub iam_role_id: ObjectId,

    /// Whether exports go through AWS `PrivateLink`, not over public addresses. Atlas takes `false`
    /// where it is absent.
    #[serde(rename = "requirePrivateNetworking", default, skip_serializing_if = "Option::is_none")]
    pub require_private_networking: Option<bool>,
}

impl AwsExportBucketRequest {
    /// A request with what it must hold.
    #[must_use]
    pub fn new(bucket_name: impl Into<String>, iam_role_id: ObjectId) -> Self {
        Self { bucket_name: bucket_name.into(), iam_role_id, require_private_networking: None }
    }

    /// Whether exports go through AWS `PrivateLink`, not over public addresses. Atlas takes `false`
    /// where it is absent.
    #[must_use]
    pub fn require_private_networking(mut self, require_private_networking: bool) -> Self {
        self.require_private_networking = Some(require_private_networking);
        self
    }
}

impl Validate for AwsExportBucketRequest {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        check::length(at.field("bucketName"), &self.bucket_name, 3..=63)
    }
}
