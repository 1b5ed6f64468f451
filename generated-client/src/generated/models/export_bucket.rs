use serde_json::{Map, Value};

use crate::models::{AwsExportBucket, AzureExportBucket, GcpExportBucket};
use crate::runtime::tagged_union;

/// An export bucket of a project, on one of the cloud providers.
///
/// The property `cloudProvider` tells which.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportBucket {
    /// `AWS`: Amazon S3.
    Aws(AwsExportBucket),
    /// `AZURE`: Azure Blob Storage.
    Azure(AzureExportBucket),
    /// `GCP`: Google Cloud Storage.
    Gcp(GcpExportBucket),
    /// A provider newer than this client: the object as it came.
    Unknown(Map<String, Value>),
}

tagged_union! {
    ExportBucket by "cloudProvider" {
        "AWS" => Aws(AwsExportBucket),
        "AZURE" => Azure(AzureExportBucket),
        "GCP" => Gcp(GcpExportBucket),
    }
}
