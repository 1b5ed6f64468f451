//! The forms that a successful response can take.

use generated_client::models::{ExportBucket, ExportJobState};
use generated_client::{Error, RateLimit, StatusCode};

use super::{GROUP, client, create, delete, list};
use crate::server::Server;

const JOB: &str = r#"{"exportBucketId":"32b6e34b3d91647abb20e7b8","state":"Successful"}"#;

#[tokio::test]
async fn a_page_decodes_with_its_headers() {
    let headers = "Content-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n\
                   RateLimit-Limit: 100\r\nRateLimit-Remaining: 99\r\n\
                   Deprecation: Thu, 30 May 2024 00:00:00 GMT\r\n\
                   Sunset: Thu, 01 Jul 2027 00:00:00 GMT\r\n";
    let body = r#"{
        "links": [{"rel": "next", "href": "https://cloud.mongodb.com/api/atlas"}],
        "results": [{
            "id": "6817355c1f2a3b4c5d6e7f03", "snapshotId": "6817354e1f2a3b4c5d6e7e03",
            "exportBucketId": "32b6e34b3d91647abb20e7b8", "state": "Failed",
            "stateReason": {"errorCode": "X", "message": "y"},
            "createdAt": "2025-05-02T09:42:00Z", "finishedAt": "2025-05-02T12:11:30.5+02:00",
            "exportStatus": {"exportedCollections": 17, "totalCollections": 42},
            "customData": [{"key": "a", "value": "b"}],
            "components": [{"exportId": "6817355c1f2a3b4c5d6e7f13", "replicaSetName": "shard-0"}]
        }],
        "totalCount": 42
    }"#;
    let page = list(&Server::answer("200 OK", headers, body)).await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let RateLimit { limit, remaining, .. } = page.rate_limit().unwrap();
    assert_eq!((limit, remaining), (100, 99));
    assert_eq!(page.deprecation().unwrap().to_rfc3339(), "2024-05-30T00:00:00+00:00");
    assert_eq!(page.sunset().unwrap().to_rfc3339(), "2027-07-01T00:00:00+00:00");
    assert_eq!(
        page.headers()["content-type"],
        "application/vnd.atlas.2023-01-01+json;charset=utf-8"
    );

    let page = page.into_inner();
    assert_eq!((page.total_count, page.links[0].rel.as_deref()), (Some(42), Some("next")));
    let job = &page.results[0];
    assert_eq!(job.id.unwrap().to_string(), "6817355c1f2a3b4c5d6e7f03");
    assert_eq!(job.state, Some(ExportJobState::Failed));
    assert_eq!(job.finished_at.unwrap().to_rfc3339(), "2025-05-02T10:11:30.500+00:00");
    assert_eq!(job.export_status.as_ref().unwrap().total_collections, Some(42));
}

#[tokio::test]
async fn json_with_the_label_of_another_media_type_is_decoded() {
    // Go uses the first label by default, and file servers use the second one.
    for label in ["text/plain; charset=utf-8", "application/octet-stream"] {
        let headers = format!("Content-Type: {label}\r\n");
        let body = format!(r#"{{"results":[{JOB}]}}"#);
        let page = list(&Server::answer("200 OK", &headers, body)).await.unwrap();
        assert_eq!(page.results.len(), 1, "{label}");
        let body = r#"{"results":[{}]}"#;
        let error = list(&Server::answer("200 OK", &headers, body)).await.unwrap_err();
        assert!(matches!(&error, Error::Decode { path, .. } if &**path == "results[0]"), "{error}");
    }
}

#[tokio::test]
async fn unknown_fields_and_values_do_not_fail_decoding() {
    let body = r#"{"new":[1],"results":[{
        "exportBucketId":"32b6e34b3d91647abb20e7b8","state":"NotAnAtlasState","prefix":"any/form é","notAnAtlasField":{}
    }]}"#;
    let page = list(&Server::ok(body)).await.unwrap();
    assert_eq!(page.results[0].state, Some(ExportJobState::Unknown("NotAnAtlasState".into())));
    assert_eq!(page.results[0].prefix.as_deref(), Some("any/form é"));
    assert!(page.links.is_empty());
    assert_eq!(page.rate_limit(), None);

    let body = r#"{"cloudProvider":"MOON","_id":"x","crater":1}"#;
    let bucket = create(&Server::ok(body)).await.unwrap().into_inner();
    let ExportBucket::Unknown(object) = &bucket else { panic!("{bucket:?}") };
    assert_eq!(object["crater"], 1);
    assert_eq!(
        serde_json::to_value(&bucket).unwrap(),
        serde_json::from_str::<serde_json::Value>(body).unwrap()
    );
}

#[tokio::test]
async fn any_json_media_type_or_none_is_accepted() {
    for headers in [
        "",
        "Content-Type: application/json\r\n",
        "Content-Type: Application/Vnd.Atlas.2024-05-30+JSON ; charset=utf-8\r\n",
    ] {
        let server = Server::answer("201 Created", headers, r#"{"results":[]}"#);
        assert_eq!(list(&server).await.unwrap().status(), StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_deletion_succeeds_with_any_success_status_and_body_from_the_api() {
    for (status, headers, body) in [
        ("204 No Content", "", ""),
        ("200 OK", "", ""),
        ("200 OK", "Content-Type: text/html\r\n", ""),
        ("200 OK", "Content-Type: application/vnd.atlas.2023-01-01+json\r\n", "{}"),
        ("202 Accepted", "Content-Type: text/plain\r\n", "OK"),
    ] {
        let response = delete(&Server::answer(status, headers, body)).await.unwrap();
        assert_eq!(response.status().as_str(), &status[..3]);
    }
}

#[tokio::test]
async fn a_chunked_body_is_decoded() {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
                  5\r\n{\"res\r\n9\r\nults\":[]}\r\n0\r\n\r\n";
    assert!(list(&Server::raw(answer)).await.unwrap().results.is_empty());
}

async fn list_enveloped(body: &str) -> Result<(StatusCode, usize), Error> {
    let client = client(&Server::ok(body));
    let page = client.list_group_cluster_backup_exports(GROUP, "a").envelope(true).send().await?;
    Ok((page.status(), page.results.len()))
}

#[tokio::test]
async fn an_envelope_is_removed() {
    let page = format!(r#"{{"results":[{JOB}]}}"#);
    let wrapped = format!(r#"{{"content": {page}, "status": 202}}"#);
    assert_eq!(list_enveloped(&wrapped).await.unwrap(), (StatusCode::ACCEPTED, 1));
    let list = format!(r#"{{"status":200,"results":[{JOB},{JOB}]}}"#);
    assert_eq!(list_enveloped(&list).await.unwrap(), (StatusCode::OK, 2));
    assert_eq!(list_enveloped(&page).await.unwrap(), (StatusCode::OK, 1));
}

#[tokio::test]
async fn an_unrequested_envelope_is_treated_as_content() {
    let server = Server::ok(r#"{"status":404,"results":[],"content":{}}"#);
    assert_eq!(list(&server).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_status_inside_an_envelope_is_the_status_of_the_call() {
    let refusal = r#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND"}"#;
    for body in [
        format!(r#"{{"status":404,"content":{refusal}}}"#),
        r#"{"status":404,"error":404,"errorCode":"CLUSTER_NOT_FOUND"}"#.to_owned(),
    ] {
        let error = list_enveloped(&body).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
        assert_eq!(error.error_code(), Some("CLUSTER_NOT_FOUND"));
    }
    let error = list_enveloped(r#"{"status":503,"content":null}"#).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
}

#[tokio::test]
async fn an_invalid_status_inside_an_envelope_is_ignored() {
    for status in ["\"OK\"", "0", "1000", "-1", "null"] {
        let body = format!(r#"{{"status":{status},"results":[]}}"#);
        assert_eq!(list_enveloped(&body).await.unwrap().0, StatusCode::OK, "{status}");
    }
}

#[tokio::test]
async fn a_response_can_be_mapped_split_and_iterated() {
    let server = Server::ok(&format!(r#"{{"results":[{JOB},{JOB}],"totalCount":2}}"#));
    let page = list(&server).await.unwrap();
    let count = page.clone().map(|page| page.results.len());
    assert_eq!((*count, count.status()), (2, StatusCode::OK));
    let (head, jobs) = page.clone().into_parts();
    assert_eq!(head.operation_id(), "listGroupClusterBackupExports");
    assert_eq!(jobs.into_iter().count(), 2);
    let mut states = Vec::new();
    for job in page {
        states.push(job.state.unwrap());
    }
    assert_eq!(states, [ExportJobState::Successful, ExportJobState::Successful]);
}

#[test]
fn three_states_of_an_export_job_are_final() {
    for (state, is_final) in [
        ("Queued", false),
        ("InProgress", false),
        ("Successful", true),
        ("Failed", true),
        ("Cancelled", true),
        ("Paused", false),
    ] {
        assert_eq!(ExportJobState::from(state).is_final(), is_final, "{state}");
    }
}
