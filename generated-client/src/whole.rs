//! Integers with a fraction of zero, such as `2.0`. JSON Schema allows them, and some servers send them.

use std::fmt;

use serde::de::{Error, Visitor};

/// Returns the integer that a number equals, if there is one with at most 64 bits.
pub(crate) fn integer(number: f64) -> Option<i64> {
    // `to_string` writes a whole number without a decimal point.
    number.to_string().parse().ok()
}

/// The visitor of an integer, which may have a fraction of zero.
pub(crate) struct Whole<V>(pub(crate) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Whole<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.0.visit_i64(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.0.visit_u64(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        match integer(value) {
            Some(value) => self.0.visit_i64(value),
            None => self.0.visit_f64(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::json::from_str;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Counts {
        small: Option<u8>,
        large: Vec<i64>,
    }

    #[test]
    fn a_whole_number_is_an_integer() {
        let counts: Counts = from_str(r#"{"small":2.0,"large":[-1.0,3e2,-0.0,7,1e15]}"#).unwrap();
        let large = vec![-1, 300, 0, 7, 1_000_000_000_000_000];
        assert_eq!(counts, Counts { small: Some(2), large });
        assert_eq!(from_str::<u64>(&u64::MAX.to_string()).unwrap(), u64::MAX);
    }

    #[test]
    fn any_other_number_is_not_an_integer() {
        for (text, expected) in [
            ("1.5", "invalid type: floating point `1.5`, expected u8"),
            ("256.0", "invalid value: integer `256`, expected u8"),
            ("-1.0", "invalid value: integer `-1`, expected u8"),
            ("1e300", "invalid type: floating point `1e"),
            ("\"2\"", "invalid type: string \"2\", expected u8"),
        ] {
            let error = from_str::<u8>(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
