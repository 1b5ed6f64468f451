//! Plain progenitor, as its documentation uses it. The lowered document is all that the benchmarks
//! take from the generator's library.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use progenitor::Generator;
use xtask::document::Selection;
use xtask::lower::{self, Options};

/// Returns the document at a path as the generator gives it to the engine, in YAML.
///
/// # Errors
///
/// If the document is broken.
pub fn lowered(document: &Path) -> anyhow::Result<String> {
    let document = xtask::document::load(document, &[], &Selection::default())?;
    let lowered = lower::lower(document.openapi, &Options::default())
        .map_err(|complaints| anyhow!("the document cannot be lowered: {complaints:?}"))?;
    Ok(serde_yaml::to_string(&lowered)?)
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
