//! Decoding JSON so that a failure names its place.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::locate::Located;

/// Why a body could not be decoded.
pub(super) enum Failure {
    /// It is no JSON at all, or not whole.
    Syntax(serde_json::Error),
    /// It is JSON of another shape.
    Shape {
        /// Where the trouble is; `.` is the whole.
        path: String,
        message: String,
        /// What stands there.
        value: Value,
    },
}

/// Decodes `body`. Only a body that fails pays for the search for the place.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let text = as_text(body);
    serde_json::from_str(&text).map_err(|error| failure(&text, error))
}

/// Decodes `body`, and does not say where it fails.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(&as_text(body))
}

/// The text of `body`. What is not UTF-8 in it becomes half a surrogate pair, which is an error in a
/// string that is read, and none in one that nobody reads.
///
/// To check the whole at once takes a fraction of the time that serde takes for one string after
/// another, and decoding is compiled for texts alone.
fn as_text(body: &[u8]) -> Cow<'_, str> {
    // What stands around it sees to it that neither a `\` before nor another half behind takes it up.
    const HALF: &str = "\u{fffd}\\ud800\u{fffd}";
    if let Ok(text) = str::from_utf8(body) {
        return text.into();
    }
    let parts = body
        .utf8_chunks()
        .flat_map(|chunk| [chunk.valid(), if chunk.invalid().is_empty() { "" } else { HALF }]);
    parts.collect::<String>().into()
}

fn failure(text: &str, error: serde_json::Error) -> Failure {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Failure::Syntax(error);
    }
    if !error.is_data() {
        return Failure::Syntax(error);
    }
    let Located { path, message, json } = Located::new(text, &error);
    let path = if path.is_empty() { ".".to_owned() } else { path };
    let value = serde_json::from_str(json).unwrap_or_else(|_| json.into());
    Failure::Shape { path, message, value }
}

/// Changes every string in `value`, and every key, by `change`.
pub(super) fn map_strings(value: &mut Value, change: &impl Fn(&str) -> String) {
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
    fn what_is_not_utf8_may_stand_where_nobody_reads_it() {
        assert_eq!(name(b"{\"name\":\"a\",\"other\":\"\xff\"}"), Ok("a".into()));
        assert_eq!(
            name(b"{\"other\":[\"\xe9\xe9\\udc00\"],\"name\":\"\xc3\xa9\"}"),
            Ok("é".into())
        );
        for body in [
            &b"{\"name\":\"\xff\"}"[..],
            b"{\"name\":\"\\\xff\"}",
            b"{\"name\":\"\\\\\xff\"}",
            b"{\"name\":\"\xff\\udc00\"}",
            b"{\"name\":\"a\",\"\xff\":1}",
            b"{\"name\":\"a\",\"other\":\"\\\xff\"}",
            b"{\"name\":\"a\"}\xff",
            b"{\"name\":\"a\"\xff}",
            b"\xff{\"name\":\"a\"}",
            b"{\"name\":7,\"other\":\xff}",
        ] {
            assert_eq!(name(body), Err(true), "{}", body.escape_ascii());
        }
        assert_eq!(name(b"{\"name\":7,\"other\":\"\xff\"}"), Err(false));
    }

    #[test]
    fn numbers_with_a_fraction_keep_every_bit() {
        for text in ["3.9999999999999996", "0.1", "1.7976931348623157e308", "5e-324", "-0.0"] {
            let Ok(number) = decode::<f64>(text.as_bytes()) else { panic!("{text}") };
            assert_eq!(number.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
            let value: serde_json::Value = super::read(text.as_bytes()).unwrap();
            assert_eq!(value.as_f64().map(f64::to_bits), Some(number.to_bits()), "{text}");
        }
    }

    #[test]
    fn what_is_behind_the_value_is_no_json() {
        assert_eq!(name(b"{\"name\":\"a\"}1"), Err(true));
        assert_eq!(name(b"{\"name\":7}1"), Err(true));
    }
}
