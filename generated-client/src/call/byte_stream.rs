//! Response bodies that are not JSON, such as archives and CSV files.

use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream;

use super::answer::Answer;
use crate::credentials::Authenticator;
use crate::inner::Inner;
use crate::response::ResponseHead;
use crate::{Error, Response};

/// The body of a response that is not JSON, such as a compressed log, read in chunks.
///
/// The timeouts of the client cover the time until the headers of the response have arrived. After that, the attempt
/// timeout applies to each chunk: it starts when you request the chunk. The whole body can therefore take any time, as
/// long as bytes arrive. Once the client has returned the `ByteStream`, it no longer retries the request.
pub struct ByteStream {
    pub(crate) client: Arc<Inner>,
    pub(crate) head: ResponseHead,
    rest: reqwest::Response,
    /// The credentials of the request, which errors must not show.
    pub(crate) authenticator: Arc<Authenticator>,
}

impl ByteStream {
    pub(crate) fn of(
        client: Arc<Inner>,
        response: Response<(reqwest::Response, Arc<Authenticator>)>,
    ) -> Response<Self> {
        let head = response.head().clone();
        response.map(|(rest, authenticator)| Self { client, head, rest, authenticator })
    }

    /// Returns the response without its body, for errors about the body.
    pub(crate) fn answer(&self) -> Answer {
        Answer::new(self.head.clone(), Vec::new(), Arc::clone(&self.authenticator))
    }

    /// Returns the next chunk as it arrived, or `None` at the end of the body.
    ///
    /// This method is cancel safe: dropping the future loses no bytes.
    ///
    /// # Errors
    ///
    /// Returns [`Error::UnexpectedBody`] with [`BodyProblem::CutOff`](crate::BodyProblem::CutOff) if no bytes arrive
    /// within the attempt timeout, or if the connection breaks before the end of the body. Returns it with
    /// [`BodyProblem::Corrupt`](crate::BodyProblem::Corrupt) if the body cannot be decompressed.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let limit = self.client.time_limits.attempt;
        let mut error = match tokio::time::timeout(limit, self.rest.chunk()).await {
            Ok(Ok(chunk)) => return Ok(chunk.map(Vec::from)),
            Ok(Err(error)) => self.answer().broken(error),
            Err(_) => self.answer().stalled(limit),
        };
        error.set_attempts(self.head.attempts(), self.head.earlier_may_have_acted());
        Err(error)
    }

    /// Reads the rest of the body into memory. Dropping the future loses the bytes that it has read, and the rest.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`chunk`](Self::chunk). Returns [`Error::TooLarge`] if the rest is larger than the
    /// [`response_limit`](crate::ClientBuilder::response_limit).
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let limit = self.client.response_limit;
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len().saturating_add(chunk.len()) > limit {
                return Err(Error::TooLarge { head: self.head.into(), limit });
            }
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
    use tokio::time::Instant;

    use crate::runtime::{Method, Operation, Request};
    use crate::testing::{CannedResponse, CannedResponses};
    use crate::{BodyProblem, Client, Credentials, Error, RetryPolicy};

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
    async fn the_response_limit_applies_to_a_body_in_memory_but_not_to_chunks() {
        let responses = CannedResponses::new();
        responses.set(OPERATION.id, CannedResponse::new(StatusCode::OK, "long"));
        let limited = |limit| {
            let builder = Client::builder(Credentials::access_token("token")).response_limit(limit);
            builder.canned_responses(&responses).build().unwrap()
        };
        let body = |limit| async move {
            limited(limit).call_bytes(Request::new(&OPERATION)).await.unwrap().into_inner()
        };
        let text = |limit| limited(limit).call_text(Request::new(&OPERATION));
        assert_eq!(body(3).await.chunk().await.unwrap().unwrap(), b"long");
        for result in [body(3).await.bytes().await.map(drop), text(3).await.map(drop)] {
            let error = result.unwrap_err();
            assert!(matches!(error, Error::TooLarge { limit: 3, .. }), "{error:?}");
        }
        assert_eq!(body(4).await.bytes().await.unwrap(), b"long");
        assert_eq!(text(4).await.unwrap().into_inner(), "long");
    }

    /// The server sent the body in response to a request with the old credentials, and may echo them.
    #[tokio::test]
    async fn an_error_about_the_body_does_not_show_credentials_that_were_replaced() {
        let responses = CannedResponses::new();
        responses.set(OPERATION.id, CannedResponse::new(StatusCode::OK, "old-token"));
        let builder = Client::builder(Credentials::access_token("old-token"));
        let client = builder.canned_responses(&responses).build().unwrap();
        let response = client.clone().call_bytes(Request::new(&OPERATION)).await.unwrap();
        client.set_credentials(Credentials::access_token("new-token")).unwrap();
        let body = response.into_inner();
        let error = body.answer().misshapen("", "", "old-token", b"old-token");
        let shown = format!("{error} {error:?} {:?}", error.body());
        assert!(shown.contains("[redacted]") && !shown.contains("old-token"), "{shown}");
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
    async fn bytes_and_text_with_an_unrequested_encoding_are_an_error() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx";
        let client = || async { client(answer).await.unwrap() };
        let bytes = client().await.call_bytes(Request::new(&OPERATION)).await.map(drop);
        let text = client().await.call_text(Request::new(&OPERATION)).await.map(drop);
        for result in [bytes, text] {
            let error = result.unwrap_err();
            let Error::UnexpectedBody { problem, .. } = error else { panic!("{error:?}") };
            assert_eq!(problem, BodyProblem::ContentEncoding);
        }
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
    async fn a_body_is_cut_off_if_no_bytes_arrive_within_the_attempt_timeout() {
        let client = client("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf...").await.unwrap();
        let client = client.with_attempt_timeout(Duration::from_secs(30));
        let response = client.call_bytes(Request::new(&OPERATION)).await.unwrap();
        // From here on, the clock advances while the client waits.
        tokio::time::pause();
        // The timeout does not include the time that the caller spends between two chunks.
        tokio::time::sleep(Duration::from_secs(60)).await;
        let mut bytes = response.into_inner();
        assert_eq!(bytes.chunk().await.unwrap().unwrap(), b"half...");
        let start = Instant::now();
        let error = bytes.chunk().await.unwrap_err();
        assert_eq!(start.elapsed().as_secs(), 30);
        assert_eq!(
            error.to_string(),
            "downloadLog returned 200 OK with an unexpected body (no media type): it is cut off: \
             no bytes arrived within 30s (`attempt_timeout`); try again"
        );
    }

    #[tokio::test]
    async fn a_body_can_take_longer_than_the_timeouts() {
        const CHUNKS: u32 = 10;
        let limit = Duration::from_secs(30);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let _head = stream.read(&mut [0; 4096]).await?;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n").await?;
            for _ in 0..CHUNKS {
                tokio::time::sleep(limit / 2).await;
                stream.write_all(b"x").await?;
            }
            io::Result::Ok(())
        });
        let builder = Client::builder(Credentials::access_token("token")).base_url(url);
        let builder = builder.attempt_timeout(limit).operation_timeout(limit);
        let client = builder.build().unwrap();
        let response = client.call_bytes(Request::new(&OPERATION)).await.unwrap();
        tokio::time::pause();
        let start = Instant::now();
        assert_eq!(response.into_inner().bytes().await.unwrap(), b"xxxxxxxxxx");
        assert!(start.elapsed() >= limit * (CHUNKS - 1) / 2, "{:?}", start.elapsed());
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
            assert_eq!(error.attempts(), Some(2), "{error:?}");
            assert_eq!(error.may_have_been_carried_out(), may_have_acted, "{error:?}");
            tokio::time::resume();
        }
    }

    #[tokio::test]
    async fn a_success_can_have_an_empty_body() {
        let optional = Operation { accept: "application/json", ..OPERATION };
        let optional: &'static Operation = Box::leak(Box::new(optional));
        for (answer, expected) in [
            ("HTTP/1.1 204 No Content\r\n\r\n", None),
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\r\n", None),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n7", Some(7)),
        ] {
            let client = client(answer).await.unwrap();
            let response = client.call_optional::<u32>(Request::new(optional)).await.unwrap();
            assert_eq!(response.into_inner(), expected, "{answer}");
        }
    }
}
