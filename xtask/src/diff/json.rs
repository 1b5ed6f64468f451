//! The JSON form of a model. Each run writes its model as JSON, and the next run compares this model with its own.

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::api::types::Api;

/// The version of the file format. Increase the version when a change in [`crate::api::types`] changes the meaning of
/// existing JSON.
const FORMAT: u64 = 1;

#[derive(Serialize)]
struct File<'a> {
    format: u64,
    #[serde(flatten)]
    api: &'a Api,
}

/// Writes the model as indented JSON. Equal models produce the same text.
///
/// # Errors
///
/// Returns an error if a value cannot be represented as JSON. No document contains such a value.
pub fn to_json(api: &Api) -> anyhow::Result<String> {
    let file = File { format: FORMAT, api };
    let text = serde_json::to_string_pretty(&file).context("cannot write the model as JSON")?;
    Ok(text + "\n")
}

/// Reads a model that [`to_json`] wrote.
///
/// # Errors
///
/// Returns an error if the text is not JSON, has a different format, or is not a model.
pub fn from_json(text: &str) -> anyhow::Result<Api> {
    let file: Value = serde_json::from_str(text).context("the previous `api.json` is not JSON")?;
    let format = file.get("format").context("the previous `api.json` has no `format`")?;
    ensure!(
        *format == FORMAT,
        "the previous `api.json` has format {format}, but this version of the generator reads format {FORMAT}"
    );
    serde_json::from_value(file).context("the previous `api.json` is incomplete, was edited, or is from another version of the generator")
}
