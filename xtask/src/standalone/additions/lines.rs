//! Responses with a JSON value on each line.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

use futures_core::Stream;
use futures_util::stream;
use serde::de::DeserializeOwned;

use super::Request;
use crate::json::{self, Failure};
use crate::{ByteStream, Client, Error, ResponseFuture};

/// The values of a response that has a JSON value on each line. The client reads the values as they arrive.
///
/// The response limit applies to each line, not to the whole response, because only the bytes that have not been
/// returned yet are in memory. The timeouts of the client cover the time until the headers of the response have arrived.
/// After that, the attempt timeout limits how long [`next`](Self::next) waits for more bytes. Once the client has
/// returned the `JsonLines`, it does not retry.
pub struct JsonLines<T> {
    bytes: ByteStream,
    /// The bytes that have arrived but have not been returned yet.
    buffer: VecDeque<u8>,
    /// The number of bytes at the start of the buffer that were already searched and contain no line break.
    scanned: usize,
    is_done: bool,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> JsonLines<T> {
    /// Returns the next value, or `None` at the end or after an error. Empty lines are skipped.
    ///
    /// This method is cancel safe: dropping the future loses no value.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ByteStream::chunk`]. Returns [`Error::Decode`] if a line is not the expected JSON.
    /// Returns [`Error::TooLarge`] if a line is longer than [`response_limit`](crate::ClientBuilder::response_limit).
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        let value = self.read().await;
        if value.is_err() {
            self.buffer.clear();
            self.is_done = true;
        }
        value.transpose()
    }

    /// Returns the values as a stream. The stream ends after the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send + Unpin {
        Box::pin(stream::try_unfold(self, |mut lines| async {
            let value = lines.next().await.transpose()?;
            Ok(value.map(|value| (value, lines)))
        }))
    }

    async fn read(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some(line) = self.line()? {
                if let Some(value) = self.decode(&line)? {
                    return Ok(Some(value));
                }
            } else if self.is_done {
                return Ok(None);
            } else if let Some(chunk) = self.bytes.chunk().await? {
                self.buffer.extend(chunk);
            } else {
                self.is_done = true;
            }
        }
    }

    /// Removes the next line from the buffer. Returns `None` if the rest of the line has not arrived yet, or if there
    /// are no more lines. The last line needs no line break.
    fn line(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let mut unread = self.buffer.iter().skip(self.scanned);
        let end = unread.position(|byte| *byte == b'\n').map(|end| self.scanned + end);
        let length = end.unwrap_or(self.buffer.len());
        let limit = self.bytes.client.response_limit;
        if length > limit {
            return Err(Error::TooLarge { head: self.bytes.head.clone().into(), limit });
        }
        if end.is_none() && (!self.is_done || length == 0) {
            self.scanned = length;
            return Ok(None);
        }
        let line = self.buffer.drain(..length).collect();
        // Drops the line break.
        self.buffer.pop_front();
        self.scanned = 0;
        Ok(Some(line))
    }

    /// Decodes a line. Returns `None` if the line contains no value.
    fn decode(&self, line: &[u8]) -> Result<Option<T>, Error> {
        // JSON text sequences (RFC 7464) begin each value with a record separator.
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"\x1e").unwrap_or(line);
        if line.is_empty() {
            return Ok(None);
        }
        json::decode(line).map(Some).map_err(|failure| {
            let (path, message, value) = match failure {
                Failure::Syntax(error) => {
                    (".".to_owned(), error.to_string(), String::from_utf8_lossy(line).into_owned())
                }
                Failure::Shape { path, message, value } => {
                    let redact = |value| self.bytes.authenticator.redact_json(value);
                    let value = value.map(|value| redact(value).to_string());
                    (path, message, value.unwrap_or_default())
                }
            };
            self.bytes.answer().misshapen(&path, &message, &value, &[])
        })
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
            let response = self.call_bytes(request).await?;
            Ok(response.map(|bytes| JsonLines {
                bytes,
                buffer: VecDeque::new(),
                scanned: 0,
                is_done: false,
                item: PhantomData,
            }))
        })
    }
}
