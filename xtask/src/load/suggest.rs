//! What the author may have meant.

/// The candidate that differs from `word` by the fewest typing slips, if it differs by few:
/// one in a word of up to five letters, two in longer ones.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let length = word.chars().count();
    let slips = if length > 5 { 2 } else { 1 };
    candidates
        .into_iter()
        // The distance is at least the difference in length, which is much sooner told.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= slips)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("strin", ["number", "string"]), Some("string"));
        assert_eq!(nearest("requierd", ["required"]), Some("required"));
        assert_eq!(nearest("int", ["in", "integer"]), Some("in"));
        assert_eq!(nearest("decimal", ["number", "string"]), None);
    }
}
