//! The names and descriptions of the values of enums.

use openapiv3::{Schema, SchemaData};
use serde_json::{Map, Value};

use super::scalars::values;
pub(crate) use crate::document::DESCRIPTIONS;

/// The extension that names the values of an enum, by value. The `simplify` pass creates it.
pub(crate) const NAMES: &str = "x-enum-names";

/// Returns an enum value as text: a string unchanged, and anything else as JSON. This text is the key of the value in
/// [`DESCRIPTIONS`] and [`NAMES`].
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// The names and the descriptions of values, by extension.
pub(super) type Notes = [(&'static str, Map<String, Value>); 2];

/// Returns the notes about the values of all enums. The title and the description of an enum with a single value
/// describe that value.
pub(super) fn of<'a>(enums: impl Iterator<Item = &'a Schema> + Clone) -> Notes {
    [
        (NAMES, texts(enums.clone(), NAMES, |data| data.title.as_ref())),
        (DESCRIPTIONS, texts(enums, DESCRIPTIONS, |data| data.description.as_ref())),
    ]
}

/// Returns the texts about the values, by value: the entries of `extension`, and the `own` text of each enum that has a
/// single value.
fn texts<'a>(
    enums: impl Iterator<Item = &'a Schema>,
    extension: &str,
    own: fn(&SchemaData) -> Option<&String>,
) -> Map<String, Value> {
    let mut texts = Map::new();
    for schema in enums {
        if let (Some([value]), Some(own)) = (values(schema).as_deref(), own(&schema.schema_data)) {
            texts.insert(text(value), own.as_str().into());
        }
        let known = schema.schema_data.extensions.get(extension).and_then(Value::as_object);
        texts.extend(known.cloned().unwrap_or_default());
    }
    texts
}

/// Adds notes to an enum, unless the enum has its own.
pub(super) fn add(data: &mut SchemaData, notes: Notes) {
    for (extension, texts) in notes {
        if !texts.is_empty() {
            data.extensions.entry(extension.to_owned()).or_insert_with(|| texts.into());
        }
    }
}

/// Pairs of extensions. In each pair, the first extension lists names or descriptions in the order of an enum's values.
/// The second maps each value to its text.
const LISTS: [(&str, &str); 3] =
    [("x-enum-varnames", NAMES), ("x-enumNames", NAMES), ("x-enum-descriptions", DESCRIPTIONS)];

/// Converts the [`LISTS`] of an enum that have a text for each value.
pub(super) fn convert_lists(schema: &mut Schema) {
    let Some(values) = values(schema) else { return };
    let extensions = &mut schema.schema_data.extensions;
    for (list, extension) in LISTS {
        let texts = extensions.get(list).and_then(Value::as_array);
        if let Some(texts) = texts.filter(|texts| texts.len() == values.len()) {
            let texts = values.iter().map(text).zip(texts.iter().cloned()).collect::<Value>();
            extensions.insert(extension.to_owned(), texts);
        }
    }
}
