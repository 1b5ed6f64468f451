//! Operations from the vendor's document can be called after `cargo xtask adopt`: the local Atlas
//! responds with examples.

use std::path::Path;

use atlas_emulator::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_TOKEN, Emulator};
use generated_client::reqwest::{Client, Method};
use xtask::adopt::adopt;
use xtask::document::Raw;

/// Five operations of the vendor's document. Each has an id, a method, a path relative to the project and a body.
const OPERATIONS: [(&str, Method, &str, &str); 5] = [
    ("listGroupClusterBackupSnapshots", Method::GET, "clusters/{cluster}/backup/snapshots", ""),
    (
        "getGroupClusterBackupSnapshot",
        Method::GET,
        "clusters/{cluster}/backup/snapshots/32b6e34b3d91647abb20e7b8",
        "",
    ),
    (
        "takeGroupClusterBackupSnapshots",
        Method::POST,
        "clusters/{cluster}/backup/snapshots",
        r#"{"description": "before the release", "retentionInDays": 3}"#,
    ),
    (
        "createGroupClusterBackupRestoreJob",
        Method::POST,
        "clusters/{cluster}/backup/restoreJobs",
        r#"{"deliveryType": "download", "snapshotId": "32b6e34b3d91647abb20e7b8"}"#,
    ),
    ("getGroupBackupCompliancePolicy", Method::GET, "backupCompliancePolicy", ""),
];

#[tokio::test]
async fn adopted_operations_can_be_called() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let vendor = root.join("../shared/atlas-openapi.yaml");
    if !vendor.exists() {
        crate::skip::skip(
            "calls of adopted operations",
            "../shared/atlas-openapi.yaml does not exist",
        );
        return;
    }
    let ours = Raw::load(&root.join("spec/atlas.yaml")).unwrap();
    let missing: Vec<String> = OPERATIONS
        .iter()
        .map(|(id, ..)| (*id).to_owned())
        .filter(|id| !ours.text().contains(id))
        .collect();
    let adopted = adopt(&ours, &Raw::load(&vendor).unwrap(), &missing).unwrap();
    let spec = Path::new(env!("CARGO_TARGET_TMPDIR")).join("adopted.yaml");
    std::fs::write(&spec, adopted.text).unwrap();

    let atlas = Emulator::builder().spec(spec).start().await.unwrap();
    let versioned = "application/vnd.atlas.2023-01-01+json";
    let http = Client::builder().no_proxy().build().unwrap();
    for (id, method, path, body) in OPERATIONS {
        let path = path.replace("{cluster}", DEFAULT_CLUSTER_NAME);
        let url = format!("{}/api/atlas/v2/groups/{DEFAULT_GROUP_ID}/{path}", atlas.url());
        let request = http
            .request(method, url)
            .bearer_auth(DEFAULT_TOKEN)
            .header("Accept", versioned)
            .header("Content-Type", versioned)
            .body(body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{id}: {status} {text}");
        assert!(text.starts_with('{'), "{id}: {text}");
    }
}
