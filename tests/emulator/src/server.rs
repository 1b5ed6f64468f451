//! The request handler, which performs all checks and builds the response.

use std::sync::{Arc, atomic::AtomicUsize};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, StatusCode, header, request::Parts, response::Builder},
    response::{IntoResponse as _, Response},
};
use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    auth::{Access, Headers, Reply},
    behaviour::Call,
    body,
    connection::Connection,
    error::{ApiError, ERROR_CODE},
    exports::Schedule,
    faults::{Faults, Place},
    negotiate,
    paging::Paging,
    parameters::Arguments,
    presentation::Presentation,
    projects::Projects,
    rate_limit::{Allowance, RateLimiter},
    record::{Record, RecordedRequest},
    route::{self, Captures},
    spec::{MediaType, Operation, Spec},
};

/// The maximum size of a request body, in bytes.
const BODY_LIMIT: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Server {
    /// The base URL, such as `http://127.0.0.1:41873`.
    pub(crate) url: String,
    pub(crate) access: Access,
    pub(crate) spec: Arc<Spec>,
    pub(crate) projects: Projects,
    pub(crate) record: Record,
    pub(crate) faults: Faults,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) paging: Paging,
    /// The duration and the outcome of exports that requests start.
    pub(crate) exports: Schedule,
    /// The date that determines which versions are removed. If `None`, no version is removed.
    pub(crate) today: Option<NaiveDate>,
    /// The number of connections so far.
    pub(crate) connections: Arc<AtomicUsize>,
}

/// A successful response.
struct Answer<'a> {
    status: StatusCode,
    /// The media type, which includes the version. `None` if the spec defines no body.
    media_type: Option<&'a MediaType>,
    content: Option<Value>,
    /// The headers of authentication and of the rate limit.
    headers: Headers,
}

pub(crate) fn router(server: Arc<Server>) -> Router {
    Router::new().fallback(handle).with_state(server)
}

async fn handle(
    State(server): State<Arc<Server>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response {
    let presentation = Presentation::of(request.uri().query());
    let request = match receive(request).await {
        Ok(request) => request,
        Err(error) => return respond(presentation, Err(error)),
    };
    server.record.add(&request);
    let place = Place::of(&request, &server.spec.operations);
    let fault = match server.faults.next(&request, &place) {
        Ok(fault) => fault,
        Err(error) => return respond(presentation, Err(error)),
    };
    if let Some(answer) = fault.answer(presentation) {
        return answer;
    }
    if let Some(reply) = server.access.oauth(&request).await {
        return fault.spoil(reply_to_oauth(reply), &connection).await;
    }
    if let Err(error) = server.access.withdraw(&fault, &request) {
        return respond(presentation, Err(error));
    }
    let response = respond(presentation, server.answer(&request));
    fault.spoil(response, &connection).await
}

async fn receive(request: Request) -> Result<RecordedRequest, ApiError> {
    let (mut head, body) = request.into_parts();
    if let Some(credentials) = head.headers.get_mut(header::AUTHORIZATION) {
        credentials.set_sensitive(true);
    }
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|error| {
        let detail = format!("The body cannot be read, or exceeds {BODY_LIMIT} bytes: {error}.");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", detail)
    })?;
    let Parts { method, uri, version, headers, .. } = head;
    Ok(RecordedRequest { method, uri, version, headers, body })
}

impl Server {
    fn answer(&self, request: &RecordedRequest) -> Result<Answer<'_>, ApiError> {
        let path = request.uri.path();
        let (operation, captures) = route::find(&self.spec.operations, &request.method, path)?;
        let admitted = self.access.check(request)?;
        let Some(allowance) = self.allowance(path, &captures) else {
            return self.perform(request, operation, &captures, admitted);
        };
        let outcome = allowance.check(path);
        match outcome.and_then(|()| self.perform(request, operation, &captures, admitted)) {
            Ok(mut answer) => {
                answer.headers.extend(allowance.headers());
                Ok(answer)
            }
            Err(mut error) => {
                error.headers.extend(allowance.headers());
                Err(error)
            }
        }
    }

    /// Takes a token from the bucket of the project. Returns `None` for the legacy API and for an unknown project,
    /// because their recorded responses have no rate limit headers.
    fn allowance(&self, path: &str, captures: &Captures) -> Option<Allowance> {
        let group_id = captures.get("groupId").map_or("", String::as_str);
        let is_limited = path.starts_with("/api/atlas/v2/")
            && (group_id.is_empty() || self.projects.has(group_id));
        is_limited.then(|| self.rate_limiter.draw(group_id))
    }

    /// Performs a request whose credentials are valid. `admitted` contains the headers that authentication adds.
    fn perform<'a>(
        &'a self,
        request: &RecordedRequest,
        operation: &'a Operation,
        captures: &Captures,
        admitted: Headers,
    ) -> Result<Answer<'a>, ApiError> {
        let media_type = negotiate::answer(&request.headers, &operation.answers, self.today)?;
        let content = self.content(request, operation, captures, media_type);
        let content = content.map_err(|mut error| {
            error.headers.extend(media_type.into_iter().flat_map(version_headers));
            error
        })?;
        Ok(Answer { status: operation.status, media_type, content, headers: admitted })
    }

    /// Performs a request whose response has the given media type. Returns the body of the response.
    fn content(
        &self,
        request: &RecordedRequest,
        operation: &Operation,
        captures: &Captures,
        media_type: Option<&MediaType>,
    ) -> Result<Option<Value>, ApiError> {
        let uri = &request.uri;
        let arguments = Arguments::read(operation, captures, uri.query())?;
        let project = self.projects.named_by(&arguments)?;
        let jobs = project.map(|project| project.jobs_named_by(&arguments)).transpose()?;
        let body = body::read(request, operation, media_type)?;
        let call = Call {
            server: self,
            operation,
            project,
            jobs: jobs.flatten(),
            arguments: &arguments,
            url: &format!("{}{uri}", self.url),
            media_type,
            body,
        };
        call.run()
    }
}

fn respond(presentation: Presentation, outcome: Result<Answer<'_>, ApiError>) -> Response {
    let (status, headers, content) = match outcome {
        Ok(Answer { status, media_type, content, mut headers }) => {
            headers.extend(media_type.into_iter().flat_map(version_headers));
            // In most recorded responses, even a 204 has a `Content-Type`.
            headers.extend(media_type.map(content_type));
            let Some(content) = content else {
                return finish(Response::builder().status(status), headers, String::new());
            };
            (status, headers, content)
        }
        Err(mut error) => {
            let content = error.body();
            error.headers.push((header::CONTENT_TYPE, "application/json".to_owned()));
            if !error.is_challenge {
                error.headers.push((ERROR_CODE, error.code.to_string()));
            }
            (error.status, error.headers, content)
        }
    };
    finish(Response::builder().status(status), headers, presentation.text(status, content))
}

fn reply_to_oauth(Reply { status, mut headers, body }: Reply) -> Response {
    headers.push((header::CONTENT_TYPE, "application/json".to_owned()));
    headers.push((header::CACHE_CONTROL, "no-store".to_owned()));
    finish(Response::builder().status(status), headers, body.to_string())
}

fn finish(response: Builder, headers: Headers, body: String) -> Response {
    headers
        .into_iter()
        .fold(response, |response, (name, value)| response.header(name, value))
        .body(Body::from(body))
        .unwrap_or_else(|error| {
            (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
        })
}

fn content_type(media_type: &MediaType) -> (HeaderName, String) {
    let value = match media_type.version {
        Some(_) => format!("{};charset=utf-8", media_type.name),
        None => media_type.name.clone(),
    };
    (header::CONTENT_TYPE, value)
}

/// Returns the headers with a version's deprecation and removal dates.
fn version_headers(media_type: &MediaType) -> impl Iterator<Item = (HeaderName, String)> {
    [("deprecation", media_type.deprecated), ("sunset", media_type.sunset)]
        .into_iter()
        .filter_map(|(name, date)| Some((HeaderName::from_static(name), http_date(date?))))
}

/// Formats the start of a day as Atlas does. In recorded responses, a day below 10 has one digit, although RFC 9110,
/// section 5.6.7, requires two.
fn http_date(day: NaiveDate) -> String {
    day.format("%a, %-d %b %Y 00:00:00 GMT").to_string()
}
