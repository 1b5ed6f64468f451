//! Responses, and how they become values and errors.

use std::error::Error as _;
use std::io;
use std::str::Utf8Error;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, LOCATION};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::byte_stream::ByteStream;
use super::media_type;
use crate::credentials::Authenticator;
use crate::error::{ApiError, BodyProblem, Error, chain};
use crate::identity;
use crate::json::{self, Failure};
use crate::no_response::NoResponse;
use crate::response::{Response, ResponseHead};
use crate::runtime::{ByStatus, Decoded, Request};
use crate::text;

/// The maximum number of bytes that an error keeps of a success's body.
const KEPT: usize = 64 * 1024;

/// The header in which a server may repeat the `errorCode`.
const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// A response that is not decoded yet.
pub(crate) struct Answer<'a> {
    head: ResponseHead,
    body: Vec<u8>,
    enveloped: bool,
    authenticator: &'a Authenticator,
    /// The unread rest of a success, if the caller reads it in chunks.
    rest: Option<reqwest::Response>,
}

/// Why a response could not be read.
pub(crate) enum ReadFailure {
    /// A timeout, whose meaning depends on the limits of the call.
    Connection(NoResponse),
    /// Any other cause.
    Response(Error),
}

impl From<Error> for ReadFailure {
    fn from(error: Error) -> Self {
        Self::Response(error)
    }
}

/// The envelope around a response. A list keeps its own shape and gains a `status`.
#[derive(Default, Deserialize)]
struct Envelope<'a> {
    status: Option<u16>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// Returns the envelope around `body`, or an empty one if there is none.
    fn around(body: &'a [u8]) -> Self {
        // serde would also decode a struct from an array of its fields.
        let text =
            str::from_utf8(body).ok().filter(|text| text.trim_ascii_start().starts_with('{'));
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    fn status(&self) -> Option<StatusCode> {
        self.status.and_then(|status| StatusCode::from_u16(status).ok())
    }
}

impl<'a> Answer<'a> {
    pub(crate) const fn new(
        head: ResponseHead,
        body: Vec<u8>,
        authenticator: &'a Authenticator,
    ) -> Self {
        Self { head, body, enveloped: false, authenticator, rest: None }
    }

    /// Reads `response`, up to `limit` bytes.
    pub(crate) async fn read(
        request: &Request,
        mut response: reqwest::Response,
        limit: usize,
        authenticator: &'a Authenticator,
    ) -> Result<Self, ReadFailure> {
        let operation = request.operation();
        let head =
            ResponseHead::of(operation, response.status(), std::mem::take(response.headers_mut()));
        let mut answer = Self::new(head, Vec::new(), authenticator);
        if answer.head.status().is_redirection() && !request.is_redirected() {
            let location = answer.header(&LOCATION);
            return Err(Error::Redirect { head: answer.head.into(), location }.into());
        }
        if answer.head.status().is_success() && request.is_streamed() {
            answer.rest = Some(response);
            return Ok(answer);
        }
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len().saturating_add(chunk.len()) > limit => {
                    return Err(Error::TooLarge { head: answer.head.into(), limit }.into());
                }
                Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
                Ok(None) => return Ok(answer),
                Err(error) if error.is_timeout() => {
                    return Err(ReadFailure::Connection(error.into()));
                }
                Err(error) => return Err(answer.unread(error).into()),
            }
        }
    }

    /// Marks the response as enveloped: the status in the envelope is the effective one.
    pub(crate) fn enveloped(mut self, enveloped: bool) -> Self {
        self.enveloped = enveloped;
        self
    }

    /// Returns the value of a success, or the error.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.decode_by(|_| None, |_, content| json::decode(content))
    }

    /// Returns the value that a success has with its status, or the error.
    pub(crate) fn by_status<T: ByStatus>(self) -> Result<Response<T>, Error> {
        self.decode_by(T::without_body, T::decode)
    }

    fn decode_by<T>(
        mut self,
        without_body: impl FnOnce(u16) -> Option<T>,
        decode: impl FnOnce(u16, &[u8]) -> Decoded<T>,
    ) -> Result<Response<T>, Error> {
        let body = std::mem::take(&mut self.body);
        let content = self.open(&body)?;
        let status = self.head.status().as_u16();
        if let Some(value) = without_body(status) {
            return Ok(Response::new(self.head, value));
        }
        if let Some(error) = self.foreign(content) {
            return Err(error);
        }
        match decode(status, content) {
            Ok(value) => Ok(Response::new(self.head, value)),
            Err(Failure::Syntax(error)) => Err(self.no_json(&error, content)),
            Err(Failure::Shape { path, message, value }) => Err(Error::Decode {
                path: self.excerpt(&path),
                message: self.excerpt(&message),
                excerpt: self.excerpt(&self.redacted(value).to_string()),
                body: self.kept(content),
                head: self.head.into(),
            }),
        }
    }

    /// Returns the UTF-8 text of a success.
    pub(crate) fn text(mut self) -> Result<Response<String>, Error> {
        let body = std::mem::take(&mut self.body);
        let content = self.open(&body)?;
        if self.is_encoded() {
            return Err(self.encoded());
        }
        match str::from_utf8(content) {
            Ok(text) => Ok(Response::new(self.head, text.to_owned())),
            Err(error) => Err(self.no_text(error, content)),
        }
    }

    /// Returns a success without a value, and ignores its body.
    pub(crate) fn empty(mut self) -> Result<Response<()>, Error> {
        let body = std::mem::take(&mut self.body);
        self.open(&body)?;
        Ok(Response::new(self.head, ()))
    }

    /// Returns a redirect, or a success without a value.
    pub(crate) fn redirect(self) -> Result<Response<()>, Error> {
        if self.head.status().is_redirection() {
            return Ok(Response::new(self.head, ()));
        }
        self.empty()
    }

    /// Returns a success whose body is read in chunks.
    pub(crate) fn bytes(mut self) -> Result<Response<ByteStream>, Error> {
        match self.rest.take() {
            Some(_) if self.is_encoded() => Err(self.encoded()),
            Some(response) => {
                let bytes = ByteStream::new(self.head.operation(), response);
                Ok(Response::new(self.head, bytes))
            }
            None => Err(self.refusal(&self.body)),
        }
    }

    /// Returns the value of a success, or `None` if its body is empty.
    pub(crate) fn optional<T: DeserializeOwned>(self) -> Result<Response<Option<T>>, Error> {
        if self.head.status().is_success() && self.body.trim_ascii().is_empty() {
            return Ok(Response::new(self.head, None));
        }
        self.decode()
    }

    /// Returns the content of the envelope, or an error if its status is one.
    fn open<'b>(&mut self, body: &'b [u8]) -> Result<&'b [u8], Error> {
        let success = self.head.status().is_success();
        let wrapped = self.enveloped || !success;
        let envelope = if wrapped { Envelope::around(body) } else { Envelope::default() };
        if let Some(status) = envelope.status()
            && success
        {
            self.head.set_status(status);
        }
        let content = envelope.content.map_or(body, |content| content.get().as_bytes());
        if self.head.status().is_success() { Ok(content) } else { Err(self.refusal(content)) }
    }

    /// Returns the error of an error response. An error object is used regardless of its media
    /// type, because its code and message are valuable. Servers also send errors without a body,
    /// such as some with status 401.
    fn refusal(&self, content: &[u8]) -> Error {
        if content.trim_ascii().is_empty() {
            return self.api(ApiError::new(self.head.status()), content);
        }
        let value = match serde_json::from_slice(content) {
            Ok(value) => self.redacted(value),
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

    /// Returns an error if the body is recognizably not from the API, before parsing it. A body
    /// without a media type may be JSON.
    fn foreign(&self, content: &[u8]) -> Option<Error> {
        let media_type = self.head.headers().get(CONTENT_TYPE);
        let media_type = media_type.map(|value| media_type::essence(value.as_bytes()));
        let problem = if content.trim_ascii().is_empty() {
            BodyProblem::Empty
        } else if self.is_encoded() {
            return Some(self.encoded());
        } else if media_type.as_deref().is_some_and(media_type::is_html)
            || media_type::looks_like_html(content)
        {
            BodyProblem::Html
        } else if media_type.is_some_and(|it| !media_type::is_json(&it)) {
            BodyProblem::MediaType
        } else {
            return None;
        };
        Some(self.unexpected(problem, "", content))
    }

    /// Returns whether the body has an encoding that the client did not request. If the client
    /// requested it, reqwest decodes the body and removes the header.
    fn is_encoded(&self) -> bool {
        let encoding = self.head.headers().get(CONTENT_ENCODING);
        encoding.is_some_and(|it| !it.as_bytes().eq_ignore_ascii_case(b"identity"))
    }

    /// Returns the error for a body that could not be read completely.
    fn unread(&self, error: reqwest::Error) -> Error {
        if is_corrupt(&error) {
            let detail = chain(&error.without_url());
            return self.unexpected(BodyProblem::Corrupt, &detail, &self.body);
        }
        let detail = "the connection closed before the end of the body";
        self.unexpected(BodyProblem::CutOff, detail, &self.body)
    }

    fn no_json(&self, error: &serde_json::Error, content: &[u8]) -> Error {
        let problem = match std::str::from_utf8(content) {
            Err(error) => return self.no_text(error, content),
            Ok(_) if error.is_eof() => BodyProblem::CutOff,
            Ok(_) => BodyProblem::NotJson,
        };
        self.unexpected(problem, &error.to_string(), content)
    }

    fn no_text(&self, error: Utf8Error, content: &[u8]) -> Error {
        let detail = format!("the first invalid byte is at offset {}", error.valid_up_to());
        self.unexpected(BodyProblem::NotUtf8, &detail, content)
    }

    fn unexpected(&self, problem: BodyProblem, detail: &str, content: &[u8]) -> Error {
        Error::UnexpectedBody {
            head: self.head.clone().into(),
            content_type: self.header(&CONTENT_TYPE),
            problem,
            detail: self.excerpt(detail),
            excerpt: self.excerpt(&String::from_utf8_lossy(content)),
            body: self.kept(content),
        }
    }

    /// Returns the text of a body, for [`Error::body`].
    fn kept(&self, content: &[u8]) -> Option<Box<SecretString>> {
        let text = str::from_utf8(content).ok()?;
        if text.trim_ascii().is_empty() {
            return None;
        }
        let mut text = self.authenticator.redact(text);
        let end = (0..=KEPT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        Some(Box::new(text.into()))
    }

    /// Returns the error for a body with an unexpected `Content-Encoding`. The error has no
    /// excerpt, because the bytes are compressed.
    fn encoded(&self) -> Error {
        let encoding = self.header(&CONTENT_ENCODING).unwrap_or_default();
        self.unexpected(BodyProblem::ContentEncoding, &format!("`{encoding}`"), &[])
    }

    fn header(&self, name: &HeaderName) -> Option<Box<str>> {
        let value = self.head.headers().get(name)?;
        Some(self.excerpt(&String::from_utf8_lossy(value.as_bytes())))
    }

    fn redacted(&self, mut value: Value) -> Value {
        json::map_strings(&mut value, &|text| self.authenticator.redact(text));
        value
    }

    fn excerpt(&self, text: &str) -> Box<str> {
        let text = self.authenticator.redact(text);
        text::one_line(&text::without_pem(&text), text::EXCERPT).into()
    }
}

/// Returns whether the body cannot be decompressed. Connection errors come from hyper; a plain I/O
/// error comes from the decoder, which reports a truncated body as an unexpected end of file.
fn is_corrupt(error: &reqwest::Error) -> bool {
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let cause = causes.find(|cause| !cause.is::<reqwest::Error>());
    let cause = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| cause.kind() != io::ErrorKind::UnexpectedEof)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::Credentials;
    use crate::runtime::{Method, Operation};

    const OPERATION: Operation = Operation {
        id: "deleteThing",
        method: Method::DELETE,
        path: "/things",
        accept: "application/json",
        content_type: None,
    };

    fn empty(status: StatusCode, body: &str, enveloped: bool) -> Result<Response<()>, Error> {
        let head = ResponseHead::of(&OPERATION, status, HeaderMap::new());
        let base_url = "https://localhost".parse().unwrap();
        let credentials = Credentials::access_token("token");
        let authenticator = &Authenticator::new(credentials, &base_url).unwrap();
        Answer::new(head, body.into(), authenticator).enveloped(enveloped).empty()
    }

    #[test]
    fn a_success_without_a_value_ignores_its_body() {
        for body in ["", "{}", "<html>"] {
            let response = empty(StatusCode::NO_CONTENT, body, false).unwrap();
            assert_eq!(response.status(), StatusCode::NO_CONTENT);
        }
    }

    #[test]
    fn an_error_status_wins_over_a_body_that_claims_success() {
        for body in [r#"{"status":200}"#, r#"{"status":200,"content":{}}"#] {
            for enveloped in [false, true] {
                let error = empty(StatusCode::SERVICE_UNAVAILABLE, body, enveloped).unwrap_err();
                assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE), "{body}");
            }
        }
    }

    #[test]
    fn an_error_without_a_value_is_still_an_error() {
        let refusal = r#"{"error":404,"errorCode":"GONE"}"#;
        let enveloped = format!(r#"{{"status":404,"content":{refusal}}}"#);
        for error in
            [empty(StatusCode::NOT_FOUND, refusal, false), empty(StatusCode::OK, &enveloped, true)]
        {
            let error = error.unwrap_err();
            assert_eq!(
                (error.error_code(), error.status()),
                (Some("GONE"), Some(StatusCode::NOT_FOUND))
            );
            assert!(error.to_string().ends_with("check the base URL"), "{error}");
        }
    }
}
