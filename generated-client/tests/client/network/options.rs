//! The options of the HTTP client.

#[cfg(any(feature = "rustls", feature = "native-tls"))]
use std::io::{Read as _, Write as _};
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use std::net::TcpListener;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use std::thread;

use generated_client::header::{HeaderMap, HeaderName, HeaderValue};
use generated_client::models::AwsExportBucketRequest;
use generated_client::reqwest;
use generated_client::{Client, ClientBuilder, Credentials, Error, RetryPolicy, TimeLimit};

use super::{GROUP, TOKEN, builder, list};
use crate::server::{Server, unused_port};

const PAGE: &str = r#"{"results":[],"access_token":"a.b.c","expires_in":3600}"#;
const OWN_NAME: &str = concat!("generated-client/", env!("CARGO_PKG_VERSION"));

fn headers(name: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static("a value"))])
}

/// Returns the requests that arrive for one list call, in lower case.
async fn requests(configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Vec<String> {
    let server = Server::ok(PAGE);
    let credentials = Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a");
    let client = Client::builder(credentials).base_url(server.url()).retry(RetryPolicy::none());
    list(&configure(client).build().unwrap()).await.unwrap();
    std::iter::from_fn(|| server.request()).map(|it| it.to_ascii_lowercase()).collect()
}

fn refused(configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> String {
    let client = configure(Client::builder(Credentials::access_token(TOKEN)));
    let error = client.build().unwrap_err();
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn the_user_agent_names_the_program_before_the_client() {
    let requests = requests(|client| client.user_agent("my-program/1.0")).await;
    assert_eq!(requests.len(), 2);
    for request in requests {
        let named = format!("\r\nuser-agent: my-program/1.0 {OWN_NAME}\r\n");
        assert!(request.contains(&named), "{request}");
    }
    let error = refused(|client| client.user_agent("a\nb"));
    let expected = "invalid `user_agent` \"a\\nb\": a header cannot contain a line break or a control character";
    assert_eq!(error, expected);
}

#[tokio::test]
async fn every_request_has_the_default_headers() {
    let requests = requests(|client| client.default_headers(headers("x-gateway"))).await;
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.contains("\r\nx-gateway: a value\r\n"), "{request}");
    }
}

#[test]
fn headers_that_the_client_sets_are_rejected_as_defaults() {
    for name in
        ["authorization", "proxy-authorization", "accept", "content-type", "user-agent", "host"]
    {
        let error = refused(|client| client.default_headers(headers(name)));
        assert!(error.contains(&format!("must not contain `{name}`")), "{error}");
    }
}

#[test]
fn several_values_for_a_default_header_are_rejected() {
    let mut headers = headers("x-tag");
    headers.append("x-tag", HeaderValue::from_static("another value"));
    let error = refused(|client| client.default_headers(headers));
    assert!(error.contains("several values for `x-tag`"), "{error}");
}

#[tokio::test]
async fn a_proxy_receives_its_credentials_and_the_name_of_the_server() {
    let proxy = Server::answer("502 Bad Gateway", "", "");
    let url = proxy.url().replace("http://", "http://user:hunter2@");
    let client = builder(Client::DEFAULT_BASE_URL).proxy(url);
    assert!(!format!("{client:?}").contains("hunter2"));
    let error = list(&client.build().unwrap()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    let request = proxy.request().unwrap();
    assert!(request.starts_with("CONNECT cloud.mongodb.com:443 HTTP/1.1\r\n"), "{request}");
    assert!(request.to_lowercase().contains("proxy-authorization: basic "), "{request}");
    assert!(!request.contains(TOKEN), "{request}");
}

/// Makes a call through `proxy`. Returns the error, and the number of requests that the proxy receives.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
async fn through(proxy: &Server) -> (Error, usize) {
    let retry = RetryPolicy::new().base_delay(std::time::Duration::ZERO);
    let client = builder(Client::DEFAULT_BASE_URL).retry(retry).proxy(proxy.url());
    let error = list(&client.build().unwrap()).await.unwrap_err();
    (error, std::iter::from_fn(|| proxy.request()).count())
}

/// Only a 407 is known to be permanent. The HTTP library does not report any other status, such as 502, so the client
/// retries.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_proxy_that_fails_is_named_and_one_that_rejects_its_credentials_is_not_retried() {
    const START: &str = "listGroupClusterBackupExports could not connect to `cloud.mongodb.com` \
                         through the proxy: tunnel error: ";
    const ADVICE: &str = "; nothing was sent: check the proxy (`ClientBuilder::proxy`, or the environment \
                          variable `HTTPS_PROXY` or `ALL_PROXY`)";
    let (error, sent) = through(&Server::answer("407 Proxy Authentication Required", "", "")).await;
    assert_eq!(error.to_string(), format!("{START}proxy authorization required{ADVICE}"));
    assert_eq!((error.is_transient(), error.attempts(), sent), (false, Some(1), 1));
    let (error, sent) = through(&Server::answer("502 Bad Gateway", "", "")).await;
    let expected = format!("{START}unsuccessful{ADVICE} (the last of 5 attempts)");
    assert_eq!(error.to_string(), expected);
    assert_eq!((error.is_transient(), error.attempts(), sent), (true, Some(5), 5));
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn an_unreachable_proxy_is_named() {
    let port = unused_port();
    let url = format!("http://{}", port.local_addr().unwrap());
    let client = builder(Client::DEFAULT_BASE_URL).proxy(url.clone()).build().unwrap();
    let text = list(&client).await.unwrap_err().to_string();
    let start = "listGroupClusterBackupExports could not connect to `cloud.mongodb.com` through the proxy: ";
    assert!(text.starts_with(start) && text.contains("refused"), "{text}");

    let account = Client::builder(Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a"));
    let client = account.retry(RetryPolicy::none()).proxy(url).build().unwrap();
    let text = list(&client).await.unwrap_err().to_string();
    assert!(text.contains("`cloud.mongodb.com/api/oauth/token` through the proxy: "), "{text}");
    assert!(text.contains("check the proxy (`ClientBuilder::proxy`"), "{text}");
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_request_for_a_token_is_not_retried_if_the_proxy_rejects_its_credentials() {
    let proxy = Server::answer("407 Proxy Authentication Required", "", "");
    let account = Client::builder(Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a"));
    let error = list(&account.proxy(proxy.url()).build().unwrap()).await.unwrap_err();
    assert!(!error.is_transient(), "{error:?}");
    assert_eq!(std::iter::from_fn(|| proxy.request()).count(), 1);
}

/// Makes a call through a SOCKS 5 proxy that replies to each message with one of `answers`. Returns the error, and the
/// messages that the proxy has received.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
async fn through_socks(credentials: &str, answers: &'static [&'static [u8]]) -> (Error, Vec<u8>) {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("socks5h://{credentials}{}", proxy.local_addr().unwrap());
    let seen = thread::spawn(move || {
        let (mut client, _) = proxy.accept().unwrap();
        let (mut seen, mut message) = (Vec::new(), [0; 512]);
        for answer in answers {
            let length = client.read(&mut message).unwrap();
            seen.extend_from_slice(&message[..length]);
            client.write_all(answer).unwrap();
        }
        seen
    });
    let client = builder(Client::DEFAULT_BASE_URL).proxy(url).build().unwrap();
    let error = list(&client).await.unwrap_err();
    (error, seen.join().unwrap())
}

/// RFC 1928 and RFC 1929 define the messages.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_socks_proxy_receives_its_credentials_and_the_name_of_the_server() {
    // The proxy accepts the credentials, but the server refuses the connection.
    let answers: &[&[u8]] = &[b"\x05\x02", b"\x01\0", b"\x05\x05\0\x01\0\0\0\0\0\0"];
    let (error, seen) = through_socks("user:p%23ss@", answers).await;
    let expected = b"\x05\x01\x02\x01\x04user\x04p#ss\x05\x01\0\x03\x11cloud.mongodb.com\x01\xbb";
    assert_eq!(seen.escape_ascii().to_string(), expected.escape_ascii().to_string());
    let expected = "could not connect to `cloud.mongodb.com` through the proxy: SOCKS error: connection refused; \
                    nothing was sent: check the proxy (`ClientBuilder::proxy`";
    assert!(error.is_transient() && error.to_string().contains(expected), "{error}");
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_call_is_not_retried_if_a_socks_proxy_rejects_its_credentials() {
    let (error, _) = through_socks("user:hunter2@", &[b"\x05\x02", b"\x01\x01"]).await;
    assert!(!error.is_transient() && !error.to_string().contains("hunter2"), "{error}");
    // The proxy requires a password.
    let (error, _) = through_socks("", &[b"\x05\xff"]).await;
    assert!(!error.is_transient(), "{error}");
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[tokio::test]
async fn in_a_build_without_tls_the_error_names_the_tls_features() {
    for credentials in [Credentials::access_token("token"), Credentials::service_account("a", "b")]
    {
        let error = list(&Client::new(credentials).unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{error:?}");
        assert_eq!(error.attempts(), Some(1));
        assert_eq!(
            error.to_string(),
            "this build has no TLS: enable the feature `rustls` or `native-tls` of generated-client"
        );
    }
}

#[tokio::test]
async fn no_request_to_this_machine_goes_through_a_proxy() {
    let proxy = Server::ok(PAGE);
    let requests = requests(|client| client.proxy(proxy.url())).await;
    assert_eq!((requests.len(), proxy.request()), (2, None));
}

#[test]
fn an_invalid_proxy_is_rejected_without_showing_its_password() {
    for url in
        ["", "proxy", "user:hunter2@proxy:1", "socks5://user:hunter2@proxy", "http://:hunter2@"]
    {
        let error = refused(|client| client.proxy(url));
        assert!(error.contains("invalid proxy URL"), "{url}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_custom_http_client_sends_the_requests() {
    let own = reqwest::Client::builder().no_proxy().user_agent("mine").build().unwrap();
    let requests = requests(|client| client.http_client(own)).await;
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.contains("\r\nuser-agent: mine\r\n"), "{request}");
    }
}

#[tokio::test]
async fn the_limits_of_calls_apply_to_a_custom_http_client() {
    let own = || reqwest::Client::builder().no_proxy().build().unwrap();
    let page = Server::ok(PAGE);
    let client = builder(page.url()).http_client(own()).response_limit(5).build().unwrap();
    assert!(matches!(list(&client).await, Err(Error::TooLarge { limit: 5, .. })));
    // A body whose size equals the limit is accepted.
    let page = Server::ok(PAGE);
    let client = builder(page.url()).http_client(own()).response_limit(PAGE.len());
    list(&client.build().unwrap()).await.unwrap();

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let limit = std::time::Duration::from_millis(50);
    let policy = RetryPolicy::new().max_attempts(2).base_delay(limit);
    let client = builder(&url).http_client(own()).attempt_timeout(limit).retry(policy);
    let error = list(&client.build().unwrap()).await.unwrap_err();
    assert!(
        matches!(error, Error::TimedOut { limit: TimeLimit::Attempt, attempts: 2, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_request_that_a_custom_http_client_rejects_was_not_sent_and_is_not_retried() {
    let server = Server::ok(PAGE);
    let retry = RetryPolicy::new().base_delay(std::time::Duration::ZERO);
    let own = reqwest::Client::builder().https_only(true).build().unwrap();
    let configure = |builder: ClientBuilder| {
        builder.base_url(server.url()).retry(retry).http_client(own.clone()).build().unwrap()
    };
    let client = configure(Client::builder(Credentials::access_token(TOKEN)));
    let bucket = AwsExportBucketRequest::new("export-bucket", GROUP);
    let error = client.create_group_backup_export_bucket(GROUP, bucket).await.unwrap_err();
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    assert!(!error.is_transient() && !error.may_have_been_carried_out(), "{error:?}");
    let expected = format!(
        "the HTTP client rejected the request to `{}`: URL scheme is not allowed; nothing was sent: \
         check the base URL, the length of the parameters and the options of `http_client`",
        server.url().trim_start_matches("http://")
    );
    assert_eq!((error.attempts(), error.to_string()), (Some(1), expected));

    let account = Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a");
    let error = list(&configure(Client::builder(account))).await.unwrap_err();
    assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
    assert_eq!((error.attempts(), error.is_transient()), (Some(1), false), "{error}");
    assert_eq!(server.request(), None);
}

/// A placeholder such as `{{hostname}}` can remain in a configuration that was copied from a template.
#[tokio::test]
async fn a_host_that_no_request_can_name_is_not_retried() {
    let retry = RetryPolicy::new().base_delay(std::time::Duration::ZERO);
    let client = builder("https://{{hostname}}").retry(retry).build().unwrap();
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.attempts(), Some(1), "{error:?}");
    assert!(error.to_string().contains("rejected the request to `{{hostname}}`: "), "{error}");
}

/// The server has received the request and may have acted on it.
#[tokio::test]
async fn a_redirect_that_a_custom_http_client_cannot_follow_follows_a_sent_request() {
    for location in ["ftp://example.com/", "http://999.999.999.999/"] {
        let server = Server::answer("303 See Other", &format!("Location: {location}\r\n"), "");
        let own = reqwest::Client::builder().no_proxy().build().unwrap();
        let client = builder(server.url()).http_client(own).build().unwrap();
        let bucket = AwsExportBucketRequest::new("export-bucket", GROUP);
        let error = client.create_group_backup_export_bucket(GROUP, bucket).await.unwrap_err();
        assert!(error.may_have_been_carried_out() && !error.is_transient(), "{error:?}");
        assert!(server.request().is_some());
    }
}

#[test]
fn a_custom_http_client_excludes_connection_options() {
    let own = |client: ClientBuilder| client.http_client(reqwest::Client::new());
    for (error, name) in [
        (refused(|client| own(client).user_agent("a")), "user_agent"),
        (refused(|client| own(client).default_headers(headers("x-a"))), "default_headers"),
        (refused(|client| own(client).proxy("http://proxy.example.com")), "proxy"),
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        (refused(|client| own(client).root_certificate("")), "root_certificate"),
    ] {
        assert!(
            error.contains(&format!("`{name}` cannot be combined with `http_client`")),
            "{error}"
        );
    }
}
