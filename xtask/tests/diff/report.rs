//! The report of changes.

use insta::assert_snapshot;
use serde_json::json;
use xtask::api::types::{Api, Type};
use xtask::diff::Changes;

use super::{changes, field, model, operation, param, read, union, values};

#[test]
fn equal_models_have_no_changes() {
    let changes = changes(|_| ());
    assert_eq!(changes, Changes::default());
    assert_eq!(changes.report(true), "");
}

#[test]
fn changes_to_the_documentation_are_only_counted() {
    let edits: [fn(&mut Api); 9] = [
        |api| operation(api, "create_thing").summary = Some("Create".to_owned()),
        |api| operation(api, "create_thing").errors[0].meaning = "Gone.".to_owned(),
        |api| operation(api, "create_thing").body.as_mut().unwrap().example = Some(json!({})),
        |api| param(api, "get_part", "filter").docs.description = Some("Which.".to_owned()),
        |api| field(api, "Thing", "id").docs.example = Some(json!("a")),
        |api| field(api, "Thing", "full_name").docs.default = Some(json!("y")),
        |api| values(api)[0].description = None,
        |api| union(api).variants[1].description = None,
        |api| model(api, "Thing").description = Some("One.".to_owned()),
    ];
    for edit in edits {
        let expected = Changes { documentation: 1, differs: true, ..Changes::default() };
        assert_eq!(changes(edit), expected);
    }
    let all = changes(|api| edits.iter().for_each(|edit| edit(api)));
    assert_eq!(
        all.report(false),
        "Only the documentation changes in 5 methods and models.\nno change for callers: a patch version\n"
    );
}

#[test]
fn changes_without_effect_on_callers_need_only_a_patch_version() {
    let changes = changes(|api| model(api, "Thing").module = "things".to_owned());
    assert_eq!(changes.report(false), "no change for callers: a patch version\n");
}

#[test]
fn the_report_lists_the_most_severe_changes_first_and_advises_a_version() {
    let changes = changes(|api| {
        values(api).push(read(json!({"ident": "Lost", "value": "LOST"})));
        operation(api, "create_thing").method = "PUT".to_owned();
        field(api, "ThingRequest", "name").rules.max_length = Some(32);
        field(api, "Thing", "id").ty = Type::String;
        operation(api, "list_thing").summary = Some("List".to_owned());
    });
    assert_snapshot!(changes.report(false), @r"
    Breaks callers:
      model `Thing`, field `id`: `ObjectId` becomes `String`
      model `ThingRequest`, field `name`, number of characters: 3 to 63 becomes 3 to 32
    Compiles, but sends or receives something different:
      method `create_thing`, HTTP method: `POST` becomes `PUT`
      model `ThingState`, variant `Lost`: new
    Only the documentation changes in 1 method or model.
    2 breaking changes, 1 change on the wire, 1 new variant in responses: a major version
    ");
}

#[test]
fn the_advised_version_depends_on_the_kind_of_change() {
    let advice =
        |edit: fn(&mut Api)| changes(edit).report(false).lines().last().unwrap().to_owned();
    assert_snapshot!(advice(|api| api.operations.clear()), @"3 breaking changes: a major version");
    assert_snapshot!(advice(|api| operation(api, "create_thing").method = "PUT".to_owned()), @"1 change on the wire: a minor version if the document was wrong before, otherwise a major one");
    assert_snapshot!(advice(|api| values(api).push(read(json!({"ident": "Lost", "value": "LOST"})))), @"1 new variant in responses: a minor version");
    assert_snapshot!(advice(|api| api.servers.clear()), @"no change for callers: a patch version");
}

#[test]
fn a_long_report_is_truncated() {
    let changes = changes(|api| {
        let copies = (0..50).map(|number| {
            let mut copy = api.models[0].clone();
            copy.ident = format!("Copy{number}");
            copy
        });
        let copies: Vec<_> = copies.collect();
        api.models.extend(copies);
        field(api, "Thing", "id").ty = Type::String;
    });
    let lines = |report: &str| report.lines().filter(|line| line.starts_with("  ")).count();
    let short = changes.report(false);
    assert_eq!(lines(&short), 40);
    assert!(short.contains("\n… and 11 more; `-v` prints them all\n"), "{short}");
    assert!(
        short.contains("1 breaking change, 50 compatible changes: a major version\n"),
        "{short}"
    );
    let whole = changes.report(true);
    assert_eq!(lines(&whole), 51);
    assert!(!whole.contains('…'), "{whole}");
}

#[test]
fn a_value_cannot_forge_a_line_of_the_report() {
    let report =
        changes(|api| values(api)[0].value = "A\n  model `Thing`: removed\u{1b}[0m".into());
    assert_snapshot!(report.report(false), @r"
    Compiles, but sends or receives something different:
      model `ThingState`, variant `Idle`, on the wire: `IDLE` becomes `A�  model `Thing`: removed�[0m`
    1 change on the wire: a minor version if the document was wrong before, otherwise a major one
    ");
}
