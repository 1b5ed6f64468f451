//! Dates as they stand in media types and on the command line.

/// Whether the text is a day of the calendar, written `YYYY-MM-DD`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    // chrono reads `2023-1-1` too; a media type is compared letter by letter.
    text.parse::<chrono::NaiveDate>().is_ok_and(|date| date.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        assert!(is_date("2024-02-29"));
        for text in ["2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "2024-01-01 ", "preview"] {
            assert!(!is_date(text), "{text}");
        }
    }
}
