//! Integers with a fraction of zero, such as `2.0`. JSON Schema allows them, and some servers send them.

use std::fmt;

use serde::de::{Error, Visitor};

/// 2^53. From here on, an `f64` may differ from the integer in the JSON text.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

/// Returns the integer that `number` equals. Returns `None` for 2^53 and above, and for -2^53 and below.
pub(crate) fn integer(number: f64) -> Option<i64> {
    if number.abs() >= FIRST_INEXACT {
        return None;
    }
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
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use crate::json::from_str;
    use crate::received::Received;

    /// Decodes a value, as in a union, and its text.
    fn decoded<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> Result<T, String> {
        let value: Value = serde_json::from_str(text).unwrap();
        let value = T::deserialize(Received::part(value)).map_err(|error| error.to_string());
        assert_eq!(from_str(text).ok().as_ref(), value.as_ref().ok(), "{text}");
        value
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Counts {
        small: Option<u8>,
        large: Vec<i64>,
    }

    #[test]
    fn a_whole_number_is_an_integer() {
        let large = vec![-1, 300, 0, 0, 7, 1_000_000_000_000_000];
        let expected = Counts { small: Some(2), large };
        let text = r#"{"small":2.0,"large":[-1.00,3e2,-0.0,-0,7,1e15]}"#;
        assert_eq!(decoded(text), Ok(expected));
        assert_eq!(decoded(&u64::MAX.to_string()), Ok(u64::MAX));
        assert_eq!(decoded(&i64::MIN.to_string()), Ok(i64::MIN));
        for integer in [9_007_199_254_740_991, -9_007_199_254_740_991] {
            assert_eq!(decoded::<i64>(&format!("{integer}.0")), Ok(integer));
        }
    }

    #[test]
    fn a_number_that_may_be_rounded_is_not_an_integer() {
        for text in [
            "9007199254740992.0",
            "9007199254740993.0",
            "-9007199254740993.0",
            "4611686018427387904.0",
            "9223372036854775808",
            "-9223372036854775809",
            "1e18",
            "1e300",
        ] {
            let error = decoded::<i64>(text).unwrap_err();
            assert!(error.ends_with("expected i64"), "{text}: {error}");
        }
    }

    #[test]
    fn any_other_value_is_not_an_integer() {
        for (text, expected) in [
            ("1.5", "invalid type: floating point `1.5`, expected u8"),
            ("256.0", "invalid value: integer `256`, expected u8"),
            ("-1.0", "invalid value: integer `-1`, expected u8"),
            ("-1", "invalid value: integer `-1`, expected u8"),
            ("\"a\"", "invalid type: string \"a\", expected u8"),
            ("null", "invalid type: null, expected u8"),
            ("[2]", "invalid type: sequence, expected u8"),
            ("{}", "invalid type: map, expected u8"),
        ] {
            assert_eq!(decoded::<u8>(text), Err(expected.to_owned()), "{text}");
        }
    }
}
