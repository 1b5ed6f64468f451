//! The creation of export buckets.

use serde_json::{Value, json};

use crate::session::{Session, bound};

const ROLE: &str = "668c5f0ed436263134491592";
const CONTAINER: &str = "https://examplestorageaccount.blob.core.windows.net/examplecontainer";
const ACCOUNT: &str = "https://examplestorageaccount.blob.core.windows.net";

fn aws() -> Value {
    json!({ "cloudProvider": "AWS", "bucketName": "export-bucket", "iamRoleId": ROLE })
}

fn azure() -> Value {
    json!({ "cloudProvider": "AZURE", "roleId": ROLE, "serviceUrl": CONTAINER })
}

fn gcp() -> Value {
    json!({ "cloudProvider": "GCP", "bucketName": "export-bucket", "roleId": ROLE })
}

/// Sets a field of the body, or removes the field if the value is `null`. Returns the body.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.shift_remove(field);
        if !value.is_null() {
            fields.insert(field.to_owned(), value);
        }
    }
    body
}

#[tokio::test]
async fn both_versions_return_the_defaults_of_an_aws_bucket() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for version in ["2023-01-01", "2024-05-30"] {
        let answer = session.create(version, &aws()).await?;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["requirePrivateNetworking"], false);
        assert_eq!(answer.body["bucketName"], "export-bucket");
        assert_eq!(answer.body["iamRoleId"], ROLE);
        // Atlas sends neither `region` nor `links` here, although the vendor's document defines both.
        assert_eq!(answer.body.get("region").or(answer.body.get("links")), None);
    }
    Ok(())
}

#[tokio::test]
async fn a_field_of_the_request_overrides_its_default() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let request = with(aws(), "requirePrivateNetworking", json!(true));
    let answer = session.create("2024-05-30", &request).await?;
    assert_eq!(answer.body["requirePrivateNetworking"], true);
    Ok(())
}

#[tokio::test]
async fn an_azure_bucket_is_named_after_the_container_in_its_url() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let derived = session.create("2024-05-30", &azure()).await?;
    assert_eq!(derived.body["bucketName"], "examplecontainer", "{}", derived.text);
    assert_eq!(derived.body["serviceUrl"], CONTAINER);

    let named = with(with(azure(), "serviceUrl", json!(ACCOUNT)), "bucketName", json!("mine"));
    assert_eq!(session.create("2024-05-30", &named).await?.body["bucketName"], "mine");

    let nameless = with(azure(), "serviceUrl", json!(ACCOUNT));
    assert_eq!(session.create("2024-05-30", &nameless).await?.bad_fields(), ["bucketName"]);
    Ok(())
}

#[tokio::test]
async fn each_bucket_is_stored_with_a_unique_id() -> anyhow::Result<()> {
    let session = Session::start().await?;
    let mut answers = Vec::new();
    for request in [aws(), aws(), azure(), gcp()] {
        answers.push(session.create("2024-05-30", &request).await?.body);
    }
    let mut ids = answers.iter().filter_map(|bucket| bucket["_id"].as_str()).collect::<Vec<_>>();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert!(ids.iter().all(|id| id.len() == 24));
    assert_eq!(session.atlas.export_buckets(), answers);
    Ok(())
}

#[tokio::test]
async fn an_invalid_body_is_rejected_with_the_name_of_the_field() -> anyhow::Result<()> {
    let name = "schemas/AwsExportBucketRequest/allOf/1/properties/bucketName";
    let least = bound(&format!("{name}/minLength"))?;
    let most = bound(&format!("{name}/maxLength"))?;
    let cases = [
        (with(aws(), "bucketName", json!("a".repeat(least - 1))), "bucketName"),
        (with(aws(), "bucketName", json!("a".repeat(most + 1))), "bucketName"),
        (with(aws(), "bucketName", json!(null)), "bucketName"),
        (with(aws(), "iamRoleId", json!(ROLE.to_uppercase())), "iamRoleId"),
        (with(aws(), "iamRoleId", json!(format!("{ROLE}\n"))), "iamRoleId"),
        (with(aws(), "requirePrivateNetworking", json!("no")), "requirePrivateNetworking"),
        (with(aws(), "requirePrivateNetwork", json!(true)), "requirePrivateNetwork"),
        (with(aws(), "roleId", json!(ROLE)), "roleId"),
        (with(aws(), "cloudProvider", json!("NOT_A_PROVIDER")), "cloudProvider"),
        (with(aws(), "cloudProvider", json!(null)), "cloudProvider"),
        (with(azure(), "serviceUrl", json!("https://short.example")), "serviceUrl"),
        (with(azure(), "serviceUrl", json!(CONTAINER.replace("windows", "glass"))), "serviceUrl"),
        (
            with(azure(), "serviceUrl", json!(format!("{ACCOUNT}.example.com/container"))),
            "serviceUrl",
        ),
        (with(azure(), "serviceUrl", json!(format!("{ACCOUNT}/a/b"))), "serviceUrl"),
        (with(azure(), "tenantId", json!("no uuid")), "tenantId"),
        (with(gcp(), "roleId", json!(null)), "roleId"),
        (json!([]), ""),
    ];
    let session = Session::start().await?;
    for (request, field) in cases {
        let answer = session.create("2024-05-30", &request).await?;
        assert_eq!(answer.status, 400, "{request}");
        assert_eq!(answer.body["errorCode"], "BAD_REQUEST");
        assert_eq!(answer.body["parameters"], json!([]));
        assert_eq!(answer.bad_fields(), [field], "{request}: {}", answer.text);
    }
    assert!(session.atlas.export_buckets().is_empty());
    Ok(())
}

#[tokio::test]
async fn the_older_version_accepts_only_aws() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for request in [azure(), gcp()] {
        let answer = session.create("2023-01-01", &request).await?;
        assert_eq!(answer.status, 400);
        assert!(answer.bad_fields().contains(&"cloudProvider"), "{}", answer.text);
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_json_is_rejected() -> anyhow::Result<()> {
    let session = Session::start().await?;
    for body in ["", "{", "<xml/>"] {
        let request = session.request(reqwest::Method::POST, crate::session::BUCKETS);
        let request = request.header("Accept", crate::session::vnd("2024-05-30"));
        let request = request.header("Content-Type", "application/json").body(body);
        let answer = crate::session::answer(request).await?;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains("not JSON")));
        assert_eq!(answer.body["errorCode"], "MALFORMED_JSON");
        assert_eq!(answer.body["parameters"], json!([]));
        assert_eq!(answer.body.get("badRequestDetail"), None);
    }
    Ok(())
}
