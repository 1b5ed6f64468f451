//! The complete pipeline, for documents of this repository with changes to their structure. A change removes, renames
//! or replaces a part. The replacement can be a copy of another part, or a reference to it.
//!
//! Such documents are closer to real documents than those of the `pipeline` target.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::pipeline::{self, Choices, NAMES, TYPES};

/// Documents with many features for their size.
const DOCUMENTS: &[&str] = &[
    include_str!("../../../xtask/tests/standalone/things.yaml"),
    include_str!("../../../xtask/tests/emission/04-union.yaml"),
    include_str!("../../../xtask/tests/emission/06-rules.yaml"),
    include_str!("../../../xtask/tests/emission/12-versions.yaml"),
    include_str!("../../../xtask/tests/emission/15-pages.yaml"),
    include_str!("../../../xtask/tests/emission/17-three-states.yaml"),
    include_str!("../../../xtask/tests/emission/18-forms.yaml"),
    include_str!("../../../xtask/tests/emission/19-several-media-types.yaml"),
    include_str!("../../../xtask/tests/emission/20-successes.yaml"),
    include_str!("../../../xtask/tests/emission/21-errors.yaml"),
    include_str!("../../../xtask/tests/emission/25-kept.yaml"),
    include_str!("../../../xtask/tests/emission/30-type-unions.yaml"),
];

/// Checks an input: bytes that select a document and one to seven changes.
pub fn check(data: &[u8]) {
    let mut choices = Choices(data);
    let documents = documents();
    let mut document = documents[choices.byte() % documents.len()].clone();
    for _ in 0..=choices.byte() % 7 {
        change(&mut document, &mut choices);
    }
    pipeline::generate(&document.to_string());
}

fn documents() -> &'static [Value] {
    static READ: OnceLock<Vec<Value>> = OnceLock::new();
    READ.get_or_init(|| {
        let read = |text: &&str| {
            let document = xtask::document::parse("base.yaml", text);
            let document = document.unwrap_or_else(|errors| panic!("{errors}")).openapi;
            serde_json::to_value(document).unwrap_or_else(|error| panic!("{error}"))
        };
        DOCUMENTS.iter().map(read).collect()
    })
}

fn change(document: &mut Value, choices: &mut Choices<'_>) {
    let mut places = Vec::new();
    list(document, String::new(), &mut places);
    let mut place = || {
        let number = choices.byte() * 256 + choices.byte();
        places[number % places.len()].clone()
    };
    let (target, other) = (place(), place());
    let Some((parent, key)) = target.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let copy = document.pointer(&other).cloned().unwrap_or_default();
    let new = match choices.byte() % 8 {
        0 => None,
        1 => Some((choices.one_of(NAMES).to_owned(), document.pointer(&target).cloned())),
        2 => Some((key.clone(), Some(copy))),
        3 => Some((key.clone(), Some(choices.one_of(TYPES).into()))),
        4 => Some((key.clone(), Some(choices.value(2)))),
        5 => Some((key.clone(), Some(json!({ "$ref": format!("#{other}") })))),
        6 => Some((key.clone(), Some(json!({ choices.one_of(UNIONS): [copy, {}] })))),
        _ => Some((choices.one_of(NAMES).to_owned(), Some(copy))),
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            if new.as_ref().is_none_or(|(name, _)| *name != key) {
                fields.remove(&key);
            }
            fields.extend(new.and_then(|(name, value)| Some((name, value?))));
        }
        Some(Value::Array(items)) => {
            let index = key.parse().unwrap_or(0);
            match new {
                Some((_, value)) => items[index] = value.unwrap_or_default(),
                None => _ = items.remove(index),
            }
        }
        _ => {}
    }
}

const UNIONS: &[&str] = &["oneOf", "anyOf", "allOf"];

/// Lists the pointers to all values.
fn list(value: &Value, pointer: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                list(value, format!("{pointer}/{key}"), places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                list(value, format!("{pointer}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(pointer);
}
