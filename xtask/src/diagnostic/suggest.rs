//! Suggestions for misspelled words.

use std::fmt::Display;

/// Returns the candidate closest to `word`, if the two differ by at most one typo. In a `word` of more than five
/// characters, two typos are allowed.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let length = word.chars().count();
    let limit = if length > 5 { 2 } else { 1 };
    candidates
        .into_iter()
        // The difference in length is a lower bound on the distance, and much faster to compute.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns ``did you mean `X`?``, or `otherwise` if no candidate is close.
pub(crate) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    otherwise: impl Into<String>,
) -> String {
    suggestion(nearest(word, candidates), otherwise)
}

/// Returns ``did you mean `X`?``, or `otherwise` if `meant` is `None`.
pub(crate) fn suggestion(meant: Option<impl Display>, otherwise: impl Into<String>) -> String {
    meant.map_or_else(|| otherwise.into(), |meant| format!("did you mean `{meant}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typo_is_recognized_but_a_different_word_is_not() {
        assert_eq!(nearest("strin", ["number", "string"]), Some("string"));
        assert_eq!(nearest("requierd", ["required"]), Some("required"));
        assert_eq!(nearest("int", ["in", "integer"]), Some("in"));
        assert_eq!(nearest("decimal", ["number", "string"]), None);
    }
}
