//! The export buckets of a project.

use std::{
    iter,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::Uri;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::{error::ApiError, schema::Violation};

/// The default region of an AWS bucket.
const REGION: &str = "us-east-1";
/// The tenant id of every created Azure bucket.
const TENANT: &str = "4297fc77-1592-4de8-a6d5-a8c32401df87";

#[derive(Debug, Default)]
pub(crate) struct ExportBuckets(Mutex<Vec<Value>>);

impl ExportBuckets {
    /// Creates a bucket from a valid request body and returns it in the form of the newest version.
    pub(crate) fn create(&self, request: Value) -> Result<Value, ApiError> {
        let mut fields = match request {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        complete(&mut fields)?;
        let id = object_id(Utc::now());
        let bucket = iter::once(("_id".to_owned(), id.into())).chain(fields).collect::<Value>();
        self.put(bucket.clone());
        Ok(bucket)
    }

    /// Stores a bucket unchanged.
    pub(crate) fn put(&self, bucket: Value) {
        self.buckets().push(bucket);
    }

    /// Returns all buckets, oldest first.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.buckets().clone()
    }

    /// Returns all buckets as a list shows them, without their regions, oldest first.
    pub(crate) fn listed(&self) -> Vec<Value> {
        self.all().into_iter().map(without_region).collect()
    }

    /// Returns a bucket, with its region if it is in AWS. Of the recorded responses, only those to requests for a
    /// single bucket contain the region. Fails with 404 if no bucket has this id.
    pub(crate) fn get(&self, id: &str) -> Result<Value, ApiError> {
        let found = self.buckets().iter().find(|bucket| has_id(bucket, id)).cloned();
        let mut bucket = found.ok_or_else(|| not_found(id))?;
        if is_in_aws(&bucket)
            && let Value::Object(fields) = &mut bucket
        {
            fields.entry("region").or_insert(REGION.into());
        }
        Ok(bucket)
    }

    /// Updates the private networking of an AWS bucket and returns the bucket. Fails with 404 if no
    /// bucket has this id, and with 400 if the bucket is not in AWS.
    pub(crate) fn update(&self, id: &str, change: &Value) -> Result<Value, ApiError> {
        const PROPERTY: &str = "requirePrivateNetworking";
        let mut buckets = self.buckets();
        let found = buckets.iter_mut().find(|bucket| has_id(bucket, id));
        let bucket = found.ok_or_else(|| not_found(id))?;
        if !is_in_aws(bucket) {
            return Err(refuse(PROPERTY, "Only buckets in AWS have this field."));
        }
        if let (Value::Object(fields), Some(value)) = (&mut *bucket, change.get(PROPERTY)) {
            fields.insert(PROPERTY.to_owned(), value.clone());
        }
        Ok(without_region(bucket.clone()))
    }

    /// Deletes a bucket. Fails with 404 if no bucket has this id.
    pub(crate) fn delete(&self, id: &str) -> Result<(), ApiError> {
        let mut buckets = self.buckets();
        let index = buckets.iter().position(|bucket| has_id(bucket, id));
        buckets.remove(index.ok_or_else(|| not_found(id))?);
        Ok(())
    }

    fn buckets(&self) -> MutexGuard<'_, Vec<Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns one bucket per provider, with all properties that the local Atlas can return.
pub(crate) fn samples() -> [Value; 3] {
    const ROLE: &str = "668c5f0ed436263134491592";
    [
        json!({ "_id": ROLE, "cloudProvider": "AWS", "bucketName": "export-bucket",
            "iamRoleId": ROLE, "requirePrivateNetworking": false, "region": REGION }),
        json!({ "_id": ROLE, "cloudProvider": "AZURE", "bucketName": "export-bucket",
            "roleId": ROLE, "serviceUrl": "https://account.blob.core.windows.net",
            "tenantId": TENANT }),
        json!({ "_id": ROLE, "cloudProvider": "GCP", "bucketName": "export-bucket",
            "roleId": ROLE }),
    ]
}

fn has_id(bucket: &Value, id: &str) -> bool {
    bucket.get("_id").and_then(Value::as_str) == Some(id)
}

fn is_in_aws(bucket: &Value) -> bool {
    bucket.get("cloudProvider").and_then(Value::as_str) == Some("AWS")
}

fn without_region(mut bucket: Value) -> Value {
    if let Value::Object(fields) = &mut bucket {
        fields.shift_remove("region");
    }
    bucket
}

pub(crate) fn not_found(id: &str) -> ApiError {
    let detail = format!("The project has no export bucket `{id}`.");
    ApiError::not_found("EXPORT_BUCKET_NOT_FOUND", detail, id)
}

/// Adds the properties that Atlas sets itself. Fails with 400 if the URL of an Azure storage account is invalid, or if
/// neither the URL nor `bucketName` specifies the container.
fn complete(bucket: &mut Map<String, Value>) -> Result<(), ApiError> {
    match bucket.get("cloudProvider").and_then(Value::as_str) {
        Some("AWS") => {
            bucket.entry("requirePrivateNetworking").or_insert(false.into());
        }
        Some("AZURE") => {
            let url = bucket.get("serviceUrl").and_then(Value::as_str).unwrap_or_default();
            let container = container(url)?;
            if !bucket.contains_key("bucketName") {
                bucket.insert("bucketName".to_owned(), container.ok_or_else(no_container)?.into());
            }
            bucket.insert("tenantId".to_owned(), TENANT.into());
        }
        _ => {}
    }
    Ok(())
}

/// Returns the container in the URL of an Azure storage account, if the URL has one. Fails with 400
/// if the URL is invalid.
fn container(service_url: &str) -> Result<Option<String>, ApiError> {
    let refuse = |rule: &str| refuse("serviceUrl", rule);
    let url: Uri = service_url.parse().map_err(|_| refuse("The field must be a URL."))?;
    if !url.host().is_some_and(|host| host.ends_with(".blob.core.windows.net")) {
        return Err(refuse("The host must end with `.blob.core.windows.net`."));
    }
    match url.path().trim_matches('/') {
        "" => Ok(None),
        name if (3..=63).contains(&name.len()) && !name.contains('/') => Ok(Some(name.to_owned())),
        _ => Err(refuse(
            "The path must be empty or the name of a container, with 3 to 63 characters.",
        )),
    }
}

fn no_container() -> ApiError {
    refuse("bucketName", "The field is required, because `serviceUrl` has no container.")
}

fn refuse(field: &str, description: &str) -> ApiError {
    let violation = Violation { field: field.to_owned(), description: description.to_owned() };
    ApiError::invalid(format!("The field `{field}` is invalid."), vec![violation])
}

/// Returns a new id in the form of an `ObjectId`: the time in seconds, then a unique number.
pub(crate) fn object_id(now: DateTime<Utc>) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let second = now.timestamp() & 0xffff_ffff;
    format!("{second:08x}{:016x}", NEXT.fetch_add(1, Ordering::Relaxed))
}
