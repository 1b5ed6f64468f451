//! No secret appears in errors, in `Debug` output, or in the logs of any crate at any level.

use std::fmt::Write as _;

use super::{CLIENT_ID, CLIENT_SECRET, PRIVATE_KEY, TOKEN, all_credentials, client, list, shown};
use crate::log::Log;
use crate::rerun;
use crate::server::Server;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The token that the servers issue to a service account.
const ISSUED: &str = "aXNzdWVkLXRvLXRoZS1zZXJ2aWNlLWFjY291bnQ";

/// Returns servers that together echo `secret` in every part of a response.
fn answers(secret: &str) -> Vec<Server> {
    let refusal = format!(
        r#"{{"error":400,"errorCode":"X","detail":"{secret}","error_description":"{secret}"}}"#
    );
    let page = format!(r#"{{"results":[],"access_token":"{ISSUED}","expires_in":3600}}"#);
    let wrong = format!(r#"{{"results":"{secret}","access_token":"{ISSUED}"}}"#);
    let challenge = format!(
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", qop=\"auth\"\r\nX-Echo: {secret}\r\n"
    );
    let location = format!("Location: http://127.0.0.1/?{secret}\r\n");
    vec![
        Server::ok(&page),
        Server::ok(&wrong),
        Server::ok(&format!("<html>{secret}")),
        Server::answer("401 Unauthorized", &challenge, &refusal),
        Server::error("403 Forbidden", &refusal),
        Server::error("503 Service Unavailable", &refusal),
        Server::answer("302 Found", &location, ""),
        Server::raw(format!("HTTP/1.1 {secret}\r\n\r\n")),
        Server::raw(format!("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{secret}")),
        Server::raw(""),
    ]
}

/// Returns the proof of the private key in a request: the value of `response` in its `Authorization` header.
fn response(request: &str) -> Option<&str> {
    request.split_once(" response=\"")?.1.split('"').next()
}

#[test]
fn no_secret_is_shown_for_any_outcome_of_a_call() {
    rerun::passes("security::logs::outcomes_are_logged_without_secrets");
}

#[tokio::test]
#[ignore = "logs the whole process: the previous test runs this function in a new one"]
async fn outcomes_are_logged_without_secrets() {
    let log = Log::start();
    let basic = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    let mut secrets: Vec<String> =
        [TOKEN, CLIENT_SECRET, PRIVATE_KEY, ISSUED, &basic].map(str::to_owned).to_vec();
    let mut errors = String::new();
    for (credentials, secret) in all_credentials() {
        for server in answers(secret) {
            let client = client(server.url(), credentials.clone());
            write!(errors, "{client:?} {credentials:?}").unwrap();
            for _ in 0..2 {
                match list(&client).await {
                    Ok(page) => write!(errors, "{page:?}").unwrap(),
                    Err(error) => errors.push_str(&shown(&error)),
                }
            }
            while let Some(request) = server.request() {
                secrets.extend(response(&request).map(str::to_owned));
            }
        }
    }
    let log = log.text();
    for target in ["generated_client::", "reqwest::", "hyper_util::"] {
        assert!(log.contains(target), "`{target}` logs nothing: {log}");
    }
    assert!(secrets.len() > 5, "no digest proof was sent");
    for secret in secrets {
        assert!(!errors.contains(&secret), "`{secret}` in {errors}");
        assert!(!log.contains(&secret), "`{secret}` in {log}");
    }
}
