//! Numbers in documents.

/// Returns the integer that is equal to a number, if there is one.
pub(crate) fn whole(number: f64) -> Option<i64> {
    // A whole number has no decimal point in this format.
    number.to_string().parse().ok()
}
