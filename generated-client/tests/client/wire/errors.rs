//! The errors that calls return, and their messages.

use std::error::Error as _;
use std::time::Duration;

use generated_client::models::AwsExportBucketRequest;
use generated_client::{
    BodyProblem, Error, InvalidInput, ObjectId, ParseObjectIdError, StatusCode,
};

use super::{GROUP, builder, create, delete, list};
use crate::server::{Server, unused_port};

const LIST: &str = "listGroupClusterBackupExports returned";

async fn list_error(server: &Server) -> Error {
    let error = list(server).await.unwrap_err();
    assert!(!error.to_string().contains(['\n', '\r', '\u{1b}']), "{error}");
    error
}

#[tokio::test]
async fn an_error_has_the_reason_from_atlas_and_advice_for_its_status() {
    for (status, expected) in [
        ("400 Bad Request", "correct the request"),
        (
            "401 Unauthorized",
            "check the credentials: they may be wrong, expired or deleted, belong to another organization, \
             or lack the required role",
        ),
        (
            "403 Forbidden",
            "check the role that the operation requires, and the IP access list of the credentials",
        ),
        ("404 Not Found", "check `groupId` and `clusterName`"),
        (
            "406 Not Acceptable",
            "the server does not support the requested version, `application/vnd.atlas.2023-01-01+json`: \
             use another version of the operation",
        ),
        (
            "410 Gone",
            "the requested version, `application/vnd.atlas.2023-01-01+json`, has been removed: \
             use a newer version of the operation",
        ),
        ("408 Request Timeout", "try again later: the request did not arrive in time"),
        ("429 Too Many Requests", "try again later, with fewer requests at a time"),
        ("500 Internal Server Error", "try again later: the server failed"),
    ] {
        let code = &status[..3];
        let body = format!(
            r#"{{"error":{code},"errorCode":"SOME_CODE","detail":"It went\nwrong.","reason":"x"}}"#
        );
        let error = list_error(&Server::error(status, &body)).await;
        assert_eq!(
            error.to_string(),
            format!("{LIST} {status} SOME_CODE: It went\\nwrong; {expected}")
        );
        assert_eq!(error.status().unwrap().as_str(), code);
        assert_eq!(error.error_code(), Some("SOME_CODE"));
    }
}

#[tokio::test]
async fn a_failed_server_may_have_carried_out_a_post() {
    let check = "the operation may have been carried out: check before you try again";
    let body = r#"{"error":503,"errorCode":"UNEXPECTED_ERROR"}"#;
    let json = "Content-Type: application/json\r\n";
    let waits = format!("Retry-After: 7\r\n{json}");
    for (headers, body, ending) in [
        (json, body, ""),
        (waits.as_str(), body, " in 7 seconds"),
        ("Content-Type: text/html\r\n", "<p>", ""),
    ] {
        let server = Server::answer("503 Service Unavailable", headers, body);
        let error = create(&server).await.unwrap_err();
        assert!(error.may_have_been_carried_out());
        let message = error.to_string();
        assert!(message.ends_with(&format!("; {check}{ending}")), "{message}");
    }
}

/// Even if the client cannot use the body of a success, the server may have carried out the operation.
#[tokio::test]
async fn the_message_about_an_unusable_success_says_that_the_operation_may_have_been_carried_out() {
    const CHECK: &str = "; the operation may have been carried out: check before you try again; ";
    let html = Server::answer("200 OK", "Content-Type: text/html\r\n", "<p>Sign in</p>");
    let large = Server::ok(&" ".repeat(101));
    for (server, ending) in [
        (Server::ok("[]"), "look for a newer version of generated-client"),
        (large, "request fewer items per page, or raise `response_limit`"),
        (Server::ok(""), "check the base URL and proxies"),
        (html, "check the base URL and proxies"),
    ] {
        let client = builder(server.url()).response_limit(100).build().unwrap();
        let bucket = AwsExportBucketRequest::new("export-bucket", GROUP);
        let error = client.create_group_backup_export_bucket(GROUP, bucket).await.unwrap_err();
        assert!(error.may_have_been_carried_out(), "{error:?}");
        let message = error.to_string();
        assert!(message.ends_with(&format!("{CHECK}{ending}")), "{message}");

        let list = client.list_group_cluster_backup_exports(GROUP, "Cluster0");
        let message = list.await.unwrap_err().to_string();
        assert!(message.ends_with(&format!("; {ending}")), "{message}");
        assert!(!message.contains("carried out"), "{message}");
    }
    let large = Server::error("400 Bad Request", &" ".repeat(101));
    let client = builder(large.url()).response_limit(100).build().unwrap();
    let delete = client.delete_group_backup_export_bucket(GROUP, GROUP);
    let message = delete.await.unwrap_err().to_string();
    assert!(!message.contains("carried out"), "{message}");
}

#[tokio::test]
async fn an_unknown_path_is_not_reported_as_a_missing_resource() {
    for body in [
        r#"{"error":404}"#,
        r#"{"error":404,"errorCode":"RESOURCE_NOT_FOUND","detail":"Found no /api/atlas/v2/x."}"#,
        r#"{"error":404,"errorCode":"RESOURCE_NOT_FOUND","parameters":[2,"/api/atlas/v2/x"]}"#,
    ] {
        let error = list_error(&Server::error("404 Not Found", body)).await;
        assert!(error.to_string().ends_with("; check the base URL"), "{error}");
    }
}

#[tokio::test]
async fn advice_about_an_unusual_status_refers_to_an_error_code_only_if_there_is_one() {
    for (body, ending) in [
        (
            r#"{"error":418,"errorCode":"TEAPOT"}"#,
            "; look up the error code in the Atlas reference",
        ),
        ("", "; look up the status in the Atlas reference"),
        (r#"{"message":"hi"}"#, " right, look up the status in the Atlas reference"),
    ] {
        let error = list_error(&Server::error("418 I'm a teapot", body)).await;
        assert!(error.to_string().ends_with(ending), "{error}");
    }
}

#[tokio::test]
async fn parameters_of_any_type_are_decoded_with_and_without_an_envelope() {
    let bare = r#"{"error":429,"errorCode":"RATE_LIMITED","parameters":["x",55,null]}"#;
    let wrapped = format!(r#"{{"status":429,"content":{bare}}}"#);
    for body in [bare, &wrapped] {
        let error = list_error(&Server::error("429 Too Many Requests", body)).await;
        let Error::Api { error, .. } = error else { panic!("{error:?}") };
        assert_eq!(error.parameters, ["x".into(), 55.into(), serde_json::Value::Null]);
    }
}

#[tokio::test]
async fn a_property_named_content_is_not_an_envelope() {
    let body = r#"{"error":400,"errorCode":"INVALID","detail":"Wrong type.","content":{"type":1}}"#;
    let error = list_error(&Server::error("400 Bad Request", body)).await;
    assert_eq!(error.error_code(), Some("INVALID"), "{error}");
}

#[tokio::test]
async fn an_error_returns_and_shows_retry_after() {
    let headers = "Retry-After: 55\r\nContent-Type: application/json\r\n";
    let body = r#"{"error":429,"errorCode":"RATE_LIMITED"}"#;
    let error = list_error(&Server::answer("429 Too Many Requests", headers, body)).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(55)));
    assert!(
        error.to_string().ends_with("; try again in 55 seconds, with fewer requests at a time"),
        "{error}"
    );
    assert_eq!(error.headers().unwrap()["retry-after"], "55");
    let error =
        list_error(&Server::answer("429 Too Many Requests", "Retry-After: 1\r\n", "")).await;
    assert!(error.to_string().contains("; try again in 1 second, with"), "{error}");
}

#[tokio::test]
async fn an_error_message_names_the_first_five_invalid_fields() {
    let error_with = async |number: u32| {
        let fields: Vec<_> = (0..number)
            .map(|n| format!(r#"{{"field":"f{n}","description":"Must be\u0007 set."}}"#))
            .collect();
        let body = format!(
            r#"{{"error":400,"errorCode":"VALIDATION_ERROR","badRequestDetail":{{"fields":[{}]}}}}"#,
            fields.join(",")
        );
        create(&Server::error("400 Bad Request", &body)).await.unwrap_err()
    };
    let message = error_with(6).await.to_string();
    assert!(message.contains("set; and 1 more field; correct"), "{message}");
    let error = error_with(7).await;
    let message = error.to_string();
    assert!(message.contains("VALIDATION_ERROR; `f0`: Must be\\u{7} set; `f1`: "), "{message}");
    assert!(
        message.ends_with("; `f4`: Must be\\u{7} set; and 2 more fields; correct the request"),
        "{message}"
    );
    let Error::Api { error, .. } = error else { panic!("{error:?}") };
    assert_eq!(error.fields().count(), 7);
}

#[tokio::test]
async fn an_html_page_is_not_treated_as_the_deletion_of_a_bucket() {
    for (headers, page) in [
        ("Content-Type: text/html; charset=utf-8\r\n", "<p>Sign in</p>"),
        ("", "<!DOCTYPE html><p>Sign in</p>"),
    ] {
        let error = delete(&Server::answer("200 OK", headers, page)).await.unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with(
                "deleteGroupBackupExportBucket returned 200 OK with an unexpected body"
            ) && message.contains("it is an HTML page; it begins with `")
                && message.ends_with("; check the base URL and proxies"),
            "{message}"
        );
        assert!(matches!(error, Error::UnexpectedBody { problem: BodyProblem::Html, .. }));
    }
}

#[tokio::test]
async fn an_html_page_from_a_proxy_is_not_reported_as_an_atlas_error() {
    let html = format!("<html>\r\n<h1>Sign in</h1>{}</html>", "\u{1b}[31m".repeat(100));
    let server = Server::answer("200 OK", "Content-Type: text/html\r\n", &html);
    let error = list_error(&server).await;
    let message = error.to_string();
    assert!(
        message.starts_with(&format!(
            "{LIST} 200 OK with an unexpected body (`text/html`): \
             it is an HTML page; it begins with `<html>\\r\\n<h1>Sign in"
        )),
        "{message}"
    );
    assert!(message.ends_with("…`; check the base URL and proxies"), "{message}");
    assert_eq!(error.status(), Some(StatusCode::OK));

    let error =
        list_error(&Server::answer("502 Bad Gateway", "Content-Type: text/html\r\n", "<p>")).await;
    assert_eq!(
        error.to_string(),
        format!(
            "{LIST} 502 Bad Gateway with an unexpected body (`text/html`): it is an HTML page; \
             it begins with `<p>`; try again later: the server failed"
        )
    );
}

/// A proxy can send any status. The advice for the status still follows, because the page may come from Atlas.
#[tokio::test]
async fn the_advice_about_a_page_from_a_proxy_mentions_proxies_first() {
    for (status, usual) in [
        ("400 Bad Request", "correct the request"),
        ("401 Unauthorized", "check the credentials: they may be wrong, expired or deleted, "),
        ("403 Forbidden", "check the role that the operation requires, and the IP access list "),
        ("407 Proxy Authentication Required", "look up the status in the Atlas reference"),
        ("409 Conflict", "check the existing resource"),
    ] {
        for (media_type, body) in [
            ("text/html", "<html>Blocked</html>"),
            ("text/plain", "Blocked"),
            ("application/json", r#"{"message":"Blocked"}"#),
        ] {
            let headers = format!("Content-Type: {media_type}\r\n");
            let message = list_error(&Server::answer(status, &headers, body)).await.to_string();
            let advice = format!("`; check the base URL and proxies; if they are right, {usual}");
            assert!(message.contains(&advice), "{message}");
        }
    }
    let html = "Content-Type: text/html\r\n";
    let error = list_error(&Server::answer("429 Too Many Requests", html, "<html>")).await;
    assert!(error.to_string().contains("`<html>`; try again later, with fewer"), "{error}");
}

#[tokio::test]
async fn an_error_body_that_is_not_an_atlas_error_is_shown() {
    let error = list_error(&Server::error("403 Forbidden", r#"{"message":"no route"}"#)).await;
    assert!(
        error.to_string().contains(
            r#"it is not an error object from Atlas; it begins with `{"message":"no route"}`"#
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_body_of_more_than_1_mib_is_not_read_as_an_error_object() {
    let body = |size: usize| {
        let start = r#"{"error":409,"errorCode":"DUPLICATE","detail":""#;
        format!(r#"{start}{}"}}"#, "x".repeat(size - start.len() - 2))
    };
    let error = list_error(&Server::error("409 Conflict", &body(1 << 20))).await;
    assert_eq!(error.error_code(), Some("DUPLICATE"));

    let larger = body((1 << 20) + 1);
    let error = list_error(&Server::error("409 Conflict", &larger)).await;
    let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*problem, error.status()), (BodyProblem::NotAnError, Some(StatusCode::CONFLICT)));
    assert_eq!(error.body(), Some(&larger[..64 * 1024]));
    let expected = "it is not an error object from Atlas: it is larger than 1 MiB; it begins with \
                    `{\"error\":409,";
    assert!(error.to_string().contains(expected), "{error}");

    let page = format!("<html>{larger}");
    let error = list_error(&Server::error("503 Service Unavailable", &page)).await;
    let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*problem, error.is_transient()), (BodyProblem::Html, true));
}

#[tokio::test]
async fn a_large_page_that_cannot_be_decoded_is_an_error_with_a_path() {
    let body = format!(r#"{{"results":[{{"exportBucketId":7}}],"x":"{}"}}"#, "x".repeat(1 << 20));
    let error = list_error(&Server::ok(&body)).await;
    let message = error.to_string();
    assert!(
        message.contains("at `results[0].exportBucketId`: invalid type: integer `7`"),
        "{error}"
    );
    assert!(!message.contains("found") && message.contains("; look for a newer"), "{message}");
}

#[tokio::test]
async fn a_list_is_not_read_as_an_envelope() {
    let body = r#"[404,{"error":404,"errorCode":"NOT_FOUND"}]"#;
    let error = list_error(&Server::error("404 Not Found", body)).await;
    let Error::UnexpectedBody { problem, excerpt, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*problem, &**excerpt), (BodyProblem::NotAnError, body));
}

#[tokio::test]
async fn an_error_without_a_code_or_a_body_is_an_api_error() {
    for (status, headers, body, expected) in [
        ("401 Unauthorized", "", r#"{"error":401,"reason":"Unauthorized"}"#, ": Unauthorized"),
        ("401 Unauthorized", "", r#"{"error":401,"errorCode":null,"detail":"No."}"#, ": No"),
        ("401 Unauthorized", "", "", ""),
        ("404 Not Found", "Content-Type: text/html\r\n", " \r\n", ""),
        ("503 Service Unavailable", "", "", ""),
        ("403 Forbidden", "X-Error-Code: IP_NOT_ALLOWED\r\n", "", " IP_NOT_ALLOWED"),
    ] {
        let error = list_error(&Server::answer(status, headers, body)).await;
        let Error::Api { error: api, .. } = &error else { panic!("{error:?}") };
        assert_eq!(api.error.to_string(), status[..3]);
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.error_code(), expected.strip_prefix(' '));
        let message = error.to_string();
        assert!(message.starts_with(&format!("{LIST} {status}{expected}; ")), "{message}");
    }
}

/// A shortened response to `createGroupDatabaseUserCert`.
const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIFCTCCAvGgAwIBAgIIWAO\n-----END CERTIFICATE-----\n\
                   -----BEGIN PRIVATE KEY-----\nMIIJQwIBADANBgkqhkiG9w\n-----END PRIVATE KEY-----\n";

#[tokio::test]
async fn only_error_body_returns_the_text_of_a_success_that_is_not_json() {
    let media_type = "Content-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n";
    for status in ["200 OK", "201 Created"] {
        let error = create(&Server::answer(status, media_type, PEM)).await.unwrap_err();
        assert_eq!(error.body(), Some(PEM));
        let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*problem, BodyProblem::NotJson);
        assert!(error.to_string().contains("`-----BEGIN CERTIFICATE-----[redacted]`"), "{error}");
        for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!shown.contains("MII"), "{shown}");
        }
    }
    let error = create(&Server::ok(r#"{"cloudProvider":"AWS","key":"k3y"}"#)).await.unwrap_err();
    assert_eq!(error.body(), Some(r#"{"cloudProvider":"AWS","key":"k3y"}"#));
}

#[tokio::test]
async fn an_error_of_any_status_keeps_at_most_64_kib_of_text() {
    let long = "é".repeat(100_000);
    let error = create(&Server::ok(&long)).await.unwrap_err();
    assert_eq!(error.body(), Some(&long[..64 * 1024]));
    for (status, body) in
        [("400 Bad Request", "x"), ("409 Conflict", r#"{"error":409,"more":"m"}"#)]
    {
        let error = create(&Server::error(status, body)).await.unwrap_err();
        assert_eq!(error.body(), Some(body));
    }
    let conflict = create(&Server::error("409 Conflict", r#"{"error":409,"more":"m"}"#)).await;
    let conflict = conflict.unwrap_err();
    let object: std::collections::BTreeMap<String, serde_json::Value> = conflict.decode().unwrap();
    assert_eq!(object["more"], "m");
    assert_eq!(conflict.decode::<Vec<u8>>(), None);
    assert_eq!(create(&Server::error("200 OK", " ")).await.unwrap_err().body(), None);
    assert_eq!(create(&Server::error("404 Not Found", "")).await.unwrap_err().body(), None);
    assert_eq!(create(&Server::answer("200 OK", "", b"\xff")).await.unwrap_err().body(), None);
}

#[tokio::test]
async fn debug_is_short_for_a_body_of_any_size() {
    for body in [
        "x".repeat(100_000),
        format!(
            r#"{{"error":500,"errorCode":"A","detail":"{0}","parameters":["{0}"]}}"#,
            "y".repeat(100_000)
        ),
        format!(r#"{{"message":"{}"}}"#, "z".repeat(100_000)),
    ] {
        let error = list(&Server::error("500 Internal Server Error", &body)).await.unwrap_err();
        assert!(format!("{error:?}").len() < 1500);
        assert!(error.to_string().len() < 1500);
    }
}

#[tokio::test]
async fn a_success_without_a_body_is_reported_as_empty() {
    for status in ["200 OK", "204 No Content"] {
        let Error::UnexpectedBody { problem, excerpt, .. } =
            list_error(&Server::answer(status, "", "")).await
        else {
            panic!("{status}");
        };
        assert_eq!((problem, &*excerpt), (BodyProblem::Empty, ""));
    }
}

#[tokio::test]
async fn each_kind_of_unexpected_body_has_its_own_problem() {
    let json = "application/json";
    for (media_type, body, expected, message) in [
        (json, &br#"{"results":[{"state":"Qu"#[..], BodyProblem::CutOff, "it is cut off: EOF"),
        ("text/plain", br#"{"results":[{"#, BodyProblem::CutOff, "it is cut off: EOF"),
        (
            json,
            b"{\"results\":[{\"prefix\":\"\xff\"}]}",
            BodyProblem::NotUtf8,
            "it is not UTF-8: the first invalid byte is at offset 23",
        ),
        (json, b"{\"results\":[]} x", BodyProblem::NotJson, "it is not JSON: trailing characters"),
        (json, b" <HTML>", BodyProblem::Html, "it is an HTML page"),
        ("text/html", b"Sign in", BodyProblem::Html, "it is an HTML page"),
        ("text/plain", b"Hello", BodyProblem::MediaType, "its media type is not JSON"),
        ("image/png", b"\x89PNG", BodyProblem::MediaType, "its media type is not JSON"),
        (json, b" \r\n", BodyProblem::Empty, "it is empty"),
    ] {
        let headers = format!("Content-Type: {media_type}\r\n");
        let error = list_error(&Server::answer("200 OK", &headers, body)).await;
        let Error::UnexpectedBody { problem, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*problem, expected);
        let text = error.to_string();
        assert!(text.contains(&format!("unexpected body (`{media_type}`): {message}")), "{text}");
        assert_eq!(error.status(), Some(StatusCode::OK));
    }
}

#[tokio::test]
async fn an_atlas_error_is_decoded_with_any_media_type() {
    let headers = "Content-Type: text/plain\r\n";
    let body = r#"{"error":409,"errorCode":"SOME_CODE"}"#;
    let error = list_error(&Server::answer("409 Conflict", headers, body)).await;
    assert_eq!(error.error_code(), Some("SOME_CODE"));
    let error = list_error(&Server::answer("409 Conflict", headers, "no")).await;
    assert!(error.to_string().contains("(`text/plain`): its media type is not JSON"), "{error}");
}

#[tokio::test]
async fn a_wrong_type_is_reported_with_its_path() {
    let body =
        r#"{"results":[{"exportBucketId":"32b6e34b3d91647abb20e7b8"},{"exportBucketId":"abc"}]}"#;
    let error = list_error(&Server::ok(body)).await;
    assert_eq!(
        error.to_string(),
        format!(
            "{LIST} 200 OK with a body that cannot be decoded, \
             at `results[1].exportBucketId`: not an object id: \
             expected 24 lowercase hex digits, found 3 characters; \
             found `\"abc\"`; look for a newer version of generated-client"
        )
    );
    assert_eq!(error.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn an_array_in_place_of_an_object_is_reported() {
    let job = |field| {
        format!(r#"{{"results":[{{"exportBucketId":"32b6e34b3d91647abb20e7b8",{field}}}]}}"#)
    };
    for (body, place) in [
        (r#"{"results":[[1]]}"#.to_owned(), "results[0]"),
        (r#"{"results":[],"links":[["self"]]}"#.to_owned(), "links[0]"),
        (job(r#""stateReason":["code"]"#), "results[0].stateReason"),
        (job(r#""customData":[["key","value"]]"#), "results[0].customData[0]"),
    ] {
        let error = list_error(&Server::ok(&body)).await;
        let Error::Decode { path, message, .. } = &error else { panic!("{error:?}") };
        assert_eq!((&**path, &**message), (place, "expected an object, found an array"));
    }
}

#[tokio::test]
async fn a_wrong_type_inside_a_union_is_reported_with_its_full_path() {
    for (body, place, reason) in [
        (
            r#"{"cloudProvider":"AWS","_id":true}"#,
            "_id",
            "invalid type: boolean `true`, expected an object id",
        ),
        (r#"{"cloudProvider":"AWS"}"#, ".", "missing field `_id`"),
        (r#"{"cloudProvider":"AWS","links":[{},{"rel":{}}]}"#, "links[1].rel", "invalid type: map"),
        (
            r#"{"cloudProvider":"AWS","links":[[1]]}"#,
            "links[0]",
            "expected an object, found an array",
        ),
        ("[]", ".", "expected an object, found an array"),
    ] {
        let error = create(&Server::ok(body)).await.unwrap_err();
        let Error::Decode { path, message, .. } = &error else { panic!("{error:?}") };
        assert_eq!(&**path, place);
        assert!(message.starts_with(reason), "{message}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::ok(r#"{"results":[]}"#);
    for status in
        ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let server = Server::answer(status, &format!("Location: {}/\r\n", elsewhere.url()), "");
        let error = list_error(&server).await;
        assert_eq!(
            error.to_string(),
            format!(
                "{LIST} {status}, a redirect to `{}/`, which the client does not follow; \
                 set the base URL to the API's own URL",
                elsewhere.url()
            )
        );
        assert_eq!(elsewhere.request(), None);
    }
}

/// A gateway that requires a login can redirect to a URL with secret codes in its query.
#[tokio::test]
async fn an_error_about_a_redirect_does_not_show_the_query() {
    for (location, shown) in [
        ("https://login.example.com/saml?SAMLRequest=hunter2", "https://login.example.com/saml?…"),
        ("/login#hunter2", "/login#…"),
        ("https://example.com/é?", "https://example.com/é?…"),
    ] {
        let headers = format!("Location: {location}\r\n");
        let error = list_error(&Server::answer("302 Found", &headers, "")).await;
        let text = error.to_string();
        assert!(text.contains(&format!("a redirect to `{shown}`, which")), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        assert_eq!(error.headers().unwrap()["location"].as_bytes(), location.as_bytes());
    }
}

#[tokio::test]
async fn status_304_is_not_a_redirect() {
    let error = list_error(&Server::answer("304 Not Modified", "", "")).await;
    assert!(matches!(error, Error::Api { .. }), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::NOT_MODIFIED));
    let expected = format!("{LIST} 304 Not Modified; the resource has not changed");
    assert_eq!(error.to_string(), expected);
}

/// After carrying out a `POST`, a server can answer with 303 (RFC 9110, section 15.4.4).
#[tokio::test]
async fn a_post_that_returns_303_may_have_been_carried_out() {
    for (status, expected) in [("303 See Other", true), ("302 Found", false)] {
        let server = Server::answer(status, "Location: /done\r\n", "");
        let error = create(&server).await.unwrap_err();
        assert!(matches!(error, Error::Redirect { .. }), "{error:?}");
        assert_eq!(error.may_have_been_carried_out(), expected, "{error}");
        let message = error.to_string();
        assert_eq!(
            message.contains("; the operation may have been carried out"),
            expected,
            "{message}"
        );
    }
    let error = list_error(&Server::answer("303 See Other", "", "")).await;
    assert!(!error.may_have_been_carried_out(), "{error}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_rejected() {
    let body = r#"{"results":[]}"#;
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ne\r\n{body}\r\n0\r\n\r\n");
    for server in [Server::ok(body), Server::raw(chunked)] {
        let list = async |limit| {
            let client = builder(server.url()).response_limit(limit).build().unwrap();
            client.list_group_cluster_backup_exports(GROUP, "a").send().await
        };
        assert!(list(body.len()).await.is_ok());
        let error = list(body.len() - 1).await.unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("{LIST} 200 OK with a body of more than 13 bytes")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_error_for_a_truncated_body_shows_the_received_text() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"results\":";
    let error = list_error(&Server::raw(answer)).await;
    assert_eq!(
        error.to_string(),
        format!(
            "{LIST} 200 OK with an unexpected body (no media type): it is cut off: the \
             connection closed before the end of the body; it begins with `{{\"results\":`; try again"
        )
    );
    assert_eq!(error.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn a_response_that_is_not_http_is_a_transport_error() {
    const CHECK: &str = "; the operation may have been carried out: check before you try again";
    const SCHEME: &str = "; check the scheme and the port of the base URL, and proxies";
    for (bytes, is_transient, ending, ending_of_post) in [
        ("", true, "; try again", CHECK.to_owned()),
        ("SSH-2.0-OpenSSH_9.6\r\n", false, SCHEME, [CHECK, SCHEME].concat()),
    ] {
        let error = list_error(&Server::raw(bytes)).await;
        assert!(matches!(error, Error::Transport { connected: true, .. }), "{error:?}");
        assert_eq!((error.status(), error.may_have_been_carried_out()), (None, false));
        assert_eq!(error.is_transient(), is_transient, "{error}");
        assert!(error.to_string().ends_with(ending), "{error}");
        let error = create(&Server::raw(bytes)).await.unwrap_err();
        assert!(error.may_have_been_carried_out(), "{error}");
        assert!(error.to_string().ends_with(&ending_of_post), "{error}");
    }
}

#[tokio::test]
async fn a_failed_connection_names_the_host_the_port_and_the_root_cause() {
    let port = unused_port();
    let address = port.local_addr().unwrap();
    let client = builder(&format!("http://{address}")).build().unwrap();
    let error = client.list_group_cluster_backup_exports(GROUP, "a").send().await.unwrap_err();
    let message = error.to_string();
    let expected = format!(
        "listGroupClusterBackupExports could not connect to `{address}`: Connection refused"
    );
    assert!(message.starts_with(&expected), "{message}");
    assert!(message.contains("; nothing was sent: check the base URL"), "{message}");
    assert!(error.is_transient() && !error.may_have_been_carried_out());
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let causes: Vec<_> = causes.map(ToString::to_string).collect();
    assert!(causes.len() > 1, "{causes:?}");
    assert!(causes.iter().all(|cause| !cause.contains("/api/atlas")), "{causes:?}");
}

#[test]
fn a_parse_error_of_an_id_converts_to_an_error_of_the_client() {
    let parse = |text: &str| -> Result<ObjectId, Error> { Ok(text.parse()?) };
    let error = parse("32B6").unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error:?}");
    assert!(
        error.to_string().starts_with("invalid `id`: \"32B6\" is not an object id: "),
        "{error}"
    );
    assert!(!error.is_transient() && !error.may_have_been_carried_out());
}

#[test]
fn an_error_can_be_shared_between_tasks() {
    fn check<T: std::error::Error + Clone + Send + Sync + 'static>() {}
    check::<Error>();
    check::<InvalidInput>();
    check::<ParseObjectIdError>();
}

#[test]
fn an_error_has_at_most_88_bytes() {
    assert!(size_of::<Error>() <= 88, "{}", size_of::<Error>());
}
