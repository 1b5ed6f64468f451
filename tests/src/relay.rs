//! A relay between the client and a server. A test can edit the request that the relay forwards.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::recorder::read_request;

/// A relay for one request and its response.
#[derive(Debug)]
pub struct Relay {
    url: String,
    answer: JoinHandle<io::Result<String>>,
}

impl Relay {
    /// Listens on a free local port. Forwards the request to `server`, such as `127.0.0.1:8080`, after `change` has
    /// edited the request.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free.
    pub async fn start(
        server: impl Into<String>,
        change: impl FnOnce(String) -> String + Send + 'static,
    ) -> io::Result<Self> {
        let server = server.into();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let answer = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await?;
            let request = change(read_request(&mut client).await?);
            // With this header, the end of the connection marks the end of the response.
            let request = request.replacen("\r\n", "\r\nconnection: close\r\n", 1);
            let mut stream = TcpStream::connect(server).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await?;
            client.write_all(answer.as_bytes()).await?;
            client.shutdown().await?;
            Ok(answer)
        });
        Ok(Self { url, answer })
    }

    /// Returns the base URL for the client.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the response has been forwarded and returns it.
    ///
    /// # Errors
    ///
    /// Returns an error if the relay received no complete request or could not forward the request
    /// or the response.
    pub async fn answer(self) -> io::Result<String> {
        self.answer.await.map_err(io::Error::other)?
    }
}
