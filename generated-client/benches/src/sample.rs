//! The data that all sides of a measurement share: a project, clusters, a token, and realistic pages of export jobs.

use serde_json::{Value, json};

pub(crate) const GROUP: &str = "32b6e34b3d91647abb20e7b8";
/// The clusters between which calls alternate, so that caching the last call does not help.
pub const CLUSTERS: [&str; 2] = ["Cluster0", "analytics-eu-west"];
pub(crate) const TOKEN: &str = "emulator-token";

/// Returns a page of `count` jobs. Pages with a different `kind` have different jobs. If `next` is true, the page has a
/// link to the next page.
#[must_use]
pub fn page(kind: usize, count: usize, next: bool) -> Value {
    let jobs: Vec<Value> = (0..count).map(|number| job(kind * count + number)).collect();
    let mut links = vec![link("self")];
    if next {
        links.push(link("next"));
    }
    json!({"links": links, "results": jobs, "totalCount": 100_000})
}

/// Returns a job. One in ten jobs has failed, and one in four belongs to a sharded cluster.
fn job(number: usize) -> Value {
    let failed = number % 10 == 9;
    let mut job = json!({
        "id": id(1, number),
        "snapshotId": id(2, number),
        "exportBucketId": "668c5f0ed436263134491592",
        "state": if failed { "Failed" } else { "Successful" },
        "createdAt": format!("2025-05-04T09:{:02}:{:02}Z", number / 60 % 60, number % 60),
        "finishedAt": format!("2025-05-04T11:{:02}:{:02}Z", number / 60 % 60, number % 60),
        "exportStatus": {"exportedCollections": number % 100, "totalCollections": 100},
        "prefix": format!("exported_snapshots/Example/Orders/Cluster0/2025-05-04T0900/{number}"),
        "customData": [{"key": "exported by", "value": "nightly schedule"}],
        "links": [link("self")],
    });
    let more = if failed {
        json!({"stateReason": {
            "errorCode": "EXPORT_BUCKET_ACCESS_DENIED",
            "message": "Atlas could not write to the bucket export-bucket with the given role.",
        }})
    } else if number.is_multiple_of(4) {
        json!({"components": [component(0, number), component(1, number)]})
    } else {
        json!({})
    };
    if let (Some(job), Value::Object(more)) = (job.as_object_mut(), more) {
        job.extend(more);
    }
    job
}

fn component(shard: usize, number: usize) -> Value {
    json!({"exportId": id(3 + shard, number), "replicaSetName": format!("atlas-abc123-shard-{shard}")})
}

/// Returns an id that looks random, so that gzip compresses it no better than a real id.
fn id(kind: usize, number: usize) -> String {
    let random = scatter(u64::try_from(kind << 32 | number).unwrap_or_default());
    format!("668c{:04x}{random:016x}", number % 0x1_0000)
}

/// Maps a number to a random-looking number with the algorithm `SplitMix64`.
pub(crate) const fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn link(relation: &str) -> Value {
    let href = "https://cloud.mongodb.com/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/\
                Cluster0/backup/exports?pageNum=1&itemsPerPage=500";
    json!({"rel": relation, "href": href})
}
