//! The export buckets of a project.

use std::{
    iter,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::Uri;
use chrono::Utc;
use serde_json::{Map, Value, json};

use crate::{error::ApiError, schema::Violation};

/// The region of every AWS bucket, and the tenant of every Azure role.
const REGION: &str = "us-east-1";
const TENANT: &str = "4297fc77-1592-4de8-a6d5-a8c32401df87";

#[derive(Debug, Default)]
pub(crate) struct ExportBuckets(Mutex<Vec<Value>>);

impl ExportBuckets {
    /// Stores the bucket that a valid request describes, and returns it as Atlas shows it.
    /// `collection` is the URL of all the buckets of the project.
    pub(crate) fn create(
        &self,
        mut request: Map<String, Value>,
        collection: &str,
    ) -> Result<Value, ApiError> {
        complete(&mut request)?;
        let id = object_id();
        let links = json!([{ "rel": "self", "href": format!("{collection}/{id}") }]);
        let bucket = iter::once(("_id".to_owned(), id.into()))
            .chain(request)
            .chain([("links".to_owned(), links)])
            .collect::<Value>();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bucket.clone());
        Ok(bucket)
    }

    /// All that were created, the oldest first.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Adds what Atlas finds out by itself.
fn complete(bucket: &mut Map<String, Value>) -> Result<(), ApiError> {
    match bucket.get("cloudProvider").and_then(Value::as_str) {
        Some("AWS") => {
            bucket.insert("region".to_owned(), REGION.into());
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

/// The container that the URL of an Azure storage account names, if it names one.
fn container(service_url: &str) -> Result<Option<String>, ApiError> {
    let refuse = |rule: &str| refuse("serviceUrl", rule);
    let url: Uri = service_url.parse().map_err(|_| refuse("The field must be a URL."))?;
    if !url.host().is_some_and(|host| host.ends_with(".blob.core.windows.net")) {
        return Err(refuse("The host must be one of blob.core.windows.net."));
    }
    match url.path().trim_matches('/') {
        "" => Ok(None),
        name if (3..=63).contains(&name.len()) && !name.contains('/') => Ok(Some(name.to_owned())),
        _ => Err(refuse("The path must be a container's name of 3 to 63 characters.")),
    }
}

fn no_container() -> ApiError {
    refuse("bucketName", "The field is required, because serviceUrl names no container.")
}

fn refuse(field: &str, description: &str) -> ApiError {
    let violation = Violation { field: field.to_owned(), description: description.to_owned() };
    ApiError::invalid(format!("The field {field} is invalid."), vec![violation])
}

/// A new id, in the shape of an `ObjectId`: the second, then a number never used before.
fn object_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let second = Utc::now().timestamp() & 0xffff_ffff;
    format!("{second:08x}{:016x}", NEXT.fetch_add(1, Ordering::Relaxed))
}
