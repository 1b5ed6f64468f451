//! Calls every method of a client whose server is a local socket. Prints the request and the result of each method as
//! JSON. If the environment variable `SERVER` is set, the requests go to that URL instead. The generator's tests write
//! this program and the module `calls`, which contains the examples.

#![allow(deprecated, reason = "the program also calls deprecated operations")]

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use generated_client::{Client, Credentials, RetryPolicy};

mod calls;

type Outcome = Pin<Box<dyn Future<Output = Result<(), Box<dyn Error>>>>>;
type Call = fn(Client) -> Outcome;

const ANSWER: &str = r#"{"error": 400, "errorCode": "ONLY_RECORDED"}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let socket = format!("http://{}", listener.local_addr()?);
    let url = std::env::var("SERVER").unwrap_or(socket);
    let requests = Arc::new(Mutex::new(Vec::new()));
    let recorded = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if let Err(error) = stream.and_then(|stream| serve(stream, &recorded)) {
                recorded.lock().unwrap().push(error.to_string());
            }
        }
    });
    let builder = Client::builder(Credentials::access_token("token")).base_url(url);
    let client = builder.retry(RetryPolicy::none()).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (method, call) in calls::CALLS {
        let outcome = runtime.block_on(call(client.clone()));
        let outcome = outcome.err().map(|error| error.to_string());
        let requests = std::mem::take(&mut *requests.lock().unwrap());
        println!("{}", serde_json::json!({ "method": method, "requests": requests, "outcome": outcome }));
    }
    Ok(())
}

/// Records a request and then responds, so that the caller finds the request after the call.
fn serve(mut stream: TcpStream, recorded: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    while !is_whole(&String::from_utf8_lossy(&bytes)) {
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..read]);
    }
    recorded.lock().unwrap().push(String::from_utf8(bytes).map_err(io::Error::other)?);
    let length = ANSWER.len();
    write!(
        stream,
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{ANSWER}"
    )
}

/// Returns whether the headers and the whole body have arrived.
fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| length.parse() == Ok(body.len()))
}
