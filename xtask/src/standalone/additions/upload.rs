//! File contents and raw bodies, which are sent unchanged.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use reqwest::Body;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::{At, Content, InvalidInput, Request};

/// The contents of a file or a raw body, with an optional file name and media type.
///
/// Bytes and text convert into an `Upload`. The contents stay in memory until the call ends, so
/// that a failed attempt can be retried. With [`Upload::once`], the client sends a stream or an open
/// file without reading it into memory:
///
/// ```no_run
/// # fn example(stream: impl Into<reqwest::Body>, length: u64) {
/// use generated_client::Upload;
///
/// let bytes = Upload::from(b"\x89PNG").file_name("logo.png").content_type("image/png");
/// let stream = Upload::once(stream).content_length(length).file_name("backup.tar");
/// # }
/// ```
#[derive(Clone)]
pub struct Upload {
    contents: Contents,
    file_name: Option<String>,
    content_type: Option<String>,
    content_length: Option<u64>,
}

#[derive(Clone)]
enum Contents {
    Bytes(Bytes),
    /// Clones share the body, and only the first attempt can take it.
    Once(Arc<Mutex<Option<Body>>>),
}

impl Upload {
    /// Creates contents that can be sent only once, from a `tokio::fs::File` or from a stream
    /// wrapped by [`reqwest::Body::wrap_stream`].
    ///
    /// A request with such contents is never sent again. If the server returns 401, because it requires HTTP Digest or
    /// has revoked the token, the call fails. In this case, make another call with a new stream: this call answers the
    /// challenge or requests a new token. If the contents are in memory, the client itself sends the request again.
    ///
    /// The [attempt timeout](crate::ClientBuilder::attempt_timeout) covers the whole upload. For a large file, send the
    /// request with [`with_attempt_timeout`](crate::Client::with_attempt_timeout).
    pub fn once(body: impl Into<Body>) -> Self {
        Self::new(Contents::Once(Arc::new(Mutex::new(Some(body.into())))))
    }

    const fn new(contents: Contents) -> Self {
        Self { contents, file_name: None, content_type: None, content_length: None }
    }

    /// Sets the file name, which is sent only in multipart forms. Defaults to the field name.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type. Defaults to the media type in the API's OpenAPI document, or else to
    /// `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// Sets the number of bytes of contents from [`once`](Self::once), which the client sends in `Content-Length`. Some
    /// servers respond with status 411 to a request without this header. For a form, the header contains the length of
    /// the whole form, and the client sends it only if the length of every part is known.
    ///
    /// If the contents are shorter or longer, the call fails with [`Error::Transport`](crate::Error::Transport) before
    /// the request is complete. If the contents are in memory, the client uses their actual length and ignores this
    /// setting.
    #[must_use]
    pub const fn content_length(mut self, bytes: u64) -> Self {
        self.content_length = Some(bytes);
        self
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    pub(super) fn media_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the contents as a body. Returns an error if the contents can be sent only once and were already taken.
    pub(super) fn body(&self, at: At<'_>) -> Result<Body, InvalidInput> {
        match &self.contents {
            Contents::Bytes(bytes) => Ok(bytes.clone().into()),
            Contents::Once(body) => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                let rule =
                    "can be sent only once: pass bytes, or create a new request with a new stream";
                let body = body.ok_or_else(|| InvalidInput::unreadable(at, rule))?;
                Ok(match self.content_length {
                    Some(left) => Body::wrap(Exact { body: Some(body), left, last: None }),
                    None => body,
                })
            }
        }
    }

    /// Returns the number of bytes, if known.
    fn len(&self) -> Option<u64> {
        match &self.contents {
            Contents::Bytes(bytes) => bytes.len().try_into().ok(),
            Contents::Once(_) => self.content_length,
        }
    }
}

impl Request {
    /// Sets the body of the request.
    pub(crate) fn upload(self, upload: Upload) -> Self {
        self.content(upload)
    }
}

impl Content for Upload {
    fn attach(&self, mut request: reqwest::Request) -> Result<reqwest::Request, InvalidInput> {
        if let Some(text) = &self.content_type {
            request.headers_mut().insert(CONTENT_TYPE, media_type(At::BODY, text)?);
        }
        *request.body_mut() = Some(self.body(At::BODY)?);
        Ok(request)
    }

    fn is_repeatable(&self) -> bool {
        matches!(self.contents, Contents::Bytes(_))
    }
}

/// The media type of contents for which neither the caller nor the document specifies one.
pub(super) const DEFAULT_MEDIA_TYPE: &str = "application/octet-stream";

/// Returns a media type as the value of a header.
pub(super) fn media_type(at: At<'_>, text: &str) -> Result<HeaderValue, InvalidInput> {
    let value = HeaderValue::try_from(text).ok().filter(|_| text.contains('/'));
    let rule = "is not a media type: write it like `image/png`";
    value.ok_or_else(|| InvalidInput::text(at, text, rule))
}

/// A body that fails unless it has the length in `Content-Length`.
struct Exact {
    /// The rest of the body, or `None` after its end.
    body: Option<Body>,
    /// The number of bytes that are still missing.
    left: u64,
    /// The chunk that completes the length. It is held back until the body ends.
    last: Option<Frame<Bytes>>,
}

impl http_body::Body for Exact {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        while let Some(body) = &mut self.body {
            let Some(frame) = ready!(Pin::new(body).poll_frame(context)) else {
                self.body = None;
                if self.left > 0 {
                    let problem = "the contents are shorter than `content_length`";
                    return Poll::Ready(Some(Err(io::Error::other(problem))));
                }
                break;
            };
            let frame = frame.map_err(io::Error::other)?;
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            let Some(left) = self.left.checked_sub(length) else {
                let problem = "the contents are longer than `content_length`";
                return Poll::Ready(Some(Err(io::Error::other(problem))));
            };
            self.left = left;
            if left > 0 {
                return Poll::Ready(Some(Ok(frame)));
            }
            // The server may act on the request once it has all bytes, so the last chunk waits for the end of the body.
            if length > 0 {
                self.last = Some(frame);
            }
        }
        Poll::Ready(self.last.take().map(Ok))
    }

    fn size_hint(&self) -> SizeHint {
        let last = self.last.as_ref().and_then(Frame::data_ref).map_or(0, |data| data.len() as u64);
        SizeHint::with_exact(self.left + last)
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self::new(Contents::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static [u8]> for Upload {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from(bytes).into()
    }
}

impl<const N: usize> From<&'static [u8; N]> for Upload {
    fn from(bytes: &'static [u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

impl From<String> for Upload {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Upload {
    fn from(text: &'static str) -> Self {
        Bytes::from(text).into()
    }
}

/// Omits the contents, which may be secret.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
