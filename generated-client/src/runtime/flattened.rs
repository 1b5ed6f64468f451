//! Decodes flattened fields: the properties of an object that have no field of their own.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::json;
use crate::strict::Strict;

/// Decodes a flattened map of objects. serde buffers the values of such a map. Without this function, they would
/// escape the check of [`Strict`], and their errors would have no path.
pub(crate) fn objects<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    serde_path_to_error::deserialize(Strict(deserializer))
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
        #[serde(flatten, deserialize_with = "super::objects")]
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
    fn an_error_has_the_path_of_the_property() {
        for (value, expected) in [
            ("[{},[]]", ("results[0].small[1]", "expected an object, found an array")),
            (
                r#"[{"width":-1}]"#,
                ("results[0].small[0].width", "invalid value: integer `-1`, expected u32"),
            ),
        ] {
            let body = format!(r#"{{"results":[{{"small":{value}}}]}}"#);
            let Err(Failure::Shape { path, message, .. }) = decode::<Page>(body.as_bytes()) else {
                panic!("{body} has a different structure")
            };
            assert_eq!((&*path, &*message), expected);
        }
    }
}
