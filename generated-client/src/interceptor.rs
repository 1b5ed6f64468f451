//! Hooks before and after each attempt.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};

use crate::Error;
use crate::response::ResponseHead;
use crate::runtime::{InvalidInput, Operation, check_settable};

/// A hook that runs before and after each attempt of each call, for tracing headers, metrics or logs. An attempt
/// includes fetching a token, and sending the request again after a 401. No hook runs separately for these requests,
/// and the token endpoint does not receive the headers that hooks set.
///
/// A hook receives neither credentials nor whole bodies: in a hook, [`Error::body`] returns `None`. The error can still
/// contain the API's error object or an excerpt of the body, but not the client's credentials. By default, both methods
/// do nothing. They run on the task of the call, so they must not block.
///
/// If a call is dropped, for example by `tokio::time::timeout`, [`after_attempt`](Self::after_attempt) does not run for
/// the attempt in progress. Therefore, do not count attempts in progress in these methods. Instead, count the calls in
/// progress where your program makes them, with a guard that decrements the counter when it is dropped.
///
/// To read metrics from an interceptor later, wrap it in an [`Arc`], and keep a clone.
///
/// ```
/// use generated_client::{AttemptOutcome, Interceptor};
///
/// struct Metrics;
///
/// impl Interceptor for Metrics {
///     fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
///         println!("{} {:?} {:?}", outcome.operation_id(), outcome.status(), outcome.elapsed());
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Runs before an attempt. This hook can set headers of the request with [`Attempt::set_header`].
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        let _ = attempt;
    }

    /// Runs after an attempt, with or without a response. Does not run if the call is dropped.
    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        let _ = outcome;
    }
}

macro_rules! through_a_pointer {
    ($($pointer:ident),+) => {$(
        impl<T: Interceptor + ?Sized> Interceptor for $pointer<T> {
            fn before_attempt(&self, attempt: &mut Attempt<'_>) {
                (**self).before_attempt(attempt);
            }

            fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
                (**self).after_attempt(outcome);
            }
        }
    )+};
}

through_a_pointer!(Arc, Box);

/// An attempt that is about to begin.
pub struct Attempt<'a> {
    operation: &'static Operation,
    path: Option<&'a str>,
    number: u32,
    headers: &'a mut HeaderMap,
}

impl<'a> Attempt<'a> {
    pub(crate) const fn new(
        operation: &'static Operation,
        path: Option<&'a str>,
        number: u32,
        headers: &'a mut HeaderMap,
    ) -> Self {
        Self { operation, path, number, headers }
    }

    /// Returns the `operationId`.
    #[must_use]
    pub const fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method.
    #[must_use]
    pub const fn method(&self) -> &'static Method {
        &self.operation.method
    }

    /// Returns the path of the operation, with its parameters as `{name}`.
    #[must_use]
    pub const fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the path of the URL, percent-encoded, which names the requested resources. Returns `None` if the path
    /// contains a secret. To label metrics, use [`path_template`](Self::path_template), which has few distinct values.
    #[must_use]
    pub const fn path(&self) -> Option<&'a str> {
        self.path
    }

    /// Returns the number of the attempt, starting at 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Sets a header of this attempt, such as `traceparent`. Replaces a header with the same name that the request,
    /// `default_headers` or an earlier hook has set.
    ///
    /// # Errors
    /// Returns [`InvalidInput`] if `name` is a header that the client sets itself, such as `Authorization`.
    pub fn set_header(&mut self, name: HeaderName, value: HeaderValue) -> Result<(), InvalidInput> {
        check_settable(&name, name.as_str())
            .map_err(|fault| fault.of_operation(self.operation.id))?;
        self.headers.insert(name, value);
        Ok(())
    }
}

/// Shows only the names of the headers, because another hook may have set a secret.
impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("operation_id", &self.operation.id)
            .field("path", &self.path)
            .field("number", &self.number)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// The outcome of an attempt.
#[derive(Debug)]
pub struct AttemptOutcome<'a> {
    operation: &'static Operation,
    path: Option<&'a str>,
    number: u32,
    elapsed: Duration,
    result: Result<&'a ResponseHead, &'a Error>,
}

impl<'a> AttemptOutcome<'a> {
    pub(crate) const fn new(
        operation: &'static Operation,
        path: Option<&'a str>,
        number: u32,
        elapsed: Duration,
        result: Result<&'a ResponseHead, &'a Error>,
    ) -> Self {
        Self { operation, path, number, elapsed, result }
    }

    /// Returns the `operationId`.
    #[must_use]
    pub const fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the HTTP method.
    #[must_use]
    pub const fn method(&self) -> &'static Method {
        &self.operation.method
    }

    /// Returns the path of the operation, with its parameters as `{name}`.
    #[must_use]
    pub const fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the path of the URL, percent-encoded, which names the requested resources. Returns `None` if the path
    /// contains a secret. To label metrics, use [`path_template`](Self::path_template), which has few distinct values.
    #[must_use]
    pub const fn path(&self) -> Option<&'a str> {
        self.path
    }

    /// Returns the number of the attempt, starting at 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Returns how long the attempt took, including fetching a token, sending the request again after a 401, and
    /// reading the body.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the response to the operation, without its body. Returns `None` if there was no response, or if the
    /// attempt failed because of the token endpoint. The response of the token endpoint is in [`error`](Self::error).
    #[must_use]
    pub fn head(&self) -> Option<&'a ResponseHead> {
        let head = self.result.map_or_else(Error::head, Some);
        head.filter(|head| head.operation_id() == self.operation.id)
    }

    /// Returns the status of the response that [`head`](Self::head) returns.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(ResponseHead::status)
    }

    /// Returns the error of an attempt that failed. The client may still retry the request. The error covers only this
    /// attempt: its `attempts` is 1, and its `may_have_been_carried_out` ignores earlier attempts.
    #[must_use]
    pub fn error(&self) -> Option<&'a Error> {
        self.result.err()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::runtime::Request;
    use crate::testing::{CannedResponse, CannedResponses};
    use crate::{Client, Credentials};

    static OPERATION: Operation = Operation::test("getThing", Method::GET, "/things/{token}");

    /// An interceptor that records what it receives.
    #[derive(Default)]
    struct Received(Mutex<Vec<String>>);

    impl Interceptor for Received {
        fn before_attempt(&self, attempt: &mut Attempt<'_>) {
            self.0.lock().unwrap().push(format!("{:?} {attempt:?}", attempt.path()));
        }

        fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
            self.0.lock().unwrap().push(format!("{:?} {outcome:?}", outcome.path()));
        }
    }

    #[tokio::test]
    async fn interceptors_receive_no_path_with_a_secret() {
        let (responses, received) = (CannedResponses::new(), Arc::new(Received::default()));
        responses.set("getThing", CannedResponse::new(StatusCode::OK, ""));
        let client = Client::builder(Credentials::access_token("token"));
        let client = client.base_url("https://localhost").interceptor(Arc::clone(&received));
        let client = client.canned_responses(&responses).build().unwrap();
        let request = || Request::new(&OPERATION).path("token", "hunter2".to_owned());
        client.clone().call_empty(request()).await.unwrap();
        client.call_empty(request().secret("token")).await.unwrap();

        let received = received.0.lock().unwrap();
        let (shown, hidden) = received.split_at(2);
        let is_shown = |it: &String| it.matches("Some(\"/things/hunter2\")").count() == 2;
        assert!(shown.iter().all(is_shown), "{shown:?}");
        let is_hidden = |it: &String| it.starts_with("None ") && !it.contains("hunter2");
        assert!(hidden.len() == 2 && hidden.iter().all(is_hidden), "{hidden:?}");
    }
}
