//! The result of checking a response to an authenticated request.

/// What to do with a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Authentication is finished, and the call uses this response.
    Final,
    /// The call sends the request again, with a new token or a new digest.
    SendAgain,
}
