//! Tracing: a span for each call, whose fields have names from OpenTelemetry's conventions, and a warning when a
//! resource version is deprecated.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tracing::Span;
use tracing::field::{Empty, display};

use crate::credentials::Authenticator;
use crate::response::ResponseHead;
use crate::runtime::{Operation, Request};
use crate::{Error, Response, identity, no_response};

/// The shortest wait before a retry that is logged at the level `INFO`.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// The span of a call. Its fields contain the path, which may name resources. However, they omit a path that contains a
/// secret. The fields contain neither the query nor any text from the server.
pub(crate) struct CallSpan(Span);

impl CallSpan {
    pub(crate) fn new(request: &Request, url: &Url) -> Self {
        let operation = request.operation();
        Self(tracing::info_span!(
            identity::SPAN,
            otel.name = %format_args!("{} {}", operation.method, operation.path),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = %operation.method,
            url.template = operation.path,
            url.path = request.shown_path(url),
            server.address = url.host_str(),
            server.port = url.port_or_known_default(),
            http.response.status_code = Empty,
            http.request.resend_count = Empty,
            "error.type" = Empty,
            rate_limit.remaining = Empty,
        ))
    }

    pub(crate) fn inner(&self) -> Span {
        self.0.clone()
    }

    /// Records the outcome of the call in the fields of the span. Records each field only once, because some
    /// subscribers show both values if a field is recorded again. The span describes the request of `operation`, so a
    /// response of the token endpoint sets neither the status code nor the rate limit.
    pub(crate) fn record_outcome<T>(
        &self,
        operation: &Operation,
        outcome: &Result<Response<T>, Error>,
        resends: u32,
    ) {
        if resends > 0 {
            self.0.record("http.request.resend_count", resends);
        }
        if let Some(head) = head(outcome).filter(|head| head.operation_id() == operation.id) {
            self.0.record("http.response.status_code", head.status().as_u16());
            if let Some(limit) = head.rate_limit() {
                self.0.record("rate_limit.remaining", limit.remaining);
            }
        }
        if let Err(error) = outcome {
            self.0.record("error.type", display(error_type(error)));
            self.0.record("otel.status_code", "ERROR");
        }
    }

    /// Logs that a call succeeded, if it was retried.
    pub(crate) fn note_success(&self, attempts: u32) {
        if attempts > 1 {
            tracing::info!(parent: &self.0, attempts, "the call succeeded after retries");
        }
    }

    pub(crate) fn note_retry(&self, error: &Error, attempt: u32, wait: Duration) {
        // The level of an event must be a constant.
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    parent: &self.0,
                    operation = error.operation_id(),
                    reason = %error_type(error),
                    attempt,
                    wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    "retrying the request"
                )
            };
        }
        if wait < LONG_WAIT {
            log!(debug);
        } else {
            log!(info);
        }
    }
}

/// Returns the status of an error response, or the kind of any other error. OpenTelemetry's conventions require a small
/// number of distinct values.
fn error_type(error: &Error) -> String {
    let kind = match error {
        Error::Api { head, .. } => return head.status().as_str().to_owned(),
        Error::UnexpectedBody { head, .. } | Error::Authentication { head: Some(head), .. }
            if !head.status().is_success() =>
        {
            return head.status().as_str().to_owned();
        }
        Error::Authentication { cause: Some(cause), .. } => no_response::kind(&**cause),
        Error::InvalidInput(_) => "invalid_input",
        Error::Config { .. } => "config",
        Error::Authentication { .. } => "authentication",
        Error::Tls { .. } => "tls",
        Error::UnexpectedBody { .. } => "unexpected_body",
        Error::Decode { .. } => "decode",
        Error::TooLarge { .. } => "too_large",
        Error::Redirect { .. } => "redirect",
        Error::TimedOut { .. } => "timeout",
        Error::Transport { connected: false, .. } => "connect",
        Error::Transport { .. } => "transport",
        Error::NotListed { .. } => "not_listed",
    };
    kind.to_owned()
}

fn head<T>(outcome: &Result<Response<T>, Error>) -> Option<&ResponseHead> {
    match outcome {
        Ok(response) => Some(response.head()),
        Err(error) => error.head(),
    }
}

/// The operations and resource versions for which a warning was already logged.
#[derive(Default)]
pub(crate) struct Notices(Mutex<HashSet<(&'static str, &'static str)>>);

impl Notices {
    /// Logs a warning once for each operation and version that the server marks as deprecated. `authenticator` removes
    /// the secrets that the server may have echoed.
    pub(crate) fn warn_if_deprecated<T>(
        &self,
        outcome: &Result<Response<T>, Error>,
        authenticator: &Authenticator,
    ) {
        let Some(head) = head(outcome) else { return };
        let [deprecation, sunset] = head.deprecation_headers();
        if (deprecation.is_some() || sunset.is_some()) && self.is_new(head.operation()) {
            tracing::warn!(
                operation = head.operation().id,
                media_type = head.operation().accept,
                deprecation = deprecation.map(|text| authenticator.excerpt(text)),
                sunset = sunset.map(|text| authenticator.excerpt(text)),
                "deprecated: the server may remove this version; use a newer one"
            );
        }
    }

    fn is_new(&self, operation: &Operation) -> bool {
        let mut warned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        warned.insert((operation.id, operation.accept))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;

    use tracing::Dispatch;
    use tracing::subscriber::NoSubscriber;
    use tracing_subscriber::filter::LevelFilter;

    use super::*;
    use crate::runtime::Method;

    static OPERATION: Operation = Operation::test("getThing", Method::GET, "/things/{token}");

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the log of a call.
    ///
    /// If there is only one subscriber, and a thread without a subscriber reaches a span first, `tracing` disables the
    /// span for all threads. Such a thread may run another test, so this function creates a second subscriber.
    fn logged(request: &Request) -> String {
        let _second = Dispatch::new(NoSubscriber::new());
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let http = request.to_http(&"https://localhost".parse().unwrap()).unwrap();
            CallSpan::new(request, http.url()).note_success(2);
        });
        let bytes = log.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_secret_in_a_path_is_not_logged() {
        let request = || Request::new(&OPERATION).path("token", "hunter2".to_owned());
        assert!(logged(&request()).contains("/things/hunter2"));
        let secret = logged(&request().secret("token"));
        assert!(secret.contains("/things/{token}") && !secret.contains("hunter2"), "{secret}");
    }
}
