//! The report of changes between two editions of the document.

use insta::assert_snapshot;
use serde_json::{Value, json};
use xtask::diff;

use super::document;

#[test]
fn the_report_on_another_edition_lists_exactly_the_differences() {
    let Some(text) = document::text() else { return };
    let old = document::without_previews(&text);
    let mut edition: Value = serde_yaml::from_str(&text).unwrap();
    let buckets = "/api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}";
    edition["paths"][buckets].as_object_mut().unwrap().remove("delete").unwrap();
    let jobs = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports";
    let parameters = edition["paths"][jobs]["get"]["parameters"].as_array_mut().unwrap();
    parameters.retain(|parameter| parameter["$ref"] != "#/components/parameters/includeCount");
    parameters.push(json!({"name": "state", "in": "query", "schema": {"type": "string"}}));
    let job = &mut edition["components"]["schemas"]["DiskBackupExportJob"];
    job["description"] = json!("A job.");
    job["properties"]["exportedBytes"] = json!({"type": "integer", "format": "int64"});
    job["properties"]["state"]["enum"].as_array_mut().unwrap().remove(0);
    edition["components"]["schemas"]["StateReason"]["description"] = json!("Why.");
    let new = document::generate(&serde_yaml::to_string(&edition).unwrap(), false);
    let changes = diff::compare(&old.api, &new.api);
    assert_snapshot!(changes.report(false), @r"
    Breaks callers:
      method `delete_group_backup_export_bucket`: removed
      method `list_group_cluster_backup_exports`, parameter `include_count`: removed
      model `DiskBackupExportJobState`, variant `Cancelled`: removed
    Breaks no callers:
      method `list_group_cluster_backup_exports`, parameter `state`: new, optional `String`
      model `DiskBackupExportJob`, field `exported_bytes`: new, `Option<i64>`
    Only the documentation changes in 1 method or model.
    3 breaking changes, 2 compatible changes: a major version
    ");
}
