//! Lists and maps that are `null`.

use serde::{Deserialize, Deserializer};

/// Decodes `null` as an empty list or map, because some servers send `null` for absent lists and maps.
pub(crate) fn as_empty<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Page {
        #[serde(default, deserialize_with = "super::as_empty")]
        links: Vec<u8>,
    }

    fn links(json: &str) -> Vec<u8> {
        serde_json::from_str::<Page>(json).unwrap().links
    }

    #[test]
    fn null_and_absent_lists_are_empty() {
        assert!(links(r#"{"links": null}"#).is_empty());
        assert!(links("{}").is_empty());
        assert_eq!(links(r#"{"links": [1]}"#), [1]);
    }
}
