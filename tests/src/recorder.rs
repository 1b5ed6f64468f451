//! A server that records the bytes of a request and sends a fixed response.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server for one request.
#[derive(Debug)]
pub struct Recorder {
    url: String,
    request: JoinHandle<io::Result<String>>,
}

impl Recorder {
    /// Listens on a free local port and responds to one request with the given status and JSON body.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free.
    pub async fn start(status: u16, body: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let answer = format!(
            "HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{body}",
            body.len(),
        );
        let request = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let request = read_request(&mut stream).await?;
            stream.write_all(answer.as_bytes()).await?;
            stream.shutdown().await?;
            Ok(request)
        });
        Ok(Self { url, request })
    }

    /// Returns the base URL of the server.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns whether the server has received a request and responded, or has failed.
    #[must_use]
    pub fn was_reached(&self) -> bool {
        self.request.is_finished()
    }

    /// Waits for the request and returns its request line, its headers in order, and its body. Placeholders replace the
    /// server's address and the client's version, which vary. A line feed replaces each CRLF.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is incomplete or not UTF-8, or if the response could not be
    /// sent.
    pub async fn request(self) -> io::Result<String> {
        let host = self.url.trim_start_matches("http://").to_owned();
        let request = self.request.await.map_err(io::Error::other)??;
        let agent = format!("generated-client/{}", env!("CARGO_PKG_VERSION"));
        let request = request.replace(&host, "HOST").replace(&agent, "generated-client/VERSION");
        Ok(request.replace("\r\n", "\n"))
    }
}

pub(crate) async fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&bytes) {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend(chunk.iter().take(read));
    }
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Returns whether the bytes contain all headers and a body of at least `Content-Length` bytes.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or_default()
}
