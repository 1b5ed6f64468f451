//! The chain of causes of an error.

use std::error::Error;
use std::io;
use std::iter::successors;

/// Returns `error` and its causes, with the root cause last. The `source` of an I/O error skips the error that the I/O
/// error wraps, so this function calls `get_ref` first.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}
