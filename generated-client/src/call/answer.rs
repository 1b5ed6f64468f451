//! The decoding of responses into values.

use std::borrow::Cow;
use std::sync::Arc;

use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::envelope::Envelope;
use crate::credentials::Authenticator;
use crate::error::Error;
use crate::identity::HAS_ENVELOPES;
use crate::json::{self, Failure, VALUE_LIMIT};
use crate::response::{Response, ResponseHead};
use crate::runtime::{ByStatus, Decoded, Request};
use crate::text;

/// A response that is not yet decoded.
pub(crate) struct Answer {
    pub(super) head: ResponseHead,
    pub(super) body: Vec<u8>,
    enveloped: bool,
    /// The credentials of the request, which errors must not show.
    pub(super) authenticator: Arc<Authenticator>,
    /// The rest of a successful response, if the caller reads the body in chunks.
    rest: Option<reqwest::Response>,
}

impl Answer {
    pub(crate) const fn new(
        head: ResponseHead,
        body: Vec<u8>,
        authenticator: Arc<Authenticator>,
    ) -> Self {
        Self { head, body, enveloped: false, authenticator, rest: None }
    }

    /// Reads the body of `response`, unless the caller reads the body in chunks. Returns an error for a redirect that
    /// the operation does not expect, and for a body that exceeds `limit`.
    pub(crate) async fn read(
        request: &Request,
        mut response: reqwest::Response,
        limit: usize,
        authenticator: Arc<Authenticator>,
    ) -> Result<Self, Error> {
        let operation = request.operation();
        let head =
            ResponseHead::of(operation, response.status(), std::mem::take(response.headers_mut()));
        let mut answer =
            Self::new(head, Vec::new(), authenticator).enveloped(request.wants_envelope());
        if is_redirect(answer.head.status()) && !request.is_redirected() {
            let location = answer.header(&LOCATION).map(|url| text::without_query(&url).into());
            return Err(Error::Redirect { head: answer.head.into(), location });
        }
        if answer.head.status().is_success() && request.is_streamed() {
            answer.rest = Some(response);
            return Ok(answer);
        }
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len().saturating_add(chunk.len()) > limit => {
                    return Err(Error::TooLarge { head: answer.head.into(), limit });
                }
                Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
                Ok(None) => return Ok(answer),
                Err(error) => return Err(answer.broken(error)),
            }
        }
    }

    /// Sets whether the request asked for an envelope. If the HTTP status is successful, the status in the envelope
    /// replaces it.
    pub(crate) fn enveloped(mut self, enveloped: bool) -> Self {
        self.enveloped = enveloped;
        self
    }

    /// Returns the value of a successful response, or the error.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.decode_by(|_| None, |_, content| json::decode(content))
    }

    /// Returns the value of a successful response, or the error. The type of the value depends on the status.
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
        if let Some(error) = self.foreign(&content) {
            return Err(error);
        }
        match decode(status, &content) {
            Ok(value) => Ok(Response::new(self.head, value)),
            Err(Failure::Syntax(error)) => Err(self.no_json(&error, &content)),
            Err(Failure::Shape { path, message, value }) => {
                let value = value.map(|value| self.authenticator.redact_json(value).to_string());
                Err(self.misshapen(&path, &message, &value.unwrap_or_default(), &content))
            }
        }
    }

    /// Returns the string, number or boolean of a successful response. Some servers, such as NestJS with Express, send
    /// the value as text with the media type `text/html`.
    pub(crate) fn scalar<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let is_text = self.head.status().is_success() && self.is_plain_text();
        let body = text::without_byte_order_mark(&self.body);
        let text = std::str::from_utf8(body).ok().filter(|_| is_text);
        let value = text.and_then(|text| {
            let quoted = || T::deserialize(Value::from(text)).ok();
            json::from_str(text).ok().or_else(quoted)
        });
        match value {
            Some(value) => Ok(Response::new(self.head, value)),
            None => self.decode(),
        }
    }

    /// Returns the text of a successful response. The text is UTF-8, or ISO 8859-1 if the media type says so.
    pub(crate) fn text(mut self) -> Result<Response<String>, Error> {
        let body = std::mem::take(&mut self.body);
        let content = self.open(&body)?;
        if self.is_encoded() {
            return Err(self.encoded());
        }
        if let Some(error) = self.unaccepted_page(&content) {
            return Err(error);
        }
        match std::str::from_utf8(&content) {
            Ok(text) => Ok(Response::new(self.head, text.to_owned())),
            Err(_) if self.is_latin1() => {
                // The characters of ISO 8859-1 are the first 256 of Unicode.
                let text = content.iter().copied().map(char::from).collect();
                Ok(Response::new(self.head, text))
            }
            Err(error) => Err(self.no_text(error, &content)),
        }
    }

    /// Returns a successful response without a value. Ignores the body, except that an HTML page is an error: it comes
    /// from a proxy or a gateway and not from the API.
    pub(crate) fn empty(mut self) -> Result<Response<()>, Error> {
        let body = std::mem::take(&mut self.body);
        let content = self.open(&body)?;
        match self.page(&content) {
            Some(error) => Err(error),
            None => Ok(Response::new(self.head, ())),
        }
    }

    /// Returns a redirect, or a successful response without a value.
    pub(crate) fn redirect(self) -> Result<Response<()>, Error> {
        if is_redirect(self.head.status()) {
            return Ok(Response::new(self.head, ()));
        }
        self.empty()
    }

    /// Returns a successful response whose body is read in chunks, with the credentials of the request.
    pub(crate) fn unread(
        mut self,
    ) -> Result<Response<(reqwest::Response, Arc<Authenticator>)>, Error> {
        match self.rest.take() {
            Some(_) if self.is_encoded() => Err(self.encoded()),
            Some(rest) => Ok(Response::new(self.head, (rest, self.authenticator))),
            None => Err(self.refusal(&self.body)),
        }
    }

    /// Returns the value of a successful response, or `None` if its body is empty.
    pub(crate) fn optional<T: DeserializeOwned>(self) -> Result<Response<Option<T>>, Error> {
        if self.head.status().is_success() && self.body.trim_ascii().is_empty() {
            return Ok(Response::new(self.head, None));
        }
        self.decode()
    }

    /// Returns the `content` of the envelope, or the whole body if there is no envelope or the envelope has no
    /// `content`. Returns an error unless the HTTP status and the envelope's status, if any, are both successful.
    ///
    /// Ignores a byte order mark, also in text.
    fn open<'b>(&mut self, body: &'b [u8]) -> Result<Cow<'b, [u8]>, Error> {
        let body = text::without_byte_order_mark(body);
        let success = self.head.status().is_success();
        let wrapped =
            HAS_ENVELOPES && if success { self.enveloped } else { body.len() <= VALUE_LIMIT };
        let envelope = if wrapped { Envelope::around(body) } else { Envelope::default() };
        if success {
            if let Some(status) = envelope.status() {
                self.head.set_status(status);
            }
        }
        // If no envelope was requested, a body is treated as an envelope only if it has a `status` and is not an error
        // object. An error object can have the properties `content` and `status` too.
        let is_envelope = self.enveloped || envelope.status().is_some() && !envelope.is_error();
        let content = envelope.content.filter(|_| is_envelope);
        let content = content.map_or(Cow::Borrowed(body), |it| it.to_string().into_bytes().into());
        if self.head.status().is_success() { Ok(content) } else { Err(self.refusal(&content)) }
    }
}

/// Returns whether a response with this status leads to another URL.
fn is_redirect(status: StatusCode) -> bool {
    status.is_redirection() && status != StatusCode::NOT_MODIFIED
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{CONTENT_TYPE, HeaderMap};

    use super::*;
    use crate::Credentials;
    use crate::runtime::{Method, Operation};

    static OPERATION: Operation = Operation::test("deleteThing", Method::DELETE, "/things");
    static READ: Operation = Operation::test("getThing", Method::GET, "/things");

    fn authenticator() -> Arc<Authenticator> {
        let base_url = "https://localhost".parse().unwrap();
        let credentials = Credentials::access_token("token");
        Authenticator::new(credentials, &base_url, Duration::MAX).unwrap().into()
    }

    fn empty(status: StatusCode, body: &str, enveloped: bool) -> Result<Response<()>, Error> {
        let head = ResponseHead::of(&OPERATION, status, HeaderMap::new());
        Answer::new(head, body.into(), authenticator()).enveloped(enveloped).empty()
    }

    #[test]
    fn a_success_without_a_value_ignores_its_body() {
        for (status, body) in [(204, ""), (200, ""), (200, "{}"), (202, "OK"), (200, "null")] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(empty(status, body, false).unwrap().status(), status, "{body}");
        }
    }

    #[test]
    fn an_error_status_takes_precedence_over_a_body_that_claims_success() {
        for body in [r#"{"status":200}"#, r#"{"status":200,"content":{}}"#] {
            for enveloped in [false, true] {
                let error = empty(StatusCode::SERVICE_UNAVAILABLE, body, enveloped).unwrap_err();
                assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE), "{body}");
            }
        }
    }

    #[test]
    fn status_304_is_an_error_even_if_the_operation_expects_a_redirect() {
        let answer = |status| {
            let head = ResponseHead::of(&OPERATION, status, HeaderMap::new());
            Answer::new(head, Vec::new(), authenticator()).redirect().map(|it| it.status())
        };
        assert_eq!(answer(StatusCode::SEE_OTHER).unwrap(), StatusCode::SEE_OTHER);
        let error = answer(StatusCode::NOT_MODIFIED).unwrap_err();
        assert!(matches!(error, Error::Api { .. }), "{error:?}");
    }

    #[test]
    fn an_error_object_with_the_properties_of_an_envelope_is_not_an_envelope() {
        let body = r#"{"status":404,"error":404,"errorCode":"X","content":{"a":1}}"#;
        let error = empty(StatusCode::NOT_FOUND, body, false).unwrap_err();
        assert_eq!(error.error_code(), Some("X"), "{error:?}");
    }

    #[test]
    fn text_is_an_html_page_if_its_label_and_its_start_say_so() {
        const fn operation(accept: &'static str) -> Operation {
            let (id, method, path) = ("getThing", Method::GET, "/things");
            Operation { id, method, path, accept, content_type: None }
        }
        static TEXT: Operation = operation("text/plain");
        static PAGE: Operation = operation("text/html");
        static ANY: Operation = operation("*/*");
        for (operation, label, body, is_text) in [
            (&TEXT, "text/html", "<html>Sign in</html>", false),
            (&TEXT, "text/html", "value", true),
            (&TEXT, "text/plain", "<html>an email</html>", true),
            (&PAGE, "text/html", "<html>a page</html>", true),
            (&ANY, "text/html", "<html>a page</html>", true),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, label.parse().unwrap())]);
            let head = ResponseHead::of(operation, StatusCode::OK, headers);
            let text = Answer::new(head, body.into(), authenticator()).text();
            match text {
                Ok(text) => assert!(is_text && text.into_inner() == body, "{label} {body}"),
                Err(error) => assert!(!is_text && error.to_string().contains("HTML"), "{error}"),
            }
        }
    }

    #[test]
    fn text_can_be_latin1_if_its_label_says_so() {
        for (label, body, expected) in [
            ("text/csv; charset=iso-8859-1", &b"caf\xe9"[..], Some("café")),
            ("text/csv; charset=iso-8859-1", "café".as_bytes(), Some("café")),
            ("text/csv", b"caf\xe9", None),
            ("text/csv; charset=utf-8", b"caf\xe9", None),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, label.parse().unwrap())]);
            let head = ResponseHead::of(&READ, StatusCode::OK, headers);
            let text = Answer::new(head, body.into(), authenticator()).text();
            assert_eq!(text.ok().map(Response::into_inner).as_deref(), expected, "{label}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        let body = "\u{feff}{\"error\":404,\"errorCode\":\"X\"}";
        let error = empty(StatusCode::NOT_FOUND, body, false).unwrap_err();
        assert_eq!(error.error_code(), Some("X"), "{error:?}");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, "text/plain".parse().unwrap())]);
        let head = ResponseHead::of(&READ, StatusCode::OK, headers);
        let text = Answer::new(head, "\u{feff}value".into(), authenticator()).scalar::<String>();
        assert_eq!(text.unwrap().into_inner(), "value");
    }

    #[test]
    fn only_transient_errors_advise_trying_again() {
        for (status, advice) in [
            (500, "try again later: the server failed"),
            (501, "look up the error code"),
            (507, "look up the error code"),
            (520, "try again later: the server failed"),
            (524, "try again later: the server failed"),
            (530, "look up the error code"),
        ] {
            let head =
                ResponseHead::of(&READ, StatusCode::from_u16(status).unwrap(), HeaderMap::new());
            let body = br#"{"errorCode":"X"}"#.to_vec();
            let error = Answer::new(head, body, authenticator()).empty().unwrap_err();
            assert!(error.to_string().contains(advice), "{error}");
            assert_eq!(error.is_transient(), advice.starts_with("try again"), "{error}");
        }
    }

    #[test]
    fn a_wait_of_zero_is_not_mentioned() {
        let headers = [(reqwest::header::RETRY_AFTER, "0".parse().unwrap())];
        let head =
            ResponseHead::of(&READ, StatusCode::TOO_MANY_REQUESTS, HeaderMap::from_iter(headers));
        let error = Answer::new(head, Vec::new(), authenticator()).empty().unwrap_err();
        assert!(error.to_string().contains("try again later"), "{error}");
    }

    #[test]
    fn an_operation_without_a_value_still_returns_errors() {
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
