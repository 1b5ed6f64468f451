//! The path in a decoding error.

use generated_client::Error;
use serde_json::{Value, json};

use super::list;
use crate::server::Server;

fn page() -> Value {
    json!({
        "links": [{"rel": "self", "href": "https://localhost/"}],
        "results": [
            {"exportBucketId": "32b6e34b3d91647abb20e7b8"},
            {
                "id": "32b6e34b3d91647abb20e7b8",
                "exportBucketId": "32b6e34b3d91647abb20e7b8",
                "createdAt": "2025-05-04T09:42:00Z",
                "customData": [{"key": "a", "value": "b"}],
                "components": [{"exportId": "32b6e34b3d91647abb20e7b8", "replicaSetName": "a"}],
                "exportStatus": {"exportedCollections": 1, "totalCollections": 2},
                "state": "Queued",
                "stateReason": {"errorCode": "a", "message": "b"},
            },
        ],
        "totalCount": 2,
    })
}

/// Returns the JSON pointers of `value` and of every value within it.
fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        Value::Object(fields) => fields.iter().map(|(key, field)| (key.clone(), field)).collect(),
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(segment, child)| {
        pointers(child).into_iter().map(move |rest| format!("/{segment}{rest}"))
    });
    std::iter::once(String::new()).chain(below).collect()
}

/// Converts a JSON pointer to a path as errors show it, such as `results[0].state`.
fn path(pointer: &str) -> String {
    let segments = pointer.split('/').skip(1);
    let path: String = segments
        .map(|it| if it.parse::<usize>().is_ok() { format!("[{it}]") } else { format!(".{it}") })
        .collect();
    path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
}

async fn found(body: &str) -> Option<String> {
    match list(&Server::ok(body)).await {
        Ok(_) => None,
        Err(Error::Decode { path, .. }) => Some(path.into()),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_path_in_an_error_leads_to_the_wrong_value() {
    assert_eq!(found(&page().to_string()).await, None);
    let mut faults = 0;
    for pointer in pointers(&page()).into_iter().skip(1) {
        for wrong in [json!(-1.5), json!("]},"), json!([7]), json!({"a": {}})] {
            let mut page = page();
            *page.pointer_mut(&pointer).unwrap() = wrong;
            for body in [page.to_string(), serde_json::to_string_pretty(&page).unwrap()] {
                // A string field accepts any string, so not every replacement is an error.
                let Some(found) = found(&body).await else { continue };
                faults += 1;
                assert!(found.starts_with(&path(&pointer)), "{found}: {body}");
            }
        }
    }
    assert!(faults > 150, "{faults}");
}
