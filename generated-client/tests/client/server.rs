//! A server that reads whole requests and returns the same bytes for each request, and a port without a server.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use tokio::net::TcpSocket;

pub(crate) struct Server {
    url: String,
    requests: Receiver<String>,
}

impl Server {
    /// Starts a server that returns `bytes` unchanged and then closes the connection.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel();
        let bytes = bytes.into();
        thread::spawn(move || serve(&listener, &bytes, &sender));
        Self { url, requests }
    }

    /// Starts a server that returns a response with a `Content-Length` header. Each header in `headers` ends with a
    /// line break.
    pub(crate) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        Self::raw([head.as_bytes(), body].concat())
    }

    /// Starts a server that returns 200 with JSON, as Atlas does.
    pub(crate) fn ok(body: &str) -> Self {
        let media_type = "Content-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n";
        Self::answer("200 OK", media_type, body)
    }

    /// Starts a server that returns the given status with JSON, as Atlas does for an error.
    pub(crate) fn error(status: &str, body: &str) -> Self {
        Self::answer(status, "Content-Type: application/json\r\n", body)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the first request that this method has not returned yet, or `None` if there is none.
    pub(crate) fn request(&self) -> Option<String> {
        self.requests.try_recv().ok()
    }
}

/// Returns a socket that is bound to a free port of 127.0.0.1 but does not listen, so connections to the port fail.
/// While the socket exists, the system does not assign the port to any server. A local Atlas can still listen on this
/// port.
pub(crate) fn unused_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

fn serve(listener: &TcpListener, answer: &[u8], requests: &Sender<String>) {
    for stream in listener.incoming() {
        // In some tests, the client closes the connection early. Those tests check the client's error.
        let _ = stream.and_then(|stream| exchange(stream, answer, requests));
    }
}

fn exchange(mut stream: TcpStream, answer: &[u8], requests: &Sender<String>) -> io::Result<()> {
    let request = read_request(&mut stream)?;
    // The request is recorded before the response is sent, so a test that has received the response
    // finds the request.
    let _ = requests.send(request);
    stream.write_all(answer)
}

fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return Ok(text.into_owned());
        }
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.parse().unwrap())
}
