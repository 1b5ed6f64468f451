//! Flattened fields: the properties of an object that have no field of their own.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::json;
use crate::received::Received;

/// Decodes a flattened map of objects, times, dates or numbers. serde buffers the values of such a map.
/// Without this function, [`Received`] would not apply to the values, and errors in them would have no path. If another
/// crate has enabled the feature `arbitrary_precision` of `serde_json`, numbers would also fail to decode: `serde_json`
/// can decode a buffered number only as a `Value`.
pub(crate) fn values<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    serde_path_to_error::deserialize(Received::part(value))
        .map_err(|error| D::Error::custom(json::nested(&error)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use crate::json::{Failure, decode};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Size {
        width: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    struct Sizes {
        name: Option<String>,
        #[serde(flatten, deserialize_with = "super::values")]
        others: BTreeMap<String, Vec<Size>>,
    }

    #[derive(Debug, Deserialize)]
    struct Page {
        results: Vec<Sizes>,
    }

    #[test]
    fn properties_without_a_field_are_decoded() {
        let body = br#"{"results":[{"small":[{"width":1}],"name":"a","large":[{}]}]}"#;
        let Ok(Page { results }) = decode(body) else { panic!("the page cannot be decoded") };
        assert_eq!(results[0].name.as_deref(), Some("a"));
        assert_eq!(results[0].others["small"], [Size { width: Some(1) }]);
        assert_eq!(results[0].others["large"], [Size::default()]);
    }

    #[test]
    fn numbers_keep_their_fractions() {
        #[derive(Deserialize)]
        struct Rates {
            #[serde(flatten, deserialize_with = "super::values")]
            rates: BTreeMap<String, f64>,
        }
        let Ok(Rates { rates }) = decode(br#"{"a":1,"b":-0.5,"c":1e300}"#) else {
            panic!("the rates cannot be decoded")
        };
        assert_eq!(rates.into_values().collect::<Vec<_>>(), [1.0, -0.5, 1e300]);
    }

    #[test]
    fn integers_can_have_a_fraction_of_zero() {
        #[derive(Deserialize)]
        struct Counts {
            #[serde(flatten, deserialize_with = "super::values")]
            counts: BTreeMap<String, u8>,
        }
        let Ok(Counts { counts }) = decode(br#"{"a":2,"b":2.0,"c":2e1}"#) else {
            panic!("the counts cannot be decoded")
        };
        assert_eq!(counts.into_values().collect::<Vec<_>>(), [2, 2, 20]);
    }

    #[test]
    fn an_error_has_the_path_of_the_property() {
        for (value, expected) in [
            ("[{},[1]]", ("results[0].small[1]", "expected an object, found an array")),
            (
                r#"[{"width":"x"}]"#,
                ("results[0].small[0].width", "invalid type: string \"x\", expected u32"),
            ),
            (
                r#"[{"width":-1}]"#,
                ("results[0].small[0].width", "invalid value: integer `-1`, expected u32"),
            ),
        ] {
            let body = format!(r#"{{"results":[{{"small":{value}}}]}}"#);
            let Err(Failure::Shape { path, message, .. }) = decode::<Page>(body.as_bytes()) else {
                panic!("{body} must not decode")
            };
            assert_eq!((&*path, &*message), expected);
        }
    }
}
