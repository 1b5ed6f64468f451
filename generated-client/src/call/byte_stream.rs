//! Response bodies that are not JSON, such as archives and tables.

use std::fmt;

use futures_core::Stream;
use futures_util::stream;
use reqwest::Response;

use crate::Error;
use crate::runtime::Operation;

/// The body of a response that is not JSON, such as a compressed log, read in chunks.
///
/// The response limit does not apply, not even to [`bytes`](Self::bytes), which reads the rest of the body into memory.
/// The attempt timeout, or the rest of the operation timeout if that is shorter, covers the time from the opening of
/// the connection to the last byte. The client does not retry after the response has begun.
pub struct ByteStream {
    operation: &'static Operation,
    response: Response,
}

impl ByteStream {
    pub(crate) const fn new(operation: &'static Operation, response: Response) -> Self {
        Self { operation, response }
    }

    /// Returns the next chunk as it arrived, or `None` at the end of the body.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the connection breaks or the attempt times out before the end of the body.
    pub async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Error> {
        let operation = self.operation;
        let broken = |error: reqwest::Error| Error::transport(operation, error.into());
        self.response.chunk().await.map_err(broken)
    }

    /// Reads the rest of the body.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the connection breaks or the attempt times out before the end of the body.
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(chunk.as_ref());
        }
        Ok(bytes)
    }

    /// Converts the body into a stream of chunks, which ends after the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Vec<u8>, Error>> + Send {
        stream::try_unfold(self, |mut bytes| async move {
            let chunk = bytes.chunk().await?;
            Ok(chunk.map(|chunk| (chunk.as_ref().to_vec(), bytes)))
        })
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation_id", &self.operation.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use crate::runtime::{Method, Operation, Request};
    use crate::{BodyProblem, Client, Credentials, Error, RetryPolicy};

    const OPERATION: Operation = Operation {
        id: "downloadLog",
        method: Method::GET,
        path: "/log",
        accept: "application/vnd.atlas.2023-02-01+gzip",
        content_type: None,
    };

    /// Returns a client for a server that returns `answer` verbatim.
    async fn client(answer: &'static str) -> io::Result<Client> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let mut request = [0; 4096];
            let _head = stream.read(&mut request).await?;
            stream.write_all(answer.as_bytes()).await?;
            stream.shutdown().await
        });
        let builder = Client::builder(Credentials::access_token("token")).base_url(url);
        Ok(builder.retry(RetryPolicy::none()).build().unwrap())
    }

    #[tokio::test]
    async fn bytes_are_unchanged_and_exempt_from_the_response_limit() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n\u{1}\u{2}log\n";
        let client = client(answer).await.unwrap();
        let response = client.call_bytes(Request::new(&OPERATION)).await.unwrap();
        assert_eq!(response.into_inner().bytes().await.unwrap(), b"\x01\x02log\n");
    }

    #[tokio::test]
    async fn an_error_response_is_returned_before_any_byte() {
        let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 37\r\n\r\n\
                      {\"error\":404,\"errorCode\":\"NOT_FOUND\"}";
        let client = client(answer).await.unwrap();
        let error = client.call_bytes(Request::new(&OPERATION)).await.unwrap_err();
        assert_eq!(error.error_code(), Some("NOT_FOUND"));
    }

    #[tokio::test]
    async fn compressed_bytes_are_an_error() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx";
        let client = client(answer).await.unwrap();
        let error = client.call_bytes(Request::new(&OPERATION)).await.unwrap_err();
        let Error::UnexpectedBody { problem, .. } = error else { panic!("{error:?}") };
        assert_eq!(problem, BodyProblem::ContentEncoding);
    }

    #[tokio::test]
    async fn a_broken_connection_is_an_error_after_the_received_bytes() {
        let client = client("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await.unwrap();
        let response = client.call_bytes(Request::new(&OPERATION)).await.unwrap();
        let mut bytes = response.into_inner();
        let chunk = bytes.chunk().await.unwrap().unwrap();
        assert_eq!(chunk.as_ref(), b"half");
        assert!(matches!(bytes.chunk().await, Err(Error::Transport { .. })));
    }

    #[tokio::test]
    async fn a_success_can_have_an_empty_body() {
        let optional = Operation { accept: "application/json", ..OPERATION };
        let optional: &'static Operation = Box::leak(Box::new(optional));
        let nothing = client("HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        let response = nothing.call_optional::<u32>(Request::new(optional)).await.unwrap();
        assert_eq!(response.into_inner(), None);
        let something = client("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n7").await.unwrap();
        let response = something.call_optional::<u32>(Request::new(optional)).await.unwrap();
        assert_eq!(response.into_inner(), Some(7));
    }
}
