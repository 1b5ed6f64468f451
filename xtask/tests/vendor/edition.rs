//! What differs from another edition of the document.

use std::path::Path;
use std::time::Instant;

use insta::assert_snapshot;
use serde_json::{Value, json};
use xtask::changes;

use crate::{common, document};

#[test]
fn of_another_edition_exactly_what_differs_is_told() {
    let Some(text) = document::text() else { return };
    let old = document::generate(&text, false);
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
    let stale = common::stale(&old, &new);
    let start = Instant::now();
    let changes = changes::compare(&stale, Path::new(""));
    eprintln!("{} files compared in {:?}", stale.len(), start.elapsed());
    assert_snapshot!(changes.report(false), @r"
    Breaks callers:
      method `delete_group_backup_export_bucket`: removed
      method `list_group_cluster_backup_exports`, parameter `include_count`: removed
      model `DiskBackupExportJobState`, variant `Cancelled`: removed
    Breaks no caller:
      method `list_group_cluster_backup_exports`, parameter `state`: new, `String`
      model `DiskBackupExportJob`, field `exported_bytes`: new, `Option<i64>`
    In 1 file nothing differs but documentation and layout.
    3 breaking changes, 2 others: a major version
    ");
}
