//! JSON decoding, with errors that name a location.

use std::fmt::Display;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::received::Received;
use crate::text::without_byte_order_mark;

/// The maximum size, in bytes, of a body that is parsed into a [`Value`] to report an error, or to open the envelope
/// around an error. A `Value` can need up to 60 times as much memory as its JSON.
pub(crate) const VALUE_LIMIT: usize = 1024 * 1024;

/// The reason why a body could not be decoded.
pub(crate) enum Failure {
    /// The body is not JSON, or it is truncated.
    Syntax(serde_json::Error),
    /// The body is JSON, but does not have the expected structure.
    Shape {
        /// The path of the value; `.` is the whole body.
        path: String,
        message: String,
        /// The value at that path, unless the body is larger than [`VALUE_LIMIT`]. If the value is an object or an
        /// array, each string in it is replaced with `…`.
        value: Option<Value>,
    },
}

/// Decodes a body, which can begin with a byte order mark.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let body = without_byte_order_mark(body);
    let value = std::str::from_utf8(body).ok().and_then(|text| from_str(text).ok());
    value.map_or_else(|| decode_with_path(body), Ok)
}

/// Decodes text. Errors have no path.
pub(crate) fn from_str<'t, T: Deserialize<'t>>(text: &'t str) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Received::body(&mut reader))?;
    reader.end().map(|()| value)
}

/// Decodes `body` and records the path of each value, which allocates a string for each field. Only strings that are
/// decoded into `T` must be UTF-8.
fn decode_with_path<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize(Received::body(&mut reader)) {
        Ok(value) => reader.end().map(|()| value).map_err(Failure::Syntax),
        Err(error) => {
            let value = if body.len() > VALUE_LIMIT {
                serde_json::from_slice::<IgnoredAny>(body).map_err(Failure::Syntax)?;
                None
            } else {
                let whole = serde_json::from_slice(body).map_err(Failure::Syntax)?;
                Some(without_strings(find(&whole, error.path())))
            };
            let (path, message) = split(&error);
            Err(Failure::Shape { path, message, value })
        }
    }
}

/// Formats an error within a union or a flattened field, whose values are decoded from a buffer. The text begins with
/// the path within the buffer, unless the error concerns the whole buffer. [`split`] appends this path to the path of
/// the buffer.
pub(crate) fn nested<E: Display>(error: &serde_path_to_error::Error<E>) -> String {
    match join(error.path(), &error.inner().to_string()) {
        (path, message) if path == "." => message,
        (path, message) => format!("at `{path}`: {message}"),
    }
}

/// Splits an error into its path and its message, without line and column.
fn split(error: &serde_path_to_error::Error<serde_json::Error>) -> (String, String) {
    let inner = error.inner();
    let position = format!(" at line {} column {}", inner.line(), inner.column());
    let message = inner.to_string();
    let (path, message) = join(error.path(), message.strip_suffix(&position).unwrap_or(&message));
    // serde calls an array a sequence.
    let message = match message.strip_prefix("invalid type: sequence, ") {
        Some(expected) => format!("{expected}, found an array"),
        None => message,
    };
    (path, message)
}

/// Appends the path at the beginning of a [`nested`] error to the path of its buffer.
fn join(path: &Path, message: &str) -> (String, String) {
    let path = path.to_string();
    match message.strip_prefix("at `").and_then(|rest| rest.split_once("`: ")) {
        None => (path, message.to_owned()),
        Some((below, message)) if path == "." => (below.to_owned(), message.to_owned()),
        // A buffer is an object, so the path within it begins with a key.
        Some((below, message)) => (format!("{path}.{below}"), message.to_owned()),
    }
}

fn find<'v>(whole: &'v Value, path: &Path) -> &'v Value {
    let step = |value: &'v Value, segment: &Segment| match segment {
        Segment::Seq { index } => value.get(index),
        Segment::Map { key } | Segment::Enum { variant: key } => value.get(key),
        Segment::Unknown => None,
    };
    path.iter().try_fold(whole, step).unwrap_or(whole)
}

/// Replaces each string in an object or an array with `…`. The cause of an error is often a missing field of the
/// object, and the other fields may be secrets.
fn without_strings(value: &Value) -> Value {
    let part =
        |value: &Value| if value.is_string() { "…".into() } else { without_strings(value) };
    match value {
        Value::Array(items) => items.iter().map(part).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), part(value))).collect()
        }
        other => other.clone(),
    }
}

/// Applies `change` to every string and every key in `value`.
pub(crate) fn map_strings(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| map_strings(item, change)),
        Value::Object(fields) => {
            for (key, mut value) in std::mem::take(fields) {
                map_strings(&mut value, change);
                fields.insert(change(&key), value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::{Failure, VALUE_LIMIT, decode};

    #[derive(Deserialize)]
    struct Thing {
        name: String,
    }

    fn name(body: &[u8]) -> Result<String, bool> {
        let is_syntax = |failure| matches!(failure, Failure::Syntax(_));
        decode(body).map(|Thing { name }| name).map_err(is_syntax)
    }

    #[test]
    fn only_decoded_values_must_be_utf8() {
        assert_eq!(name(b"{\"name\":\"a\",\"other\":\"\xff\"}"), Ok("a".into()));
        for body in [
            &b"{\"name\":\"\xff\"}"[..],
            b"{\"name\":\"a\"}\xff",
            b"{\"name\":\"a\"\xff}",
            b"\xff{\"name\":\"a\"}",
            b"{\"name\":7,\"other\":\xff}",
        ] {
            assert_eq!(name(body), Err(true), "{}", body.escape_ascii());
        }
        assert_eq!(name(b"{\"name\":7,\"other\":\"\xe9\"}"), Err(true));
        assert_eq!(name(b"{\"name\":7,\"other\":\"\xc3\xa9\"}"), Err(false));
    }

    #[test]
    fn floats_keep_every_bit() {
        for text in ["3.9999999999999996", "0.1", "1.7976931348623157e308", "5e-324", "-0.0"] {
            let Ok(number) = decode::<f64>(text.as_bytes()) else { panic!("{text}") };
            assert_eq!(number.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(value.as_f64().map(f64::to_bits), Some(number.to_bits()), "{text}");
        }
    }

    #[test]
    fn an_error_has_a_path_a_message_and_the_value() {
        for (body, expected) in [
            ("{}", (".", "missing field `name`", json!({}))),
            ("{\"name\":\n7}", ("name", "invalid type: integer `7`, expected a string", json!(7))),
            (
                r#"{"secret":"a","more":[{"b":"c"},"d",1,true]}"#,
                (
                    ".",
                    "missing field `name`",
                    json!({ "secret": "…", "more": [{ "b": "…" }, "…", 1, true] }),
                ),
            ),
        ] {
            let Err(Failure::Shape { path, message, value }) = decode::<Thing>(body.as_bytes())
            else {
                panic!("{body} must not decode")
            };
            assert_eq!((&*path, &*message, value.unwrap()), expected);
        }
    }

    #[test]
    fn trailing_characters_are_not_json() {
        assert_eq!(name(b"{\"name\":\"a\"}1"), Err(true));
        assert_eq!(name(b"{\"name\":7}1"), Err(true));
    }

    #[test]
    fn an_error_about_a_body_of_more_than_1_mib_has_no_value() {
        for (excess, has_value) in [(0, true), (1, false)] {
            let body = |end| {
                let start = r#"{"name":7"#;
                let spaces = VALUE_LIMIT + excess - start.len() - 1;
                format!("{start}{}{end}", " ".repeat(spaces))
            };
            let Err(Failure::Shape { path, value, .. }) = decode::<Thing>(body('}').as_bytes())
            else {
                panic!("the body must not decode")
            };
            assert_eq!((&*path, value.is_some()), ("name", has_value));
            assert_eq!(name(body(']').as_bytes()), Err(true));
        }
    }
}
