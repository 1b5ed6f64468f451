//! The result of checking a response to an authenticated request.

/// The next step of a call after a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Authentication is finished, and the call uses this response.
    UseResponse,
    /// The call sends the request again, with a new token or a new digest.
    SendAgain,
}
