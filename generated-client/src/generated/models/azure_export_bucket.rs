use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ObjectId;
use crate::models::Link;

/// An export bucket in Azure Blob Storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cloudProvider", rename = "AZURE")]
#[non_exhaustive]
pub struct AzureExportBucket {
    /// The id of the export bucket.
    #[serde(rename = "_id")]
    pub id: ObjectId,

    /// The name of the S3 bucket, Azure container or Google Cloud Storage bucket.
    #[serde(rename = "bucketName")]
    pub bucket_name: String,

    /// The Atlas id of the Azure role with which Atlas reaches the bucket.
    #[serde(rename = "roleId")]
    pub role_id: ObjectId,

    /// The URL of the storage account.
    #[serde(rename = "serviceUrl")]
    pub service_url: String,

    /// The Azure tenant of the role, which exports use.
    #[serde(rename = "tenantId", default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<Uuid>,

    /// Addresses of this export bucket and of what belongs to it. Often absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}
