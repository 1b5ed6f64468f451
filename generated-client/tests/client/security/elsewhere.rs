//! Credentials are sent only to the server at the base URL.

use futures_util::StreamExt as _;
use generated_client::{Client, Credentials};

use super::{GROUP, PRIVATE_KEY, TOKEN, all_credentials, client, list, shown};
use crate::rerun;
use crate::server::Server;

const REDIRECTS: [&str; 6] = [
    "300 Multiple Choices",
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
];

#[tokio::test]
async fn no_redirect_is_followed_with_any_credentials() {
    let elsewhere = Server::ok(r#"{"results":[],"access_token":"t","expires_in":3600}"#);
    let address = elsewhere.url().trim_start_matches("http:");
    for (credentials, _) in all_credentials() {
        for status in REDIRECTS {
            for location in [elsewhere.url(), address] {
                let headers = format!(
                    "Location: {location}/api/oauth/token\r\nRefresh: 0; url={location}\r\n"
                );
                let server = Server::answer(status, &headers, "");
                list(&client(server.url(), credentials.clone())).await.unwrap_err();
                assert!(server.request().is_some());
                assert_eq!(server.request(), None, "a second request after `{status}`");
                assert_eq!(elsewhere.request(), None, "the client followed `{status}`");
            }
        }
    }
}

#[tokio::test]
async fn links_in_responses_are_not_followed() {
    let elsewhere = Server::ok(r#"{"results":[]}"#);
    let page = format!(
        r#"{{"links":[{{"rel":"next","href":"{}/api/atlas/v2"}}],"results":[{{"exportBucketId":"{GROUP}"}}]}}"#,
        elsewhere.url()
    );
    let server = Server::ok(&page);
    let client = client(server.url(), Credentials::access_token(TOKEN));
    let jobs = client.list_group_cluster_backup_exports(GROUP, "Cluster0").stream();
    assert_eq!(jobs.take(3).count().await, 3);
    for number in 1..=3 {
        let request = server.request().unwrap();
        let line = request.lines().next().unwrap();
        assert!(line.contains(&format!("pageNum={number}")), "{line}");
    }
    assert_eq!(elsewhere.request(), None);
}

#[tokio::test]
async fn a_proxy_that_requires_credentials_receives_none() {
    let challenge = r#"Digest realm="MMS Public API", nonce="n", qop="auth", algorithm=MD5"#;
    for (credentials, _) in all_credentials() {
        let headers = format!(
            "Proxy-Authenticate: {challenge}\r\nProxy-Authenticate: Basic realm=a\r\n\
             WWW-Authenticate: {challenge}\r\n"
        );
        let server = Server::answer("407 Proxy Authentication Required", &headers, "<html>");
        list(&client(server.url(), credentials)).await.unwrap_err();
        let request = server.request().unwrap().to_ascii_lowercase();
        assert!(!request.contains("proxy-authorization"), "{request}");
        assert_eq!(server.request(), None, "a second request");
    }
}

#[test]
#[ignore = "the next test runs this function in a new process"]
fn builds_a_client_with_its_own_proxy() {
    let builder = Client::builder(Credentials::access_token(TOKEN));
    builder.proxy("http://127.0.0.1:1").build().unwrap();
}

#[test]
fn an_invalid_proxy_in_the_environment_does_not_affect_a_client_with_its_own_proxy() {
    let output = rerun::ignored("security::elsewhere::builds_a_client_with_its_own_proxy")
        .env_clear()
        .env("HTTPS_PROXY", "http://user:p#ss@127.0.0.1:1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// Makes a call with each kind of credentials, and prints the errors. Not a separate test: the last two tests start
/// this function with a proxy in the environment.
#[tokio::test]
#[ignore = "the last two tests run this function in a new process"]
async fn lists_through_the_proxy_in_the_environment() {
    for (credentials, _) in all_credentials() {
        let client = Client::builder(credentials).base_url("https://cloud.mongodb.com");
        let client = client.retry(generated_client::RetryPolicy::none()).build().unwrap();
        println!("{}", shown(&list(&client).await.unwrap_err()));
    }
}

/// Makes a call to `SERVER_URL` with each kind of credentials. Not a separate test:
/// [`no_proxy_receives_the_credentials_for_this_machine_in_plain_text`] starts this function with proxies in the
/// environment.
#[tokio::test]
#[ignore = "the next test runs this function in a new process"]
async fn lists_from_the_server_in_the_environment() {
    let url = std::env::var("SERVER_URL").unwrap();
    for (credentials, _) in all_credentials() {
        list(&client(&url, credentials)).await.unwrap_err();
    }
}

#[test]
fn no_proxy_receives_the_credentials_for_this_machine_in_plain_text() {
    let (proxy, server) = (Server::ok("{}"), Server::error("403 Forbidden", r#"{"error":403}"#));
    for url in [server.url(), &server.url().replace("127.0.0.1", "localhost")] {
        let output =
            rerun::ignored("security::elsewhere::lists_from_the_server_in_the_environment")
                .env_clear()
                .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, proxy.url())))
                .env("SERVER_URL", url)
                .output()
                .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(proxy.request(), None, "{url}");
        assert!(server.request().is_some(), "{url}");
    }
}

#[test]
fn a_proxy_receives_only_the_name_of_the_server() {
    for status in ["407 Proxy Authentication Required", "502 Bad Gateway", "302 Found"] {
        let headers = "Proxy-Authenticate: Basic realm=a\r\nLocation: http://127.0.0.1:1/\r\n";
        let proxy = Server::answer(status, headers, "<html>");
        let output =
            rerun::ignored("security::elsewhere::lists_through_the_proxy_in_the_environment")
                .env_clear()
                .env("HTTPS_PROXY", proxy.url())
                .output()
                .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let mut requests = 0;
        while let Some(request) = proxy.request() {
            requests += 1;
            assert!(request.starts_with("CONNECT cloud.mongodb.com:443 HTTP/1.1\r\n"), "{request}");
            assert!(!request.to_ascii_lowercase().contains("authorization"), "{request}");
        }
        assert_eq!(requests, 4, "{text}");
        for secret in [TOKEN, PRIVATE_KEY, super::CLIENT_SECRET] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn an_invalid_proxy_in_the_environment_is_rejected() {
    let output = rerun::ignored("security::elsewhere::lists_through_the_proxy_in_the_environment")
        .env_clear()
        .env("HTTPS_PROXY", "http://user:p#ss@127.0.0.1:1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert!(!output.status.success(), "{text}");
    assert!(text.contains("invalid proxy URL in `HTTPS_PROXY`"), "{text}");
}
