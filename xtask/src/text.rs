//! Text formatting.

/// Returns the text on one line, or `None` if the text is blank.
pub(crate) fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Returns the first sentence, if the text has more than one.
pub(crate) fn first_sentence(text: &str) -> Option<&str> {
    let mut parts = text.match_indices(". ").filter_map(|(dot, _)| text.split_at_checked(dot + 1));
    let (first, rest) =
        parts.find(|(first, _)| !first.ends_with("e.g.") && !first.ends_with("i.e."))?;
    (!rest.trim().is_empty()).then_some(first)
}

/// Formats a count as `1 file` or `2 files`.
#[must_use]
pub fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn an_abbreviation_does_not_end_a_sentence() {
        for (text, first) in [
            ("The page. Starts at 1.", Some("The page.")),
            ("A size, e.g. 5 or 10. At most 500.", Some("A size, e.g. 5 or 10.")),
            ("A size, e.g. 5.", None),
            ("The page. ", None),
        ] {
            assert_eq!(first_sentence(text), first, "{text}");
        }
    }
}
