//! The execution of a call: attempts, authentication, retries and the response.

mod answer;
mod byte_stream;
mod envelope;
mod failure;
mod limits;

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::Instant;
use tracing::Instrument as _;

pub(crate) use self::answer::Answer;
pub use self::byte_stream::ByteStream;
use self::limits::Limits;
use crate::credentials::{Authenticator, CallAuth, NextStep};
use crate::inner::Inner;
use crate::interceptor::{Attempt, AttemptOutcome};
use crate::runtime::{Operation, Request};
use crate::telemetry::CallSpan;
use crate::time_limits::Deadline;
use crate::{Error, Response};

/// Executes `request`. `understand` converts a response, and its envelope if it has one, to a result. Retries depend on
/// this result, because the status in an envelope replaces the HTTP status.
pub(crate) async fn run<T>(
    client: Arc<Inner>,
    request: Request,
    understand: impl Fn(Answer) -> Result<Response<T>, Error> + Send + Sync,
) -> Result<Response<T>, Error> {
    let client = &*client;
    let ready = client.to_http(&request)?;
    let authenticator = client.credentials.authenticator();
    let span = CallSpan::new(&request, ready.url());
    let path = request.shown_path(ready.url()).filter(|_| !client.interceptors.is_empty());
    let mut call = Call {
        client,
        operation: request.operation(),
        path: path.map(Box::from),
        ready: Some(ready),
        request,
        deadline: Deadline::after(client.time_limits.operation),
        auth: authenticator.begin_call(),
        authenticator,
        sent: 0,
    };
    let inner = span.inner();
    // The async block borrows `call`. If the block owned `call`, both the block and the surrounding future would
    // reserve space for `call`.
    async {
        let outcome = call.run(understand, &span).await;
        span.record_outcome(call.operation, &outcome, call.sent.saturating_sub(1));
        outcome
    }
    .instrument(inner)
    .await
}

struct Call<'a> {
    client: &'a Inner,
    operation: &'static Operation,
    /// The path of the URL for the interceptors, unless it contains a secret or there are none.
    path: Option<Box<str>>,
    request: Request,
    /// The request for the next attempt, if it is already built.
    ready: Option<reqwest::Request>,
    deadline: Deadline,
    /// The credentials of the last request, with the state of their use by this call.
    authenticator: Arc<Authenticator>,
    auth: CallAuth,
    /// The number of times that the request was sent, including retries and repetitions after a 401.
    sent: u32,
}

/// A request and its response.
enum Exchange {
    Done(Answer),
    /// The request must be sent again with other credentials. The body of this response is not yet read.
    SendAgain(reqwest::Response),
}

impl Call<'_> {
    async fn run<T>(
        &mut self,
        understand: impl Fn(Answer) -> Result<Response<T>, Error>,
        span: &CallSpan,
    ) -> Result<Response<T>, Error> {
        let retries = &self.client.retries;
        let (mut attempts, mut last_cost, mut may_have_acted) = (1, None, false);
        loop {
            let headers = self.intercept(attempts);
            let start = Instant::now();
            let mut outcome = self.attempt(&headers).await.and_then(&understand);
            self.report(attempts, start.elapsed(), &mut outcome);
            self.client.notices.warn_if_deprecated(&outcome, &self.authenticator);
            retries.refill(&outcome, last_cost);
            let mut error = match outcome {
                Ok(mut response) => {
                    response.head_mut().set_attempts(attempts, may_have_acted);
                    span.note_success(attempts);
                    return Ok(response);
                }
                Err(error) => error,
            };
            let left = self.deadline.left();
            let retry = if self.can_send() {
                retries.after(&error, self.request.is_idempotent(), attempts, left)
            } else {
                None
            };
            let Some(retry) = retry else {
                error.set_attempts(attempts, may_have_acted);
                return Err(error);
            };
            may_have_acted |= error.may_have_been_carried_out();
            span.note_retry(&error, attempts, retry.wait);
            self.sleep(retry.wait, &error).await;
            attempts += 1;
            last_cost = retry.pay().or(last_cost);
        }
    }

    /// Waits before the retry after `error`. If the token endpoint has failed, the wait ends as soon as other
    /// credentials replace those of the call.
    async fn sleep(&self, wait: Duration, error: &Error) {
        let sleep = tokio::time::sleep(wait);
        if matches!(error, Error::Authentication { .. }) {
            self.client.credentials.unless_replaced(&self.authenticator, sleep).await;
        } else {
            sleep.await;
        }
    }

    /// Returns whether the request can be sent: for the first time, or again.
    fn can_send(&self) -> bool {
        self.ready.is_some() || self.request.is_repeatable()
    }

    /// Returns the headers that the interceptors add to an attempt.
    fn intercept(&self, attempts: u32) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for interceptor in &self.client.interceptors {
            let mut attempt =
                Attempt::new(self.operation, self.path.as_deref(), attempts, &mut headers);
            interceptor.before_attempt(&mut attempt);
        }
        headers
    }

    /// Passes the outcome of an attempt to the interceptors, without the body in an error.
    fn report<T>(
        &self,
        attempts: u32,
        elapsed: Duration,
        outcome: &mut Result<Response<T>, Error>,
    ) {
        let body = outcome.as_mut().err().and_then(Error::body_mut).and_then(Option::take);
        for interceptor in &self.client.interceptors {
            let result = outcome.as_ref().map(Response::head);
            let path = self.path.as_deref();
            let outcome = AttemptOutcome::new(self.operation, path, attempts, elapsed, result);
            interceptor.after_attempt(&outcome);
        }
        if let Some(kept) = outcome.as_mut().err().and_then(Error::body_mut) {
            *kept = body;
        }
    }

    /// Sends the request with its credentials. If these are rejected, sends the request again if its body can be sent
    /// again, and if the credentials allow a new token or digest or have been replaced.
    async fn attempt(&mut self, headers: &HeaderMap) -> Result<Answer, Error> {
        self.auth.begin_attempt();
        loop {
            match self.send(headers).await {
                Ok(Exchange::Done(answer)) => return Ok(answer),
                Ok(Exchange::SendAgain(refusal)) => discard(refusal, self.deadline).await,
                Err(Error::Authentication { .. }) if self.can_use_new_credentials() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Prepares the current credentials for the next request. If they are replaced during a wait for a token, prepares
    /// the new ones instead. The time to request a token counts towards the operation timeout.
    async fn use_current_credentials(&mut self) -> Result<(), Error> {
        let client = self.client;
        loop {
            let current = client.credentials.authenticator();
            if !Arc::ptr_eq(&current, &self.authenticator) {
                self.auth = current.begin_call();
                self.authenticator = current;
            }
            let prepared = self.auth.prepare(&client.transport, self.deadline);
            let prepared = client.within(self.deadline.left(), self.operation.id, prepared);
            let prepared = client.credentials.unless_replaced(&self.authenticator, prepared).await;
            if let Some(outcome) = prepared {
                return outcome;
            }
        }
    }

    /// Returns whether the request can be sent with credentials that have replaced those of the call.
    fn can_use_new_credentials(&self) -> bool {
        let current = self.client.credentials.authenticator();
        self.can_send() && !Arc::ptr_eq(&current, &self.authenticator)
    }

    /// Sends the request once, within the attempt timeout.
    async fn send(&mut self, headers: &HeaderMap) -> Result<Exchange, Error> {
        self.use_current_credentials().await?;
        if self.deadline.left().is_zero() {
            return Err(self.client.too_late(self.operation.id));
        }
        let mut request = match self.ready.take() {
            Some(request) => request,
            None => self.client.to_http(&self.request)?,
        };
        request.headers_mut().extend(headers.clone());
        self.auth.authorize(&mut request)?;
        // reqwest's timeout would also cover a body that the caller reads in chunks. This value also replaces the
        // timeout of an HTTP client that the caller has configured.
        *request.timeout_mut() = Some(Duration::MAX);
        let limits = Limits::new(self.client.time_limits, self.operation, self.deadline);
        let exchange = tokio::time::timeout(limits.time, self.exchange(request, &limits));
        exchange.await.unwrap_or_else(|_| Err(limits.expired()))
    }

    /// Sends a request and reads the response, except a body that the caller reads in chunks.
    async fn exchange(
        &mut self,
        request: reqwest::Request,
        limits: &Limits,
    ) -> Result<Exchange, Error> {
        self.sent += 1;
        let response = self.client.transport.execute(self.operation, request).await;
        let response = response.map_err(|error| limits.classify(error))?;
        let is_repeatable = self.request.is_repeatable();
        let next_step = self.auth.on_response(self.operation, &response, is_repeatable)?;
        let is_rejected = response.status() == StatusCode::UNAUTHORIZED;
        if next_step == NextStep::SendAgain || is_rejected && self.can_use_new_credentials() {
            return Ok(Exchange::SendAgain(response));
        }
        let (limit, authenticator) = (self.client.response_limit, Arc::clone(&self.authenticator));
        Answer::read(&self.request, response, limit, authenticator).await.map(Exchange::Done)
    }
}

/// Reads the rest of a short response, so that its connection can be reused. Stops after a second, because a new
/// connection takes less time, and at `deadline`.
async fn discard(mut response: reqwest::Response, deadline: Deadline) {
    const LIMIT: usize = 64 * 1024;
    const TIMEOUT: Duration = Duration::from_secs(1);
    let rest = async {
        let mut read = 0;
        while read < LIMIT {
            let Ok(Some(chunk)) = response.chunk().await else { return };
            read += chunk.len();
        }
    };
    // After an error or the timeout, the connection is not reused, and the next request opens a new one.
    let _ = tokio::time::timeout(TIMEOUT.min(deadline.left()), rest).await;
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;
    use crate::runtime::{Content, InvalidInput, Method};
    use crate::testing::{CannedResponse, CannedResponses};
    use crate::{Client, Credentials, RetryPolicy};

    static OPERATION: Operation = Operation::test("putThing", Method::PUT, "/things");

    /// A body that can be sent only once.
    struct Once;

    impl Content for Once {
        fn attach(&self, request: reqwest::Request) -> Result<reqwest::Request, InvalidInput> {
            Ok(request)
        }

        fn is_repeatable(&self) -> bool {
            false
        }
    }

    fn client(credentials: Credentials, responses: &CannedResponses) -> Client {
        let builder = Client::builder(credentials).base_url("https://localhost");
        let builder = builder.retry(RetryPolicy::new().base_delay(Duration::ZERO));
        builder.canned_responses(responses).build().unwrap()
    }

    fn put() -> Request {
        Request::new(&OPERATION)
    }

    #[tokio::test]
    async fn a_body_that_cannot_be_repeated_is_not_sent_again_after_a_401() {
        let credentials =
            [Credentials::api_key("key", "secret"), Credentials::service_account("id", "secret")];
        for credentials in credentials {
            let responses = CannedResponses::new();
            let token = serde_json::json!({"access_token": "token", "expires_in": 3600});
            responses.set("issueToken", CannedResponse::ok(&token));
            let refusal = CannedResponse::error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
            let challenge = r#"Digest realm="r", nonce="n", qop="auth""#;
            responses.set("putThing", refusal.header("www-authenticate", challenge));
            let fresh = || client(credentials.clone(), &responses);
            let sent =
                || responses.requests().iter().filter(|it| it.operation_id() == "putThing").count();

            let error = fresh().call_empty(put().content(Once)).await.unwrap_err();
            assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED), "{error}");
            assert_eq!(sent(), 1);
            fresh().call_empty(put()).await.unwrap_err();
            assert_eq!(sent(), 3, "a request without a body can be sent again");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_cannot_be_repeated_is_not_sent_again_with_new_credentials() {
        let responses = CannedResponses::new();
        let refusal = CannedResponse::error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
        responses.set("putThing", refusal.delay(Duration::from_secs(10)));
        let client = client(Credentials::access_token("old"), &responses);
        let call = client.clone().call_empty(put().content(Once));
        let rotation = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            client.set_credentials(Credentials::access_token("new")).unwrap();
        };
        tokio::join!(call, rotation).0.unwrap_err();
        assert_eq!(responses.requests().len(), 1);
    }

    #[tokio::test]
    async fn a_token_that_is_rejected_for_a_body_that_cannot_be_repeated_is_not_sent_again() {
        let responses = CannedResponses::new();
        let token = serde_json::json!({"access_token": "token", "expires_in": 3600});
        responses.set("issueToken", CannedResponse::ok(&token));
        for _ in 0..2 {
            let refusal = CannedResponse::error(StatusCode::UNAUTHORIZED, "REVOKED");
            responses.push_to("putThing", refusal);
        }
        responses.set("putThing", CannedResponse::new(StatusCode::OK, ""));
        let client = client(Credentials::service_account("id", "secret"), &responses);
        let tokens =
            || responses.requests().iter().filter(|it| it.operation_id() == "issueToken").count();

        client.clone().call_empty(put().content(Once)).await.unwrap_err();
        assert_eq!(tokens(), 1);
        client.clone().call_empty(put().content(Once)).await.unwrap_err();
        assert_eq!(tokens(), 2);
        client.call_empty(put().content(Once)).await.unwrap();
        assert_eq!(tokens(), 2, "a second 401 within five minutes does not replace the new token");
    }

    #[tokio::test]
    async fn a_body_that_cannot_be_repeated_is_sent_after_a_failed_request_for_a_token() {
        let responses = CannedResponses::new();
        let failure = CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
        responses.push_to("issueToken", failure.clone());
        let token = serde_json::json!({"access_token": "token", "expires_in": 3600});
        responses.set("issueToken", CannedResponse::ok(&token));
        responses.set("putThing", CannedResponse::new(StatusCode::OK, ""));
        let client = client(Credentials::service_account("id", "secret"), &responses);
        let response = client.clone().call_empty(put().content(Once)).await.unwrap();
        assert_eq!(response.attempts(), 2);

        responses.set("putThing", failure);
        let error = client.call_empty(put().content(Once)).await.unwrap_err();
        assert_eq!(error.attempts(), Some(1), "{error}");
    }

    #[tokio::test]
    async fn a_body_that_cannot_be_repeated_takes_nothing_from_the_retry_budget() {
        let responses = CannedResponses::new();
        let failure = CannedResponse::error(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
        responses.set("putThing", failure);
        let client = client(Credentials::access_token("token"), &responses);
        for _ in 0..200 {
            let error = client.clone().call_empty(put().content(Once)).await.unwrap_err();
            assert_eq!(error.attempts(), Some(1), "{error}");
        }
        let error = client.call_empty(put()).await.unwrap_err();
        assert_eq!(error.attempts(), Some(5), "{error}");
    }
}
