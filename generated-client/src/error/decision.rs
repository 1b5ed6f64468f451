//! The classification of errors, for callers and the retry policy.

use reqwest::StatusCode;

use super::{BodyProblem, Error};
use crate::TimeLimit;
use crate::no_response::is_permanent;
use crate::response::ResponseHead;

impl Error {
    /// Returns whether the same request may succeed later. Returns `true` after a failed connection, a timeout, or a
    /// response that was cut off or is corrupt. Also returns `true` for the statuses 408, 429, 500, 502 to 504 and 520
    /// to 524. The exceptions are [`Tls`](Self::Tls), a proxy that requires other credentials than those in its URL, a
    /// server that does not use HTTP, and a URL that the HTTP client rejects.
    ///
    /// Whether the client has retried the request also depends on the method, the [`RetryPolicy`](crate::RetryPolicy),
    /// the retry budget and the operation timeout. Before you repeat the request, wait for
    /// [`retry_after`](Self::retry_after), and check [`may_have_been_carried_out`](Self::may_have_been_carried_out).
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { cause, .. }
            | Self::Authentication { head: None, cause: Some(cause), .. } => {
                !is_permanent(&**cause)
            }
            Self::TimedOut { .. }
            | Self::UnexpectedBody {
                problem: BodyProblem::CutOff | BodyProblem::Corrupt, ..
            } => true,
            Self::Authentication { head, .. } => {
                head.as_ref().is_none_or(|head| is_transient(head.status()))
            }
            Self::Api { head, .. }
            | Self::UnexpectedBody { head, .. }
            | Self::TooLarge { head, .. } => is_transient(head.status()),
            _ => false,
        }
    }

    /// Returns whether the server may have carried out the operation although the call failed. If this is `true`, check
    /// the effect of the operation before you repeat it. [The guide to errors](crate::docs::errors) describes how.
    ///
    /// Returns `false` for `GET` and other safe methods, for requests that were not sent, and for responses that reject
    /// the request (4xx) or redirect it (3xx). The exception is 303, which a server can send after it has carried out
    /// the operation. The result covers all attempts of the call. For example, it is `true` if the response to a
    /// `DELETE` was lost and the retry returned 404, because the first attempt has probably deleted the resource.
    #[must_use]
    pub fn may_have_been_carried_out(&self) -> bool {
        match self {
            Self::Config { may_have_acted, .. }
            | Self::TimedOut { may_have_acted, .. }
            | Self::Transport { may_have_acted, .. }
            | Self::Authentication { may_have_acted, .. }
            | Self::Tls { may_have_acted, .. } => *may_have_acted,
            Self::Api { head, .. }
            | Self::UnexpectedBody { head, .. }
            | Self::Decode { head, .. }
            | Self::TooLarge { head, .. }
            | Self::Redirect { head, .. } => head.earlier_may_have_acted() || may_have_acted(head),
            Self::InvalidInput(_) | Self::NotListed { .. } => false,
        }
    }

    /// Returns whether the server may have carried out the operation in an earlier attempt, but cannot have done so in
    /// the last one.
    pub(super) fn only_earlier_may_have_acted(&self) -> bool {
        match self {
            Self::Config { may_have_acted, .. }
            | Self::Authentication { may_have_acted, .. }
            | Self::Tls { may_have_acted, .. }
            | Self::Transport { may_have_acted, connected: false, .. }
            | Self::TimedOut { may_have_acted, limit: TimeLimit::Connect, .. } => *may_have_acted,
            other => other
                .head()
                .is_some_and(|head| head.earlier_may_have_acted() && !may_have_acted(head)),
        }
    }
}

/// Returns whether the server may have carried out the request to which it returned `head`. A 303 can refer to the
/// result of a request (RFC 9110, section 15.4.4).
fn may_have_acted(head: &ResponseHead) -> bool {
    let status = head.status();
    let is_possible =
        status.is_success() || status.is_server_error() || status == StatusCode::SEE_OTHER;
    is_possible && !head.operation().method.is_safe()
}

/// Returns whether the same request may succeed after a response with this status. Cloudflare documents that it sends
/// 520 to 524 if it receives no valid response from the server behind it.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502..=504 | 520..=524)
}
