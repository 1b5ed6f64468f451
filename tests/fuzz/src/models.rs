//! Models: a value that decodes survives a round trip, and any other JSON fails with the path of the
//! invalid value.

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

/// A check for each model, for `ApiError` and for `ObjectId`. The first byte of an input selects the check.
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

/// Checks an input: a byte that selects one of [`MODELS`], then JSON.
pub fn check(data: &[u8]) {
    let Some((choice, json)) = data.split_first() else { return };
    MODELS[usize::from(*choice) % MODELS.len()](json);
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(json) else { return is_located::<T>(json) };
    let encoded = serde_json::to_vec(&value).expect("cannot encode the model as JSON");
    let again = decode::<T>(head(StatusCode::OK, HeaderMap::new()), encoded, false);
    assert_eq!(again.unwrap_or_else(|error| panic!("{error}")).into_inner(), value);
}

/// Errors of serde alone about values that the client accepts: an empty array in place of an object, an integer such as
/// `2.0`, and a time without an offset.
const ONLY_SERDE: [&str; 3] =
    ["invalid type: sequence", "invalid type: floating point", "premature end of input"];

/// Asserts that the path of an error is the path that `serde_path_to_error` finds. A union reports the path within its
/// variant only in the message. Therefore, if `serde_path_to_error` finds only `.`, the message of its error may
/// contain the path instead.
fn is_located<T: DeserializeOwned>(json: &[u8]) {
    let answer = decode::<T>(head(StatusCode::OK, HeaderMap::new()), json.to_vec(), false);
    let Err(Error::Decode { path, message, .. }) = answer else { return };
    // serde alone also decodes a struct from an array, and fails later or not at all.
    if &*message == "expected an object, found an array" {
        return;
    }
    if serde_json::from_slice::<serde_json::Value>(json).is_err() {
        return;
    }
    let decoder = &mut serde_json::Deserializer::from_slice(json);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(decoder) else { return };
    let message = error.to_string();
    if ONLY_SERDE.iter().any(|it| message.contains(it)) {
        return;
    }
    let outer = error.path().to_string();
    assert!(outer == "." || *path == *outer, "expected the path `{outer}`, found `{path}`");
    assert!(
        outer != "." || *path == *outer || message.contains(&*path),
        "the message does not contain the path `{path}`: {message}"
    );
}

/// Asserts that validation rejects a request body that violates the rules of its schema.
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
