//! The one-line messages of errors.

use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

use super::advice::{BASE_URL, check_scheme, is_about_path};
use super::{ApiError, BodyProblem, Error};
use crate::credentials::TOKEN_SETTING;
use crate::no_response::{Cause, Root, To};
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
            Self::Config { problem, .. } | Self::Authentication { problem, .. } => {
                f.write_str(problem)
            }
            Self::Api { head, error, .. } => api(f, self, head, error),
            Self::UnexpectedBody { head, content_type, problem, detail, excerpt, .. } => {
                write!(f, "{} with an unexpected body", StatusLine(head))?;
                unexpected_body(f, content_type.as_deref(), *problem, detail, excerpt)?;
                write!(f, "; {}", self.unexpected_advice(head, *problem))
            }
            Self::Decode { head, path, message, excerpt, .. } => {
                undecodable(f, head, path, message, excerpt)?;
                let check_first = self.check_first();
                write!(f, "; {check_first}look for a newer version of {}", env!("CARGO_PKG_NAME"))
            }
            Self::TooLarge { head, limit } => write!(
                f,
                "{} with a body of more than {limit} bytes; {}",
                StatusLine(head),
                self.advice_on_size(head)
            ),
            Self::Redirect { head, location } => {
                redirect(f, head, location.as_deref())?;
                write!(f, "; {}", self.advice_after_redirect(head))
            }
            Self::TimedOut {
                operation_id, host, watched, limit, after, cause, attempts, ..
            } => match limit {
                TimeLimit::Watch => {
                    let watched = watched.as_deref().unwrap_or("resource");
                    watch_timed_out(f, operation_id, watched, *after, *attempts, cause.as_ref())
                }
                TimeLimit::Connect => connect_timed_out(f, operation_id, &To(host), *after),
                TimeLimit::Attempt | TimeLimit::Operation => {
                    let advice = self.advice_after_sending();
                    response_timed_out(f, operation_id, *after, advice, *limit)
                }
            },
            Self::Tls { operation_id, host, cause, .. } => {
                let is_not_tls = no_response::is_not_tls(&**cause);
                let setting = url_setting(operation_id);
                let advice = if is_not_tls { check_scheme(setting) } else { tls_advice(setting) };
                could_not_connect(f, operation_id, &To(host), cause, &advice)
            }
            Self::Transport { operation_id, host, connected: false, cause, .. } => {
                let advice = no_response::proxy_advice(&**cause).unwrap_or(CHECK_NETWORK);
                could_not_connect(f, operation_id, &To(host), cause, advice)
            }
            Self::Transport { operation_id, cause, .. } => {
                let advice = self.advice_without_response(cause);
                write!(f, "{operation_id} got no response: {}; {advice}", Root(cause))
            }
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

fn unexpected_body(
    f: &mut Formatter<'_>,
    content_type: Option<&str>,
    problem: BodyProblem,
    detail: &str,
    excerpt: &str,
) -> fmt::Result {
    match content_type {
        Some(media_type) => write!(f, " (`{media_type}`)")?,
        // The page was decoded, so its media type does not matter.
        None if problem == BodyProblem::EndlessList => {}
        None => f.write_str(" (no media type)")?,
    }
    write!(f, ": {problem}")?;
    if !detail.is_empty() {
        write!(f, ": {detail}")?;
    }
    if !excerpt.is_empty() {
        write!(f, "; it begins with `{excerpt}`")?;
    }
    Ok(())
}

fn undecodable(
    f: &mut Formatter<'_>,
    head: &ResponseHead,
    path: &str,
    message: &str,
    excerpt: &str,
) -> fmt::Result {
    let status = StatusLine(head);
    write!(f, "{status} with a body that cannot be decoded, at `{path}`: {message}")?;
    if !excerpt.is_empty() {
        write!(f, "; found `{excerpt}`")?;
    }
    Ok(())
}

fn redirect(f: &mut Formatter<'_>, head: &ResponseHead, location: Option<&str>) -> fmt::Result {
    write!(f, "{}, a redirect ", StatusLine(head))?;
    match location {
        Some(location) => write!(f, "to `{location}`")?,
        None => f.write_str("without a `Location`")?,
    }
    f.write_str(", which the client does not follow")
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

/// Returns the setting that determines the URL of an operation or of the token endpoint.
fn url_setting(operation_id: &str) -> &'static str {
    match operation_id {
        "issueToken" | "revokeToken" => TOKEN_SETTING,
        _ => BASE_URL,
    }
}

fn tls_advice(setting: &str) -> String {
    format!(
        "check the host of {setting}, proxies and the clock of this machine; for a private certificate authority, add \
         its root certificate with `ClientBuilder::root_certificate`, or on Linux with `SSL_CERT_FILE`"
    )
}

const CHECK_NETWORK: &str = "check the base URL, the network and proxies";

fn could_not_connect(
    f: &mut Formatter<'_>,
    operation_id: &str,
    to: &To<'_>,
    cause: &Cause,
    advice: &str,
) -> fmt::Result {
    let is_of_proxy = no_response::proxy_advice(&**cause).is_some();
    let way = if is_of_proxy { " through the proxy" } else { "" };
    let root = Root(cause);
    write!(f, "{operation_id} could not connect{to}{way}: {root}; nothing was sent: {advice}")
}

fn connect_timed_out(
    f: &mut Formatter<'_>,
    operation_id: &str,
    to: &To<'_>,
    after: Duration,
) -> fmt::Result {
    let limit = TimeLimit::Connect;
    write!(
        f,
        "{operation_id} could not connect{to} within {after:?}; nothing was sent: {CHECK_NETWORK}, or raise `{limit}`"
    )
}

fn response_timed_out(
    f: &mut Formatter<'_>,
    operation_id: &str,
    after: Duration,
    advice: &str,
    limit: TimeLimit,
) -> fmt::Result {
    write!(
        f,
        "{operation_id} got no complete response within {after:?}; {advice}, or raise `{limit}`"
    )
}

fn watch_timed_out(
    f: &mut Formatter<'_>,
    operation_id: &str,
    watched: &str,
    after: Duration,
    lookups: u32,
    cause: Option<&Cause>,
) -> fmt::Result {
    write!(
        f,
        "{operation_id} found no final state of the {watched} within {after:?} (lookups: {lookups}); "
    )?;
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
            let mut error = crate::Error::timed_out("deleteThing", limit, LIMIT, false);
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
