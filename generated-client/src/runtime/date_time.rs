//! Times in answers. chrono reads every form that there is; the one form that Atlas writes is read
//! here, with about a ninth of the instructions.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{self, Deserializer, Visitor};

/// Reads a time, as `DateTime` itself does.
pub(crate) fn required<'de, D>(deserializer: D) -> Result<DateTime<Utc>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Required)
}

/// Reads a time or nothing, as `Option<DateTime>` itself does.
pub(crate) fn optional<'de, D>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_option(Optional)
}

struct Required;

impl Visitor<'_> for Required {
    type Value = DateTime<Utc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 formatted date and time string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime<Utc>, E> {
        usual(text.as_bytes()).map_or_else(|| text.parse().map_err(E::custom), Ok)
    }
}

struct Optional;

impl<'de> Visitor<'de> for Optional {
    type Value = Option<DateTime<Utc>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Required.expecting(f)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        required(deserializer).map(Some)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// The time if it is of the form `2025-05-04T09:42:00Z`, and no second of it is a leap second.
fn usual(text: &[u8]) -> Option<DateTime<Utc>> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', ref time @ ..] = text else {
        return None;
    };
    let &[h1, h2, b':', min1, min2, b':', s1, s2, b'Z'] = time else { return None };
    let year = number([y1, y2])? * 100 + number([y3, y4])?;
    let date = NaiveDate::from_ymd_opt(year.try_into().ok()?, number([m1, m2])?, number([d1, d2])?);
    let time = date?.and_hms_opt(number([h1, h2])?, number([min1, min2])?, number([s1, s2])?);
    Some(time?.and_utc())
}

fn number(digits: [u8; 2]) -> Option<u32> {
    let [tens, ones] = digits.map(|digit| char::from(digit).to_digit(10));
    Some(tens? * 10 + ones?)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Ours {
        #[serde(deserialize_with = "required")]
        from: DateTime<Utc>,
        #[serde(default, deserialize_with = "optional")]
        until: Option<DateTime<Utc>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Chronos {
        from: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    }

    type Times = (DateTime<Utc>, Option<DateTime<Utc>>);

    /// What comes of the JSON, or what is said about it; in both ways.
    fn both(json: &str) -> [Result<Times, String>; 2] {
        let ours = serde_json::from_str(json).map(|Ours { from, until }| (from, until));
        let chronos = serde_json::from_str(json).map(|Chronos { from, until }| (from, until));
        [ours, chronos].map(|read| read.map_err(|error| error.to_string()))
    }

    #[test]
    fn what_is_read_and_what_is_said_is_what_chrono_reads_and_says() {
        for time in [
            "2025-05-04T09:42:00Z",
            "2025-05-04t09:42:00z",
            "2025-05-04 09:42:00Z",
            "2025-05-04T09:42:00.123456789Z",
            "2025-05-04T09:42:00.1Z",
            "2025-05-04T09:42:00+02:00",
            "2025-05-04T09:42:00-00:30",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:61Z",
            "2024-02-29T24:00:00Z",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-10T00:00:00Z",
            "2023-10-00T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "+12025-05-04T09:42:00Z",
            "-0001-05-04T09:42:00Z",
            "2025-05-04T09:60:00Z",
            "2025-05-04T09:42Z",
            "2025-05-04T09:42:00",
            "2025-05-04",
            r"2025-05-04T09:42:0\u0030Z",
            r"2025-05-0\u0664T09:42:00Z",
            "2025-+5-04T09:42:00Z",
            " 2025-05-04T09:42:00Z",
            "2025-05-04T09:42:00Z ",
            "soon",
            "",
        ] {
            for json in [
                format!("{{\"from\":\"{time}\"}}"),
                format!("{{\"from\":\"2025-05-04T09:42:00Z\",\"until\":\"{time}\"}}"),
            ] {
                let [ours, chronos] = both(&json);
                assert_eq!(ours, chronos, "{json}");
            }
        }
        for json in ["{}", "{\"from\":null}", "{\"from\":7}", "{\"from\":[]}"] {
            let [ours, chronos] = both(json);
            assert_eq!(ours, chronos, "{json}");
        }
        for until in ["null", "7", "{}", "true"] {
            let [ours, chronos] =
                both(&format!("{{\"from\":\"2025-05-04T09:42:00Z\",\"until\":{until}}}"));
            assert_eq!(ours, chronos, "{until}");
        }
    }

    #[test]
    fn every_usual_time_is_read_without_chrono() {
        let day = chrono::TimeDelta::seconds(86_399);
        let times = std::iter::successors(usual(b"1896-01-01T00:00:00Z"), |time| Some(*time + day));
        for time in times.take(366 * 130) {
            let text = time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            assert_eq!(usual(text.as_bytes()), Some(time), "{text}");
        }
    }
}
