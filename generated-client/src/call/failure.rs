//! The errors for error responses and for unexpected bodies.

use std::io;
use std::str::Utf8Error;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use secrecy::SecretString;

use super::answer::Answer;
use crate::credentials::KEPT;
use crate::error::{ApiError, BodyProblem, Error, chain};
use crate::identity;
use crate::json::VALUE_LIMIT;
use crate::media_type;
use crate::no_response::causes;
use crate::response::ERROR_CODE;

impl Answer {
    /// Converts an error response to an error. An error object is decoded regardless of the media type, because its
    /// code and message are useful. Some error responses have no body, for example some with status 401.
    pub(super) fn refusal(&self, content: &[u8]) -> Error {
        if content.trim_ascii().is_empty() {
            return self.api(ApiError::new(self.head.status()), content);
        }
        if content.len() > VALUE_LIMIT {
            return self.foreign(content).unwrap_or_else(|| {
                self.unexpected(BodyProblem::NotAnError, "it is larger than 1 MiB", content)
            });
        }
        let value = match serde_json::from_slice(content) {
            Ok(value) => self.authenticator.redact_json(value),
            Err(error) => {
                return self.foreign(content).unwrap_or_else(|| self.no_json(&error, content));
            }
        };
        match ApiError::read(&value, self.head.status()) {
            Some(error) => self.api(error, content),
            None if !identity::HAS_ERROR_OBJECTS => {
                self.api(ApiError::of_other_api(&value, self.head.status()), content)
            }
            None => self.unexpected(BodyProblem::NotAnError, "", value.to_string().as_bytes()),
        }
    }

    fn api(&self, mut error: ApiError, content: &[u8]) -> Error {
        let from_header = || self.header(&ERROR_CODE).map(String::from);
        error.error_code = error.error_code.or_else(from_header);
        let body = self.kept(content);
        Error::Api { head: self.head.clone().into(), error: error.into(), body }
    }

    /// Returns an error if the body is empty or encoded, or is an HTML page. Any other body may be JSON, because some
    /// servers send JSON as `text/plain` or `application/octet-stream`.
    pub(super) fn foreign(&self, content: &[u8]) -> Option<Error> {
        if content.trim_ascii().is_empty() {
            Some(self.unexpected(BodyProblem::Empty, "", content))
        } else if self.is_encoded() {
            Some(self.encoded())
        } else {
            self.page(content)
        }
    }

    /// Returns an error if the body is an HTML page, according to its media type or its first characters.
    pub(super) fn page(&self, content: &[u8]) -> Option<Error> {
        media_type::is_html_page(self.head.headers(), content)
            .then(|| self.unexpected(BodyProblem::Html, "", content))
    }

    /// Returns an error if text is an HTML page, and the operation does not accept HTML. Some servers label all text as
    /// HTML, so the text must also begin like HTML.
    pub(super) fn unaccepted_page(&self, content: &[u8]) -> Option<Error> {
        let accept = self.head.operation().accept;
        let is_accepted = accept.contains("html") || accept.contains('*');
        let is_labelled = self.media_type().is_some_and(media_type::is_html);
        (is_labelled && media_type::looks_like_html(content) && !is_accepted)
            .then(|| self.unexpected(BodyProblem::Html, "", content))
    }

    /// Returns whether the body is text according to its media type, is not encoded, and does not begin like HTML.
    pub(super) fn is_plain_text(&self) -> bool {
        let is_text = self.media_type().is_some_and(media_type::is_text);
        is_text && !self.is_encoded() && !media_type::looks_like_html(&self.body)
    }

    /// Returns whether the body is ISO 8859-1 according to its media type.
    pub(super) fn is_latin1(&self) -> bool {
        let value = self.head.headers().get(CONTENT_TYPE);
        value.is_some_and(|it| media_type::is_latin1(it.as_bytes()))
    }

    /// Returns the media type of the body without parameters, if the response specifies one.
    fn media_type(&self) -> Option<&[u8]> {
        let value = self.head.headers().get(CONTENT_TYPE)?;
        Some(media_type::essence(value.as_bytes()))
    }

    /// Returns whether the body has an encoding that the client did not request. If the client requested the encoding,
    /// reqwest decodes the body and removes the `Content-Encoding` header.
    pub(super) fn is_encoded(&self) -> bool {
        let encoding = self.head.headers().get(CONTENT_ENCODING);
        encoding.is_some_and(|it| !it.as_bytes().eq_ignore_ascii_case(b"identity"))
    }

    /// Returns the error for a body that could not be read completely.
    pub(super) fn broken(&self, error: reqwest::Error) -> Error {
        if is_corrupt(&error) {
            let detail = chain(&error.without_url());
            return self.unexpected(BodyProblem::Corrupt, &detail, &self.body);
        }
        let detail = if error.is_timeout() {
            "the rest of the body did not arrive in time"
        } else {
            "the connection closed before the end of the body"
        };
        self.unexpected(BodyProblem::CutOff, detail, &self.body)
    }

    /// Returns the error for a body of which no more bytes arrive.
    pub(super) fn stalled(&self, after: Duration) -> Error {
        let detail = format!("no bytes arrived within {after:?} (`attempt_timeout`)");
        self.unexpected(BodyProblem::CutOff, &detail, &self.body)
    }

    /// Returns the error for a body that is not JSON. If the media type is not JSON either, the error says only this,
    /// unless the body is the beginning of a JSON value.
    pub(super) fn no_json(&self, error: &serde_json::Error, content: &[u8]) -> Error {
        if !error.is_eof() && self.media_type().is_some_and(|it| !media_type::is_json(it)) {
            return self.unexpected(BodyProblem::MediaType, "", content);
        }
        let problem = match std::str::from_utf8(content) {
            Err(error) => return self.no_text(error, content),
            Ok(_) if error.is_eof() => BodyProblem::CutOff,
            Ok(_) => BodyProblem::NotJson,
        };
        self.unexpected(problem, &error.to_string(), content)
    }

    pub(super) fn no_text(&self, error: Utf8Error, content: &[u8]) -> Error {
        let detail = format!("the first invalid byte is at offset {}", error.valid_up_to());
        self.unexpected(BodyProblem::NotUtf8, &detail, content)
    }

    /// Returns the error for a value that does not fit its Rust type. The error quotes `value`.
    pub(crate) fn misshapen(
        &self,
        path: &str,
        message: &str,
        value: &str,
        content: &[u8],
    ) -> Error {
        Error::Decode {
            head: self.head.clone().into(),
            path: self.authenticator.excerpt(path),
            message: self.authenticator.excerpt(message),
            excerpt: self.authenticator.excerpt(value),
            body: self.kept(content),
        }
    }

    fn unexpected(&self, problem: BodyProblem, detail: &str, content: &[u8]) -> Error {
        Error::UnexpectedBody {
            head: self.head.clone().into(),
            content_type: self.header(&CONTENT_TYPE),
            problem,
            detail: self.authenticator.excerpt(detail),
            excerpt: self.authenticator.excerpt(&String::from_utf8_lossy(content)),
            body: self.kept(content),
        }
    }

    /// Returns the text of a body for [`Error::body`], shortened and without credentials. Returns `None` if the body is
    /// empty or not UTF-8.
    pub(super) fn kept(&self, content: &[u8]) -> Option<Box<SecretString>> {
        let text = std::str::from_utf8(content).ok()?;
        if text.trim_ascii().is_empty() {
            return None;
        }
        let mut text = self.authenticator.redact(text);
        let end = (0..=KEPT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        Some(Box::new(text.into()))
    }

    /// Returns the error for a body with an unexpected `Content-Encoding`. The error has no excerpt, because the bytes
    /// are compressed.
    pub(super) fn encoded(&self) -> Error {
        let encoding = self.header(&CONTENT_ENCODING).unwrap_or_default();
        self.unexpected(BodyProblem::ContentEncoding, &format!("`{encoding}`"), &[])
    }

    pub(super) fn header(&self, name: &HeaderName) -> Option<Box<str>> {
        let value = self.head.headers().get(name)?;
        Some(self.authenticator.excerpt(&String::from_utf8_lossy(value.as_bytes())))
    }
}

/// Returns whether the body cannot be decompressed. hyper wraps the errors of connections, so an I/O error that is not
/// wrapped comes from the decoder. For a truncated body, which is not corrupt, the decoder reports an unexpected end of
/// file.
fn is_corrupt(error: &reqwest::Error) -> bool {
    let cause = causes(error).find(|cause| !cause.is::<reqwest::Error>());
    let cause = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| cause.kind() != io::ErrorKind::UnexpectedEof)
}
