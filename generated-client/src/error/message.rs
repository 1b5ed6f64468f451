//! The one-line messages of errors.

use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

use reqwest::StatusCode;

use super::{ApiError, BodyProblem, Error};
use crate::identity::{API, HAS_ERROR_OBJECTS};
use crate::no_response::{Cause, root};
use crate::response::ResponseHead;
use crate::text::{EXCERPT, count, one_line};
use crate::{TimeLimit, no_response};

/// The maximum number of invalid fields in a message.
const FIELDS: usize = 5;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_message(f)?;
        match (self, self.attempts()) {
            // The message contains the number of lookups.
            (Self::TimedOut { limit: TimeLimit::Watch, .. }, _) => Ok(()),
            (_, Some(attempts @ 2..)) if self.only_earlier_may_have_acted() => write!(
                f,
                " (the last of {attempts} attempts; an earlier one may have taken effect)"
            ),
            (_, Some(attempts @ 2..)) => write!(f, " (the last of {attempts} attempts)"),
            _ => Ok(()),
        }
    }
}

impl Error {
    /// Writes the message without the number of attempts.
    fn write_message(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput(error) => error.fmt(f),
            Self::Config { problem } | Self::Authentication { problem, .. } => f.write_str(problem),
            Self::Api { head, error, .. } => api(f, self, head, error),
            Self::UnexpectedBody { head, content_type, problem, detail, excerpt, .. } => {
                write!(f, "{} with an unexpected body", StatusLine(head))?;
                match content_type {
                    Some(media_type) => write!(f, " (`{media_type}`)")?,
                    // The page was decoded, so its media type does not matter.
                    None if *problem == BodyProblem::EndlessList => {}
                    None => f.write_str(" (no media type)")?,
                }
                write!(f, ": {problem}")?;
                if !detail.is_empty() {
                    write!(f, ": {detail}")?;
                }
                if !excerpt.is_empty() {
                    write!(f, "; it begins with `{excerpt}`")?;
                }
                write!(f, "; {}", self.unexpected_advice(head, *problem))
            }
            Self::Decode { head, path, message, excerpt, .. } => {
                let status = StatusLine(head);
                write!(f, "{status} with a body that cannot be decoded, at `{path}`: {message}")?;
                if !excerpt.is_empty() {
                    write!(f, "; found `{excerpt}`")?;
                }
                write!(f, "; look for a newer version of {}", env!("CARGO_PKG_NAME"))
            }
            Self::TooLarge { head, limit } => write!(
                f,
                "{} with a body of more than {limit} bytes; request fewer items per page, \
                 or raise `response_limit`",
                StatusLine(head)
            ),
            Self::Redirect { head, location } => write!(
                f,
                "{}, a redirect {}, which the client does not follow; {}",
                StatusLine(head),
                location.as_deref().map_or_else(
                    || "without a `Location`".to_owned(),
                    |location| format!("to `{}`", without_query(location))
                ),
                self.advice_after_redirect(head)
            ),
            Self::TimedOut {
                operation_id,
                limit: TimeLimit::Watch,
                after,
                cause,
                attempts,
                ..
            } => watch_timed_out(f, operation_id, *after, *attempts, cause.as_ref()),
            Self::TimedOut { operation_id, host, limit: TimeLimit::Connect, after, .. } => write!(
                f,
                "{operation_id} could not connect{} within {after:?}; nothing was sent: {CHECK_NETWORK}, or raise `{}`",
                To(host),
                TimeLimit::Connect
            ),
            Self::TimedOut { operation_id, limit, after, .. } => write!(
                f,
                "{operation_id} got no complete response within {after:?}; {}, or raise `{limit}`",
                self.advice_after_sending()
            ),
            Self::Tls { operation_id, host, cause, .. } => {
                could_not_connect(f, operation_id, &To(host), cause, TLS_ADVICE)
            }
            Self::Transport { operation_id, host, connected: false, cause, .. } => {
                let is_of_proxy = no_response::is_of_proxy(&**cause);
                let advice = if is_of_proxy { no_response::CHECK_PROXY } else { CHECK_NETWORK };
                could_not_connect(f, operation_id, &To(host), cause, advice)
            }
            Self::Transport { operation_id, cause, .. } => write!(
                f,
                "{operation_id} got no response: {}; {}",
                Root(cause),
                self.advice_after_sending()
            ),
            Self::NotListed { operation_id, problem } => write!(f, "{operation_id}: {problem}"),
        }
    }
}

/// The operation and the status of a response, displayed as in `createThing returned 404 Not Found`.
struct StatusLine<'a>(&'a ResponseHead);

impl Display for StatusLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let status = self.0.status();
        write!(f, "{} returned {}", self.0.operation_id(), status.as_u16())?;
        status.canonical_reason().map_or(Ok(()), |reason| write!(f, " {reason}"))
    }
}

fn api(f: &mut Formatter<'_>, whole: &Error, head: &ResponseHead, error: &ApiError) -> fmt::Result {
    write!(f, "{}", StatusLine(head))?;
    if let Some(code) = &error.error_code {
        write!(f, " {}", one_line(code, EXCERPT))?;
    }
    if let Some(detail) = error.detail.as_deref().or(error.reason.as_deref()) {
        write!(f, ": {}", one_line(detail, 2 * EXCERPT).trim_end_matches('.'))?;
    }
    for violation in error.fields().take(FIELDS) {
        let (field, rule) =
            (one_line(&violation.field, EXCERPT), one_line(&violation.description, EXCERPT));
        write!(f, "; `{field}`")?;
        if !rule.is_empty() {
            write!(f, ": {}", rule.trim_end_matches('.'))?;
        }
    }
    match error.fields().count().saturating_sub(FIELDS) {
        0 => {}
        more => write!(f, "; and {}", count(more, "more field", "more fields"))?,
    }
    write!(f, "; {}", whole.advice(head, is_about_path(error)))
}

impl Error {
    fn unexpected_advice(&self, head: &ResponseHead, problem: BodyProblem) -> String {
        match (head.status(), problem) {
            (status, BodyProblem::CutOff) if status.is_success() => {
                self.advice_after_sending().into()
            }
            (StatusCode::NOT_FOUND, BodyProblem::MediaType | BodyProblem::NotJson)
                if !HAS_ERROR_OBJECTS =>
            {
                missing(head)
            }
            (status, _) if status.is_success() || status == StatusCode::NOT_FOUND => {
                "check the base URL and proxies".into()
            }
            _ => self.advice(head, false),
        }
    }

    /// Returns advice for an error response. `wrong_path` is true if the server does not know the path of the request.
    fn advice(&self, head: &ResponseHead, wrong_path: bool) -> String {
        match head.status() {
            StatusCode::NOT_MODIFIED => "the resource has not changed".into(),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => "correct the request".into(),
            StatusCode::UNAUTHORIZED => {
                "check the credentials: they may be wrong, expired or deleted, belong to another organization, \
                 or lack the required role"
                    .into()
            }
            StatusCode::FORBIDDEN => {
                "check the role that the operation requires, and the IP access list of the credentials"
                    .into()
            }
            StatusCode::NOT_FOUND if wrong_path => "check the base URL".into(),
            StatusCode::NOT_FOUND => missing(head),
            StatusCode::CONFLICT => "check the existing resource".into(),
            StatusCode::NOT_ACCEPTABLE | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                format!(
                    "the server does not support the requested version, `{}`: use another version of the operation",
                    head.operation().accept
                )
            }
            StatusCode::GONE => format!(
                "the requested version, `{}`, has been removed: use a newer version of the operation",
                head.operation().accept
            ),
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

    fn advice_after_redirect(&self, head: &ResponseHead) -> &'static str {
        if head.status() == StatusCode::SEE_OTHER && self.may_have_been_carried_out() {
            CHECK_FIRST
        } else {
            "set the base URL to the API's own URL"
        }
    }

    fn advice_after_sending(&self) -> &'static str {
        if self.may_have_been_carried_out() { CHECK_FIRST } else { "try again" }
    }
}

/// Returns whether an error object reports an unknown path, rather than an unknown resource that a parameter names. For
/// an unknown path, the error quotes the path, or has no code. Errors of an API without error objects do not show the
/// difference.
fn is_about_path(error: &ApiError) -> bool {
    let quotes_path = |text: &str| text.contains("/api/");
    HAS_ERROR_OBJECTS
        && (error.error_code.is_none()
            || error.detail.as_deref().is_some_and(quotes_path)
            || error.parameters.iter().any(|value| value.as_str().is_some_and(quotes_path)))
}

/// The host of a request, displayed as a space and ``to `HOST` ``, or as nothing if the host is unknown.
struct To<'a>(&'a Option<Box<str>>);

impl Display for To<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |host| write!(f, " to `{host}`"))
    }
}

/// A root cause, displayed on one line.
struct Root<'a>(&'a Cause);

impl Display for Root<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&root(&**self.0).to_string(), 2 * EXCERPT))
    }
}

/// Returns a URL with `…` in place of the contents of its query and fragment, which may be secret.
fn without_query(url: &str) -> String {
    let end = url.find(['?', '#']).map(|start| start + 1);
    end.and_then(|end| url.get(..end)).map_or_else(|| url.to_owned(), |kept| format!("{kept}…"))
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
    head.wait().map(|time| format!(" in {time}"))
}

const CHECK_FIRST: &str = "the operation may have been carried out: check before you try again";

const TLS_ADVICE: &str = "check the host of the base URL, proxies and the \
     clock of this machine; for a private certificate authority, add its root certificate \
     with `ClientBuilder::root_certificate`, or on Linux with `SSL_CERT_FILE`";

const CHECK_NETWORK: &str = "check the base URL, the network and proxies";

fn could_not_connect(
    f: &mut Formatter<'_>,
    operation_id: &str,
    to: &To<'_>,
    cause: &Cause,
    advice: &str,
) -> fmt::Result {
    let way = if no_response::is_of_proxy(&**cause) { " through the proxy" } else { "" };
    let root = Root(cause);
    write!(f, "{operation_id} could not connect{to}{way}: {root}; nothing was sent: {advice}")
}

fn watch_timed_out(
    f: &mut Formatter<'_>,
    operation_id: &str,
    after: Duration,
    lookups: u32,
    cause: Option<&Cause>,
) -> fmt::Result {
    write!(f, "{operation_id} found no final state within {after:?} (lookups: {lookups}); ")?;
    match cause {
        Some(cause) => write!(f, "the last lookup failed: {cause}"),
        None => {
            write!(f, "the export continues: watch it again, or raise `{}`", TimeLimit::Watch)
        }
    }
}

/// Returns the messages of an error and its causes, with the root cause last.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fmt;
    use std::time::Duration;

    use super::chain;
    use crate::TimeLimit;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Self>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|it| it as _)
        }
    }

    #[test]
    fn a_connection_that_times_out_does_not_hide_an_earlier_attempt() {
        const LIMIT: Duration = Duration::from_secs(1);
        const EARLIER: &str = "an earlier one may have taken effect";
        for (limit, expected) in [(TimeLimit::Connect, true), (TimeLimit::Attempt, false)] {
            let mut error = crate::Error::timed_out("deleteThing", limit, LIMIT);
            error.set_attempts(3, true);
            assert!(error.may_have_been_carried_out());
            assert_eq!(error.to_string().contains(EARLIER), expected, "{error}");
        }
    }

    #[test]
    fn a_message_names_every_cause() {
        let root = Layer("not base64", None);
        let section = Layer("the second section is malformed", Some(root.into()));
        let whole = Layer("no certificate", Some(section.into()));
        assert_eq!(chain(&whole), "no certificate: the second section is malformed: not base64");
    }
}
