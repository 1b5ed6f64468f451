//! The client behind proxy.py, an HTTP proxy, and microsocks, a SOCKS proxy. Both require credentials, and
//! `tests/network/run` starts them.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::behind_nginx::{call, client, credentials};
use crate::rerun;

/// A relay between the client and the proxy. The relay records everything that the proxy receives.
struct Tap {
    port: u16,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    /// Starts a relay for the proxy at the address in the environment variable `proxy`.
    fn start(proxy: &str) -> Self {
        let proxy = std::env::var(proxy).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::default());
        let kept = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, proxy) = (client.unwrap(), TcpStream::connect(&proxy).unwrap());
                let back = (proxy.try_clone().unwrap(), client.try_clone().unwrap());
                let kept = Arc::clone(&kept);
                thread::spawn(move || pass(client, proxy, Some(&kept)));
                thread::spawn(move || pass(back.0, back.1, None));
            }
        });
        Self { port, seen }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }
}

/// Copies bytes until either side closes the connection, and also appends them to `kept`, if given.
fn pass(mut from: TcpStream, mut to: TcpStream, kept: Option<&Mutex<Vec<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if let Some(kept) = kept {
            kept.lock().unwrap().extend_from_slice(&buffer[..length]);
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Makes calls through the proxy in the environment, and prints the errors. Not a separate test: other tests start this
/// function with a proxy in the environment.
#[tokio::test]
#[ignore = "the next tests run this function in a new process"]
async fn calls_through_the_proxy_in_the_environment() {
    if std::env::var_os("HTTPS_PROXY").is_none() {
        return;
    }
    for (credentials, _) in credentials() {
        if let Err(error) = call(&client("0.0.0.0", credentials)).await {
            println!("FAILED: {error}");
        }
    }
}

/// Runs the calls through the proxy, with `start` as the scheme and the credentials in its URL. Returns the output.
fn run(tap: &Tap, start: &str) -> String {
    let proxy = format!("{start}@127.0.0.1:{}", tap.port);
    let name = "network::behind_proxy::calls_through_the_proxy_in_the_environment";
    let Output { status, stdout, .. } =
        rerun::ignored(name).env("HTTPS_PROXY", proxy).output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{text}");
    text
}

#[test]
#[ignore = "needs proxy.py: run `tests/network/run`"]
fn a_proxy_with_credentials_forwards_calls_and_receives_no_token() {
    let tap = Tap::start("ATLAS_PROXY");
    let text = run(&tap, "http://user:pass%25word");
    assert!(!text.contains("FAILED"), "{text}");

    let seen = tap.text();
    let port = std::env::var("ATLAS_PORT").unwrap();
    let connect = format!("CONNECT 0.0.0.0:{port} HTTP/1.1\r\n");
    assert_eq!(seen.matches(" HTTP/1.1\r\n").count(), seen.matches(&connect).count(), "{seen}");
    let basic = BASE64_STANDARD.encode("user:pass%word");
    let proof = format!("proxy-authorization: basic {}\r\n", basic.to_lowercase());
    let seen = seen.to_lowercase();
    assert_eq!(seen.matches("\r\nproxy-authorization: ").count(), seen.matches(&proof).count());
    assert!(seen.matches(&proof).count() >= 3, "{seen}");
    assert!(!seen.contains("\r\nauthorization: "), "{seen}");
    for (_, secret) in credentials() {
        assert!(!seen.contains(secret), "{seen}");
    }
}

#[test]
#[ignore = "needs proxy.py: run `tests/network/run`"]
fn a_proxy_that_rejects_its_credentials_is_named_and_receives_no_token() {
    let tap = Tap::start("ATLAS_PROXY");
    let text = run(&tap, "http://user:wrong");
    assert_eq!(text.matches("FAILED: ").count(), 3, "{text}");
    assert_eq!(text.matches("proxy authorization required").count(), 3, "{text}");
    assert!(!text.contains("wrong") && !tap.text().contains("token"), "{text}");
}

#[test]
#[ignore = "needs microsocks: run `tests/network/run`"]
fn a_socks_proxy_forwards_calls_and_receives_no_token() {
    for scheme in ["socks5", "socks5h"] {
        let tap = Tap::start("ATLAS_SOCKS");
        let text = run(&tap, &format!("{scheme}://user:pass%25word"));
        assert!(!text.contains("FAILED"), "{text}");
        let seen = tap.text();
        assert!(seen.matches("\x04user\x09pass%word").count() >= 3, "{seen}");
        for (_, secret) in credentials() {
            assert!(!seen.contains(secret), "{seen}");
        }
    }
}

#[test]
#[ignore = "needs microsocks: run `tests/network/run`"]
fn a_socks_proxy_that_rejects_its_credentials_is_named() {
    let text = run(&Tap::start("ATLAS_SOCKS"), "socks5h://user:wrong");
    assert_eq!(text.matches("FAILED: ").count(), 3, "{text}");
    assert_eq!(text.matches("SOCKS error: credentials not accepted").count(), 3, "{text}");
    assert!(!text.contains("wrong"), "{text}");
}
