//! Error responses in Atlas's form.

use axum::http::{HeaderName, StatusCode};
use serde_json::{Value, json};

use crate::schema::Violation;

/// The header in which Atlas repeats the error code.
pub(crate) const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// An error response. Its body matches the spec's schema `ApiError`.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) code: Box<str>,
    /// Whether the error is a digest challenge. In recorded responses, a challenge has neither `parameters` nor the
    /// header [`ERROR_CODE`].
    pub(crate) is_challenge: bool,
    detail: String,
    parameters: Vec<Value>,
    violations: Vec<Violation>,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Box<str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            headers: Vec::new(),
            code: code.into(),
            is_challenge: false,
            detail: detail.into(),
            parameters: Vec::new(),
            violations: Vec::new(),
        }
    }

    /// Creates a 400 error for values that do not match the spec. In logs of the vendor's Terraform acceptance tests,
    /// an error with a list of fields has this code.
    pub(crate) fn invalid(detail: impl Into<String>, violations: Vec<Violation>) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", detail);
        Self { violations, ..error }
    }

    /// Replaces the error code.
    pub(crate) fn with_code(self, code: &'static str) -> Self {
        Self { code: code.into(), ..self }
    }

    /// Creates a digest challenge without its header. As in Atlas, the error code does not reveal the cause.
    pub(crate) fn challenge(detail: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::UNAUTHORIZED, "UNEXPECTED_ERROR", detail);
        Self { is_challenge: true, ..error }
    }

    /// Creates a 404 error for a resource that does not exist.
    pub(crate) fn not_found(code: &'static str, detail: impl Into<String>, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail).parameter(name)
    }

    /// Adds a value to the `parameters` of the error, such as the id of a resource that does not exist.
    pub(crate) fn parameter(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(value.into());
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(&self) -> Value {
        let parameters = (!self.is_challenge).then(|| json!(self.parameters));
        let violations = (!self.violations.is_empty()).then(|| self.bad_request_detail());
        [
            ("error", Some(json!(self.status.as_u16()))),
            ("errorCode", Some(json!(self.code))),
            ("reason", Some(json!(self.status.canonical_reason()))),
            ("detail", Some(json!(self.detail))),
            ("parameters", parameters),
            ("badRequestDetail", violations),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    fn bad_request_detail(&self) -> Value {
        let fields = self.violations.iter().map(|Violation { field, description }| {
            json!({ "field": field, "description": description })
        });
        json!({ "fields": fields.collect::<Value>() })
    }
}
