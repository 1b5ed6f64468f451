//! Reports the descriptions that still have to be written by hand after `cargo xtask adopt`.

use serde_json::Value;

use crate::diagnostic::Pointer;
use crate::document::TODO;
use crate::document::findings::Findings;

/// Warns once for the whole document if descriptions still have to be written.
pub(super) fn check(root: &Value, findings: &mut Findings) {
    let mut notes = Vec::new();
    find(root, &Pointer::default(), &mut notes);
    let number = notes.len();
    let Some(first) = notes.into_iter().next() else { return };
    let what = match number {
        1 => "a description has not been written yet".to_owned(),
        number => format!("{number} descriptions have not been written yet; this is the first"),
    };
    let help = format!("search for `{TODO}` and replace each note with a description");
    findings.elsewhere(first).on_value().warn(what, "the emitted docs contain this note", help);
}

/// Collects the locations of all notes, in document order.
fn find(value: &Value, at: &Pointer, notes: &mut Vec<Pointer>) {
    match value {
        Value::String(text) if text.contains(TODO) => notes.push(at.clone()),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| find(value, &at.join([key]), notes));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| find(item, &at.join([index.to_string()]), notes));
        }
        _ => {}
    }
}
