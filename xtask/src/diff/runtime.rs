//! Facts that the hand-written runtime depends on: the servers of the workspace's client, and error bodies.

use serde_json::Value;

use super::fact::{Fact, RUNTIME};
use super::value::{code, codes};
use crate::api::types::Api;

pub(super) fn servers(api: &Api) -> Fact {
    Fact::new(RUNTIME, codes(&api.servers, ", ").unwrap_or("none".to_owned()))
}

/// Returns the facts about the schema of an error body, or about a schema within it.
pub(super) fn schema(schema: &Value) -> Fact {
    let Value::Object(map) = schema else { return Fact::new(RUNTIME, code(schema)) };
    let fact = Fact::new(RUNTIME, "");
    map.iter().fold(fact, |fact, (key, value)| fact.part(code(key), self::schema(value)))
}
