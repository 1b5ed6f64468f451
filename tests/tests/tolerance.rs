//! Responses with unknown fields and values still decode.

use generated_client::ApiError;
use generated_client::models::{ExportBucket, ExportJobState, PaginatedExportJobs};
use serde_json::json;

#[test]
fn a_list_with_unknown_fields_and_values_decodes() {
    let page: PaginatedExportJobs = serde_json::from_value(json!({
        "results": [{
            "id": "32b6e34b3d91647abb20e7b8",
            "exportBucketId": "32b6e34b3d91647abb20e7b9",
            "state": "NotAnAtlasState",
            "prefix": "exported/anything at all/{}",
            "notAnAtlasField": {"nested": [1, 2, 3]},
        }],
        "notAnAtlasField": true,
    }))
    .unwrap();
    let job = &page.results[0];
    assert_eq!(job.state, Some(ExportJobState::Unknown("NotAnAtlasState".to_owned())));
    assert_eq!(job.prefix.as_deref(), Some("exported/anything at all/{}"));
    assert!(page.links.is_empty() && job.links.is_empty());
    assert_eq!(page.total_count, None);
}

#[test]
fn an_unknown_value_encodes_unchanged() {
    let state = ExportJobState::from("NotAnAtlasState");
    assert_eq!(serde_json::to_value(&state).unwrap(), json!("NotAnAtlasState"));
    assert_eq!(state.to_string(), "NotAnAtlasState");
}

#[test]
fn an_error_accepts_parameters_of_any_type() {
    let error: ApiError = serde_json::from_value(json!({
        "error": 429,
        "errorCode": "RATE_LIMITED_TOKEN_BUCKET",
        "parameters": ["x", 55, null, {"y": [true]}],
        "detail": null,
    }))
    .unwrap();
    assert_eq!(error.parameters[..2], [json!("x"), json!(55)]);
}

#[test]
fn a_bucket_of_an_unknown_provider_keeps_all_fields() {
    let bucket = json!({"_id": "32b6e34b3d91647abb20e7b8", "cloudProvider": "NOT_A_PROVIDER", "notAnAtlasField": [1]});
    let decoded: ExportBucket = serde_json::from_value(bucket.clone()).unwrap();
    assert!(matches!(decoded, ExportBucket::Unknown(_)));
    assert_eq!(serde_json::to_value(decoded).unwrap(), bucket);
}

#[test]
fn a_bucket_without_a_provider_keeps_all_fields() {
    let bucket = json!({"_id": "32b6e34b3d91647abb20e7b8"});
    let decoded: ExportBucket = serde_json::from_value(bucket.clone()).unwrap();
    assert!(matches!(decoded, ExportBucket::Unknown(_)));
    assert_eq!(serde_json::to_value(decoded).unwrap(), bucket);
}
