//! Success values whose type depends on the status.

use crate::json::Failure;

/// A decoded value, or the reason why it could not be decoded.
pub(crate) type Decoded<T> = Result<T, Failure>;

/// The success values of an operation, whose types depend on the status.
pub(crate) trait ByStatus: Sized {
    /// Returns the value for a status whose responses have no body, or `None` if they have a body.
    fn without_body(_status: u16) -> Option<Self> {
        None
    }

    /// Decodes the body of a response with the given status.
    fn decode(status: u16, body: &[u8]) -> Decoded<Self>;
}
