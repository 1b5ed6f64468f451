//! Numbers in documents.

/// Returns the integer that is equal to a number, if there is one.
pub(crate) fn whole(number: f64) -> Option<i64> {
    // This format writes all digits of a whole number. `to_string` writes only zeros after the 17th digit.
    if number.fract() == 0.0 { format!("{number:.0}").parse().ok() } else { None }
}
