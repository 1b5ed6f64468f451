//! Plain progenitor, used as its documentation describes. Our generator only lowers the document, and this module then
//! adapts the lowered document to progenitor.

use std::path::Path;

use anyhow::Context as _;
use progenitor::Generator;
use serde_yaml::Value;
use xtask::document::Selection;
use xtask::lower::{self, Options};

/// Lowers the document at a path and removes the parts that progenitor cannot read. Returns YAML.
///
/// # Errors
///
/// Returns an error if the document cannot be read or is invalid.
pub fn lowered(document: &Path) -> anyhow::Result<String> {
    let document = xtask::document::load(document, &[], &Selection::default())?;
    let lowered = lower::lower(document.openapi, &Options::default());
    let mut document = serde_yaml::to_value(&lowered.openapi)?;
    adapt(&mut document);
    Ok(serde_yaml::to_string(&document)?)
}

/// Adapts a lowered document to progenitor, which does not support versions. Keeps only the newest version of each
/// operation, and replaces versioned media types with plain JSON. Removes versioned media types without a schema, such
/// as the media type of an empty response.
fn adapt(value: &mut Value) {
    match value {
        Value::Mapping(mapping) => {
            mapping.retain(|key, _| !key.as_str().is_some_and(|key| key.contains('#')));
            *mapping = std::mem::take(mapping)
                .into_iter()
                .filter_map(|(key, mut value)| {
                    adapt(&mut value);
                    let is_json = key.as_str().is_some_and(|key| {
                        key.starts_with("application/vnd.") && key.ends_with("+json")
                    });
                    if is_json && value.get("schema").is_none() {
                        return None;
                    }
                    Some((if is_json { "application/json".into() } else { key }, value))
                })
                .collect();
        }
        Value::Sequence(items) => items.iter_mut().for_each(adapt),
        _ => {}
    }
}

/// Generates a client with progenitor from a document in YAML. Returns the formatted code.
///
/// # Errors
///
/// Returns an error if progenitor cannot read the document.
pub fn file(document: &str) -> anyhow::Result<String> {
    let document = serde_yaml::from_str(document)?;
    let tokens = Generator::default().generate_tokens(&document);
    let tokens = tokens.context("progenitor cannot read the document")?;
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}
