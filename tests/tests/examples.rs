//! Every example in `spec/atlas.yaml` decodes into its model and encodes back to the same JSON.

use generated_client::{ApiError, models};
use serde_json::Value;

/// Decodes a value into the model with the given name and encodes it again.
fn there_and_back(schema: &str, value: &Value) -> serde_json::Result<Value> {
    macro_rules! by_name {
        ($($model:ident)*) => {
            match schema {
                "ApiError" => serde_json::to_value(serde_json::from_value::<ApiError>(value.clone())?),
                $(stringify!($model) => {
                    let model: models::$model = serde_json::from_value(value.clone())?;
                    serde_json::to_value(model)
                })*
                other => panic!("`{other}` has an example, but this test has no such model: add it here"),
            }
        };
    }
    by_name! {
        AwsExportBucket AwsExportBucketRequest ExportBucket ExportBucketRequest ExportBucketUpdate
        ExportJob ExportJobRequest PaginatedAwsExportBuckets PaginatedExportBuckets
        PaginatedExportJobs
    }
}

#[test]
fn every_example_decodes_and_encodes_back() {
    let examples = atlas_tests::spec::examples().unwrap();
    assert!(examples.len() >= 15, "found only {} examples", examples.len());
    for example in examples {
        let back = there_and_back(&example.schema, &example.value);
        assert_eq!(back.unwrap(), example.value, "{}", example.place);
    }
}
