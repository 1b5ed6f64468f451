//! The export jobs of a cluster, and pages of them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{parameters::Arguments, projects::DEFAULT_GROUP_ID};

/// Any number of export jobs, the newest first, an hour apart.
///
/// The first six differ in kind, and the kinds then repeat: `Queued`, `InProgress`, `Successful`,
/// `Successful` of a sharded cluster, `Failed` with its reason, and `Cancelled`. The same number
/// gives the same jobs.
#[must_use]
pub fn sample_jobs(count: usize) -> Vec<Value> {
    (0_u32..).take(count).map(sample_job).collect()
}

fn sample_job(index: u32) -> Value {
    let created = DateTime::UNIX_EPOCH + TimeDelta::days(20_212) - TimeDelta::hours(index.into());
    let mut job = json!({
        "id": format!("6817355c{index:016x}"),
        "snapshotId": format!("6817354e{index:016x}"),
        "exportBucketId": DEFAULT_GROUP_ID,
        "createdAt": timestamp(created),
        "customData": [{ "key": "exported by", "value": "nightly schedule" }],
    });
    let finished = timestamp(created + TimeDelta::minutes(20));
    let rest = match index % 6 {
        0 => json!({ "state": "Queued" }),
        1 => {
            json!({ "state": "InProgress", "exportStatus": progress(17), "prefix": prefix(created) })
        }
        2 => json!({ "state": "Successful", "finishedAt": finished, "exportStatus": progress(42),
            "prefix": prefix(created) }),
        3 => json!({ "state": "Successful", "finishedAt": finished, "exportStatus": progress(42),
            "prefix": prefix(created), "components": components(index) }),
        4 => json!({ "state": "Failed", "finishedAt": finished, "exportStatus": progress(0),
            "stateReason": { "errorCode": "EXPORT_BUCKET_ACCESS_DENIED",
                "message": "Atlas could not write to the export bucket." } }),
        _ => json!({ "state": "Cancelled", "finishedAt": finished }),
    };
    if let (Value::Object(job), Value::Object(rest)) = (&mut job, rest) {
        job.extend(rest);
    }
    job
}

fn timestamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn progress(exported: u32) -> Value {
    json!({ "exportedCollections": exported, "totalCollections": 42 })
}

fn prefix(created: DateTime<Utc>) -> String {
    let snapshot = created.format("%Y-%m-%dT%H%M");
    format!("exported_snapshots/Example/Orders/Cluster0/{snapshot}/{}", created.timestamp())
}

fn components(index: u32) -> Value {
    (0..2)
        .map(|shard| {
            json!({
                "exportId": format!("6817355d{index:08x}{shard:08x}"),
                "replicaSetName": format!("atlas-abc123-shard-{shard}"),
            })
        })
        .collect()
}

/// One page of a cluster's jobs. `url` is the URL of the request, with its query.
pub(crate) fn page(jobs: &[Value], arguments: &Arguments, url: &str) -> Value {
    let size = arguments.count("itemsPerPage").unwrap_or(jobs.len()).max(1);
    let number = arguments.count("pageNum").unwrap_or(1).max(1);
    let start = size.saturating_mul(number - 1);
    let results = jobs.iter().skip(start).take(size).collect::<Vec<_>>();

    let link = |rel, number| json!({ "rel": rel, "href": page_url(url, size, number) });
    let mut links = vec![link("self", number)];
    if number > 1 {
        links.push(link("previous", number - 1));
    }
    if start.saturating_add(size) < jobs.len() {
        links.push(link("next", number + 1));
    }

    let counted = arguments.flag("includeCount") != Some(false);
    let total = counted.then(|| ("totalCount", json!(jobs.len())));
    [("links", json!(links)), ("results", json!(results))].into_iter().chain(total).collect()
}

/// The URL of another page: the same request, at another place.
fn page_url(url: &str, size: usize, number: usize) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let paging = [format!("itemsPerPage={size}"), format!("pageNum={number}")];
    let kept = query.split('&').filter(|pair| {
        !pair.is_empty() && !pair.starts_with("itemsPerPage=") && !pair.starts_with("pageNum=")
    });
    let query = kept.map(str::to_owned).chain(paging).collect::<Vec<_>>().join("&");
    format!("{path}?{query}")
}
