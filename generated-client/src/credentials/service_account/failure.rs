//! Failures of the token endpoint, with advice for the user.

use std::fmt;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{StatusCode, Url};
use secrecy::SecretString;
use serde::Deserialize;

use super::super::redaction::redact;
use super::provider::{SETTING, advice};
use crate::error::is_transient;
use crate::json;
use crate::media_type::is_html_page;
use crate::no_response::{NoResponse, Stage, host, proxy_advice};
use crate::response::{ResponseHead, rounded_up};
use crate::runtime::Operation;
use crate::text::{EXCERPT, one_line};
use crate::{BodyProblem, Error};

/// A failed request to the token endpoint: an error response, a response without a usable token, or no response. All
/// calls that wait for a token share the failure, unless it is a 429.
#[derive(Clone)]
pub(super) struct Failure {
    operation_id: &'static str,
    head: Option<ResponseHead>,
    problem: String,
    /// The beginning of the body, if it is an HTML page.
    page: String,
    advice: String,
    /// The wait in `Retry-After`, if the response has this header. For a [later](Self::later) call, the remaining wait.
    retry_after: Option<Duration>,
    no_response: Option<NoResponse>,
}

/// An error body, in either OAuth's form (RFC 6749, section 5.2) or the API's.
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
    /// Creates the failure for an error response.
    pub(super) fn refusal(url: &Url, head: ResponseHead, body: &[u8]) -> Self {
        if is_html_page(head.headers(), body) {
            return Self::page(url, head, body);
        }
        let Refusal { error_code, detail, error, error_description } =
            json::decode(body).unwrap_or_default();
        let code = error_code.or_else(|| error.as_str().map(str::to_owned));
        let said = [code, error_description.or(detail)];
        let said = match said.into_iter().flatten().collect::<Vec<_>>() {
            words if words.is_empty() => String::from_utf8_lossy(body).trim().to_owned(),
            words => words.join(": "),
        };
        let said = if said.is_empty() { said } else { format!(" ({said})") };
        let problem = answered(url, &head) + &said;
        let advice = advice(head.status(), head.retry_after());
        Self::of_response(head, problem, advice)
    }

    /// Creates the failure for an error response that is an HTML page. The page can come from a proxy, from another
    /// server or from the token endpoint. If wrong credentials can cause the status, the advice therefore mentions them
    /// too.
    fn page(url: &Url, head: ResponseHead, body: &[u8]) -> Self {
        let advice = match head.status() {
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                format!(
                    "check {SETTING} and proxies; if they are correct, check the client id and the client secret"
                )
            }
            status => advice(status, head.retry_after()),
        };
        let (answered, media_type) = (answered(url, &head), media_type(&head));
        let problem =
            format!("{answered} with an unexpected body ({media_type}): {}", BodyProblem::Html);
        let page = String::from_utf8_lossy(body).trim().to_owned();
        Self { page, ..Self::of_response(head, problem, advice) }
    }

    /// Creates the failure for a successful response that is not a token response in JSON.
    pub(super) fn no_token(url: &Url, head: ResponseHead) -> Self {
        let fault = format!("its body is not a token response in JSON ({})", media_type(&head));
        Self::unusable(url, head, &fault)
    }

    /// Creates the failure for a successful response without a usable token.
    pub(super) fn unusable(url: &Url, head: ResponseHead, fault: &str) -> Self {
        let problem = format!("{}, but {fault}", answered(url, &head));
        Self::of_response(head, problem, format!("check {SETTING} and proxies"))
    }

    fn of_response(head: ResponseHead, problem: String, advice: String) -> Self {
        let (operation_id, retry_after) = (head.operation_id(), head.retry_after());
        Self {
            operation_id,
            head: Some(head),
            problem,
            page: String::new(),
            advice,
            retry_after,
            no_response: None,
        }
    }

    /// Creates the failure for a request without a response.
    pub(super) fn unreachable(operation: &'static Operation, url: &Url, error: NoResponse) -> Self {
        let (way, advice) = match proxy_advice(&*error.cause) {
            Some(advice) => (" through the proxy", advice.to_owned()),
            None => ("", format!("check {SETTING}, the network and proxies")),
        };
        let problem = format!("cannot reach the token endpoint `{}`{way}: {error}", place(url));
        Self {
            operation_id: operation.id,
            head: None,
            problem,
            page: String::new(),
            advice,
            retry_after: None,
            no_response: Some(error),
        }
    }

    /// Removes secrets that the server may have echoed. Secrets are removed before the text is shortened, so that no
    /// part of a secret remains.
    pub(super) fn redacted(mut self, secrets: &[SecretString]) -> Self {
        self.problem = one_line(&redact(&self.problem, secrets, usize::MAX), 4 * EXCERPT);
        self.page = one_line(&redact(&self.page, secrets, usize::MAX), EXCERPT);
        self
    }

    /// Returns the failure for a call that receives it after `passed`. Subtracts this time from the wait in
    /// `Retry-After`.
    pub(super) fn later(mut self, passed: Duration) -> Self {
        if let (Some(head), Some(wait)) = (&self.head, self.retry_after) {
            self.retry_after = Some(rounded_up(wait.saturating_sub(passed)));
            self.advice = advice(head.status(), self.retry_after);
        }
        self
    }

    /// Returns whether the endpoint's rate limit is exceeded.
    pub(super) fn is_rate_limited(&self) -> bool {
        let status = self.head.as_ref().map(ResponseHead::status);
        status == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether a later request may succeed. This is the case if there was no response, or if the status of the
    /// response is transient.
    pub(super) fn is_transient(&self) -> bool {
        self.head.as_ref().is_none_or(|head| is_transient(head.status()))
    }

    pub(super) const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        if !self.page.is_empty() {
            write!(f, "; it begins with `{}`", self.page)?;
        }
        write!(f, "; {}", self.advice)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let problem = failure.to_string();
        let Failure { operation_id, head, retry_after, no_response, .. } = failure;
        match no_response {
            Some(NoResponse { stage: Stage::Tls, host, cause, .. }) => {
                Self::tls(operation_id, host, cause)
            }
            Some(NoResponse { stage: Stage::NoTls, .. }) => Self::no_tls(),
            other => {
                let cause = other.map(|error| error.cause);
                Self::authentication(operation_id, head, problem, retry_after, cause)
            }
        }
    }
}

/// Returns the media type of a response in backticks, or `no media type`.
fn media_type(head: &ResponseHead) -> String {
    head.headers().get(CONTENT_TYPE).map_or_else(
        || "no media type".into(),
        |value| format!("`{}`", String::from_utf8_lossy(value.as_bytes())),
    )
}

fn answered(url: &Url, head: &ResponseHead) -> String {
    format!("the token endpoint `{}` returned {}", place(url), head.status())
}

/// Returns the host and the path of a URL. The other parts can contain secrets.
fn place(url: &Url) -> String {
    format!("{}{}", host(url).unwrap_or_default(), url.path())
}
