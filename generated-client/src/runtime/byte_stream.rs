//! Answers that are no JSON: archives, tables.

use std::fmt;

use futures_core::Stream;
use futures_util::stream;
use reqwest::Response;

use crate::Error;

/// The body of an answer that is no JSON, such as a compressed log, as it arrives.
///
/// The limit on the size of an answer does not apply: nothing of it is kept. The time limit of an
/// attempt does, from the connection to the last byte.
pub struct ByteStream {
    operation_id: &'static str,
    response: Response,
}

impl ByteStream {
    pub(crate) const fn new(operation_id: &'static str, response: Response) -> Self {
        Self { operation_id, response }
    }

    /// The next piece, of whatever size it arrived in; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the connection breaks before the end.
    pub async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Error> {
        let operation_id = self.operation_id;
        let broken = |error: reqwest::Error| Error::transport(operation_id, error);
        self.response.chunk().await.map_err(broken)
    }

    /// Everything that is left.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the connection breaks before the end.
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(chunk.as_ref());
        }
        Ok(bytes)
    }

    /// The pieces as a stream, which ends at the first error.
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
            .field("operation_id", &self.operation_id)
            .finish_non_exhaustive()
    }
}
