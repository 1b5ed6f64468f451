//! Decodes JSON, with errors that name a location.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// The reason why a body could not be decoded.
pub(crate) enum Failure {
    /// The body is not JSON, or it is truncated.
    Syntax(serde_json::Error),
    /// The body is JSON, but has a different structure.
    Shape {
        /// The path of the value; `.` is the whole body.
        path: String,
        message: String,
        /// The value at that path.
        value: Value,
    },
}

const LIST: &str = "expected an object, found a list";

pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    if body.trim_ascii_start().starts_with(b"[") && wants_object::<T>() {
        let value = serde_json::from_slice(body).map_err(Failure::Syntax)?;
        return Err(Failure::Shape { path: ".".to_owned(), message: LIST.to_owned(), value });
    }
    if let Ok(text) = str::from_utf8(body)
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    decode_with_path(body)
}

/// Decodes while recording the path of each value, which allocates a string for each field. Only strings that `T`
/// contains must be UTF-8.
fn decode_with_path<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => reader.end().map(|()| value).map_err(Failure::Syntax),
        Err(error) => {
            let whole = serde_json::from_slice(body).map_err(Failure::Syntax)?;
            let value = find(&whole, error.path()).clone();
            let (path, message) = split(&error);
            // serde decodes a struct from a list too, and reports only the wrong number of fields.
            let is_struct = value.is_array() && message.contains("expected struct ");
            let message = if is_struct { LIST.to_owned() } else { message };
            Err(Failure::Shape { path, message, value })
        }
    }
}

/// Returns whether `T` is a struct or a map. serde would also decode a struct from a list of its fields, and an empty
/// list as a struct whose fields are all absent.
fn wants_object<T: DeserializeOwned>() -> bool {
    matches!(T::deserialize(Probe), Err(Wanted::Object))
}

/// A deserializer that reports the kind of value that a type requests.
struct Probe;

#[derive(Debug)]
enum Wanted {
    Object,
    Other,
}

impl<'de> Deserializer<'de> for Probe {
    type Error = Wanted;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Wanted> {
        Err(Wanted::Other)
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Wanted> {
        Err(Wanted::Object)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Wanted> {
        Err(Wanted::Object)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct enum identifier ignored_any
    }
}

impl de::Error for Wanted {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Self::Other
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Wanted {}

/// Formats an error within a union, whose variant is decoded from a buffer. The text begins with
/// the path, which [`split`] appends to the union's path.
pub(crate) fn nested(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match split(error) {
        (path, message) if path == "." => message,
        (path, message) => format!("at `{path}`: {message}"),
    }
}

/// Splits an error into its path and its message, without line and column.
fn split(error: &serde_path_to_error::Error<serde_json::Error>) -> (String, String) {
    let (path, inner) = (error.path().to_string(), error.inner());
    let position = format!(" at line {} column {}", inner.line(), inner.column());
    let message = inner.to_string();
    let message = message.strip_suffix(&position).unwrap_or(&message);
    match message.strip_prefix("at `").and_then(|rest| rest.split_once("`: ")) {
        None => (path, message.to_owned()),
        Some((below, message)) if path == "." => (below.to_owned(), message.to_owned()),
        Some((below, message)) => {
            let joint = if below.starts_with('[') { "" } else { "." };
            (format!("{path}{joint}{below}"), message.to_owned())
        }
    }
}

fn find<'v>(whole: &'v Value, path: &Path) -> &'v Value {
    let step = |value: &'v Value, segment: &Segment| match segment {
        Segment::Seq { index } => value.get(index),
        Segment::Map { key } => value.get(key),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().try_fold(whole, step).unwrap_or(whole)
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

    use super::{Failure, decode};

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
        ] {
            let Err(Failure::Shape { path, message, value }) = decode::<Thing>(body.as_bytes())
            else {
                panic!("{body} has a different structure")
            };
            assert_eq!((&*path, &*message, value), expected);
        }
    }

    #[test]
    fn trailing_characters_are_not_json() {
        assert_eq!(name(b"{\"name\":\"a\"}1"), Err(true));
        assert_eq!(name(b"{\"name\":7}1"), Err(true));
    }
}
