//! The vendor's whole document, which is not a part of this repository: where it is missing, these
//! tests say so and check nothing.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use xtask::codegen::{self, Generated};
use xtask::load;
use xtask::lower::Options;

/// What an operation asks for: method, path, `Accept`, `Content-Type`.
type Asked = (String, String, String, Option<String>);

fn document() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/atlas-openapi.yaml");
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("skipped: ../shared/atlas-openapi.yaml is not there");
    }
    text
}

fn generate(text: &str, options: &Options) -> Generated {
    let document = load::parse("atlas-openapi.yaml", text).unwrap_or_else(|it| panic!("{it}"));
    codegen::generate(document.openapi, options).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// Every media type of a success, with the newest one of the body that is not later, read from the
/// document without the generator.
fn expected(text: &str) -> BTreeSet<Asked> {
    let document: Value = serde_yaml::from_str(text).unwrap();
    let mut asked = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation["responses"].as_object() else { continue };
            let successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
            for accept in successes.flat_map(|(_, response)| media_types(response)) {
                let bodies = media_types(&operation["requestBody"]);
                let sent = bodies.into_iter().filter(|it| version(it) <= version(&accept)).max();
                let sent =
                    sent.filter(|it| (version(it) == PREVIEW) == (version(&accept) == PREVIEW));
                asked.insert((method.to_uppercase(), path.clone(), accept, sent));
            }
        }
    }
    asked
}

const PREVIEW: &str = "preview";

fn media_types(holder: &Value) -> Vec<String> {
    holder["content"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// `2024-05-30` in `application/vnd.atlas.2024-05-30+json`. `preview` sorts after every date.
fn version(media_type: &str) -> &str {
    let name = media_type.rsplit_once('+').unwrap().0;
    name.rsplit_once('.').unwrap().1
}

/// The constant `OPERATION` of every emitted file.
fn emitted(generated: &Generated) -> BTreeSet<Asked> {
    let files = generated.files.iter().filter(|file| file.text.contains("const OPERATION"));
    let asked = files.map(|file| {
        let field = |name: &str| {
            let (_, rest) = file.text.split_once(&format!("\n    {name}: ")).unwrap();
            rest.split_once(",\n").unwrap().0.to_owned()
        };
        let text = |quoted: &str| quoted.trim_matches('"').to_owned();
        let content_type = field("content_type");
        let content_type = content_type.strip_prefix("Some(").and_then(|it| it.strip_suffix(')'));
        (
            field("method").trim_start_matches("Method::").to_owned(),
            text(&field("path")),
            text(&field("accept")),
            content_type.map(text),
        )
    });
    asked.collect()
}

#[test]
fn every_operation_asks_for_each_of_its_versions_in_its_own_media_types() {
    let Some(text) = document() else { return };
    let generated = generate(&text, &Options { preview: true, ..Options::default() });
    let (expected, emitted) = (expected(&text), emitted(&generated));
    let missing: Vec<_> = expected.difference(&emitted).collect();
    let made_up: Vec<_> = emitted.difference(&expected).collect();
    assert!(missing.is_empty() && made_up.is_empty(), "missing {missing:#?}, made up {made_up:#?}");
}

#[test]
fn no_preview_is_emitted_unless_asked_for() {
    let Some(text) = document() else { return };
    let generated = generate(&text, &Options::default());
    assert!(generated.files.iter().all(|file| !file.text.contains(".preview+")));
}
