//! What goes wrong on demand.

use std::{
    collections::VecDeque,
    fmt::Display,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::stream;
use serde_json::json;

use crate::{connection::Connection, error::ApiError, record::RecordedRequest};

/// The request header that asks for a fault, in the form that [`Fault`] reads from text.
pub const FAULT_HEADER: &str = "x-atlas-fault";

/// What goes wrong with one request to an operation. A request to the token endpoint is spared.
///
/// The n-th request meets the n-th fault that was given to [`Builder::faults`](crate::Builder::faults)
/// or [`Emulator::inject`](crate::Emulator::inject); a request with the header [`FAULT_HEADER`]
/// meets the one that it asks for, in these words:
///
/// | header | fault |
/// |---|---|
/// | `delay=MS`, `reset`, `cut-off=BYTES`, `trickle=MS`, `gone` | as the variants and functions here |
/// | `status=CODE`, `retry-after=VALUE`, `html=CODE`, `redirect=URL` | as the functions here |
/// | `content-type=VALUE`, `sunset=VALUE` | the usual answer, but for this header |
/// | `empty` | 200 without a body |
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// None: the request is answered as usual.
    None,
    /// The usual answer, after this time.
    Delay(Duration),
    /// The operation is carried out, then the connection is reset without an answer.
    Reset,
    /// The usual answer, of whose body only so many bytes come before the connection ends.
    CutOff(usize),
    /// The usual answer, a byte at a time, with this pause before each.
    Trickle(Duration),
    /// The usual answer, but for this header.
    Header(HeaderName, HeaderValue),
    /// Another answer. The operation is not carried out.
    Answer {
        /// Its status.
        status: StatusCode,
        /// Its headers.
        headers: Vec<(HeaderName, HeaderValue)>,
        /// Its body.
        body: Bytes,
    },
}

impl Fault {
    /// An answer with this body and the media type of JSON.
    #[must_use]
    pub fn body(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let headers = vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Self::Answer { status, headers, body: body.into() }
    }

    /// An error with this status, as Atlas words errors.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self::error(&ApiError::new(status, "FAULT_ON_DEMAND", "A test asked for this error."))
    }

    /// 429 with `Retry-After`, in seconds or as a date. What cannot stand in a header is left out.
    #[must_use]
    pub fn too_many_requests(retry_after: impl Display) -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let error = ApiError::new(status, "RATE_LIMITED", "A test asked for this error.");
        Self::error(&error).with_header(header::RETRY_AFTER, &retry_after.to_string())
    }

    /// 410, as for a version that was removed.
    #[must_use]
    pub fn gone() -> Self {
        let error = ApiError::new(StatusCode::GONE, "VERSION_GONE", "The version was removed.");
        Self::error(&error)
    }

    /// A page for people, such as a proxy sends.
    #[must_use]
    pub fn html(status: StatusCode) -> Self {
        let page = "<!DOCTYPE html>\n<title>Sign in</title>\n<h1>Sign in to go on</h1>\n";
        Self::Answer { status, headers: Vec::new(), body: page.into() }
            .with_header(header::CONTENT_TYPE, "text/html; charset=utf-8")
    }

    /// 307 to another place.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::body(StatusCode::TEMPORARY_REDIRECT, "").with_header(header::LOCATION, location)
    }

    fn error(error: &ApiError) -> Self {
        Self::body(error.status, error.body().to_string())
    }

    fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let (Self::Answer { headers, .. }, Ok(value)) = (&mut self, value.parse()) {
            headers.push((name, value));
        }
        self
    }

    /// Reads the value of [`FAULT_HEADER`].
    fn read(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let status = || value.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
        let pause = || value.parse().ok().map(Duration::from_millis);
        let header = |name| Some(Self::Header(name, value.parse().ok()?));
        match name {
            "delay" => pause().map(Self::Delay),
            "trickle" => pause().map(Self::Trickle),
            "reset" => Some(Self::Reset),
            "cut-off" => value.parse().ok().map(Self::CutOff),
            "gone" => Some(Self::gone()),
            "empty" => Some(Self::body(StatusCode::OK, "")),
            "status" => status().map(Self::status),
            "html" => status().map(Self::html),
            "retry-after" => Some(Self::too_many_requests(value)),
            "redirect" => Some(Self::redirect(value)),
            "content-type" => header(header::CONTENT_TYPE),
            "sunset" => header(HeaderName::from_static("sunset")),
            _ => None,
        }
    }

    /// The answer that stands in for the usual one.
    pub(crate) fn answer(&self) -> Option<Response> {
        let Self::Answer { status, headers, body } = self else { return None };
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = *status;
        response.headers_mut().extend(headers.iter().cloned());
        Some(response)
    }

    /// Does to the usual answer what the fault is.
    pub(crate) async fn spoil(self, mut response: Response, connection: &Connection) -> Response {
        match self {
            Self::None | Self::Answer { .. } => response,
            Self::Delay(time) => {
                tokio::time::sleep(time).await;
                response
            }
            Self::Reset => {
                connection.reset();
                response
            }
            Self::CutOff(count) => cut_off(response, count).await,
            Self::Trickle(pause) => trickle(response, pause).await,
            Self::Header(name, value) => {
                response.headers_mut().insert(name, value);
                response
            }
        }
    }
}

/// The whole body, which is in memory anyway, with the headers that announce its length.
async fn announced(response: Response) -> (Response<()>, Bytes) {
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut head = Response::from_parts(head, ());
    head.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
    (head, bytes)
}

async fn cut_off(response: Response, count: usize) -> Response {
    let (head, bytes) = announced(response).await;
    let start = bytes.slice(..count.min(bytes.len()));
    let body = stream::unfold(Some(start), |start| async {
        if let Some(start) = start {
            return Some((Ok(start), None));
        }
        // What was written leaves before the connection ends.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Err(std::io::Error::other("cut off on demand")), None))
    });
    head.map(|()| Body::from_stream(body))
}

async fn trickle(response: Response, pause: Duration) -> Response {
    let (head, bytes) = announced(response).await;
    let body = stream::unfold(bytes, move |mut bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let byte = bytes.split_to(1);
        Some((Ok::<_, std::io::Error>(byte), bytes))
    });
    head.map(|()| Body::from_stream(body))
}

/// The faults that are to come, one for each request to an operation.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn add(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }

    /// The fault for a request; a wish that cannot be read is an error.
    pub(crate) fn next(&self, request: &RecordedRequest) -> Result<Fault, ApiError> {
        if !request.uri.path().starts_with("/api/atlas/") {
            return Ok(Fault::None);
        }
        let Some(wish) = request.headers.get(FAULT_HEADER) else {
            let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            return Ok(next.unwrap_or(Fault::None));
        };
        wish.to_str().ok().and_then(Fault::read).ok_or_else(|| {
            let detail = format!("The header {FAULT_HEADER} asks for no fault that is known.");
            ApiError::new(StatusCode::BAD_REQUEST, "UNKNOWN_FAULT", detail)
                .parameter(json!(wish.to_str().ok()))
        })
    }
}
