//! Decoding JSON so that a failure names its place.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// Where decoding failed, and why.
///
/// A serde error carries only text. A union decodes its variant from a buffer, with an error of its
/// own inside that of the whole; so the text of the inner one begins with its path, and the outer
/// takes it up.
pub(super) struct Located {
    pub(super) path: String,
    pub(super) message: String,
}

impl<E: fmt::Display> From<serde_path_to_error::Error<E>> for Located {
    fn from(error: serde_path_to_error::Error<E>) -> Self {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let inner = message.strip_prefix("at `").and_then(|rest| rest.split_once("`: "));
        match inner {
            Some((inner, message)) if path == "." => {
                Self { path: inner.into(), message: message.into() }
            }
            Some((inner, message)) => {
                Self { path: format!("{path}.{inner}"), message: message.into() }
            }
            None => Self { path, message },
        }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "." => f.write_str(&self.message),
            path => write!(f, "at `{path}`: {}", self.message),
        }
    }
}

/// Why a body could not be decoded.
pub(super) enum Failure {
    /// It is no JSON at all, or not whole.
    Syntax(serde_json::Error),
    /// It is JSON of another shape; `value` stands where the trouble is.
    Shape { located: Located, value: Value },
}

/// Decodes `body`. Only a body that fails pays for the search for the place.
///
/// The whole is checked to be UTF-8 at once, which takes a fraction of the time that it takes to
/// check one string after another. If it is not, what is wrong may stand where nobody reads it.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let decoded = match str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    decoded.or_else(|_| explain(body))
}

fn explain<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let value: Value = serde_json::from_slice(body).map_err(Failure::Syntax)?;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| Failure::Shape {
        value: nearest(&value, error.path()).clone(),
        located: Located::from(error),
    })
}

/// The value at `path`, or the last one on the way that exists.
fn nearest<'v>(root: &'v Value, path: &Path) -> &'v Value {
    path.iter()
        .map_while({
            let mut value = root;
            move |segment| {
                value = match segment {
                    Segment::Seq { index } => value.get(index)?,
                    Segment::Map { key } => value.get(key)?,
                    Segment::Enum { .. } | Segment::Unknown => return None,
                };
                Some(value)
            }
        })
        .last()
        .unwrap_or(root)
}

/// Changes every string in `value`, and every key, by `change`.
pub(super) fn map_strings(value: Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(&text)),
        Value::Array(items) => items.into_iter().map(|item| map_strings(item, change)).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (change(&key), map_strings(value, change)))
            .collect(),
        other => other,
    }
}
