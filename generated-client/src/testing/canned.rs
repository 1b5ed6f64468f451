//! Responses that a test prepares in place of a server.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Request, StatusCode};
use serde::Serialize;
use serde_json::json;

use super::recorded::RecordedRequest;
use crate::no_response::{NoResponse, Stage, host};
use crate::runtime::Operation;
use crate::text::{EXCERPT, one_line};

/// Prepared responses that replace a server.
///
/// A request receives the first of these responses that exists:
///
/// 1. the next response that is queued for its operation ([`push_to`](Self::push_to))
/// 2. the next response that is queued for any operation ([`push`](Self::push))
/// 3. the response that is set for its operation ([`set`](Self::set))
///
/// If there is no response for a request, the call fails with [`Error::Config`](crate::Error::Config). The message
/// names the operation, the method, the path and the query. If the request was for a token, the client first retries
/// the call, which then fails with [`Error::Authentication`](crate::Error::Authentication). The message names the path
/// of the token endpoint.
///
/// Clones share the responses and the recorded requests.
#[derive(Clone, Default)]
pub struct CannedResponses(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    next: VecDeque<CannedResponse>,
    next_of: HashMap<String, VecDeque<CannedResponse>>,
    all_of: HashMap<String, CannedResponse>,
    requests: Vec<RecordedRequest>,
}

impl CannedResponses {
    /// Creates an empty set of responses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Queues a response for the next request of any operation.
    pub fn push(&self, response: CannedResponse) {
        self.state().next.push_back(response);
    }

    /// Queues a response for the next request of the operation with the given `operationId`.
    pub fn push_to(&self, operation_id: impl Into<String>, response: CannedResponse) {
        self.state().next_of.entry(operation_id.into()).or_default().push_back(response);
    }

    /// Sets the response to all requests of the operation with the given `operationId`. Queued responses take
    /// precedence.
    pub fn set(&self, operation_id: impl Into<String>, response: CannedResponse) {
        self.state().all_of.insert(operation_id.into(), response);
    }

    /// Returns all requests so far, in order. These include each attempt of a call, requests that are sent again after
    /// a 401, requests to the token endpoint, and attempts with [`no_connection`](CannedResponse::no_connection).
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state().requests.clone()
    }

    pub(crate) async fn answer(
        &self,
        operation: &'static Operation,
        request: &Request,
    ) -> Result<reqwest::Response, NoResponse> {
        let response = self.take(operation, request).ok_or_else(|| {
            let problem = self.missing(operation, request);
            no_response(request, Stage::Unexpected, io::Error::other(problem))
        })?;
        let limit = request.timeout().copied().unwrap_or(Duration::MAX);
        tokio::time::timeout(limit, response.arrive(request)).await.unwrap_or_else(|_| {
            let error = no_response(request, Stage::Sent, io::ErrorKind::TimedOut.into());
            Err(NoResponse { is_timeout: true, ..error })
        })
    }

    fn take(&self, operation: &'static Operation, request: &Request) -> Option<CannedResponse> {
        let mut state = self.state();
        state.requests.push(RecordedRequest::new(operation, request));
        let next_of = state.next_of.get_mut(operation.id).and_then(VecDeque::pop_front);
        let next = next_of.or_else(|| state.next.pop_front());
        next.or_else(|| state.all_of.get(operation.id).cloned())
    }

    /// Describes a request for which there is no response. If an earlier request differs only in its query, the request
    /// is probably for the next page of a list.
    fn missing(&self, operation: &Operation, request: &Request) -> String {
        let url = request.url();
        let is_other_page = |it: &RecordedRequest| {
            it.operation_id() == operation.id && it.path() == url.path() && !it.has_query_of(url)
        };
        let is_next_page = self.state().requests.iter().any(is_other_page);
        let target = url.query().map_or_else(|| url.path().into(), |it| [url.path(), it].join("?"));
        format!(
            "there is no canned response for `{} {}`; add one with `CannedResponses::push`{}",
            operation.method,
            one_line(&target, 2 * EXCERPT),
            if is_next_page { ", such as an empty page, which ends a list" } else { "" }
        )
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CannedResponses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = self.state().requests.len();
        f.debug_struct("CannedResponses").field("requests", &requests).finish_non_exhaustive()
    }
}

/// A prepared response.
#[derive(Debug, Clone)]
#[must_use = "a canned response does nothing until it is added to `CannedResponses`"]
pub struct CannedResponse {
    outcome: Outcome,
    delay: Duration,
}

#[derive(Debug, Clone)]
enum Outcome {
    Response { status: StatusCode, headers: Vec<(String, String)>, body: Result<Vec<u8>, String> },
    NoConnection,
    Silence,
}

impl CannedResponse {
    /// Creates a response with the given body and no headers.
    pub fn new(status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        Self::with(Outcome::Response { status, headers: Vec::new(), body: Ok(body.into()) })
    }

    /// Creates a response with the given body as JSON.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).map_err(|error| error.to_string());
        let headers = vec![(CONTENT_TYPE.to_string(), "application/json".to_owned())];
        Self::with(Outcome::Response { status, headers, body })
    }

    /// Creates a response with status 200 and the given body, such as a model, as JSON.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// Creates an error response from the API, with a code such as `CLUSTER_NOT_FOUND`.
    pub fn error(status: StatusCode, error_code: &str) -> Self {
        Self::json(
            status,
            &json!({
                "error": status.as_u16(),
                "errorCode": error_code,
                "reason": status.canonical_reason(),
            }),
        )
    }

    /// Creates a failure to connect. The client treats the request as not sent.
    pub fn no_connection() -> Self {
        Self::with(Outcome::NoConnection)
    }

    /// Creates a response that never arrives, so that the attempt times out.
    pub fn never() -> Self {
        Self::with(Outcome::Silence)
    }

    /// Adds a header to the response, such as `Retry-After`. Does not replace a header with the same name. Has no
    /// effect after [`no_connection`](Self::no_connection) and [`never`](Self::never).
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        if let Outcome::Response { headers, .. } = &mut self.outcome {
            headers.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        }
        self
    }

    /// Sets the time until the response arrives, measured with tokio's clock. Defaults to zero.
    pub const fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    const fn with(outcome: Outcome) -> Self {
        Self { outcome, delay: Duration::ZERO }
    }

    async fn arrive(self, request: &Request) -> Result<reqwest::Response, NoResponse> {
        tokio::time::sleep(self.delay).await;
        match self.outcome {
            Outcome::Response { status, headers, body } => {
                build(status, headers, body).map_err(|problem| {
                    let problem = format!("the canned response is invalid: {problem}");
                    no_response(request, Stage::Unexpected, io::Error::other(problem))
                })
            }
            Outcome::NoConnection => {
                let refused = io::ErrorKind::ConnectionRefused.into();
                Err(no_response(request, Stage::Connect, refused))
            }
            Outcome::Silence => pending().await,
        }
    }
}

fn build(
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Result<Vec<u8>, String>,
) -> Result<reqwest::Response, String> {
    let response = http::Response::builder().status(status);
    let response = headers.into_iter().fold(response, |it, (name, value)| it.header(name, value));
    response.body(body?).map(Into::into).map_err(|error| error.to_string())
}

fn no_response(request: &Request, stage: Stage, cause: io::Error) -> NoResponse {
    NoResponse { stage, is_timeout: false, host: host(request.url()), cause: Arc::new(cause) }
}
