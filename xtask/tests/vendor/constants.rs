//! The constants of the emitted operations.

use std::collections::BTreeSet;

use xtask::codegen::Generated;

use super::document;

/// The HTTP method, the path, `Accept` and `Content-Type`.
type Constant = (String, String, String, Option<String>);

/// Returns the parts of the constant `OPERATION` of every emitted operation.
fn emitted(generated: &Generated) -> BTreeSet<Constant> {
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
fn every_operation_requests_each_of_its_versions_with_its_media_type() {
    let Some(text) = document::text() else { return };
    let emitted = emitted(document::with_previews(&text));
    let expected = document::asked(&text).into_iter();
    let expected: BTreeSet<Constant> =
        expected.map(|it| (it.method, it.path, it.accept, it.content_type)).collect();
    let missing: Vec<_> = expected.difference(&emitted).collect();
    let made_up: Vec<_> = emitted.difference(&expected).collect();
    assert!(
        missing.is_empty() && made_up.is_empty(),
        "missing: {missing:#?}, not in the document: {made_up:#?}"
    );
}

#[test]
fn previews_are_emitted_only_on_request() {
    let Some(text) = document::text() else { return };
    let generated = document::without_previews(&text);
    assert!(generated.files.iter().all(|file| !file.text.contains(".preview+")));
}
