//! Any string is either rejected before the client sends anything, or arrives unchanged without
//! affecting the rest of the request.

use atlas_tests::recorder::Recorder;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use generated_client::models::{
    AwsExportBucketRequest, AzureExportBucketRequest, ExportBucketRequest, GcpExportBucketRequest,
};
use generated_client::{Client, Credentials, Error, RetryPolicy};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::json::unknown;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const ROLE: &str = "668c5f0ed436263134491592";

/// A request that the server received.
struct Seen {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Seen {
    fn read(request: &str) -> Self {
        let (head, body) = request.split_once("\n\n").unwrap();
        let (line, headers) = head.split_once('\n').unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        };
        let headers = headers.split('\n').map(header).collect();
        Self { line: line.to_owned(), headers, body: body.to_owned() }
    }

    /// Returns the names of the headers. An additional name means that a value injected a header.
    fn header_names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn authorization(&self) -> &str {
        let found = self.headers.iter().find(|(name, _)| name == "authorization");
        found.map(|(_, value)| value.as_str()).unwrap()
    }
}

/// Returns the request that a client with the given credentials sends, or `None` if the client rejected the value
/// first.
fn seen<T>(
    credentials: Credentials,
    send: impl AsyncFnOnce(&Client) -> Result<T, Error>,
) -> Option<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Recorder::start(403, r#"{"error":403,"errorCode":"SEEN"}"#).await.unwrap();
        let builder =
            Client::builder(credentials).base_url(server.url()).retry(RetryPolicy::none());
        let outcome = match builder.build() {
            Ok(client) => send(&client).await.map(|_| ()),
            Err(error) => Err(error),
        };
        match outcome {
            Err(Error::InvalidInput(_) | Error::Config { .. }) => {
                assert!(!server.was_reached());
                None
            }
            Err(error) => {
                assert_eq!(error.status().map(|it| it.as_u16()), Some(403), "{error}");
                Some(Seen::read(&server.request().await.unwrap()))
            }
            Ok(()) => panic!("expected an error, because the server responds with 403"),
        }
    })
}

fn token() -> Credentials {
    Credentials::access_token("token")
}

/// Returns the body that arrives, if the client sends the request.
fn created(request: impl Into<ExportBucketRequest>) -> Option<Value> {
    let request = request.into();
    let seen = seen(token(), async |client| {
        client.create_group_backup_export_bucket(GROUP, request).send().await
    })?;
    assert_eq!(
        seen.line,
        format!("POST /api/atlas/v2/groups/{GROUP}/backup/exportBuckets HTTP/1.1")
    );
    Some(serde_json::from_str(&seen.body).unwrap())
}

/// Generates strings, including attacks on a path, a query, a header and JSON.
fn strings() -> BoxedStrategy<String> {
    const HOSTILE: &[&str] = &[
        "..", ".", "/", "%2f", "%2e%2e", "\\", "?", "#", ";", "&", "=", "\r\n", "\n", "\0", "\t",
        "\u{7f}", "é", "\u{2028}", "\"", "'", " ", "%", ":", "a", "0",
    ];
    let hostile = proptest::collection::vec(proptest::sample::select(HOSTILE), 0..12);
    let hostile = hostile.prop_map(|parts| parts.concat());
    prop_oneof![any::<String>(), hostile, "[a-zA-Z0-9-]{0,40}", "[ -~]{0,80}"].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_in_a_path_do_not_change_its_segments((group, cluster) in (strings(), strings())) {
        for (group, cluster) in [(group.as_str(), "Cluster0"), (GROUP, cluster.as_str())] {
            let seen = seen(token(), async |client| {
                client.list_group_cluster_backup_exports(group, cluster).send().await
            });
            let Some(seen) = seen else { continue };
            let target = seen.line.strip_prefix("GET ").unwrap().strip_suffix(" HTTP/1.1").unwrap();
            let segments: Vec<_> =
                target.split('/').map(|it| percent_decode_str(it).decode_utf8().unwrap()).collect();
            let expected =
                ["", "api", "atlas", "v2", "groups", group, "clusters", cluster, "backup", "exports"];
            prop_assert_eq!(segments, expected);
        }
    }

    #[test]
    fn a_body_arrives_unchanged((name, url) in (strings(), strings()), provider in 0..3) {
        let (request, expected): (ExportBucketRequest, _) = match provider {
            0 => (
                AwsExportBucketRequest::new(&*name, ROLE).into(),
                json!({"cloudProvider": "AWS", "bucketName": name, "iamRoleId": ROLE}),
            ),
            1 => (
                GcpExportBucketRequest::new(&*name, ROLE).into(),
                json!({"cloudProvider": "GCP", "bucketName": name, "roleId": ROLE}),
            ),
            _ => (
                AzureExportBucketRequest::new(ROLE, &*url).bucket_name(&*name).into(),
                json!({
                    "cloudProvider": "AZURE", "bucketName": name, "roleId": ROLE, "serviceUrl": url,
                }),
            ),
        };
        if let Some(body) = created(request) {
            prop_assert_eq!(body, expected);
        }
    }

    #[test]
    fn an_unknown_variant_arrives_unchanged(
        object in unknown("cloudProvider", &["AWS", "AZURE", "GCP"]),
    ) {
        let body = created(ExportBucketRequest::Unknown(object.clone()));
        prop_assert_eq!(body, Some(Value::Object(object)));
    }

    #[test]
    fn a_token_arrives_unchanged_and_adds_no_header(secret in strings()) {
        let seen = seen(Credentials::access_token(&*secret), async |client| {
            client.list_group_cluster_backup_exports(GROUP, "Cluster0").send().await
        });
        if let Some(seen) = seen {
            prop_assert_eq!(seen.authorization(), format!("Bearer {secret}"));
            let names = ["accept", "authorization", "user-agent", "accept-encoding", "host"];
            prop_assert_eq!(seen.header_names(), names);
        }
    }

    #[test]
    fn a_client_id_and_its_secret_stay_separate((id, secret) in (strings(), strings())) {
        let seen = seen(Credentials::service_account(&*id, &*secret), async |client| {
            client.list_group_cluster_backup_exports(GROUP, "Cluster0").send().await
        });
        if let Some(seen) = seen {
            let basic = seen.authorization().strip_prefix("Basic ").unwrap();
            let pair = String::from_utf8(BASE64_STANDARD.decode(basic).unwrap()).unwrap();
            // Atlas does not percent-decode the id or the secret, so the client does not percent-encode them. The first
            // colon separates them.
            prop_assert_eq!(pair.split_once(':').unwrap(), (id.as_str(), secret.as_str()));
            prop_assert_eq!(seen.body, "grant_type=client_credentials");
        }
    }
}
