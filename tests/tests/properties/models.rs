//! Any value of a model survives a round trip through JSON.

use std::fmt::Debug;

use generated_client::models::{
    AwsExportBucket, AwsExportBucketRequest, AzureExportBucket, AzureExportBucketRequest,
    ExportBucket, ExportBucketRequest, ExportBucketUpdate, ExportJob, ExportJobRequest,
    ExportJobState, ExportMember, ExportStatus, GcpExportBucket, GcpExportBucketRequest, Label,
    Link, PaginatedAwsExportBuckets, PaginatedExportBuckets, PaginatedExportJobs, StateReason,
};
use generated_client::{ApiError, ObjectId};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::json::{
    anything, boolean, integer, list, may, must, object, object_id, text, time, unknown, uuid,
};

const PROVIDERS: &[&str] = &["AWS", "AZURE", "GCP"];

/// Asserts that `json` decodes into a `T` that encodes to the same JSON, and that this `T` survives a round trip
/// through text.
fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &Value) {
    let value: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&value).unwrap(), json);
    let text = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), value);
}

fn link() -> BoxedStrategy<Value> {
    object(vec![may("rel", text()), may("href", text())])
}

fn label() -> BoxedStrategy<Value> {
    object(vec![may("key", text()), may("value", text())])
}

fn member() -> BoxedStrategy<Value> {
    object(vec![may("exportId", object_id()), may("replicaSetName", text())])
}

fn status() -> BoxedStrategy<Value> {
    object(vec![may("exportedCollections", integer()), may("totalCollections", integer())])
}

fn reason() -> BoxedStrategy<Value> {
    object(vec![may("errorCode", text()), may("message", text())])
}

fn state() -> BoxedStrategy<Value> {
    const KNOWN: [&str; 5] = ["Queued", "InProgress", "Successful", "Failed", "Cancelled"];
    prop_oneof![text(), proptest::sample::select(&KNOWN[..]).prop_map(Value::from)].boxed()
}

fn job() -> BoxedStrategy<Value> {
    object(vec![
        may("id", object_id()),
        may("snapshotId", object_id()),
        must("exportBucketId", object_id()),
        may("state", state()),
        may("stateReason", reason()),
        may("createdAt", time()),
        may("finishedAt", time()),
        may("exportStatus", status()),
        may("prefix", text()),
        may("customData", list(label())),
        may("components", list(member())),
        may("links", list(link())),
    ])
}

fn page(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    object(vec![
        may("links", list(link())),
        must("results", list(item)),
        may("totalCount", integer()),
    ])
}

fn aws() -> BoxedStrategy<Value> {
    object(vec![
        must("cloudProvider", Just(json!("AWS"))),
        must("_id", object_id()),
        must("bucketName", text()),
        must("iamRoleId", object_id()),
        may("region", text()),
        may("requirePrivateNetworking", boolean()),
        may("links", list(link())),
    ])
}

fn azure() -> BoxedStrategy<Value> {
    object(vec![
        must("cloudProvider", Just(json!("AZURE"))),
        must("_id", object_id()),
        must("bucketName", text()),
        must("roleId", object_id()),
        must("serviceUrl", text()),
        may("tenantId", uuid()),
        may("links", list(link())),
    ])
}

fn gcp() -> BoxedStrategy<Value> {
    object(vec![
        must("cloudProvider", Just(json!("GCP"))),
        must("_id", object_id()),
        must("bucketName", text()),
        must("roleId", object_id()),
        may("links", list(link())),
    ])
}

fn bucket() -> BoxedStrategy<Value> {
    prop_oneof![aws(), azure(), gcp()].boxed()
}

fn aws_request() -> BoxedStrategy<Value> {
    object(vec![
        must("cloudProvider", Just(json!("AWS"))),
        must("bucketName", text()),
        must("iamRoleId", object_id()),
        may("requirePrivateNetworking", boolean()),
    ])
}

fn azure_request() -> BoxedStrategy<Value> {
    object(vec![
        must("cloudProvider", Just(json!("AZURE"))),
        must("roleId", object_id()),
        must("serviceUrl", text()),
        may("bucketName", text()),
        may("tenantId", uuid()),
    ])
}

fn gcp_request() -> BoxedStrategy<Value> {
    object(vec![
        must("cloudProvider", Just(json!("GCP"))),
        must("bucketName", text()),
        must("roleId", object_id()),
    ])
}

fn update() -> BoxedStrategy<Value> {
    object(vec![must("requirePrivateNetworking", boolean())])
}

fn job_request() -> BoxedStrategy<Value> {
    object(vec![
        must("snapshotId", object_id()),
        must("exportBucketId", object_id()),
        may("customData", list(label())),
    ])
}

fn violation() -> BoxedStrategy<Value> {
    object(vec![must("field", text()), must("description", text())])
}

fn api_error() -> BoxedStrategy<Value> {
    object(vec![
        must("error", integer()),
        may("errorCode", text()),
        may("detail", text()),
        may("reason", text()),
        may("parameters", list(anything())),
        may("badRequestDetail", object(vec![must("fields", list(violation()))])),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nested_models_survive_a_round_trip(
        (link, label, member, status, reason, state) in
            (link(), label(), member(), status(), reason(), state()),
    ) {
        survives::<Link>(&link);
        survives::<Label>(&label);
        survives::<ExportMember>(&member);
        survives::<ExportStatus>(&status);
        survives::<StateReason>(&reason);
        survives::<ExportJobState>(&state);
    }

    #[test]
    fn jobs_survive_a_round_trip(job in job()) {
        survives::<ExportJob>(&job);
    }

    #[test]
    fn pages_survive_a_round_trip((jobs, buckets, all) in (page(job()), page(aws()), page(bucket()))) {
        survives::<PaginatedExportJobs>(&jobs);
        survives::<PaginatedAwsExportBuckets>(&buckets);
        survives::<PaginatedExportBuckets>(&all);
    }

    #[test]
    fn buckets_survive_a_round_trip(
        (aws, azure, gcp) in (aws(), azure(), gcp()),
        unknown in unknown("cloudProvider", PROVIDERS),
    ) {
        survives::<AwsExportBucket>(&aws);
        survives::<AzureExportBucket>(&azure);
        survives::<GcpExportBucket>(&gcp);
        for bucket in [aws, azure, gcp, Value::Object(unknown)] {
            survives::<ExportBucket>(&bucket);
        }
    }

    #[test]
    fn errors_survive_a_round_trip(error in api_error()) {
        survives::<ApiError>(&error);
    }

    #[test]
    fn requests_survive_a_round_trip(
        (aws, azure, gcp) in (aws_request(), azure_request(), gcp_request()),
        unknown in unknown("cloudProvider", PROVIDERS),
        (update, job) in (update(), job_request()),
    ) {
        survives::<ExportBucketUpdate>(&update);
        survives::<ExportJobRequest>(&job);
        survives::<AwsExportBucketRequest>(&aws);
        survives::<AzureExportBucketRequest>(&azure);
        survives::<GcpExportBucketRequest>(&gcp);
        for request in [aws, azure, gcp, Value::Object(unknown)] {
            survives::<ExportBucketRequest>(&request);
        }
    }

    #[test]
    fn a_built_request_encodes_the_values_of_its_setters(
        (hex, name, url) in ("[a-f0-9]{24}", any::<String>(), any::<String>()),
        (is_private, is_named) in (any::<bool>(), any::<bool>()),
    ) {
        let id: ObjectId = hex.parse().unwrap();
        let aws = AwsExportBucketRequest::new(&*name, id).require_private_networking(is_private);
        let expected = json!({
            "cloudProvider": "AWS", "bucketName": name, "iamRoleId": hex,
            "requirePrivateNetworking": is_private,
        });
        assert_eq!(json!(ExportBucketRequest::from(aws)), expected);

        let gcp = GcpExportBucketRequest::new(&*name, id);
        let expected = json!({ "cloudProvider": "GCP", "bucketName": name, "roleId": hex });
        assert_eq!(json!(ExportBucketRequest::from(gcp)), expected);

        let mut azure = AzureExportBucketRequest::new(id, &*url);
        let mut expected = json!({ "cloudProvider": "AZURE", "roleId": hex, "serviceUrl": url });
        if is_named {
            azure = azure.bucket_name(&*name);
            expected["bucketName"] = json!(name);
        }
        assert_eq!(json!(ExportBucketRequest::from(azure)), expected);
    }
}
