//! Times without an offset, and dates with a time.
//!
//! The formats `date-time` and `date` of OpenAPI require an offset and forbid a time, and so does chrono. However, .NET
//! and Python write a time whose zone is unspecified without an offset, and .NET writes a date as its midnight. One such
//! value would make a whole response undecodable.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::de::{Error, Visitor};

/// The visitor of a string. If the string becomes a time, a missing offset is UTC. If it becomes a date, the string can
/// also be the midnight of that date.
pub(crate) struct Times<V>(pub(crate) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Times<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        match rewritten::<V::Value>(text) {
            Some(text) => self.0.visit_string(text),
            None => self.0.visit_str(text),
        }
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<V::Value, E> {
        match rewritten::<V::Value>(text) {
            Some(text) => self.0.visit_string(text),
            None => self.0.visit_borrowed_str(text),
        }
    }

    fn visit_string<E: Error>(self, text: String) -> Result<V::Value, E> {
        self.0.visit_string(rewritten::<V::Value>(&text).unwrap_or(text))
    }
}

/// Returns the text that chrono decodes in place of `text`, or `None` if `text` needs no change or has no such form.
fn rewritten<T>(text: &str) -> Option<String> {
    // chrono decodes the time in every zone from a time with an offset.
    let ty = typeid::of::<T>();
    if ty == typeid::of::<DateTime<FixedOffset>>() {
        with_offset(text)
    } else if ty == typeid::of::<NaiveDate>() {
        date_of_midnight(text)
    } else {
        None
    }
}

/// Appends `Z` to a time without an offset.
fn with_offset(text: &str) -> Option<String> {
    // The 19 bytes of `2024-05-30T10:00:00` precede the offset.
    if text.get(19..)?.contains(['+', '-', 'Z', 'z']) {
        return None;
    }
    let time = format!("{text}Z");
    time.parse::<DateTime<FixedOffset>>().is_ok().then_some(time)
}

/// Returns the date of a time that is midnight at its offset, if it has an offset.
fn date_of_midnight(text: &str) -> Option<String> {
    let time = with_offset(text);
    let time = time.as_deref().unwrap_or(text).parse::<DateTime<FixedOffset>>().ok()?.naive_local();
    (time.time() == NaiveTime::MIN).then(|| time.date().to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDate, Utc};
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use crate::json::from_str;
    use crate::received::Received;

    fn decoded<T: DeserializeOwned>(text: &str) -> Result<T, String> {
        let value =
            T::deserialize(Received::part(Value::from(text))).map_err(|error| error.to_string());
        assert_eq!(value.is_ok(), from_str::<T>(&format!("{text:?}")).is_ok(), "{text}");
        value
    }

    #[test]
    fn a_time_without_an_offset_is_in_utc() {
        for (text, expected) in [
            ("2019-12-07T18:46:19.5165400", "2019-12-07T18:46:19.516540Z"),
            ("2020-12-10T01:22:00", "2020-12-10T01:22:00Z"),
            ("2020-12-10 01:22:00", "2020-12-10T01:22:00Z"),
            ("2020-12-10T01:22:00Z", "2020-12-10T01:22:00Z"),
            ("2020-12-10T01:22:00z", "2020-12-10T01:22:00Z"),
            ("2020-12-10T01:22:00-05:00", "2020-12-10T06:22:00Z"),
            ("2020-12-10T01:22:00.000+0100", "2020-12-10T00:22:00Z"),
        ] {
            let expected: DateTime<Utc> = expected.parse().unwrap();
            assert_eq!(decoded(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_midnight_is_a_date() {
        for text in [
            "2015-07-01",
            "2015-07-01T00:00:00",
            "2015-07-01 00:00:00.000",
            "2015-07-01T00:00:00Z",
            "2015-07-01T00:00:00+02:00",
        ] {
            let expected = NaiveDate::from_ymd_opt(2015, 7, 1).unwrap();
            assert_eq!(decoded(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_time_or_a_date() {
        for text in
            ["", "Z", "2015-07-01", "2015-07-01T25:00:00", "10:00:00", "2015-07-01T10:00:00ZZ"]
        {
            let expected = text.parse::<DateTime<Utc>>().unwrap_err().to_string();
            assert_eq!(decoded::<DateTime<Utc>>(text), Err(expected), "{text}");
        }
        for text in
            ["", "2015-07", "2015-07-01T10:00:00", "2015-07-01T00:00:00.1Z", "2015-02-30T00:00:00"]
        {
            let expected = text.parse::<NaiveDate>().unwrap_err().to_string();
            assert_eq!(decoded::<NaiveDate>(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn other_strings_are_unchanged() {
        let text = "2015-07-01T00:00:00";
        assert_eq!(decoded(text), Ok(text.to_owned()));
        assert_eq!(from_str::<&str>(&format!("{text:?}")).unwrap(), text);
        assert_eq!(decoded(text), Ok(Value::from(text)));
    }

    #[test]
    fn times_are_found_at_every_depth() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Job {
            at: Option<DateTime<Utc>>,
            more: Vec<BTreeMap<String, NaiveDate>>,
        }
        let (time, date) = ("2015-07-01T10:00:00", "2015-07-01T00:00:00");
        let job: Job =
            from_str(&format!(r#"{{"at":"{time}","more":[{{"a":"{date}"}}]}}"#)).unwrap();
        assert_eq!(job.at, format!("{time}Z").parse().ok());
        assert_eq!(job.more[0]["a"].to_string(), "2015-07-01");
    }
}
