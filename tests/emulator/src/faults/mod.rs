//! Faults that tests inject.

mod schedule;
mod spoil;
mod target;
mod words;

use std::{fmt::Display, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

pub(crate) use self::{schedule::Faults, target::Place};
pub use self::{target::Target, words::UnknownFault};
use crate::{
    error::{ApiError, ERROR_CODE},
    presentation::Presentation,
};

/// The request header that triggers a fault, in the text form of [`Fault`].
pub const FAULT_HEADER: &str = "x-atlas-fault";

/// A fault in the response to one request.
///
/// [`Builder::faults`](crate::Builder::faults) and [`Emulator::inject`](crate::Emulator::inject)
/// queue faults for requests to operations. Each request takes one fault from the queue. A
/// [`Target`] limits faults to a path, an operation or a cluster.
///
/// A request to an operation can also trigger a fault itself, with the header [`FAULT_HEADER`]. The text forms of
/// faults, which [`FromStr`](std::str::FromStr) parses, are:
///
/// | text | fault |
/// |---|---|
/// | `none` | [`None`](Self::None) |
/// | `delay=MS`, `reset`, `cut-off=BYTES`, `trickle=MS` | the variants with these names |
/// | `unknown-fields`, `unknown-values` | the variants with these names |
/// | `stale-nonce`, `hostile-challenge`, `revoked-token`, `expired-token` | the variants with these names |
/// | `enveloped=CODE` | [`EnvelopedError`](Self::EnvelopedError) |
/// | `error=CODE,ERROR_CODE` | the function [`error`](Self::error), such as `error=400,CANNOT_ASSUME_ROLE` |
/// | `status=CODE`, `retry-after=VALUE`, `html=CODE`, `redirect=URL`, `gone` | the functions [`status`](Self::status), [`too_many_requests`](Self::too_many_requests), [`html`](Self::html), [`redirect`](Self::redirect) and [`gone`](Self::gone) |
/// | `content-type=VALUE`, `deprecation=VALUE`, `sunset=VALUE` | the usual response with the given header |
/// | `body=TEXT`, `empty` | 200 with the given body, or without a body |
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// No fault: the usual response.
    None,
    /// The usual response, after the given delay.
    Delay(Duration),
    /// A reset of the connection instead of a response. The operation is executed first.
    Reset,
    /// The usual response, except that the connection ends after the given number of bytes of the body.
    CutOff(usize),
    /// The usual response, one byte at a time, with the given pause before each byte.
    Trickle(Duration),
    /// The usual response with the given header added or replaced.
    Header(HeaderName, HeaderValue),
    /// The usual response, in which each object has an additional field that the spec does not
    /// define.
    UnknownFields,
    /// The usual response, with providers and states that the spec does not define.
    UnknownValues,
    /// 401 with a new challenge, which says that the nonce of the request is stale. A request without
    /// digest credentials gets the usual response.
    StaleNonce,
    /// 401 with a digest challenge that is valid but hard to parse. The challenge has a second scheme in the same
    /// header, escaped quotes and commas within values, and a list of `qop` values. It also has a parameter that RFC
    /// 7616 does not define. A request with a bearer token gets the usual response.
    HostileChallenge,
    /// 401, and the bearer token of the request is revoked. The token of
    /// [`Builder::token`](crate::Builder::token) cannot be revoked: only this request gets 401. A
    /// request without a bearer token gets the usual response.
    RevokedToken,
    /// Like [`RevokedToken`](Self::RevokedToken), but the error says that the token has expired.
    ExpiredToken,
    /// An error with the given status. If the request has `envelope=true`, the error is inside an envelope and the
    /// status of the response is 200. The operation is not executed.
    EnvelopedError(StatusCode),
    /// A different response. The operation is not executed.
    Answer {
        /// The status.
        status: StatusCode,
        /// The headers.
        headers: Vec<(HeaderName, HeaderValue)>,
        /// The body.
        body: Bytes,
    },
}

impl Fault {
    /// Creates a response with the given status and body, and the content type `application/json`.
    #[must_use]
    pub fn body(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let headers = vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Self::Answer { status, headers, body: body.into() }
    }

    /// Creates an error with the given status, in Atlas's form.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self::of(&on_demand(status))
    }

    /// Creates an error with the given status and error code, in Atlas's form.
    ///
    /// ```
    /// use atlas_emulator::{Fault, StatusCode};
    ///
    /// // Atlas refuses to create a bucket if it cannot assume the role yet.
    /// let fault = Fault::error(StatusCode::BAD_REQUEST, "CANNOT_ASSUME_ROLE");
    /// ```
    #[must_use]
    pub fn error(status: StatusCode, code: impl Into<String>) -> Self {
        Self::of(&ApiError::new(status, code.into(), "A test requested this error."))
    }

    /// Creates a 429 error with `Retry-After`, in seconds or as a date. Omits the header if
    /// `retry_after` contains characters that a header value cannot contain.
    #[must_use]
    pub fn too_many_requests(retry_after: impl Display) -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let error = ApiError::new(status, "RATE_LIMITED", "A test requested this error.");
        Self::of(&error).with_header(header::RETRY_AFTER, &retry_after.to_string())
    }

    /// Creates the 410 error that Atlas returns for a removed version.
    #[must_use]
    pub fn gone() -> Self {
        let error = ApiError::new(StatusCode::GONE, "VERSION_GONE", "The version was removed.");
        Self::of(&error)
    }

    /// Creates an HTML response, such as a proxy might send.
    #[must_use]
    pub fn html(status: StatusCode) -> Self {
        let page = "<!DOCTYPE html>\n<title>Sign in</title>\n<h1>Sign in to continue</h1>\n";
        Self::Answer { status, headers: Vec::new(), body: page.into() }
            .with_header(header::CONTENT_TYPE, "text/html; charset=utf-8")
    }

    /// Creates a 307 redirect to `location`.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::body(StatusCode::TEMPORARY_REDIRECT, "").with_header(header::LOCATION, location)
    }

    fn of(error: &ApiError) -> Self {
        let fault = Self::body(error.status, error.body().to_string());
        fault.with_header(ERROR_CODE, &error.code)
    }

    fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let (Self::Answer { headers, .. }, Ok(value)) = (&mut self, value.parse()) {
            headers.push((name, value));
        }
        self
    }

    /// Returns the response that replaces the usual response, if the fault defines one.
    pub(crate) fn answer(&self, presentation: Presentation) -> Option<Response> {
        if let Self::EnvelopedError(status) = self {
            let error = on_demand(*status);
            if !presentation.envelope {
                return Self::of(&error).answer(presentation);
            }
            let body = presentation.text(error.status, error.body());
            return Self::body(StatusCode::OK, body).answer(presentation);
        }
        let Self::Answer { status, headers, body } = self else { return None };
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = *status;
        response.headers_mut().extend(headers.iter().cloned());
        Some(response)
    }
}

fn on_demand(status: StatusCode) -> ApiError {
    ApiError::new(status, "FAULT_ON_DEMAND", "A test requested this error.")
}
