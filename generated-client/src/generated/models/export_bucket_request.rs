use serde_json::{Map, Value};

use crate::InvalidInput;
use crate::models::{AwsExportBucketRequest, AzureExportBucketRequest, GcpExportBucketRequest};
use crate::runtime::{At, Validate, tagged_union};

/// An export bucket to create, on one of the cloud providers.
///
/// The property `cloudProvider` tells which; each variant sends its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportBucketRequest {
    /// `AWS`: Amazon S3.
    Aws(AwsExportBucketRequest),
    /// `AZURE`: Azure Blob Storage.
    Azure(AzureExportBucketRequest),
    /// `GCP`: Google Cloud Storage.
    Gcp(GcpExportBucketRequest),
    /// A provider newer than this client: the object as it shall be sent, with its `cloudProvider`.
    Unknown(Map<String, Value>),
}

tagged_union! {
    ExportBucketRequest by "cloudProvider" {
        "AWS" => Aws(AwsExportBucketRequest),
        "AZURE" => Azure(AzureExportBucketRequest),
        "GCP" => Gcp(GcpExportBucketRequest),
    }
}

impl Validate for ExportBucketRequest {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        match self {
            Self::Aws(value) => value.validate(at),
            Self::Azure(value) => value.validate(at),
            Self::Gcp(value) => value.validate(at),
            Self::Unknown(_) => Ok(()),
        }
    }
}
