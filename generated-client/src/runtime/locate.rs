//! Where in a JSON text decoding failed.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Where decoding failed, and why.
///
/// A serde error carries only text. A union decodes its variant from a buffer, with an error of its
/// own inside that of the whole; so the text of the inner one begins with its path, and the outer
/// takes it up.
#[derive(Debug)]
pub(super) struct Located<'t> {
    /// Where, such as `results[0].id`; empty for the whole.
    pub(super) path: String,
    pub(super) message: String,
    /// The JSON that stands there.
    pub(super) json: &'t str,
}

impl<'t> Located<'t> {
    /// Finds the value in `text`, which is JSON, that `error` is about: the innermost one that was read
    /// when it came up.
    pub(super) fn new(text: &'t str, error: &serde_json::Error) -> Self {
        let at = offset(text, error);
        let (mut path, mut json) = (String::new(), text.trim_ascii());
        while let Some((segment, inner)) = child(text, json, at) {
            path.push_str(&segment);
            json = inner;
        }
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&position).unwrap_or(&message);
        let message = match message.strip_prefix("at `").and_then(|rest| rest.split_once("`: ")) {
            Some((inner, message)) => {
                let joint = if inner.starts_with('[') { "" } else { "." };
                path.extend([joint, inner]);
                message
            }
            None => message,
        };
        let path = path.strip_prefix('.').map(ToOwned::to_owned).unwrap_or(path);
        Self { path, message: message.to_owned(), json }
    }
}

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "at `{path}`: {}", self.message),
        }
    }
}

/// How many bytes were read when the error came up.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines_before = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    lines_before.map(str::len).sum::<usize>() + error.column()
}

/// The value directly within `json`, a part of `text`, that ends at `at` or goes on there; with its
/// segment of the path.
fn child<'t>(text: &'t str, json: &'t str, at: usize) -> Option<(String, &'t str)> {
    if !json.starts_with(['{', '[']) {
        return None;
    }
    let Children(children) = serde_json::from_str(json).ok()?;
    children.into_iter().map(|(segment, value)| (segment, value.get())).find(|(_, value)| {
        let start = value.as_ptr().addr() - text.as_ptr().addr();
        (start..=start + value.len()).contains(&at)
    })
}

/// The values directly within an object or a list, each with its segment of a path.
struct Children<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Children<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChildrenVisitor)
    }
}

struct ChildrenVisitor;

impl<'de> Visitor<'de> for ChildrenVisitor {
    type Value = Children<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut children = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            children.push((format!(".{key}"), map.next_value()?));
        }
        Ok(Children(children))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut children = Vec::new();
        while let Some(item) = list.next_element()? {
            children.push((format!("[{}]", children.len()), item));
        }
        Ok(Children(children))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::ObjectId;

    #[expect(dead_code, reason = "only what is wrong with it counts")]
    #[derive(Deserialize)]
    struct Thing {
        id: ObjectId,
        count: Option<u8>,
        #[serde(default)]
        things: Vec<Thing>,
        #[serde(default)]
        by_name: BTreeMap<String, Thing>,
    }

    const ID: &str = r#""id":"32b6e34b3d91647abb20e7b8""#;

    /// What is said of the text, and the JSON that it is said of.
    fn located<T: DeserializeOwned>(text: &str) -> (String, String) {
        let Err(error) = serde_json::from_str::<T>(text) else { panic!("{text} is in order") };
        let located = Located::new(text, &error);
        (located.to_string(), located.json.to_owned())
    }

    #[test]
    fn what_is_wrong_is_found_wherever_it_is() {
        for (wrong, place, json, message) in [
            ("256", ".count", "256", "invalid value: integer `256`, expected u8"),
            ("-1.5", ".count", "-1.5", "invalid type: floating point `-1.5`, expected u8"),
            ("\"a,}]\"", ".count", "\"a,}]\"", "invalid type: string \"a,}]\", expected u8"),
            ("true", ".count", "true", "invalid type: boolean `true`, expected u8"),
            ("[1, 2]", ".count", "[1, 2]", "invalid type: sequence, expected u8"),
            ("{\"a\":{}}", ".count", "{\"a\":{}}", "invalid type: map, expected u8"),
        ] {
            for space in ["", " ", "\n  "] {
                let thing = format!("{{{ID},{space}\"count\":{space}{wrong}{space}}}");
                let things = [
                    (String::new(), thing.clone()),
                    (
                        ".things[1]".into(),
                        format!("{{{ID},\"things\":{space}[{{{ID}}},{space}{thing}{space}]}}"),
                    ),
                    (
                        ".by_name.a b".into(),
                        format!("{{{ID},\"by_name\":{space}{{\"a b\":{space}{thing}}}}}"),
                    ),
                ];
                for (path, text) in things {
                    let path = format!("{path}{place}");
                    let path = path.strip_prefix('.').unwrap();
                    let expected = (format!("at `{path}`: {message}"), json.to_owned());
                    assert_eq!(located::<Thing>(&text), expected, "{text}");
                }
            }
        }
    }

    #[test]
    fn what_is_missing_is_missing_in_what_would_hold_it() {
        let missing = "missing field `id`";
        assert_eq!(located::<Thing>("{}"), (missing.into(), "{}".into()));
        let list = format!("{{{ID},\n\"things\":[{{\"count\":1}}]}}");
        let expected = (format!("at `things[0]`: {missing}"), r#"{"count":1}"#.into());
        assert_eq!(located::<Thing>(&list), expected);
        assert_eq!(
            located::<Vec<Thing>>("[ { } ]"),
            (format!("at `[0]`: {missing}"), "{ }".into())
        );
    }

    #[test]
    fn what_its_own_type_refuses_is_found() {
        let (message, json) = located::<Vec<Thing>>(r#"[{"id":"é"}]"#);
        assert!(message.starts_with("at `[0].id`: no object id: "), "{message}");
        assert_eq!(json, "\"é\"");
    }
}
