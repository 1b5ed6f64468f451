//! Responses with a JSON value on each line.

use std::fmt;
use std::marker::PhantomData;

use futures_core::Stream;
use futures_util::stream;
use serde::de::DeserializeOwned;

use super::Request;
use crate::json::{self, Failure};
use crate::response::ResponseHead;
use crate::{ByteStream, Client, Error, ResponseFuture};

/// The values of a response that has a JSON value on each line. The client reads the values as they arrive.
///
/// The response limit does not apply, because only the bytes that have not been returned yet are in
/// memory. The timeout for an attempt covers the whole response.
pub struct JsonLines<T> {
    client: Client,
    head: ResponseHead,
    bytes: ByteStream,
    /// The bytes that have arrived but have not been returned yet.
    buffer: Vec<u8>,
    is_done: bool,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> JsonLines<T> {
    /// Returns the next value, or `None` at the end or after an error. Empty lines are skipped.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                if let Some(value) = self.read(&line) {
                    return Some(value);
                }
            } else if self.is_done {
                let line = std::mem::take(&mut self.buffer);
                return self.read(&line);
            } else {
                match self.bytes.chunk().await {
                    Ok(Some(chunk)) => self.buffer.extend_from_slice(chunk.as_ref()),
                    Ok(None) => self.is_done = true,
                    Err(error) => return Some(Err(self.end(error))),
                }
            }
        }
    }

    /// Returns the values as a stream. The stream ends after the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send {
        stream::unfold(self, |mut lines| async { lines.next().await.map(|it| (it, lines)) })
    }

    fn read(&mut self, line: &[u8]) -> Option<Result<T, Error>> {
        // JSON text sequences (RFC 7464) begin each value with a record separator.
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"\x1e").unwrap_or(line);
        if line.is_empty() {
            return None;
        }
        Some(json::decode(line).map_err(|failure| {
            let authenticator = self.client.authenticator();
            let (path, message, value) = match failure {
                Failure::Syntax(error) => {
                    (".".to_owned(), error.to_string(), String::from_utf8_lossy(line).into_owned())
                }
                Failure::Shape { path, message, value } => {
                    (path, message, authenticator.redact_json(value).to_string())
                }
            };
            let error = Error::Decode {
                head: self.head.clone().into(),
                path: authenticator.excerpt(&path),
                message: authenticator.excerpt(&message),
                excerpt: authenticator.excerpt(&value),
                body: None,
            };
            self.end(error)
        }))
    }

    fn end(&mut self, error: Error) -> Error {
        self.buffer.clear();
        self.is_done = true;
        error
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Client {
    /// Sends `request`, whose successful response has a JSON value on each line.
    pub(crate) fn call_lines<T: DeserializeOwned + Send + 'static>(
        self,
        request: Request,
    ) -> ResponseFuture<JsonLines<T>> {
        ResponseFuture::new(async move {
            let response = self.clone().call_bytes(request).await?;
            let head = response.head().clone();
            Ok(response.map(|bytes| JsonLines {
                client: self,
                head,
                bytes,
                buffer: Vec::new(),
                is_done: false,
                item: PhantomData,
            }))
        })
    }
}
