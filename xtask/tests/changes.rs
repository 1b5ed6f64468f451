//! What is told of a change of the API, and whether it is true that callers break.
//!
//! Each `changes/NN-name.yaml` is a merge patch (RFC 7386) of `changes/before.yaml`. The summary of it
//! stands beside it; `changes/caller.rs` uses all of `before.yaml`, and is compiled against each.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use insta::{assert_snapshot, with_settings};
use serde_json::{Value, json};
use xtask::changes::{self, Changes, Effect};
use xtask::codegen::{self, Generated};
use xtask::document;
use xtask::lower::Options;
use xtask::standalone;

use common::{fixture_path, stale};

/// The names of all cases, in order.
fn cases() -> Vec<String> {
    let folder = fixture_path("changes", "before");
    let entries = fs::read_dir(folder.parent().unwrap()).unwrap().map(|it| it.unwrap().path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    let names = yaml.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name != "before").collect();
    names.sort();
    names
}

fn text(name: &str) -> String {
    fs::read_to_string(fixture_path("changes", name)).unwrap()
}

fn before() -> Value {
    serde_yaml::from_str(&text("before")).unwrap()
}

fn after(case: &str) -> Value {
    let mut document = before();
    merge(&mut document, serde_yaml::from_str(&text(case)).unwrap());
    document
}

/// RFC 7386: an object is merged, `null` removes, anything else replaces.
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

fn generate(document: &Value) -> Generated {
    let text = serde_yaml::to_string(document).unwrap();
    let document = document::parse("case.yaml", &text).unwrap_or_else(|error| panic!("{error}"));
    codegen::generate(document.openapi, &Options::default()).unwrap()
}

fn compare(old: &Generated, new: &Generated) -> Changes {
    changes::compare(&stale(old, new), Path::new(""))
}

#[test]
fn a_change_is_told_with_what_it_means() {
    let before = generate(&before());
    for case in cases() {
        let summary = compare(&before, &generate(&after(&case))).report(true);
        let about = text(&case).lines().next().unwrap().trim_start_matches("# ").to_owned();
        with_settings!({
            snapshot_path => "changes", prepend_module_to_snapshot => false, omit_expression => true,
            description => about,
        }, { assert_snapshot!(case, summary) });
    }
}

#[test]
fn of_nothing_nothing_is_told() {
    let generated = generate(&before());
    assert_eq!(compare(&generated, &generated), Changes::default());
    assert_eq!(Changes::default().report(false), "");
}

#[test]
fn the_first_run_changes_nothing() {
    let nothing = Generated { files: Vec::new(), ..generate(&before()) };
    assert_eq!(compare(&nothing, &generate(&before())).report(false), "");
}

#[test]
fn a_file_that_no_run_has_written_is_told_and_not_compared() {
    let (mut old, new) = (generate(&before()), generate(&after("31-method-new")));
    for (path, text) in
        [("models/thing.rs", "pub struct Thing {"), ("models/thing_link.rs", "mod a;")]
    {
        old.files.iter_mut().find(|file| file.path == path).unwrap().text = text.to_owned();
    }
    assert_snapshot!(compare(&old, &new).report(false), @r"
    Breaks no caller:
      method `delete_thing`: new, asks for `application/json`
    `models/thing.rs` is not as a run writes it, so it is not compared.
    `models/thing_link.rs` is not as a run writes it, so it is not compared.
    at least 1 change, none breaking: a minor version
    ");
}

#[test]
fn many_changes_are_cut_short() {
    let empty = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}});
    let mut whole = before();
    for number in 0..50 {
        let case = numbered(&before(), &format!("{number:02}"));
        merge(&mut whole, case);
    }
    let changes = compare(&generate(&whole), &generate(&empty));
    let short = changes.report(false);
    assert_eq!(short.lines().filter(|line| line.starts_with("  ")).count(), 40);
    let more = changes.changes.len() - 40;
    assert!(short.contains(&format!("… and {more} more; `-v` prints them all\n")), "{short}");
    let conclusion = format!("{} breaking changes: a major version", changes.changes.len());
    assert!(short.contains(&conclusion), "{short}");
    let whole = changes.report(true);
    assert_eq!(whole.lines().filter(|line| line.starts_with("  ")).count(), more + 40);
}

/// The same with names of its own, so that many stand in one document.
fn numbered(document: &Value, number: &str) -> Value {
    serde_json::from_str(&own_names(&document.to_string(), number)).unwrap()
}

fn own_names(text: &str, number: &str) -> String {
    text.replace("Thing", &format!("Thing{number}")).replace("thing", &format!("thing{number}"))
}

/// One crate of what every case becomes, with names of its own, and a caller for each.
#[test]
fn a_caller_compiles_where_nothing_is_said_to_break_it() {
    let base = generate(&before());
    let caller =
        fs::read_to_string(fixture_path("changes", "caller").with_extension("rs")).unwrap();
    let (mut whole, mut broken) = (before(), BTreeSet::new());
    let mut callers = BTreeMap::from([("00-unchanged".to_owned(), caller.clone())]);
    for case in cases() {
        let after = after(&case);
        let changes = compare(&base, &generate(&after)).changes;
        if changes.iter().any(|change| change.effect == Effect::Compile) {
            broken.insert(case.clone());
        }
        let number = case.split('-').next().unwrap();
        merge(&mut whole, numbered(&after, number));
        callers.insert(case.clone(), own_names(&caller, number));
    }
    assert_eq!(broken_callers(&generate(&whole), &callers), broken);
}

/// The callers that do not compile. A name that is not there keeps the compiler from looking for more,
/// so what fails is taken out until the rest compiles.
fn broken_callers(generated: &Generated, callers: &BTreeMap<String, String>) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("callers");
    let output = standalone::output(root, &folder, generated).unwrap();
    output.write().unwrap();
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    // In a target folder, cargo takes crates of one name and version for one.
    manifest = manifest.replacen("\nversion = \"", "\nversion = \"0.0.0-callers+", 1);
    // A library is not linked.
    manifest.push_str("\n[[example]]\nname = \"callers\"\ncrate-type = [\"lib\"]\n");
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut left = callers.clone();
    let mut broken = BTreeSet::new();
    loop {
        let modules =
            left.iter().map(|(case, text)| format!("mod c{} {{\n{text}\n}}\n", &case[..2]));
        let modules = modules.collect::<Vec<_>>().concat();
        fs::create_dir_all(folder.join("examples")).unwrap();
        fs::write(folder.join("examples/callers.rs"), &modules).unwrap();
        let errors = errors(&folder);
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

/// The lines of `examples/callers.rs` that the compiler refuses.
fn errors(folder: &Path) -> BTreeSet<usize> {
    let ran = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--example", "callers", "--message-format=json"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    let messages = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let messages = messages.map(|mut message| message["message"].take());
    let errors: Vec<Value> = messages.filter(|message| message["level"] == "error").collect();
    let spans = errors.iter().flat_map(|error| error["spans"].as_array().unwrap());
    let lines: BTreeSet<usize> = spans
        .filter(|span| span["is_primary"] == true && span["file_name"] == "examples/callers.rs")
        .map(|span| usize::try_from(span["line_start"].as_u64().unwrap()).unwrap())
        .collect();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.success(), lines.is_empty(), "{errors:#?} {said}");
    lines
}
