//! What a response means for the proof that its request carried.

/// What an answer says of the proof that its request carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is nothing more to prove: the answer stands.
    Final,
    /// Another proof may be taken: send the request again.
    SendAgain,
}
