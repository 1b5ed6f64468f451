//! What came back, and what it means.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderName, LOCATION};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::json::{self, Failure};
use super::{Operation, text};
use crate::credentials::Credentials;
use crate::error::{ApiError, Error};
use crate::response::{Response, ResponseHead};

/// A whole answer, read but not yet understood.
pub(crate) struct Answer<'c> {
    head: ResponseHead,
    body: Vec<u8>,
    enveloped: bool,
    credentials: &'c Credentials,
}

/// How Atlas wraps an answer when asked to. A list keeps its own shape and gains the status.
#[derive(Default, Deserialize)]
struct Envelope<'a> {
    status: Option<u16>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// The envelope around `body`; an empty one where there is none, which is no fault of `body`.
    fn around(body: &'a [u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    fn status(&self) -> Option<StatusCode> {
        self.status.and_then(|status| StatusCode::from_u16(status).ok())
    }
}

impl<'c> Answer<'c> {
    /// Reads `response`, but no more than `limit` bytes of it.
    pub(crate) async fn read(
        operation: &'static Operation,
        mut response: reqwest::Response,
        limit: usize,
        credentials: &'c Credentials,
    ) -> Result<Self, Error> {
        let head =
            ResponseHead::new(operation, response.status(), std::mem::take(response.headers_mut()));
        let mut answer = Self { head, body: Vec::new(), enveloped: false, credentials };
        if answer.head.status().is_redirection() {
            let location = answer.header(&LOCATION);
            return Err(Error::Redirect { head: answer.head.into(), location });
        }
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len().saturating_add(chunk.len()) > limit => {
                    return Err(Error::TooLarge { head: answer.head.into(), limit });
                }
                Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
                Ok(None) => return Ok(answer),
                Err(error) => return Err(Error::transport(operation, Some(answer.head), error)),
            }
        }
    }

    /// The envelope was asked for, so its status is the one that counts.
    pub(crate) fn enveloped(mut self, enveloped: bool) -> Self {
        self.enveloped = enveloped;
        self
    }

    /// The value of a success, or the error that the answer is.
    pub(crate) fn decode<T: DeserializeOwned>(mut self) -> Result<Response<T>, Error> {
        let body = std::mem::take(&mut self.body);
        let content = self.open(&body)?;
        match json::decode(content) {
            Ok(value) => Ok(Response::new(self.head, value)),
            Err(Failure::Syntax(error)) => {
                Err(self.unexpected(&format!("it is no JSON: {error}"), content))
            }
            Err(Failure::Shape { located, value }) => Err(Error::Decode {
                path: self.excerpt(&located.path),
                message: self.excerpt(&located.message),
                excerpt: self.excerpt(&self.redacted(value).to_string()),
                head: self.head.into(),
            }),
        }
    }

    /// A success without a value, whatever its body.
    pub(crate) fn empty(mut self) -> Result<Response<()>, Error> {
        let body = std::mem::take(&mut self.body);
        self.open(&body)?;
        Ok(Response::new(self.head, ()))
    }

    /// What the body holds once its envelope is taken off, unless its status tells of a failure.
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

    /// The error that an answer with an error's status is.
    fn refusal(&self, content: &[u8]) -> Error {
        let Ok(value) = serde_json::from_slice::<Value>(content) else {
            return self.unexpected("it is no JSON", content);
        };
        let value = self.redacted(value);
        match ApiError::deserialize(&value) {
            Ok(error) => Error::Api { head: self.head.clone().into(), error: error.into() },
            Err(_) => {
                self.unexpected("it is no error object of Atlas", value.to_string().as_bytes())
            }
        }
    }

    fn unexpected(&self, problem: &str, content: &[u8]) -> Error {
        let problem = if content.trim_ascii().is_empty() { "it is empty" } else { problem };
        Error::UnexpectedBody {
            head: self.head.clone().into(),
            content_type: self.header(&CONTENT_TYPE),
            problem: self.excerpt(problem),
            excerpt: self.excerpt(&String::from_utf8_lossy(content)),
        }
    }

    fn header(&self, name: &HeaderName) -> Option<Box<str>> {
        let value = self.head.headers().get(name)?;
        Some(self.excerpt(&String::from_utf8_lossy(value.as_bytes())))
    }

    fn redacted(&self, value: Value) -> Value {
        json::map_strings(value, &|text| self.credentials.redact(text))
    }

    fn excerpt(&self, text: &str) -> Box<str> {
        text::one_line(&self.credentials.redact(text), text::EXCERPT).into()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::runtime::Method;

    const OPERATION: Operation = Operation {
        id: "deleteThing",
        method: Method::DELETE,
        path: "/things",
        accept: "application/json",
        content_type: None,
    };

    fn empty(status: StatusCode, body: &str, enveloped: bool) -> Result<Response<()>, Error> {
        let head = ResponseHead::new(&OPERATION, status, HeaderMap::new());
        let credentials = &Credentials::access_token("token");
        Answer { head, body: body.into(), enveloped, credentials }.empty()
    }

    #[test]
    fn a_success_without_a_value_may_have_any_body() {
        for body in ["", "{}", "<html>"] {
            let response = empty(StatusCode::NO_CONTENT, body, false).unwrap();
            assert_eq!(response.status(), StatusCode::NO_CONTENT);
        }
    }

    #[test]
    fn a_failure_without_a_value_is_still_one() {
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
