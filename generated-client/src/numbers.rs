//! Numbers as servers write them.
//!
//! - A number can be a string, such as `"0.50"`. Many servers write decimals as strings, to keep all digits, although
//!   their documents say `type: number`. One such value would make a whole response undecodable.
//! - An integer can have a fraction of zero, such as `2.0`. JSON Schema allows this, and some servers send it.

use std::fmt;

use serde::Deserialize as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde_json::Number;

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

/// The visitor of a number. It must be passed to `deserialize_any`, because the other methods of a deserializer reject
/// strings.
pub(crate) struct Lenient<V> {
    visitor: V,
    is_integer: bool,
}

impl<V> Lenient<V> {
    pub(crate) const fn integer(visitor: V) -> Self {
        Self { visitor, is_integer: true }
    }

    pub(crate) const fn float(visitor: V) -> Self {
        Self { visitor, is_integer: false }
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Lenient<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.visitor.visit_i64(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.visitor.visit_u64(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        match integer(value).filter(|_| self.is_integer) {
            Some(value) => self.visitor.visit_i64(value),
            None => self.visitor.visit_f64(value),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        match text.parse() {
            Ok(number) => visit(&number, self),
            Err(_) => self.visitor.visit_str(text),
        }
    }

    /// If another crate has enabled the feature `arbitrary_precision` of `serde_json`, a number with a fraction or
    /// beyond 64 bits is a map.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        match Number::deserialize(MapAccessDeserializer::new(map)) {
            Ok(number) => visit(&number, self),
            Err(_) => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

fn visit<'de, V: Visitor<'de>, E: Error>(number: &Number, visitor: V) -> Result<V::Value, E> {
    if let Some(value) = number.as_u64() {
        visitor.visit_u64(value)
    } else if let Some(value) = number.as_i64() {
        visitor.visit_i64(value)
    } else if let Some(value) = number.as_f64() {
        visitor.visit_f64(value)
    } else {
        Err(E::invalid_value(Unexpected::Other("number"), &visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use crate::json::from_str;
    use crate::received::Received;

    /// Decodes a value, as in a union, and its text.
    fn decoded<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> Result<T, String> {
        let value: Value = serde_json::from_str(text).unwrap();
        let value = T::deserialize(Received::part(value)).map_err(|error| error.to_string());
        assert_eq!(from_str(text).ok().as_ref(), value.as_ref().ok(), "{text}");
        value
    }

    fn part<T: DeserializeOwned + PartialEq + std::fmt::Debug>(value: &Value) -> Option<T> {
        decoded(&value.to_string()).ok()
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

    #[derive(Debug, PartialEq, Deserialize)]
    struct Usage {
        price: f64,
        count: Option<u64>,
        rates: BTreeMap<String, Vec<f32>>,
    }

    #[test]
    fn a_number_can_be_a_string() {
        let usage =
            json!({"price": "0.50", "count": "18446744073709551615", "rates": {"a": ["-1e2", 3]}});
        let rates = [("a".to_owned(), vec![-100.0, 3.0])].into();
        let expected = Usage { price: 0.5, count: Some(u64::MAX), rates };
        assert_eq!(part(&usage), Some(expected));
        assert_eq!(part(&json!("-7")), Some(-7_i8));
        assert_eq!(part(&json!("7.0")), Some(7_u8));
        assert_eq!(part(&json!({"a": "1"})), Some(json!({"a": "1"})));
    }

    #[test]
    fn any_other_string_is_not_a_number() {
        for text in ["", " 1", "1 ", "+1", "01", "1,5", "NaN", "inf", "0x1", "1e999", "a", "\"1\""]
        {
            assert_eq!(part::<f64>(&json!(text)), None, "{text}");
            assert_eq!(part::<u64>(&json!(text)), None, "{text}");
        }
        assert_eq!(part::<u8>(&json!("256")), None);
        assert_eq!(part::<u8>(&json!("1.5")), None);
        let error = from_str::<f64>("\"1,5\"").unwrap_err().to_string();
        assert!(error.starts_with("invalid type: string \"1,5\", expected f64"), "{error}");
    }
}
