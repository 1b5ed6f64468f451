//! The requests of a client with canned responses.

use reqwest::{Method, Request, Url};
use serde_json::Value;

use crate::runtime::Operation;

/// A request of a client with canned responses.
///
/// The request is recorded without its `Authorization` header. A request that revokes a token contains the token in its
/// body. Headers that the HTTP client adds are not recorded: `User-Agent`, `Accept-Encoding`, and
/// [`default_headers`](crate::ClientBuilder::default_headers). `Debug` shows the whole URL and the body, so tests
/// should use made-up credentials.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    operation: &'static Operation,
    url: Url,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl RecordedRequest {
    pub(super) fn new(operation: &'static Operation, request: &Request) -> Self {
        let mut headers = request.headers().clone();
        headers.remove(reqwest::header::AUTHORIZATION);
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        Self { operation, url: request.url().clone(), headers, body: body.to_vec() }
    }

    /// Returns the `operationId`, such as `listGroupClusterBackupExports`.
    #[must_use]
    pub const fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method.
    #[must_use]
    pub const fn method(&self) -> &'static Method {
        &self.operation.method
    }

    /// Returns the path of the URL, percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// Returns the first value of a query parameter, percent-decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    pub(super) fn has_query_of(&self, url: &Url) -> bool {
        self.url.query() == url.query()
    }

    /// Returns the first value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body. The result is empty if the request has no body, or if its body is a stream.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body as JSON, or `None` if the body is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
