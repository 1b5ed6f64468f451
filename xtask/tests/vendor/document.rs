//! Generates clients from the vendor's document, and reads the document without the generator.

use std::sync::OnceLock;

use serde_json::Value;
use xtask::codegen::{self, Generated};
use xtask::lower::Options;
use xtask::{document, standalone};

use crate::common::{root, vendor};

/// Returns the text of the document, or `None` if it is missing.
pub(crate) fn text() -> Option<String> {
    Some(std::fs::read_to_string(vendor("the vendor's full document")?).unwrap())
}

/// Returns the client generated from the document, with previews. All tests share this client, because generating it
/// takes seconds.
pub(crate) fn with_previews(text: &str) -> &'static Generated {
    static GENERATED: OnceLock<Generated> = OnceLock::new();
    GENERATED.get_or_init(|| generate(text, true))
}

/// Returns the client generated from the document, without previews. All tests share this client, too.
pub(crate) fn without_previews(text: &str) -> &'static Generated {
    static GENERATED: OnceLock<Generated> = OnceLock::new();
    GENERATED.get_or_init(|| generate(text, false))
}

/// Generates a client from a document.
pub(crate) fn generate(text: &str, preview: bool) -> Generated {
    let document = document::parse("atlas-openapi.yaml", text).unwrap_or_else(|it| panic!("{it}"));
    let naming = standalone::naming(root(), root(), Some("generated-client"), None).unwrap();
    let options = Options { preview, package: Some(naming), ..Options::default() };
    codegen::generate(document.openapi, &options).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// The request that one version of an operation requires.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path, with its parameters in braces.
    pub(crate) path: String,
    pub(crate) accept: String,
    pub(crate) content_type: Option<String>,
    /// The names of the required query parameters.
    pub(crate) query: Vec<String>,
}

/// Returns the required request for every media type of every successful response. The request body has
/// the newest version up to the version of the response.
pub(crate) fn asked(text: &str) -> Vec<Asked> {
    let document: Value = serde_yaml::from_str(text).unwrap();
    let mut asked = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation["responses"].as_object() else { continue };
            let successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
            for accept in successes.flat_map(|(_, response)| media_types(response)) {
                asked.push(Asked {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    content_type: sent(operation, &accept),
                    query: required_query(operation, &document),
                    accept,
                });
            }
        }
    }
    asked.sort();
    asked.dedup();
    asked
}

/// Returns the media type of the request body for a response with the given media type. The version `preview` of a
/// response requires the version `preview` of the body.
fn sent(operation: &Value, accept: &str) -> Option<String> {
    let bodies = media_types(&operation["requestBody"]);
    let sent = bodies.into_iter().filter(|it| version(it) <= version(accept)).max();
    sent.filter(|it| (version(it) == PREVIEW) == (version(accept) == PREVIEW))
}

fn required_query(operation: &Value, document: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| match parameter["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => parameter,
    });
    let required = parameters.filter(|it| it["in"] == "query" && it["required"] == true);
    required.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

const PREVIEW: &str = "preview";

fn media_types(holder: &Value) -> Vec<String> {
    holder["content"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Returns the version in a media type: `2024-05-30` for `application/vnd.atlas.2024-05-30+json`. The version `preview`
/// sorts after every date.
fn version(media_type: &str) -> &str {
    let name = media_type.rsplit_once('+').unwrap().0;
    name.rsplit_once('.').unwrap().1
}
