//! The operations that each client performs.

use atlas_emulator::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID, DEFAULT_SNAPSHOT_ID};
use atlas_tests::calls::{BUCKET, JOB};
use serde_json::{Value, json};

/// The name of the bucket that the clients create.
pub(crate) const NEW_BUCKET: &str = "nightly-exports";
/// The role of that bucket.
pub(crate) const ROLE: &str = "668c5f0ed436263134491592";

/// A request that the clients send.
pub(crate) struct Operation {
    /// The name in the comparison and in the output of the clients.
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// The path and the query.
    target: String,
    media_type: &'static str,
    body: Option<Value>,
}

impl Operation {
    /// Returns the request for a service account's token, which clients send in addition to the
    /// calls.
    pub(crate) fn token() -> Self {
        Self {
            name: "issue token",
            method: "POST",
            target: "/api/oauth/token".to_owned(),
            media_type: "application/json",
            body: None,
        }
    }

    /// Returns the calls, in the order in which every client performs them.
    pub(crate) fn calls() -> [Self; 8] {
        let buckets = format!("/api/atlas/v2/groups/{DEFAULT_GROUP_ID}/backup/exportBuckets");
        let bucket = format!("{buckets}/{BUCKET}");
        let cluster = format!("groups/{DEFAULT_GROUP_ID}/clusters/{DEFAULT_CLUSTER_NAME}");
        let jobs = format!("/api/atlas/v2/{cluster}/backup/exports");
        let job = format!("{jobs}/{JOB}");
        let call = |name, method, target: &str, media_type, body| Self {
            name,
            method,
            target: target.to_owned(),
            media_type,
            body,
        };
        let old = "application/vnd.atlas.2023-01-01+json";
        let new = "application/vnd.atlas.2024-05-30+json";
        let created =
            json!({ "cloudProvider": "AWS", "bucketName": NEW_BUCKET, "iamRoleId": ROLE });
        let updated = json!({ "requirePrivateNetworking": false });
        let export = json!({ "snapshotId": DEFAULT_SNAPSHOT_ID, "exportBucketId": BUCKET });
        [
            call("list buckets", "GET", &buckets, new, None),
            call("get bucket", "GET", &bucket, new, None),
            call("create bucket", "POST", &buckets, new, Some(created)),
            call("update bucket", "PATCH", &bucket, new, Some(updated)),
            call("list jobs", "GET", &format!("{jobs}?itemsPerPage=2"), old, None),
            call("get job", "GET", &job, old, None),
            call("create job", "POST", &jobs, old, Some(export)),
            call("delete bucket", "DELETE", &bucket, old, None),
        ]
    }

    /// Returns whether a request with the given method and target performs the call.
    pub(crate) fn is(&self, method: &str, target: &str) -> bool {
        self.method == method && self.target == target
    }

    /// Returns all calls for third-party clients: one call per line, with its fields separated by
    /// tabs.
    pub(crate) fn lines() -> String {
        let lines = Self::calls().map(|Self { name, method, target, media_type, body }| {
            let body = body.map(|body| body.to_string()).unwrap_or_default();
            [name, method, &target, media_type, &body].join("\t")
        });
        lines.join("\n")
    }
}
