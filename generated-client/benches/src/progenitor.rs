//! Plain progenitor, as its documentation uses it. The lowered document is all that the benchmarks
//! take from the generator's library.

use std::path::Path;

use anyhow::Context as _;
use progenitor::Generator;
use serde_yaml::Value;
use xtask::document::Selection;
use xtask::lower::{self, Options};

/// Returns the document at a path without what progenitor cannot read, in YAML.
///
/// # Errors
///
/// If the document is broken.
pub fn lowered(document: &Path) -> anyhow::Result<String> {
    let document = xtask::document::load(document, &[], &Selection::default())?;
    let lowered = lower::lower(document.openapi, &Options::default());
    let mut document = serde_yaml::to_value(&lowered.openapi)?;
    adapt(&mut document);
    Ok(serde_yaml::to_string(&document)?)
}

/// Adapts a lowered document to progenitor, which knows no versions: it keeps the newest version of each operation and
/// turns versioned media types into plain JSON.
fn adapt(value: &mut Value) {
    match value {
        Value::Mapping(mapping) => {
            mapping.retain(|key, _| !key.as_str().is_some_and(|key| key.contains('#')));
            *mapping = std::mem::take(mapping)
                .into_iter()
                .map(|(key, mut value)| {
                    adapt(&mut value);
                    let is_json = key.as_str().is_some_and(|key| {
                        key.starts_with("application/vnd.") && key.ends_with("+json")
                    });
                    (if is_json { "application/json".into() } else { key }, value)
                })
                .collect();
        }
        Value::Sequence(items) => items.iter_mut().for_each(adapt),
        _ => {}
    }
}

/// Returns the formatted text of the client that progenitor generates for a document in YAML.
///
/// # Errors
///
/// If progenitor cannot read the document.
pub fn file(document: &str) -> anyhow::Result<String> {
    let document = serde_yaml::from_str(document)?;
    let tokens = Generator::default().generate_tokens(&document);
    let tokens = tokens.context("progenitor cannot read the document")?;
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}
