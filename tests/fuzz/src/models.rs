//! Models: whatever decodes is encoded so that it decodes to the same again, and what does not is told
//! with its place.

use std::fmt::Debug;

use generated_client::fuzzing::{decode, head, validate};
use generated_client::models::{
    AwsExportBucket, AwsExportBucketRequest, AzureExportBucket, AzureExportBucketRequest,
    ExportBucket, ExportBucketRequest, ExportBucketUpdate, ExportJob, ExportJobRequest,
    ExportJobState, ExportMember, ExportStatus, GcpExportBucket, GcpExportBucketRequest, Label,
    Link, PaginatedAwsExportBuckets, PaginatedExportBuckets, PaginatedExportJobs, StateReason,
};
use generated_client::{ApiError, Error, ObjectId};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::assert_fit_to_show;

/// Every model, received or sent.
const MODELS: &[fn(&[u8])] = &[
    survives::<AwsExportBucket>,
    survives::<AzureExportBucket>,
    survives::<ExportBucket>,
    survives::<ExportJob>,
    survives::<ExportJobState>,
    survives::<ExportMember>,
    survives::<ExportStatus>,
    survives::<GcpExportBucket>,
    survives::<Label>,
    survives::<Link>,
    survives::<PaginatedExportJobs>,
    survives::<StateReason>,
    survives::<ApiError>,
    survives::<ObjectId>,
    survives::<AwsExportBucketRequest>,
    survives::<AzureExportBucketRequest>,
    survives::<GcpExportBucketRequest>,
    is_checked,
    survives::<ExportBucketUpdate>,
    survives::<ExportJobRequest>,
    survives::<PaginatedAwsExportBuckets>,
    survives::<PaginatedExportBuckets>,
];

/// A byte for the model, then its JSON.
pub fn check(data: &[u8]) {
    let Some((choice, json)) = data.split_first() else { return };
    MODELS[usize::from(*choice) % MODELS.len()](json);
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(json) else { return is_located::<T>(json) };
    let encoded = serde_json::to_vec(&value).expect("a model is JSON");
    let again: T = serde_json::from_slice(&encoded).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&encoded));
    });
    assert_eq!(again, value);
}

/// The place of a fault is the one that `serde_path_to_error` finds, or within it: a union knows where
/// in its variant the fault is. Beside a key that is no text, no place is found.
fn is_located<T: DeserializeOwned>(json: &[u8]) {
    let answer = decode::<T>(head(StatusCode::OK, HeaderMap::new()), json.to_vec(), false);
    let Err(Error::Decode { path, .. }) = answer else { return };
    if serde_json::from_slice::<serde_json::Value>(json).is_err() {
        return;
    }
    let decoder = &mut serde_json::Deserializer::from_slice(json);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(decoder) else { return };
    let outer = error.path().to_string();
    assert!(outer == "." || *path == *outer, "{path}, not {outer}");
    assert!(
        outer != "." || *path == *outer || error.to_string().contains(&*path),
        "{path}: {error}"
    );
}

/// What is about to be sent breaks a rule, or keeps it once it was sent.
fn is_checked(json: &[u8]) {
    survives::<ExportBucketRequest>(json);
    let Ok(body) = serde_json::from_slice::<ExportBucketRequest>(json) else { return };
    match (validate(&body), &body) {
        (Err(error), _) => {
            assert_fit_to_show(&error.to_string(), "\n");
            assert!(error.parameter().starts_with("body."), "{error}");
        }
        (Ok(()), ExportBucketRequest::Aws(aws)) => assert_named(&aws.bucket_name),
        (Ok(()), ExportBucketRequest::Gcp(gcp)) => assert_named(&gcp.bucket_name),
        (Ok(()), ExportBucketRequest::Azure(azure)) => {
            azure.bucket_name.iter().for_each(|name| assert_named(name));
            assert!((33..=2048).contains(&azure.service_url.chars().count()));
        }
        (Ok(()), _) => {}
    }
}

fn assert_named(name: &str) {
    assert!((3..=63).contains(&name.chars().count()), "{name:?}");
}
