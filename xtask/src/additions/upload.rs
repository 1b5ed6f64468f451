//! File contents and raw bodies, which are sent unchanged.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::{At, Content, InvalidInput, Request};

/// The contents of a file or a raw body, with an optional file name and media type.
///
/// Bytes and text convert into an `Upload`. The contents stay in memory until the call ends, so
/// that a failed attempt can be retried. With [`Upload::once`], the client sends a stream or an open
/// file without reading it into memory:
///
/// ```no_run
/// # fn example(stream: impl Into<reqwest::Body>) {
/// use generated_client::Upload;
///
/// let bytes = Upload::from(b"\x89PNG".as_slice()).file_name("logo.png").content_type("image/png");
/// let stream = Upload::once(stream).file_name("backup.tar");
/// # }
/// ```
#[derive(Clone)]
pub struct Upload {
    contents: Contents,
    file_name: Option<String>,
    content_type: Option<String>,
}

#[derive(Clone)]
enum Contents {
    Bytes(Bytes),
    /// Clones share the body, and only the first attempt can take it.
    Once(Arc<Mutex<Option<reqwest::Body>>>),
}

impl Upload {
    /// Creates contents that can be sent only once, from a `tokio::fs::File` or from a stream
    /// wrapped by [`reqwest::Body::wrap_stream`].
    ///
    /// A request with such contents is never sent again. If the server first answers 401, because it requires HTTP Digest
    /// or has revoked the token, the call fails with this error. Then use contents in memory, such as bytes.
    pub fn once(body: impl Into<reqwest::Body>) -> Self {
        Self::new(Contents::Once(Arc::new(Mutex::new(Some(body.into())))))
    }

    const fn new(contents: Contents) -> Self {
        Self { contents, file_name: None, content_type: None }
    }

    /// Sets the file name, which only forms send. Defaults to the field name.
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

    pub(super) fn name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    pub(super) fn media_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the contents as a body.
    pub(super) fn body(&self, at: At<'_>) -> Result<reqwest::Body, InvalidInput> {
        match &self.contents {
            Contents::Bytes(bytes) => Ok(bytes.clone().into()),
            Contents::Once(body) => {
                let body = body.lock().unwrap_or_else(PoisonError::into_inner).take();
                let rule =
                    "can be sent only once: pass bytes, or create a new request with a new stream";
                body.ok_or_else(|| InvalidInput::unreadable(at, rule))
            }
        }
    }

    /// Returns the number of bytes, if known.
    pub(super) fn len(&self) -> Option<u64> {
        match &self.contents {
            Contents::Bytes(bytes) => bytes.len().try_into().ok(),
            Contents::Once(_) => None,
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
        if let Some(media_type) = &self.content_type {
            let value = HeaderValue::try_from(media_type);
            let rule = "is not a media type: write it like `image/png`";
            let value = value.map_err(|_| InvalidInput::text(At::BODY, media_type, rule))?;
            request.headers_mut().insert(CONTENT_TYPE, value);
        }
        *request.body_mut() = Some(self.body(At::BODY)?);
        Ok(request)
    }

    fn is_repeatable(&self) -> bool {
        matches!(self.contents, Contents::Bytes(_))
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
