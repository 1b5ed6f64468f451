//! Values that are rejected before anything is sent.

use generated_client::models::{
    AwsExportBucketRequest, AzureExportBucketRequest, ExportJobRequest,
};
use generated_client::{Client, Credentials, Error, ObjectId};

use super::{GROUP, bounds, client, role};
use crate::server::Server;

/// Returns the error message of a request that the client rejects, without the operation id at the beginning of the
/// message. Panics if the server received anything.
async fn refusal<T>(send: impl AsyncFnOnce(Client) -> Result<T, Error>) -> String {
    let server = Server::ok(r#"{"results":[]}"#);
    let Err(error @ Error::InvalidInput(_)) = send(client(&server)).await else {
        panic!("the request succeeded, or failed for another reason");
    };
    assert_eq!(server.request(), None);
    assert_eq!((error.status(), error.error_code(), error.headers()), (None, None, None));
    let operation_id = error.operation_id().unwrap();
    error.to_string().strip_prefix(&format!("{operation_id}: ")).unwrap().to_owned()
}

#[tokio::test]
async fn an_error_names_the_operation() {
    let client = Client::new(Credentials::access_token("t")).unwrap();
    let list = client.list_group_cluster_backup_exports(GROUP, "!").send().await.unwrap_err();
    let watch = async |cluster: &str, job: &str| client.watch_export_job(GROUP, cluster, job).await;
    let bad_job = watch("Cluster0", "!").await.unwrap_err();
    let bad_cluster = watch("!", GROUP).await.unwrap_err();
    for (error, operation_id, expected) in [
        (list, "listGroupClusterBackupExports", "invalid `clusterName`: "),
        (bad_job, "watchExportJob", "invalid `exportId`: "),
        (bad_cluster, "watchExportJob", "invalid `clusterName`: "),
    ] {
        assert_eq!(error.operation_id(), Some(operation_id));
        let expected = format!("{operation_id}: {expected}");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn a_group_id_must_be_an_object_id() {
    let message = refusal(async |client| {
        client.list_group_cluster_backup_exports("../../orgs", "Cluster0").send().await
    })
    .await;
    assert_eq!(
        message,
        "invalid `groupId`: \"../../orgs\" is not an object id: \
         expected 24 lowercase hex digits, found 10 characters"
    );
}

#[tokio::test]
async fn only_the_first_invalid_value_is_reported() {
    let message = refusal(async |client| {
        client.list_group_cluster_backup_exports("?", "!").items_per_page(0).send().await
    })
    .await;
    assert!(message.starts_with("invalid `groupId`: "), "{message}");
    let message = refusal(async |client| {
        client.list_group_cluster_backup_exports(GROUP, "!").items_per_page(0).send().await
    })
    .await;
    assert!(message.starts_with("invalid `clusterName`: "), "{message}");
}

#[tokio::test]
async fn a_cluster_name_must_match_its_pattern() {
    for name in ["", "..", ".", "a/b", "a%2fb", "%2e%2e", "a b", "-a", "a\r\nX: y", "é"] {
        let message = refusal(async |client| {
            client.list_group_cluster_backup_exports(GROUP, name).send().await
        })
        .await;
        assert_eq!(
            message,
            format!("invalid `clusterName`: {name:?} must match `^[a-zA-Z0-9][a-zA-Z0-9-]*$`")
        );
    }
}

#[tokio::test]
async fn page_parameters_out_of_bounds_are_rejected() {
    let (least, most) = bounds::of_parameter("itemsPerPage");
    let rule = format!("is out of range, expected at least {least} and at most {most}");
    let (below, above) = (u32::try_from(least - 1).unwrap(), u32::try_from(most + 1).unwrap());
    for (items, page, expected) in [
        (below, 1, format!("invalid `itemsPerPage`: {below} {rule}")),
        (above, 1, format!("invalid `itemsPerPage`: {above} {rule}")),
        (above - 1, 0, "invalid `pageNum`: 0 is out of range, expected at least 1".to_owned()),
    ] {
        let message = refusal(async |client| {
            let request = client.list_group_cluster_backup_exports(GROUP, "Cluster0");
            request.items_per_page(items).page_num(page).send().await
        })
        .await;
        assert_eq!(message, expected);
    }
}

#[tokio::test]
async fn an_error_names_the_field_of_a_body_that_breaks_a_rule() {
    let (least, most) = bounds::of_field("AwsExportBucketRequest", "bucketName");
    let short = &"b".repeat(usize::try_from(least - 1).unwrap());
    let message = refusal(async |client| {
        let body = AwsExportBucketRequest::new(short, role());
        client.create_group_backup_export_bucket(GROUP, body).send().await
    })
    .await;
    assert_eq!(
        message,
        format!(
            "invalid `body.bucketName`: {short:?} has {} characters, \
             expected at least {least} and at most {most}",
            least - 1
        )
    );
    let (_, most) = bounds::of_field("AzureExportBucketRequest", "serviceUrl");
    let too_long = usize::try_from(most + 1).unwrap();
    let message = refusal(async |client| {
        let body = AzureExportBucketRequest::new(role(), "x".repeat(too_long));
        client.create_group_backup_export_bucket(GROUP, body).send().await
    })
    .await;
    assert!(message.starts_with("invalid `body.serviceUrl`: \"xxx"), "{message}");
    assert!(message.len() < 250, "{message}");
}

#[tokio::test]
async fn an_id_in_a_body_may_be_text_that_send_checks() {
    for (snapshot, bucket, expected) in [
        ("32B6", GROUP, "invalid `body.snapshotId`: \"32B6\" is not an object id: "),
        (GROUP, "", "invalid `body.exportBucketId`: \"\" is not an object id: "),
    ] {
        let message = refusal(async |client| {
            let body = ExportJobRequest::new(snapshot, bucket);
            client.create_group_cluster_backup_export(GROUP, "Cluster0", body).send().await
        })
        .await;
        assert!(message.starts_with(expected), "{message}");
    }
    let message = refusal(async |client| {
        let body = AwsExportBucketRequest::new("export-bucket", "../roles");
        client.create_group_backup_export_bucket(GROUP, body).send().await
    })
    .await;
    assert!(message.starts_with("invalid `body.iamRoleId`: \"../roles\""), "{message}");
}

#[test]
fn text_and_ids_make_equal_bodies() {
    let of_text = ExportJobRequest::new(GROUP, GROUP.to_owned());
    let id: ObjectId = GROUP.parse().unwrap();
    let borrowed = &id;
    let of_ids = ExportJobRequest::new(id, borrowed);
    assert_eq!(of_text, of_ids);
    assert_eq!(of_text.snapshot_id, id);
    let json = serde_json::json!({"snapshotId": GROUP, "exportBucketId": GROUP});
    assert_eq!(serde_json::to_value(&of_text).unwrap(), json);
    assert_eq!(serde_json::from_value::<ExportJobRequest>(json).unwrap(), of_ids);
    let invalid = ExportJobRequest::new(GROUP, "32B6");
    let error = serde_json::to_string(&invalid).unwrap_err().to_string();
    assert!(error.starts_with("\"32B6\" is not an object id: "), "{error}");
}

#[tokio::test]
async fn an_invalid_input_error_has_accessors_for_its_parts() {
    let server = Server::ok(r#"{"results":[]}"#);
    let client = client(&server);
    let (least, most) = bounds::of_parameter("itemsPerPage");
    let (above, rule) =
        (most + 1, format!("is out of range, expected at least {least} and at most {most}"));
    for (items, cluster, parts) in [
        (above, "a", ("itemsPerPage", Some(&*above.to_string()), &*rule)),
        (
            least,
            "a\n",
            ("clusterName", Some(r#""a\n""#), "must match `^[a-zA-Z0-9][a-zA-Z0-9-]*$`"),
        ),
    ] {
        let request = client.list_group_cluster_backup_exports(GROUP, cluster);
        let error = request.items_per_page(u32::try_from(items).unwrap()).send().await.unwrap_err();
        let Error::InvalidInput(error) = error else { panic!("{error:?}") };
        assert_eq!((error.parameter(), error.value(), error.rule()), parts);
    }
}
