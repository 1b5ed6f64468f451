//! Response bodies that are not JSON, such as archives and CSV files.

use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream;

use super::answer::{Answer, Unread};
use crate::inner::Inner;
use crate::response::ResponseHead;
use crate::{Error, Response};

/// The body of a response that is not JSON, such as a compressed log, read in chunks.
///
/// The response limit does not apply, not even to [`bytes`](Self::bytes), which reads the rest of the body into memory.
/// The attempt timeout, or the remaining operation timeout if that is shorter, covers the time from the opening of the
/// connection to the last byte. Once the client has returned the `ByteStream`, it no longer retries the request.
pub struct ByteStream {
    pub(crate) client: Arc<Inner>,
    pub(crate) head: ResponseHead,
    rest: Unread,
}

impl ByteStream {
    pub(crate) fn of(client: Arc<Inner>, response: Response<Unread>) -> Response<Self> {
        let head = response.head().clone();
        response.map(|rest| Self { client, head, rest })
    }

    /// Returns the response without its body, for errors about the body.
    pub(crate) fn answer(&self) -> Answer<'_> {
        Answer::new(self.head.clone(), Vec::new(), &self.client.authenticator)
    }

    /// Returns the next chunk as it arrived, or `None` at the end of the body.
    ///
    /// This method is cancel safe: dropping the future loses no bytes.
    ///
    /// # Errors
    ///
    /// Returns [`Error::TimedOut`] if a timeout expires before the end of the body. Returns [`Error::UnexpectedBody`]
    /// if the connection breaks before the end of the body, or if the body cannot be decompressed.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let chunk = self.rest.response.chunk().await.map_err(|error| {
            let mut error = self.answer().broken(error, &self.rest.limits);
            error.set_attempts(self.head.attempts(), self.head.earlier_may_have_acted());
            error
        })?;
        Ok(chunk.map(Vec::from))
    }

    /// Reads the rest of the body.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend(chunk);
        }
        Ok(bytes)
    }

    /// Converts the body into a stream of chunks, which ends after the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Vec<u8>, Error>> + Send + Unpin {
        Box::pin(stream::try_unfold(self, |mut bytes| async move {
            let chunk = bytes.chunk().await?;
            Ok(chunk.map(|chunk| (chunk, bytes)))
        }))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation_id", &self.head.operation_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use reqwest::StatusCode;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use crate::runtime::{Method, Operation, Request};
    use crate::testing::{CannedResponse, CannedResponses};
    use crate::{BodyProblem, Client, Credentials, Error, RetryPolicy, TimeLimit};

    const OPERATION: Operation = Operation {
        id: "downloadLog",
        method: Method::GET,
        path: "/log",
        accept: "application/vnd.atlas.2023-02-01+gzip",
        content_type: None,
    };

    /// Returns a client for a server that sends the next of the `answers` verbatim on each connection.
    async fn retrying_client(answers: &'static [&str]) -> io::Result<Client> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await?;
                let mut request = [0; 4096];
                let _head = stream.read(&mut request).await?;
                stream.write_all(answer.as_bytes()).await?;
                if answer.ends_with(STALL) {
                    // Reads until the client closes the connection.
                    while stream.read(&mut request).await? > 0 {}
                }
                stream.shutdown().await?;
            }
            io::Result::Ok(())
        });
        let builder = Client::builder(Credentials::access_token("token")).base_url(url);
        Ok(builder.retry(RetryPolicy::new().base_delay(Duration::ZERO)).build().unwrap())
    }

    /// The end of an answer after which the connection stays open.
    const STALL: &str = "...";

    /// Returns a client for a server that sends `answer` verbatim, once.
    async fn client(answer: &'static str) -> io::Result<Client> {
        let client = retrying_client(Box::leak(Box::new([answer]))).await?;
        Ok(client.with_retry(RetryPolicy::none()))
    }

    #[tokio::test]
    async fn bytes_are_returned_unchanged() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n\u{1}\u{2}log\n";
        let client = client(answer).await.unwrap();
        let response = client.call_bytes(Request::new(&OPERATION)).await.unwrap();
        assert_eq!(response.into_inner().bytes().await.unwrap(), b"\x01\x02log\n");
    }

    #[tokio::test]
    async fn the_response_limit_does_not_apply_to_bytes() {
        let responses = CannedResponses::new();
        responses.set(OPERATION.id, CannedResponse::new(StatusCode::OK, "long"));
        let builder = Client::builder(Credentials::access_token("token")).response_limit(3);
        let client = builder.canned_responses(&responses).build().unwrap();
        let response = client.clone().call_bytes(Request::new(&OPERATION)).await.unwrap();
        assert_eq!(response.into_inner().bytes().await.unwrap(), b"long");
        let error = client.call_text(Request::new(&OPERATION)).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 3, .. }), "{error:?}");
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
    async fn bytes_with_an_unrequested_encoding_are_an_error() {
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
        assert_eq!(chunk, b"half");
        let error = bytes.bytes().await.unwrap_err();
        let Error::UnexpectedBody { problem, .. } = error else { panic!("{error:?}") };
        assert_eq!((problem, error.status()), (BodyProblem::CutOff, Some(StatusCode::OK)));
        assert!(error.is_transient());
        assert_eq!(
            error.to_string(),
            "downloadLog returned 200 OK with an unexpected body (no media type): it is cut off: \
             the connection closed before the end of the body; try again"
        );
    }

    #[tokio::test]
    async fn an_error_names_the_timeout_that_expires_while_the_body_is_read() {
        for is_operation in [false, true] {
            let client =
                client("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf...").await.unwrap();
            let limit = Duration::from_secs(30);
            let (client, expected) = if is_operation {
                (client.with_operation_timeout(limit), TimeLimit::Operation)
            } else {
                (client.with_attempt_timeout(limit), TimeLimit::Attempt)
            };
            let response = client.call_bytes(Request::new(&OPERATION)).await.unwrap();
            // From here on, the clock advances while the client waits.
            tokio::time::pause();
            let error = response.into_inner().bytes().await.unwrap_err();
            let Error::TimedOut { limit: expired, after, .. } = error else { panic!("{error:?}") };
            assert_eq!((expired, after), (expected, limit));
            assert_eq!(
                error.to_string(),
                format!(
                    "downloadLog got no complete response within 30s; try again, or raise `{expected}`"
                )
            );
            tokio::time::resume();
        }
    }

    #[tokio::test]
    async fn an_error_while_the_body_is_read_has_the_attempts_of_the_call() {
        let put = Operation { method: Method::PUT, ..OPERATION };
        let put: &'static Operation = Box::leak(Box::new(put));
        for (operation, may_have_acted) in [(&OPERATION, false), (put, true)] {
            let client = retrying_client(&[
                "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf...",
            ]);
            let response = client.await.unwrap().call_bytes(Request::new(operation)).await.unwrap();
            tokio::time::pause();
            let error = response.into_inner().bytes().await.unwrap_err();
            assert!(matches!(error, Error::TimedOut { attempts: 2, .. }), "{error:?}");
            assert_eq!(error.may_have_been_carried_out(), may_have_acted, "{error:?}");
            tokio::time::resume();
        }
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
