//! The advice at the end of an error's message.

use reqwest::StatusCode;

use super::{ApiError, BodyProblem, Error};
use crate::identity::{API, HAS_ERROR_OBJECTS};
use crate::no_response::{Cause, is_not_http};
use crate::response::{ResponseHead, in_seconds};
use crate::runtime::Operation;

const CHECK_FIRST: &str = "the operation may have been carried out: check before you try again";

pub(super) const BASE_URL: &str = "the base URL";

const CHECK_ROUTE: &str = "check the base URL and proxies";

impl Error {
    pub(super) fn unexpected_advice(&self, head: &ResponseHead, problem: BodyProblem) -> String {
        match (head.status(), problem) {
            (status, BodyProblem::CutOff | BodyProblem::Corrupt) if status.is_success() => {
                self.advice_after_sending().into()
            }
            (StatusCode::NOT_FOUND, BodyProblem::MediaType | BodyProblem::NotJson)
                if !HAS_ERROR_OBJECTS =>
            {
                missing(head)
            }
            (status, _) if status.is_success() || status == StatusCode::NOT_FOUND => {
                format!("{}{CHECK_ROUTE}", self.check_first())
            }
            (status, problem)
                if status.is_client_error() && !self.is_transient() && is_foreign(problem) =>
            {
                format!("{CHECK_ROUTE}; if they are right, {}", self.advice(head, false))
            }
            _ => self.advice(head, false),
        }
    }

    /// Returns advice for a body that exceeds the response limit.
    pub(super) fn advice_on_size(&self, head: &ResponseHead) -> String {
        if head.status().is_success() {
            let check_first = self.check_first();
            format!("{check_first}request fewer items per page, or raise `response_limit`")
        } else {
            self.advice(head, false)
        }
    }

    /// Returns advice for an error response. `wrong_path` is true if the error reports an unknown path.
    pub(super) fn advice(&self, head: &ResponseHead, wrong_path: bool) -> String {
        match head.status() {
            StatusCode::NOT_MODIFIED => "the resource has not changed".into(),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => "correct the request".into(),
            StatusCode::UNAUTHORIZED if HAS_ERROR_OBJECTS => {
                "check the credentials: they may be wrong, expired or deleted, belong to another organization, \
                 or lack the required role"
                    .into()
            }
            StatusCode::UNAUTHORIZED => {
                "check the credentials: they may be wrong or expired, or lack a permission".into()
            }
            StatusCode::FORBIDDEN if HAS_ERROR_OBJECTS => {
                "check the role that the operation requires, and the IP access list of the credentials"
                    .into()
            }
            StatusCode::FORBIDDEN => "check the permissions of the credentials".into(),
            StatusCode::NOT_FOUND if wrong_path => "check the base URL".into(),
            StatusCode::NOT_FOUND => missing(head),
            StatusCode::CONFLICT => "check the existing resource".into(),
            StatusCode::NOT_ACCEPTABLE => unsupported(head.operation().accept),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let Operation { accept, content_type, .. } = head.operation();
                unsupported(content_type.unwrap_or(accept))
            }
            StatusCode::GONE if HAS_ERROR_OBJECTS => format!(
                "the requested version, `{}`, has been removed: use a newer version of the operation",
                head.operation().accept
            ),
            StatusCode::GONE => "the resource has been removed".into(),
            StatusCode::REQUEST_TIMEOUT => wait(head, ": the request did not arrive in time"),
            StatusCode::TOO_MANY_REQUESTS => wait(head, ", with fewer requests at a time"),
            status if status.is_server_error() && self.may_have_been_carried_out() => {
                format!("{CHECK_FIRST}{}", in_time(head).unwrap_or_default())
            }
            status if status.is_server_error() && self.is_transient() => {
                wait(head, ": the server failed")
            }
            _ if self.error_code().is_none() => format!("look up the status in the {API} reference"),
            _ => format!("look up the error code in the {API} reference"),
        }
    }

    /// Returns text to put before other advice if the server may have carried out the operation in the last attempt.
    /// Otherwise, the text is empty.
    pub(super) fn check_first(&self) -> String {
        if self.may_have_been_carried_out() && !self.only_earlier_may_have_acted() {
            format!("{CHECK_FIRST}; ")
        } else {
            String::new()
        }
    }

    pub(super) fn advice_after_redirect(&self, head: &ResponseHead) -> &'static str {
        if head.status() == StatusCode::SEE_OTHER && self.may_have_been_carried_out() {
            CHECK_FIRST
        } else {
            "set the base URL to the API's own URL"
        }
    }

    /// Returns advice for a request that was sent and has no response because of `cause`.
    pub(super) fn advice_without_response(&self, cause: &Cause) -> String {
        if is_not_http(&**cause) {
            format!("{}{}", self.check_first(), check_scheme(BASE_URL))
        } else {
            self.advice_after_sending().into()
        }
    }

    pub(super) fn advice_after_sending(&self) -> &'static str {
        if self.may_have_been_carried_out() { CHECK_FIRST } else { "try again" }
    }
}

/// Returns whether an error object reports an unknown path, rather than an unknown resource that a parameter names. For
/// an unknown path, the error quotes the path, or has no code. Errors of an API without error objects do not show the
/// difference.
pub(super) fn is_about_path(error: &ApiError) -> bool {
    let quotes_path = |text: &str| text.contains("/api/");
    HAS_ERROR_OBJECTS
        && (error.error_code.is_none()
            || error.detail.as_deref().is_some_and(quotes_path)
            || error.parameters.iter().any(|value| value.as_str().is_some_and(quotes_path)))
}

/// Returns whether the body of an error response probably comes from another server, such as a proxy. An API without
/// error objects can send errors in any format except HTML.
fn is_foreign(problem: BodyProblem) -> bool {
    HAS_ERROR_OBJECTS || problem == BodyProblem::Html
}

fn unsupported(media_type: &str) -> String {
    if HAS_ERROR_OBJECTS {
        format!(
            "the server does not support the requested version, `{media_type}`: use another version of the operation"
        )
    } else {
        format!("the server does not support the media type `{media_type}` for this operation")
    }
}

fn missing(head: &ResponseHead) -> String {
    let names = head.operation().path_parameters().map(|name| format!("`{name}`"));
    let names = names.collect::<Vec<_>>().join(" and ");
    match (names.as_str(), HAS_ERROR_OBJECTS) {
        ("", _) => "check the base URL".into(),
        (names, true) => format!("check {names}"),
        (names, false) => {
            format!("the resource or the path does not exist: check {names}, and the base URL")
        }
    }
}

fn wait(head: &ResponseHead, why: &str) -> String {
    format!("try again{}{why}", in_time(head).unwrap_or_else(|| " later".into()))
}

fn in_time(head: &ResponseHead) -> Option<String> {
    head.retry_after().and_then(in_seconds).map(|time| format!(" in {time}"))
}

/// Returns advice about a server that does not use the scheme of its URL. `setting` determines the URL.
pub(super) fn check_scheme(setting: &str) -> String {
    format!("check the scheme and the port of {setting}, and proxies")
}
