//! The model in `api.json`.

use insta::assert_snapshot;
use serde_json::Value;
use xtask::api::types::Expression;
use xtask::diff;

use super::{BEFORE, before, field, param};

#[test]
fn a_model_survives_a_round_trip_through_json() {
    let mut api = before();
    // A default of `null` is different from no default.
    param(&mut api, "create_thing", "dry_run").docs.default = Some(Value::Null);
    field(&mut api, "Thing", "id").docs.example = Some(Value::Null);
    let text = diff::to_json(&api).unwrap();
    assert_eq!(diff::from_json(&text).unwrap(), api);
    assert_eq!(diff::to_json(&api).unwrap(), text);
    assert!(text.ends_with("}\n"), "{text}");
}

/// Committed files contain this JSON. If a change to the model's types makes this test fail,
/// increase `FORMAT`.
#[test]
fn the_json_of_a_model_stays_the_same() {
    let before: Value = serde_json::from_str(BEFORE).unwrap();
    let after: Value = serde_json::from_str(&diff::to_json(&self::before()).unwrap()).unwrap();
    assert_eq!(after, before);
}

#[test]
fn a_model_that_cannot_be_read_is_reported() {
    let text = diff::to_json(&before()).unwrap();
    let report = |text: &str| diff::report(text, &before(), false);
    assert_eq!(report(&text), "");
    assert_snapshot!(report(""), @"cannot compare: the previous `api.json` is not JSON: EOF while parsing a value at line 1 column 0; changes are not reported");
    assert_snapshot!(report("[]"), @"cannot compare: the previous `api.json` has no `format`; changes are not reported");
    assert_snapshot!(report(&text.replace("\"format\": 1", "\"format\": 0")), @"cannot compare: the previous `api.json` has format 0, but this version of the generator reads format 1; changes are not reported");
    assert_snapshot!(report(&text.replace("\"operations\"", "\"calls\"")), @"cannot compare: the previous `api.json` is incomplete, was edited, or is from another version of the generator: missing field `operations`; changes are not reported");
}

#[test]
fn the_report_compares_the_model_in_the_file_with_the_new_model() {
    let text = diff::to_json(&before()).unwrap();
    let mut after = before();
    after.operations.clear();
    let report = diff::report(&text, &after, false);
    assert!(report.contains("method `create_thing`: removed"), "{report}");
}

/// The file contains neither the example call nor whether the response declares the `Link` header. Callers notice the
/// header only through `paging`, which the file contains.
#[test]
fn facts_that_the_file_omits_are_not_differences() {
    let mut api = before();
    api.operations[0].example.arguments = vec![Expression::Bool(true)];
    api.operations[0].declares_link = true;
    assert_eq!(diff::report(BEFORE, &api, false), "");
}
