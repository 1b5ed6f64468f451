//! The changes between two documents, and whether they break callers.
//!
//! Each `changes/NN-name.yaml` is a merge patch (RFC 7386) of `changes/before.yaml`, with a
//! snapshot of the report next to it. `changes/caller.rs` uses everything that the client generated
//! from `before.yaml` offers. A test compiles this file against the code generated from each patched
//! document.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use insta::{assert_snapshot, with_settings};
use serde_json::{Value, json};
use xtask::codegen::{self, Generated};
use xtask::diff::{self, Changes, Effect};
use xtask::document;
use xtask::lower::{Naming, Options};

use crate::common::{crates, up_to};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/changes")
}

/// Returns the sorted names of all cases.
fn cases() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap().map(|it| it.unwrap().path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    let names = yaml.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name != "before").collect();
    names.sort();
    names
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap()
}

fn before() -> Value {
    serde_yaml::from_str(&text("before")).unwrap()
}

fn after(case: &str) -> Value {
    let mut document = before();
    merge(&mut document, serde_yaml::from_str(&text(case)).unwrap());
    document
}

/// Applies a merge patch (RFC 7386): merges objects, removes fields that are `null` in the patch, and replaces
/// everything else.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(&key).unwrap_or_else(|| panic!("there is no `{key}` to remove"));
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

fn generate(document: &Value, options: &Options) -> Generated {
    let text = serde_yaml::to_string(document).unwrap();
    let document = document::parse("case.yaml", &text).unwrap_or_else(|error| panic!("{error}"));
    codegen::generate(document.openapi, options).unwrap()
}

/// Compares the old model, after a round trip through `api.json`, with the new model, as the generator
/// does.
fn compare(old: &Generated, new: &Generated) -> Changes {
    let file = diff::to_json(&old.api).unwrap();
    diff::compare(&diff::from_json(&file).unwrap(), &new.api)
}

/// Returns the options of a later run, which uses the date of plain names that the first run recorded.
fn later(first: &Generated) -> Options {
    Options { api_version: first.api.api_version.clone(), ..Options::default() }
}

#[test]
fn each_change_is_reported() {
    let before = generate(&before(), &Options::default());
    for case in cases() {
        let after = generate(&after(&case), &later(&before));
        assert_eq!(compare(&after, &after), Changes::default(), "{case}");
        let report = compare(&before, &after).report(true);
        let about = text(&case).lines().next().unwrap().trim_start_matches("# ").to_owned();
        with_settings!({
            snapshot_path => "changes", prepend_module_to_snapshot => false, omit_expression => true,
            description => about,
        }, { assert_snapshot!(case, report) });
    }
}

#[test]
fn a_later_date_moves_plain_names_to_newer_versions() {
    let document = after("64-version-newer-of-another-type");
    let at = |date: &str| generate(&document, &up_to(date));
    let (old, new) = (at("2023-01-01"), at("2024-05-30"));
    assert_snapshot!(compare(&old, &new).report(false), @r"
    Breaks callers:
      plain method names, `api-version`: 2023-01-01 becomes 2024-05-30
      method `get_thing`, `send`: `AnyThing` becomes `ThingNote`
      method `get_thing_v2024_05_30`: removed
    Compiles, but sends or receives something different:
      method `get_thing`, `Accept`: `application/vnd.atlas.2023-01-01+json` becomes `application/vnd.atlas.2024-05-30+json`
    Breaks no callers:
      method `get_thing`, newest version: removed
      method `get_thing_v2023_01_01`: new
    3 breaking changes, 1 change on the wire, 2 compatible changes: a major version
    ");
    // No operation has a version between these dates.
    assert_eq!(compare(&old, &at("2023-12-31")).changes, []);
}

/// Returns the document with `count` more operations, each with its own tag.
fn tagged(count: usize) -> Value {
    let mut document = before();
    for number in 0..count {
        let operation = json!({"get": {
            "operationId": format!("get{number}"),
            "tags": [format!("Tag {number}")],
            "responses": {"204": {"description": "Done."}},
        }});
        document["paths"][format!("/number/{number}")] = operation;
    }
    document
}

#[test]
fn more_than_eight_tags_become_features() {
    for (tags, features) in [(8, 0), (9, 9)] {
        let options = Options { package: Some(Naming::default()), ..Options::default() };
        let api = generate(&tagged(tags), &options).api;
        let with_feature = api.operations.iter().filter(|it| it.feature.is_some()).count();
        assert_eq!((api.features.len(), with_feature), (features, features), "{tags} tags");
    }
}

#[test]
fn a_different_tag_moves_an_operation_to_another_feature() {
    let document = |tag: &str| {
        let mut document = tagged(9);
        document["paths"]["/groups/{groupId}/thing"]["get"]["tags"] = json!([tag]);
        generate(&document, &Options { package: Some(Naming::default()), ..Options::default() })
    };
    assert_snapshot!(compare(&document("Tag 3"), &document("Tag 4")).report(false), @r"
    Breaks callers:
      method `list_thing`, required feature: `tag-3` becomes `tag-4`
      model `ThingPage`, available with the feature `tag-3`: removed
    2 breaking changes: a major version
    ");
}

/// Returns the document with numbered names, so that many documents can be merged into one.
fn numbered(document: &Value, number: &str) -> Value {
    serde_json::from_str(&own_names(&document.to_string(), number)).unwrap()
}

fn own_names(text: &str, number: &str) -> String {
    text.replace("Thing", &format!("Thing{number}")).replace("thing", &format!("thing{number}"))
}

/// Compiles one crate that is generated from all cases with numbered names, and a caller for each case.
#[test]
fn a_caller_compiles_unless_the_report_says_otherwise() {
    let base = generate(&before(), &Options::default());
    let caller = fs::read_to_string(folder().join("caller.rs")).unwrap();
    let (mut whole, mut broken) = (before(), BTreeSet::new());
    let mut callers = BTreeMap::from([("00-unchanged".to_owned(), caller.clone())]);
    for case in cases() {
        let after = after(&case);
        let changes = compare(&base, &generate(&after, &later(&base))).changes;
        if changes.iter().any(|change| change.effect == Effect::Compile) {
            broken.insert(case.clone());
        }
        let number = case.split('-').next().unwrap();
        merge(&mut whole, numbered(&after, number));
        callers.insert(case.clone(), own_names(&caller, number));
    }
    assert_eq!(broken_callers(&generate(&whole, &later(&base)), &callers), broken);
}

/// Returns the callers that do not compile. The compiler stops before type checking if a name is unknown, so this
/// function removes callers with errors until the remaining callers compile.
fn broken_callers(generated: &Generated, callers: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut files = crates::files(generated);
    name_callers(files.get_mut("Cargo.toml").unwrap());
    let mut left = callers.clone();
    let mut broken = BTreeSet::new();
    loop {
        let modules =
            left.iter().map(|(case, text)| format!("mod c{} {{\n{text}\n}}\n", &case[..2]));
        let modules = modules.collect::<Vec<_>>().concat();
        files.insert("examples/callers.rs".to_owned(), modules.clone());
        let errors = errors(&crates::write("callers", files.clone()));
        if errors.is_empty() {
            return broken;
        }
        for line in errors {
            let before = modules.lines().take(line).filter(|line| line.starts_with("mod c"));
            let number = &before.last().unwrap()["mod c".len()..][..2];
            let case = left.keys().find(|case| case.starts_with(number)).cloned();
            broken.extend(case);
        }
        left.retain(|case, _| !broken.contains(case));
    }
}

/// Adds the callers to the manifest as an example, and changes the version of the crate.
fn name_callers(manifest: &mut String) {
    // Cargo would confuse the crate with the workspace's client, which has the same name and version.
    *manifest = manifest.replacen("\nversion = \"", "\nversion = \"0.0.0-callers+", 1);
    manifest.push_str("\n[[example]]\nname = \"callers\"\ncrate-type = [\"lib\"]\n");
}

/// Returns the line numbers of the errors in `examples/callers.rs`.
fn errors(folder: &Path) -> BTreeSet<usize> {
    let ran = crates::cargo(folder, &["check", "--example", "callers", "--message-format=json"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    let messages = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let messages = messages.map(|mut message| message["message"].take());
    let errors: Vec<Value> = messages.filter(|message| message["level"] == "error").collect();
    let spans = errors.iter().flat_map(|error| error["spans"].as_array().unwrap());
    let lines: BTreeSet<usize> = spans
        .filter(|span| span["is_primary"] == true && span["file_name"] == "examples/callers.rs")
        .map(|span| usize::try_from(span["line_start"].as_u64().unwrap()).unwrap())
        .collect();
    let output = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.success(), lines.is_empty(), "{errors:#?} {output}");
    lines
}
