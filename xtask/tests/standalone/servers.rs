//! Tests which server receives a call.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use uploads::{Client, ClientBuilder, Credentials, RetryPolicy};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// A local server that records its requests. It fails once, so that the client sends the first request again.
struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

fn serve() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&requests);
    thread::spawn(move || {
        let mut response = UNAVAILABLE;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).unwrap();
            kept.lock().unwrap().push(String::from_utf8(bytes[..count].to_vec()).unwrap());
            stream.write_all(response.as_bytes()).unwrap();
            response = OK;
        }
    });
    Server { address, requests }
}

impl Server {
    /// Returns the first line and the host of each request.
    fn requests(&self) -> Vec<(String, String)> {
        let requests = self.requests.lock().unwrap();
        let shown = requests.iter().map(|request| {
            assert!(request.contains("authorization: Bearer t0ken\r\n"), "{request}");
            let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
            (request.lines().next().unwrap().to_owned(), host.to_owned())
        });
        shown.collect()
    }
}

/// Returns a builder whose client connects to a local server instead of each of the document's servers.
fn builder(main: SocketAddr, uploads: SocketAddr) -> ClientBuilder {
    let http = reqwest::Client::builder().no_proxy();
    let http = http.resolve("main.example.com", main).resolve("uploads.example.com", uploads);
    let retry = RetryPolicy::new().base_delay(Duration::ZERO);
    Client::builder(Credentials::bearer("t0ken")).http_client(http.build().unwrap()).retry(retry)
}

fn sent(line: &str, host: &str) -> (String, String) {
    (line.to_owned(), host.to_owned())
}

#[tokio::test]
async fn an_operation_with_its_own_server_is_sent_there() {
    let (main, uploads) = (serve(), serve());
    let client = builder(main.address, uploads.address).build().unwrap();
    client.get_pet("a").await.unwrap();
    client.put_upload().await.unwrap();
    let get = sent("GET /v1/pets/a HTTP/1.1", "main.example.com");
    assert_eq!(main.requests(), [get.clone(), get]);
    let put = sent("PUT /v2/uploads HTTP/1.1", "uploads.example.com");
    assert_eq!(uploads.requests(), [put.clone(), put]);
}

#[tokio::test]
async fn all_operations_are_sent_to_the_base_url_of_the_caller() {
    let (main, uploads) = (serve(), serve());
    for base_url in [format!("http://{}/mock", main.address), Client::DEFAULT_BASE_URL.to_owned()] {
        let client = builder(main.address, uploads.address).base_url(base_url).build().unwrap();
        client.put_upload().await.unwrap();
    }
    let mock = sent("PUT /mock/uploads HTTP/1.1", &main.address.to_string());
    let default = sent("PUT /v1/uploads HTTP/1.1", "main.example.com");
    assert_eq!(main.requests(), [mock.clone(), mock, default]);
    assert_eq!(uploads.requests(), []);
}

#[tokio::test]
async fn an_error_names_the_server_of_the_operation() {
    let main = serve();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = builder(main.address, closed).retry(RetryPolicy::none()).build().unwrap();
    let error = client.put_upload().await.unwrap_err().to_string();
    assert!(error.contains(" to `uploads.example.com`"), "{error}");
    assert_eq!(main.requests(), []);
}
