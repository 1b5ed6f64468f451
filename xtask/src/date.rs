//! Dates and resource versions, in media types and on the command line.

/// Returns whether the text is a valid date in the form `YYYY-MM-DD`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    // chrono also accepts `2023-1-1`. Only the canonical form is valid, because media types are compared as text.
    text.parse::<chrono::NaiveDate>().is_ok_and(|date| date.to_string() == text)
}

/// The stages of unreleased versions.
const STAGES: &[&str] = &["preview", "private", "upcoming"];

/// Returns whether the text is a resource version: a date, a stage, or a date and a stage (`2025-01-01.upcoming`).
pub(crate) fn is_version(text: &str) -> bool {
    let stage = text.split_once('.').filter(|(date, _)| is_date(date)).map(|(_, stage)| stage);
    is_date(text) || STAGES.contains(&stage.unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_version};

    #[test]
    fn a_version_is_a_date_a_stage_or_both() {
        for text in ["2024-02-29", "preview", "private", "2025-01-01.upcoming"] {
            assert!(is_version(text), "{text}");
        }
        for text in ["2023-02-29", "beta", "2025-01-01.beta", "2025-13-01.upcoming", "v2", ""] {
            assert!(!is_version(text), "{text}");
        }
    }

    #[test]
    fn impossible_and_shortened_dates_are_invalid() {
        assert!(is_date("2024-02-29"));
        for text in ["2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "2024-01-01 ", "preview"] {
            assert!(!is_date(text), "{text}");
        }
    }
}
