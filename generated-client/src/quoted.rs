//! Numbers in strings, such as `"0.50"`.
//!
//! Many servers write decimals as strings, to keep all digits, although their documents say `type: number`. One such
//! value would make a whole response undecodable.

use std::fmt;

use serde::Deserialize as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde_json::Number;

/// The visitor of a number, which may be a string that contains a JSON number. It must be passed to `deserialize_any`,
/// because the other methods of a deserializer reject strings.
pub(crate) struct Quoted<V>(pub(crate) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Quoted<V> {
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
        self.0.visit_f64(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        match text.parse() {
            Ok(number) => visit(&number, self.0),
            Err(_) => self.0.visit_str(text),
        }
    }

    /// If another crate has enabled the feature `arbitrary_precision` of `serde_json`, a number with a fraction or
    /// beyond 64 bits is a map.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        match Number::deserialize(MapAccessDeserializer::new(map)) {
            Ok(number) => visit(&number, self.0),
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
    fn decoded<T: DeserializeOwned + PartialEq + std::fmt::Debug>(value: Value) -> Option<T> {
        let text = from_str(&value.to_string()).ok();
        assert_eq!(T::deserialize(Received::part(value)).ok(), text);
        text
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
        assert_eq!(decoded(usage), Some(expected));
        assert_eq!(decoded(json!("-7")), Some(-7_i8));
        assert_eq!(decoded(json!("7.0")), Some(7_u8));
        assert_eq!(decoded(json!({"a": "1"})), Some(json!({"a": "1"})));
    }

    #[test]
    fn any_other_string_is_not_a_number() {
        for text in ["", " 1", "1 ", "+1", "01", "1,5", "NaN", "inf", "0x1", "1e999", "a", "\"1\""]
        {
            assert_eq!(decoded::<f64>(json!(text)), None, "{text}");
            assert_eq!(decoded::<u64>(json!(text)), None, "{text}");
        }
        assert_eq!(decoded::<u8>(json!("256")), None);
        assert_eq!(decoded::<u8>(json!("1.5")), None);
        let error = from_str::<f64>("\"1,5\"").unwrap_err().to_string();
        assert!(error.starts_with("invalid type: string \"1,5\", expected f64"), "{error}");
    }
}
