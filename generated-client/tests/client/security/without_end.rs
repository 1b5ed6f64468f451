//! Responses that never end, or that expand when decompressed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use generated_client::{Client, Credentials, Error, RetryPolicy};

use super::{TOKEN, all_credentials, list};
#[cfg(feature = "gzip")]
use crate::server::Server;

/// The response limit of the client.
const LIMIT: usize = 100_000;

/// The maximum number of bytes that the server can write to one connection before the client closes the connection. The
/// number covers [`LIMIT`] and the socket buffers of the client and the server.
const IN_FLIGHT: u64 = 16 << 20;

/// Starts a server that sends `head`, and then sends `part` repeatedly until the client closes the connection, with a
/// pause after each write. Returns the server's URL and a counter of the bytes that the server writes.
fn endless(head: &'static str, part: &'static str, pause: Duration) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let written = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&written);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = BufReader::new(stream.try_clone().unwrap());
            request.lines().take_while(|line| line.as_ref().is_ok_and(|it| !it.is_empty())).count();
            let mut next = head;
            while stream.write_all(next.as_bytes()).is_ok() {
                count.fetch_add(next.len() as u64, Ordering::Relaxed);
                next = part;
                thread::sleep(pause);
            }
        }
    });
    (url, written)
}

fn client(url: &str, credentials: Credentials) -> Client {
    let builder = Client::builder(credentials).base_url(url).response_limit(LIMIT);
    builder.attempt_timeout(Duration::from_secs(20)).retry(RetryPolicy::none()).build().unwrap()
}

/// Returns a chunk of 32 KiB of unclosed JSON arrays.
fn chunk() -> &'static str {
    format!("8000\r\n{}\r\n", "[".repeat(0x8000)).leak()
}

#[tokio::test]
async fn an_endless_body_is_read_up_to_the_limit() {
    for status in ["200 OK", "400 Bad Request", "500 Internal Server Error"] {
        let head = format!("HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n").leak();
        let (url, written) = endless(head, chunk(), Duration::ZERO);
        let client = client(&url, Credentials::access_token(TOKEN));
        let error = list(&client).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: LIMIT, .. }), "{error}");
        assert!(written.load(Ordering::Relaxed) < IN_FLIGHT);
    }
}

#[tokio::test]
async fn an_endless_401_is_an_error_with_every_kind_of_credentials() {
    const HEAD: &str = "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\
                        WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", qop=\"auth\"\r\n\r\n";
    for (credentials, _) in all_credentials() {
        let (url, written) = endless(HEAD, chunk(), Duration::ZERO);
        let error = list(&client(&url, credentials)).await.unwrap_err();
        let ended_early = matches!(error, Error::TooLarge { .. } | Error::Authentication { .. });
        assert!(ended_early, "{error}");
        assert!(written.load(Ordering::Relaxed) < 2 * IN_FLIGHT);
    }
}

#[tokio::test]
async fn endless_headers_are_an_error() {
    for part in ["X-More: and more\r\n", "more-and-more-"] {
        let (url, written) = endless("HTTP/1.1 200 OK\r\n", part, Duration::ZERO);
        let client = client(&url, Credentials::access_token(TOKEN));
        let error = list(&client).await.unwrap_err();
        assert!(matches!(error, Error::Transport { .. }), "{error}");
        assert!(written.load(Ordering::Relaxed) < IN_FLIGHT);
    }
}

#[tokio::test]
async fn a_call_with_slow_headers_ends_at_the_attempt_timeout() {
    let (url, _) = endless("HTTP/1.1 200 OK\r\n", "X: y\r\n", Duration::from_millis(20));
    let client = Client::builder(Credentials::access_token(TOKEN))
        .base_url(url)
        .attempt_timeout(Duration::from_millis(200))
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = list(&client).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
}

/// A mebibyte of spaces followed by `{"results":[]}`, compressed with gzip to about 1/1000 of that size.
#[cfg(feature = "gzip")]
const BOMB: &[u8] = include_bytes!("bomb.json.gz");

#[cfg(feature = "gzip")]
#[tokio::test]
async fn a_compressed_body_is_decompressed_up_to_the_limit() {
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    for status in ["200 OK", "500 Internal Server Error"] {
        let server = Server::answer(status, headers, BOMB);
        let client = client(server.url(), Credentials::access_token(TOKEN));
        let error = list(&client).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: LIMIT, .. }), "{error}");
    }
}
