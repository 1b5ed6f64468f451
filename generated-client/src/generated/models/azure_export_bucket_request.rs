use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::runtime::{At, Validate, check};
use crate::{InvalidInput, ObjectId};

/// An Azure Blob Storage container to export to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cloudProvider", rename = "AZURE")]
#[non_exhaustive]
pub struct AzureExportBucketRequest {
    /// The name of the container: 3 to 63 characters. Required if `service_url` does not name it;
    /// otherwise Atlas takes it from there.
    #[serde(rename = "bucketName", default, skip_serializing_if = "Option::is_none")]
    pub bucket_name: Option<String>,

    /// The Atlas id of the Azure role with which Atlas reaches the container.
    #[serde(rename = "roleId")]
    pub role_id: ObjectId,

    /// The URL of the storage account, with or without the container: 33 to 2048 characters. Its
    /// host ends in `blob.core.windows.net`.
    #[serde(rename = "serviceUrl")]
    pub service_url: String,

    /// Ignored. Atlas uses the tenant of the role that `role_id` names.
    #[serde(rename = "tenantId", default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<Uuid>,
}

impl AzureExportBucketRequest {
    /// A request with what it must hold.
    #[must_use]
    pub fn new(role_id: ObjectId, service_url: impl Into<String>) -> Self {
        Self { bucket_name: None, role_id, service_url: service_url.into(), tenant_id: None }
    }

    /// The name of the container: 3 to 63 characters. Required if `service_url` does not name it;
    /// otherwise Atlas takes it from there.
    #[must_use]
    pub fn bucket_name(mut self, bucket_name: impl Into<String>) -> Self {
        self.bucket_name = Some(bucket_name.into());
        self
    }

    /// Ignored. Atlas uses the tenant of the role that `role_id` names.
    #[deprecated(note = "Atlas ignores it")]
    #[must_use]
    pub fn tenant_id(mut self, tenant_id: Uuid) -> Self {
        self.tenant_id = Some(tenant_id);
        self
    }
}

impl Validate for AzureExportBucketRequest {
    fn validate(&self, at: At<'_>) -> Result<(), InvalidInput> {
        check::length(at.field("bucketName"), self.bucket_name.as_deref(), 3..=63)?;
        check::length(at.field("serviceUrl"), &self.service_url, 33..=2048)
    }
}
