//! Why there is no token, and what to do about it.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use crate::Error;
use crate::environment::{CLIENT_ID, CLIENT_SECRET};
use crate::error::{chain, refusal};
use crate::response::ResponseHead;
use crate::runtime::Operation;
use crate::text::{EXCERPT, one_line};

/// An answer that is not a token, or none. All who wait for a token share it.
#[derive(Clone)]
pub(super) struct Failure {
    head: Option<ResponseHead>,
    problem: String,
    /// The `operationId` of the request whose TLS handshake failed, if that is the reason.
    tls: Option<&'static str>,
}

/// The two forms that a refusal may have: OAuth's own (RFC 6749, section 5.2), and Atlas's.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    detail: Option<String>,
    error: serde_json::Value,
    error_description: Option<String>,
}

impl Failure {
    /// The endpoint has said no.
    pub(super) fn refusal(head: ResponseHead, body: &[u8]) -> Self {
        let Refusal { error_code, detail, error, error_description } =
            serde_json::from_slice(body).unwrap_or_default();
        let code = error_code.or_else(|| error.as_str().map(str::to_owned));
        let said = [code, error_description.or(detail)];
        let said = match said.into_iter().flatten().collect::<Vec<_>>() {
            words if words.is_empty() => String::from_utf8_lossy(body).trim().to_owned(),
            words => words.join(": "),
        };
        let said = if said.is_empty() { said } else { format!(" ({said})") };
        let problem = format!("{}{said}; {}", answered(&head), advice(&head));
        Self { head: Some(head), problem, tls: None }
    }

    /// The endpoint has answered 200, but not with a token.
    pub(super) fn unusable(head: ResponseHead, fault: &str) -> Self {
        let problem =
            format!("{}, but {fault}; check the base URL, and proxies on the way", answered(&head));
        Self { head: Some(head), problem, tls: None }
    }

    /// There is no answer.
    pub(super) fn unreachable(operation: &Operation, error: reqwest::Error) -> Self {
        if let Some(problem) = refusal(&error) {
            return Self { head: None, problem, tls: Some(operation.id) };
        }
        let error = chain(&error.without_url());
        let problem = format!(
            "the token endpoint {} cannot be reached: {error}; \
             check the base URL, the network, proxies, the server's certificate",
            operation.path
        );
        Self { head: None, problem, tls: None }
    }

    /// Without the secrets that the server may have echoed. They are looked for before anything is
    /// cut off, so that no half of one is left.
    pub(super) fn redacted(mut self, redact: impl Fn(&str) -> String) -> Self {
        self.problem = one_line(&redact(&self.problem), 4 * EXCERPT);
        self
    }

    /// Whether the endpoint's limit of tokens a minute is reached.
    pub(super) fn asks_to_wait(&self) -> bool {
        let status = self.head.as_ref().map(ResponseHead::status);
        status == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.head.as_ref().and_then(ResponseHead::retry_after)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let Failure { head, problem, tls } = failure;
        if let Some(operation_id) = tls {
            return Self::Tls { operation_id, problem: problem.into() };
        }
        Self::authentication(head, problem)
    }
}

fn answered(head: &ResponseHead) -> String {
    format!("the token endpoint {} answered {}", head.operation().path, head.status())
}

fn advice(head: &ResponseHead) -> String {
    match head.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => format!(
            "check the client id and the client secret ({CLIENT_ID} and {CLIENT_SECRET}, if they \
             come from the environment), and that the secret has not expired"
        ),
        StatusCode::FORBIDDEN => "let programs share one token (`Client::access_token`) and give back \
             what is not used (`Client::revoke_token`), for only 100 may be good at a time; if there \
             are fewer, check the IP access list of the service account"
            .into(),
        StatusCode::TOO_MANY_REQUESTS => {
            let time = head.retry_after().map_or("a minute".into(), |time| {
                format!("{} seconds, as it asks", time.as_secs())
            });
            format!(
                "wait for {time}, and let programs share one token (`Client::access_token`), for \
                 it gives at most 10 a minute"
            )
        }
        status if status.is_server_error() => {
            "try again later, for the fault is the server's".into()
        }
        _ => "check the base URL, and proxies on the way".into(),
    }
}
