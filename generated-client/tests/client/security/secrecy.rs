//! No secret appears in errors, in `Debug` output, or in the logs of any crate at any level.

use std::fmt::Write as _;

use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, Emulator,
    Fault, StatusCode,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use generated_client::models::AwsExportBucketRequest;
use generated_client::{AccessToken, Client, Credentials, Error, ObjectId};
use serde_json::json;

use super::{
    CLIENT_ID, CLIENT_SECRET, PRIVATE_KEY, PUBLIC_KEY, TOKEN, all_credentials, client, list, shown,
};
use crate::GROUP;
use crate::log::Log;
use crate::rerun;
use crate::server::Server;

/// The token that the servers issue to a service account.
const ISSUED: &str = "aXNzdWVkLXRvLXRoZS1zZXJ2aWNlLWFjY291bnQ";

/// Returns each kind of credentials with each secret that it contains. The flag is `true` if calls fetch a token first.
fn secrets_of_credentials() -> [(Credentials, String, bool); 6] {
    let basic = basic(CLIENT_ID, CLIENT_SECRET);
    let [(token, _), (account, _), (with_token, _), (key, _)] = all_credentials();
    [
        (token, TOKEN.to_owned(), false),
        (account.clone(), CLIENT_SECRET.to_owned(), true),
        (account, basic, true),
        (with_token.clone(), TOKEN.to_owned(), false),
        (with_token, CLIENT_SECRET.to_owned(), false),
        (key, PRIVATE_KEY.to_owned(), false),
    ]
}

/// Returns the HTTP Basic credentials with which a service account requests a token.
fn basic(id: &str, secret: &str) -> String {
    BASE64_STANDARD.encode(format!("{id}:{secret}"))
}

/// Escapes some characters that need no escape in a JSON string.
fn escaped(secret: &str) -> String {
    secret.replace('/', "\\/").replace('-', "\\u002D").replace('c', "\\u0063")
}

/// Returns an error body that contains `secret`.
fn refusal(secret: &str) -> String {
    format!(r#"{{"error":400,"errorCode":"X","detail":"{secret}","error_description":"{secret}"}}"#)
}

/// Returns servers whose responses appear in the errors of operations and in those of the token endpoint.
fn refusals(secret: &str) -> Vec<Server> {
    let (refusal, escaped) = (refusal(secret), escaped(secret));
    let full = format!(
        r#"{{"error":400,"errorCode":"{escaped}","detail":"bad {escaped}","reason":"{escaped}",
        "parameters":["{escaped}"],"badRequestDetail":{{"fields":[
            {{"field":"{escaped}","description":"{escaped}"}}
        ]}}}}"#
    );
    let headers = format!("Content-Type: text/{secret}\r\nX-Echo: {secret}\r\n");
    let page = format!("<pre>Authorization: Bearer {secret}</pre>");
    vec![
        Server::error("400 Bad Request", &full),
        Server::error("400 Bad Request", &format!(r#"{{"{escaped}":"{escaped}"}}"#)),
        Server::error("403 Forbidden", &refusal),
        Server::error("403 Forbidden", &format!("<html>{refusal}")),
        Server::answer("502 Bad Gateway", &headers, page),
        Server::error("503 Service Unavailable", &refusal),
    ]
}

/// Returns servers whose responses appear in the errors of operations, but not always in those of the token endpoint.
fn results(secret: &str) -> Vec<Server> {
    let escaped = escaped(secret);
    let wrong = format!(r#"{{"results":"{escaped}","access_token":"{ISSUED}"}}"#);
    let location = format!("Location: https://example.com/{secret}?token={secret}\r\n");
    let form = format!("access_token={}", secret.replace('/', "%2F"));
    vec![
        Server::ok(&wrong),
        Server::ok(&format!(r#"{{"results":[{{"exportBucketId":"{escaped}"}}]}}"#)),
        Server::ok(&format!("<html>{secret}")),
        Server::answer("200 OK", "", format!("<pre>Authorization: Bearer {secret}</pre>")),
        Server::answer("200 OK", "", format!("{}{secret}", "x".repeat(190))),
        Server::answer("200 OK", "", form),
        Server::answer("302 Found", &location, ""),
        Server::raw(format!("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{secret}")),
    ]
}

/// Returns servers whose responses cause no error, or do not appear in every error.
fn others(secret: &str) -> Vec<Server> {
    let echo = format!("X-Echo: {secret}\r\nDeprecation: {secret}\r\nSunset: {secret}\r\n");
    let page = format!(r#"{{"results":[],"access_token":"{ISSUED}","expires_in":3600}}"#);
    let challenge = "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", qop=\"auth\"\r\n";
    vec![
        Server::answer("200 OK", &echo, &page),
        Server::ok(&format!(r#"{{"cloudProvider":"AWS","_id":"{secret}"}}"#)),
        Server::answer("401 Unauthorized", &format!("{challenge}{echo}"), refusal(secret)),
        Server::raw(format!("HTTP/1.1 {secret}\r\n\r\n")),
        Server::raw(""),
    ]
}

/// Makes all kinds of calls. Returns everything that their results and the client show. The returned text does not
/// include the bodies of errors, because a body can contain secrets that the client does not have. This function
/// therefore checks that no body contains `secret`. With `is_quoted`, it also checks that messages and bodies contain
/// `[redacted]`.
async fn calls(client: &Client, secret: &str, is_quoted: bool) -> String {
    let request = client.list_group_cluster_backup_exports(GROUP, "Cluster0");
    let mut text = format!("{client:?} {client:#?} {request:?}");
    for _ in 0..2 {
        match request.clone().send().await {
            Ok(page) => write!(text, "{page:?}").unwrap(),
            Err(error) => {
                let body = error.body().unwrap_or("[redacted]");
                for quote in [&error.to_string(), body] {
                    assert_hidden(quote, secret);
                    assert!(!is_quoted || quote.contains("[redacted]"), "{quote}");
                }
                text += &shown(&error);
            }
        }
    }
    let role: ObjectId = GROUP.parse().unwrap();
    let bucket = AwsExportBucketRequest::new("export-bucket", role);
    let created = client.create_group_backup_export_bucket(GROUP, bucket).send().await;
    text.extend(created.err().iter().map(shown));
    text.extend(client.revoke_token().await.err().iter().map(shown));
    write!(text, "{:?} {client:?} {client:#?}", client.access_token().await).unwrap();
    text
}

/// Returns the proof of the private key in a request: the value of `response` in its `Authorization` header.
fn response(request: &str) -> Option<&str> {
    request.split_once(" response=\"")?.1.split('"').next()
}

/// Fails if `text` contains a secret, or a part that identifies the secret.
fn assert_hidden(text: &str, secret: &str) {
    for part in [secret, &secret[..10], &secret[10..]] {
        assert!(!text.contains(part), "`{part}` in {text}");
    }
}

#[test]
fn no_secret_is_shown_for_any_outcome_of_a_call() {
    rerun::passes("security::secrecy::outcomes_are_logged_without_secrets");
}

#[tokio::test]
#[ignore = "records the log of the whole process: the previous test runs this function in a new process"]
async fn outcomes_are_logged_without_secrets() {
    let log = Log::start();
    let mut secrets = vec![ISSUED.to_owned()];
    let mut text = String::new();
    for (credentials, secret, fetches_token) in secrets_of_credentials() {
        let refusals = refusals(&secret).into_iter().map(|server| (server, true));
        let results = results(&secret).into_iter().map(|server| (server, !fetches_token));
        let others = others(&secret).into_iter().map(|server| (server, false));
        for (server, is_quoted) in refusals.chain(results).chain(others) {
            let client = client(server.url(), credentials.clone());
            let builder = Client::builder(credentials.clone()).base_url(server.url());
            write!(text, "{credentials:?} {builder:?}").unwrap();
            text += &calls(&client, &secret, is_quoted).await;
            while let Some(request) = server.request() {
                secrets.extend(response(&request).map(str::to_owned));
            }
        }
        secrets.push(secret);
    }
    assert!(secrets.len() > 7, "no digest proof was sent");
    assert!(text.contains("Response {"), "no call succeeded: {text}");
    secrets.extend(successes().await);
    let log = log.text();
    for target in ["generated_client::", "reqwest::", "hyper_util::", "received a token for the"] {
        assert!(log.contains(target), "`{target}` is not in the log: {log}");
    }
    for secret in secrets {
        assert_hidden(&text, &secret);
        assert_hidden(&log, &secret);
    }
}

fn account(atlas: &Emulator) -> Client {
    client(atlas.url(), Credentials::service_account(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET))
}

/// Calls the local Atlas with an API key, and with a service account whose token it revokes. Returns the secrets,
/// including the old and the new token.
async fn successes() -> [String; 5] {
    let atlas = Emulator::start().await.unwrap();
    let key = Credentials::api_key(DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY);
    list(&super::client(atlas.url(), key)).await.unwrap();
    let client = account(&atlas);
    let token = async || client.access_token().await.unwrap().expose_secret().to_owned();
    let old = token().await;
    list(&client).await.unwrap();
    atlas.revoke_tokens();
    list(&client).await.unwrap();
    let new = token().await;
    client.revoke_token().await.unwrap();
    assert_ne!(old, new);
    let basic = basic(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
    [old, new, DEFAULT_CLIENT_SECRET.to_owned(), basic, DEFAULT_PRIVATE_KEY.to_owned()]
}

#[tokio::test]
async fn an_error_shows_neither_the_current_token_nor_earlier_ones() {
    let atlas = Emulator::builder().token_limit(None).start().await.unwrap();
    let client = account(&atlas);
    let mut tokens = Vec::new();
    for _ in 0..14 {
        tokens.push(client.access_token().await.unwrap());
        client.revoke_token().await.unwrap();
    }
    tokens.push(client.access_token().await.unwrap());
    atlas.revoke_tokens();
    // The local Atlas rejects the token, so the client replaces it.
    list(&client).await.unwrap();
    tokens.push(client.access_token().await.unwrap());
    // The client remembers the ten most recent of its earlier tokens.
    for token in tokens.iter().rev().take(11).map(AccessToken::expose_secret) {
        let body = format!(r#"{{"error":400,"errorCode":"X","detail":"got {token}"}}"#);
        atlas.inject([Fault::body(StatusCode::BAD_REQUEST, body)]);
        let error = list(&client).await.unwrap_err();
        assert!(error.to_string().contains("got [redacted]; "), "{error}");
        assert!(!format!("{error:?}").contains(token), "{error:?}");
        assert!(error.body().is_some_and(|it| it.contains("got [redacted]")), "{error:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_does_not_keep_the_header_with_the_secret_of_a_service_account() {
    rerun::passes("security::secrecy::creates_a_client_and_searches_the_memory");
}

/// Creates a client with the secret of a service account, and checks that the memory of the process does not contain
/// the header with this secret. The source code contains the texts in reverse, so that the search finds only what the
/// client has written.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "the previous test runs this test in a new process"]
fn creates_a_client_and_searches_the_memory() {
    const HEADER: &str = "=QjVYNmNG1WW5ZUbZZXOtpFNWh1Y2YUbZlnRtlVb502Vft2cfF2cfJGZtpDO3YTN0MjMxYWZkNmYhBTO4cjN1QzMyEzXkl2XhN3XiRWb cisaB";
    let secret = || ["mdb_sa_sk_", "Wm9mYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"].concat();
    let _client = client("https://localhost", Credentials::service_account(CLIENT_ID, secret()));
    assert!(
        is_in_memory("4VXc6FmYyFmYv9mZ4VXc6FmYyFmYm9mW"),
        "the search does not find the secret"
    );
    assert!(!is_in_memory(HEADER), "the header is in memory");
    let header: String = HEADER.chars().rev().collect();
    assert_eq!(header, format!("Basic {}", basic(CLIENT_ID, &secret())));
}

/// Returns whether the writable memory of this process contains a text, given in reverse.
#[cfg(target_os = "linux")]
fn is_in_memory(reversed: &str) -> bool {
    use std::os::unix::fs::FileExt as _;
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let memory = std::fs::File::open("/proc/self/mem").unwrap();
    maps.lines().filter(|line| line.contains(" rw-p ")).any(|line| {
        let range = line.split(' ').next().unwrap().split('-');
        let mut range = range.map(|it| u64::from_str_radix(it, 16).unwrap());
        let (start, end) = (range.next().unwrap(), range.next().unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        let is_read = memory.read_exact_at(&mut bytes, start).is_ok();
        is_read && bytes.windows(reversed.len()).any(|it| it.iter().rev().eq(reversed.as_bytes()))
    })
}

#[tokio::test]
async fn a_token_in_a_union_is_not_shown() {
    let server = Server::ok(&format!(r#"{{"cloudProvider":"AWS","_id":"{TOKEN}"}}"#));
    let client = client(server.url(), Credentials::access_token(TOKEN));
    let role: ObjectId = GROUP.parse().unwrap();
    let bucket = AwsExportBucketRequest::new("export-bucket", role);
    let error = client.create_group_backup_export_bucket(GROUP, bucket).send().await.unwrap_err();
    assert_hidden(&shown(&error), TOKEN);
}

#[test]
fn a_token_in_the_base_url_is_not_shown() {
    let url = format!("https://user:{TOKEN}@cloud.mongodb.com");
    let builder = Client::builder(Credentials::access_token(TOKEN)).base_url(url);
    assert_hidden(&format!("{builder:?}"), TOKEN);
    assert_hidden(&format!("{:?}", builder.build().unwrap_err()), TOKEN);
}

#[test]
fn debug_of_a_client_shows_only_the_base_url() {
    let client = client("https://cloud.mongodb.com/x", Credentials::access_token(TOKEN));
    assert_eq!(format!("{client:?}"), "Client { base_url: \"https://cloud.mongodb.com/x\", .. }");
}

#[tokio::test]
async fn a_secret_in_a_challenge_is_redacted() {
    let long = "x".repeat(345);
    for challenge in [
        format!("Digest realm=\"{PRIVATE_KEY}"),
        format!("Digest realm=\"{long}{PRIVATE_KEY}"),
        format!("Digest realm=a, nonce=b, qop=\"{PRIVATE_KEY}\""),
        format!("Digest realm=a, nonce=b, qop=auth, algorithm=\"{PRIVATE_KEY}\""),
    ] {
        let headers = format!("WWW-Authenticate: {challenge}\r\n");
        let server = Server::answer("401 Unauthorized", &headers, "");
        let credentials = Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY);
        let error = list(&client(server.url(), credentials)).await.unwrap_err();
        assert_hidden(&shown(&error), PRIVATE_KEY);
        assert!(error.to_string().contains("[reda"), "{error}");
    }
}

#[tokio::test]
async fn a_shortened_error_of_the_token_endpoint_shows_no_part_of_a_secret() {
    let echoed = CLIENT_SECRET.repeat(100);
    for body in [echoed.clone(), format!("<html>{echoed}")] {
        let server = Server::answer("401 Unauthorized", "", body);
        let credentials = Credentials::service_account(CLIENT_ID, CLIENT_SECRET);
        let error = list(&client(server.url(), credentials)).await.unwrap_err();
        assert!(error.to_string().contains('…'), "{error}");
        assert_hidden(&shown(&error), CLIENT_SECRET);
    }
}

#[tokio::test]
async fn a_secret_that_json_escapes_is_redacted_in_keys_and_values() {
    for body in [r#"{"hunter\"2-hunter":1}"#, r#"{"a":["hunter\"2-hunter"]}"#] {
        let server = Server::error("400 Bad Request", body);
        let credentials = Credentials::api_key("key", r#"hunter"2-hunter"#);
        let error = list(&client(server.url(), credentials)).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_in_a_key_or_a_value_of_an_error_parameter_is_redacted() {
    let body =
        format!(r#"{{"error":400,"errorCode":"X","parameters":[{{"{TOKEN}":["{TOKEN}"]}}]}}"#);
    let server = Server::error("400 Bad Request", &body);
    let client = client(server.url(), Credentials::access_token(TOKEN));
    let Error::Api { error, .. } = list(&client).await.unwrap_err() else { panic!("{body}") };
    assert_eq!(error.parameters, [json!({"[redacted]": ["[redacted]"]})]);
}

/// An error keeps the first 64 KiB of the body.
#[tokio::test]
async fn no_part_of_a_token_at_the_end_of_a_long_body_is_kept() {
    let padding = "x ".repeat(32 * 1024 - 2);
    for token in [TOKEN.to_owned(), TOKEN.replace('/', "\\u002f")] {
        let body = format!("{padding}{token} {padding}");
        for server in [Server::error("400 Bad Request", &body), Server::ok(&body)] {
            let client = client(server.url(), Credentials::access_token(TOKEN));
            let error = list(&client).await.unwrap_err();
            assert_eq!(error.body(), Some(&*format!("{padding}[red")));
        }
    }
}

#[tokio::test]
async fn a_secret_of_one_character_leaves_messages_readable() {
    let body = r#"{"error":"invalid_client","error_description":"a is no secret at all"}"#;
    let server = Server::answer("401 Unauthorized", "", body);
    let credentials = Credentials::service_account("mdb_sa_id_1", "a");
    let error = list(&client(server.url(), credentials)).await.unwrap_err();
    let message = error.to_string();
    let expected = "/api/oauth/token` returned 401 Unauthorized \
                    (invalid_client: [redacted] is no secret at all); check the client id and the \
                    client secret";
    assert!(message.contains(expected), "{message}");

    let body = r#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND","detail":"No cluster."}"#;
    for credentials in [Credentials::access_token("e"), Credentials::api_key("key", "e")] {
        let server = Server::error("404 Not Found", body);
        let error = list(&client(server.url(), credentials)).await.unwrap_err();
        assert!(error.to_string().contains("CLUSTER_NOT_FOUND: No cluster"), "{error}");
    }
}
