//! Calls the methods of a client, which sends the requests to a given server. The generator's tests write this program
//! and the module `calls`, which contains the examples.
//!
//! Before each call, the program sends a request for `/-/NUMBER`, which separates the calls in the server's log. After
//! each call, the program prints the error as JSON to standard error, or `null` if the call succeeded.

#![allow(deprecated, reason = "the program also calls deprecated operations")]

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::time::Duration;

mod calls;

type Outcome = Pin<Box<dyn Future<Output = Result<(), Box<dyn Error>>>>>;
type Calls = &'static [fn(String) -> Outcome];

/// The time limit of a call. The pages and lines of a mock server can be endless.
const TIME_LIMIT: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, address, first] = arguments.as_slice() else {
        return Err("usage: prism-calls CLIENT ADDRESS FIRST".into());
    };
    let (_, calls) =
        calls::CLIENTS.iter().find(|(name, _)| name == client).ok_or("no such client")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (number, call) in calls.iter().enumerate().skip(first.parse()?) {
        mark(address, number).map_err(|error| format!("the server has stopped: {error}"))?;
        let outcome = runtime.block_on(async {
            tokio::time::timeout(TIME_LIMIT, call(format!("http://{address}"))).await
        });
        let error = match outcome {
            Ok(outcome) => outcome.err().map(|error| error.to_string()),
            Err(_) => Some(format!("the call did not end within {TIME_LIMIT:?}")),
        };
        eprintln!("{}", serde_json::json!(error));
    }
    Ok(())
}

/// Marks the start of a call in the server's log with a request for a path that the document does not have.
fn mark(address: &str, number: usize) -> io::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /-/{number} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    stream.read_to_end(&mut Vec::new())?;
    Ok(())
}
