//! Adopts operations from the vendor's document into the spec.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};
use xtask::document::{self, Raw, TODO};
use xtask::lower::Options;
use xtask::{codegen, upstream};

use crate::common::{root, vendor};

const OURS: &str = "openapi: 3.0.3
info: {title: Things, version: '1'}
tags:
  - name: Things # ours
    description: What there is.

paths:
  # The first.
  /things/{id}:
    parameters:
      - $ref: '#/components/parameters/id'
    get:
      operationId: getThing
      tags: [Things]
      responses:
        '200':
          description: A thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
        '404':
          $ref: '#/components/responses/Missing'

components:
  parameters:
    id: {name: id, in: path, required: true, schema: {type: string}}
    pretty: {name: pretty, in: query, schema: {type: boolean}}

  schemas:
    Thing:
      type: object
      properties:
        name: {type: string, description: The name.}
        kind: {$ref: '#/components/schemas/Kind'}

    Kind:
      type: string
      enum: [small, large]

  # Errors.

  responses:
    Missing: {description: It does not exist.}

  headers:
    Limit: {schema: {type: integer}}
";

const VENDOR: &str = "openapi: 3.0.1
info: {title: Vendor, version: '1'}
paths:
  /things/{id}:
    get:
      operationId: getThing
      tags: [Things]
      parameters:
        - {name: id, in: path, required: true, description: The vendor says it so., schema: {type: string}}
      responses:
        '200':
          description: OK
          content: {application/json: {schema: {$ref: '#/components/schemas/VendorThingView'}}}
        '404': {$ref: '#/components/responses/notFound'}
    delete:
      operationId: deleteThing
      tags: [Things]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: pretty, in: query, schema: {type: boolean}}
        - {name: force, in: query, description: Deletes whatever happens., schema: {type: boolean, default: false}}
      responses:
        '204': {description: Gone without a trace.}
        '404': {$ref: '#/components/responses/notFound'}
        '409': {$ref: '#/components/responses/conflict'}
  /boxes:
    post:
      operationId: createBox
      x-xgen-operation-id-override: makeBox
      summary: Create a box with the vendor's words
      tags: [Boxes]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/ApiAtlasBOXView'}}}
      responses:
        '200':
          description: A fine new box.
          headers: {Limit: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/ApiAtlasBOXView'}}}
components:
  schemas:
    VendorThingView:
      type: object
      title: Some thing
      properties:
        name: {type: string, description: The vendor's name of it.}
        kind: {type: string, enum: [large, small]}
    ApiAtlasBOXView:
      type: object
      description: A box as the vendor sees it.
      required: [id]
      properties:
        content: {type: array, items: {$ref: '#/components/schemas/VendorThingView'}}
        size: {type: integer, minimum: 1, maximum: 9, example: 3}
        kind: {description: The vendor's kinds of boxes., type: string, enum: [small, large]}
        inner: {$ref: '#/components/schemas/ApiAtlasBOXView'}
        note: {type: string, example: A sentence of the vendor.}
        id: {type: string, readOnly: true, pattern: '^([a-f0-9]{24})$'}
  responses:
    notFound: {description: Not Found.}
    conflict: {description: A conflict of interests.}
";

/// Runs `cargo xtask adopt` in a folder that contains `ours.yaml` and `vendor.yaml`.
fn adopt(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["adopt", "--spec", "ours.yaml", "--from", "vendor.yaml"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ours.yaml"), OURS).unwrap();
    std::fs::write(folder.path().join("vendor.yaml"), VENDOR).unwrap();
    folder
}

#[test]
fn an_operation_is_added_in_the_style_of_the_spec_and_existing_lines_are_unchanged() {
    let folder = folder();
    let ran = adopt(folder.path(), &["deleteThing", "createBox"]);
    assert!(ran.status.success(), "{ran:?}");
    let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
    let diff = TextDiff::from_lines(OURS, &text);
    insta::assert_snapshot!("adopted", diff.unified_diff().context_radius(2).to_string());
    insta::assert_snapshot!("adopted_report", String::from_utf8(ran.stdout).unwrap());
    document::parse("ours.yaml", &text).unwrap();
    assert!(!text.contains("vendor"), "{text}");
}

/// The vendor uses one schema where the spec uses two, so each of the two could be reused.
#[test]
fn every_run_reuses_the_same_one_of_two_components() {
    let response = |name: &str| {
        format!(
            "{{'200': {{description: A., content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}"
        )
    };
    let operation = |id: &str, name: &str| {
        format!(
            "  /{id}:\n    get:\n      operationId: {id}\n      tags: [Things]\n      responses: {}\n",
            response(name)
        )
    };
    let object =
        |name: &str| format!("    {name}: {{type: object, properties: {{a: {{type: string}}}}}}\n");
    let document = |operations: &[String], schemas: &[String]| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\ntags: [{{name: Things}}]\npaths:\n{}components:\n  schemas:\n{}",
            operations.concat(),
            schemas.concat()
        )
    };
    let ours =
        document(&[operation("one", "A"), operation("two", "B")], &[object("A"), object("B")]);
    let uses = ["one", "two", "three"].map(|id| operation(id, "V"));
    let vendor = document(&uses, &[object("V")]);
    let adopted = (0..8).map(|_| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ours.yaml"), &ours).unwrap();
        std::fs::write(folder.path().join("vendor.yaml"), &vendor).unwrap();
        let ran = adopt(folder.path(), &["three"]);
        assert!(ran.status.success(), "{ran:?}");
        std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap()
    });
    let adopted: BTreeSet<String> = adopted.collect();
    assert_eq!(adopted.len(), 1, "{adopted:#?}");
}

#[test]
fn sunsets_examples_and_enum_values_are_adopted_without_their_prose() {
    const LIDS: &str = "
  /lids:
    get:
      operationId: getLid
      summary: Return the vendor's lid
      responses:
        '200':
          description: OK
          content:
            application/json:
              x-sunset: '2030-01-01'
              schema:
                type: object
                properties:
                  note: {type: string}
                  state:
                    type: string
                    enum: [open, shut]
                    x-enumDescriptions: {open: The vendor looks inside., shut: The vendor sleeps.}
              example: {state: open, note: The vendor shuts it at night.}
components:
";
    let folder = folder();
    let headers = ["Deprecation", "Sunset"];
    let declared = headers.map(|name| format!("    {name}: {{schema: {{type: string}}}}\n"));
    let ours = OURS.to_owned() + &declared.concat();
    std::fs::write(folder.path().join("ours.yaml"), ours).unwrap();
    let vendor = VENDOR.replace("\ncomponents:\n", LIDS);
    std::fs::write(folder.path().join("vendor.yaml"), vendor).unwrap();
    let ran = adopt(folder.path(), &["getLid"]);
    assert!(ran.status.success(), "{ran:?}");
    let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
    let spec: Value = serde_yaml::from_str(&text).unwrap();
    let response = &spec["paths"]["/lids"]["get"]["responses"]["200"];
    for name in headers {
        assert_eq!(response["headers"][name]["$ref"], format!("#/components/headers/{name}"));
    }
    let media = &response["content"]["application/json"];
    assert_eq!(media["x-sunset"], "2030-01-01");
    assert_eq!(media["example"], json!({"state": "open", "note": TODO}));
    let state = &media["schema"]["properties"]["state"];
    assert_eq!(state["x-enumDescriptions"], json!({"open": TODO, "shut": TODO}));
    assert!(!text.contains("vendor"), "{text}");
}

#[test]
fn a_union_reuses_the_component_with_the_same_variants() {
    let union = |key: &str| format!("{{{key}: [{{type: string}}, {{type: integer}}]}}");
    for key in ["oneOf", "anyOf"] {
        let folder = folder();
        let ours =
            OURS.replace("    Kind:\n", &format!("    Label: {}\n\n    Kind:\n", union(key)));
        std::fs::write(folder.path().join("ours.yaml"), ours).unwrap();
        let label = format!("    VendorLabel: {}\n  responses:", union(key));
        let vendor = VENDOR
            .replacen("  responses:\n    notFound", &format!("{label}\n    notFound"), 1)
            .replace(
                "note: {type: string, example: A sentence of the vendor.}",
                "note: {$ref: '#/components/schemas/VendorLabel'}",
            );
        std::fs::write(folder.path().join("vendor.yaml"), vendor).unwrap();
        let ran = adopt(folder.path(), &["createBox"]);
        assert!(ran.status.success(), "{ran:?}");
        let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
        assert!(text.contains("note:\n          $ref: '#/components/schemas/Label'\n"), "{text}");
    }
}

/// `explode` defaults to `true` for a list in a query, so `false` is kept. `deprecated` defaults to `false`, so `false`
/// is omitted.
#[test]
fn only_settings_that_differ_from_their_defaults_are_adopted() {
    const PRETTY: &str = "        - {name: pretty, in: query, schema: {type: boolean}}\n";
    const SIZES: &str = "        - name: sizes
          in: query
          explode: false
          deprecated: false
          schema: {type: array, items: {type: string}}
";
    let folder = folder();
    let vendor = VENDOR.replace(PRETTY, SIZES);
    std::fs::write(folder.path().join("vendor.yaml"), vendor).unwrap();
    let ran = adopt(folder.path(), &["deleteThing"]);
    assert!(ran.status.success(), "{ran:?}");
    let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
    let spec: Value = serde_yaml::from_str(&text).unwrap();
    let sizes = &spec["components"]["parameters"]["sizes"];
    assert_eq!((sizes.get("explode"), sizes.get("deprecated")), (Some(&json!(false)), None));
}

/// The spec's own `404` response has no header, but replaces a vendor response that has a header.
#[test]
fn the_report_mentions_new_differences() {
    let folder = folder();
    let report = |vendor: &str| {
        std::fs::write(folder.path().join("ours.yaml"), OURS).unwrap();
        std::fs::write(folder.path().join("vendor.yaml"), vendor).unwrap();
        let ran = adopt(folder.path(), &["deleteThing"]);
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    let review = "review the differences that `cargo xtask upstream vendor.yaml` reports";
    assert!(!report(VENDOR).contains(review));
    let shared = "        '404': {$ref: '#/components/responses/notFound'}\n        '409'";
    let own = "        '404': {description: Gone., headers: {Extra: {schema: {type: string}}}}\n        '409'";
    let vendor = VENDOR.replace(shared, own);
    assert_ne!(vendor, VENDOR);
    assert!(report(&vendor).contains(review));
}

/// If several paths are equally similar, the new path follows the last of them. The parameters of the new path have the
/// order in which they occur in the path.
#[test]
fn a_new_path_follows_the_most_similar_path() {
    const WORDS: &str = "  /things:
    get: {operationId: getThings, responses: {'204': {description: Nothing.}}}
  /words:
    get: {operationId: getWords, responses: {'204': {description: Nothing.}}}

components:
";
    const BOX: &str = "  /things/{thing}/boxes/{box}:
    parameters:
      - {name: box, in: path, required: true, schema: {type: string}}
      - {name: thing, in: path, required: true, schema: {type: string}}
";
    let folder = folder();
    let ours = OURS.replace("\ncomponents:\n", WORDS);
    // The last line of the spec has no line break.
    std::fs::write(folder.path().join("ours.yaml"), ours.trim_end()).unwrap();
    let headers = "{Extra: {schema: {type: string}}, Limit:";
    let vendor = VENDOR.replace("  /boxes:\n", BOX).replace("{Limit:", headers);
    std::fs::write(folder.path().join("vendor.yaml"), vendor).unwrap();
    let ran = adopt(folder.path(), &["createBox"]);
    assert!(ran.status.success(), "{ran:?}");
    let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
    let spec: Value = serde_yaml::from_str(&text).unwrap();
    let headers = spec["components"]["headers"].as_object().unwrap();
    assert_eq!(headers.keys().collect::<Vec<_>>(), ["Limit", "Extra"]);
    let paths: Vec<_> = spec["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/things/{id}", "/things", "/things/{thing}/boxes/{box}", "/words"]);
    let parameters = spec["paths"]["/things/{thing}/boxes/{box}"]["parameters"].as_array();
    let names: Vec<_> = parameters.unwrap().iter().map(|it| it["$ref"].as_str().unwrap()).collect();
    assert_eq!(names, ["#/components/parameters/thing", "#/components/parameters/box"]);
}

#[test]
fn bad_input_is_an_error_and_changes_nothing() {
    let folder = folder();
    let error = |arguments: &[&str]| {
        let ran = adopt(folder.path(), arguments);
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
        assert_eq!(text, OURS);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        String::from_utf8(ran.stderr).unwrap()
    };
    let message = error(&["deleteThing", "createBx", "makeBox", "getThing", "getThing"]);
    let expected = "error: `vendor.yaml` has no operation `createBx`; did you mean `createBox`?
`vendor.yaml` has no operation `makeBox`; did you mean `createBox`?
`getThing` is already in ours.yaml:12
nothing was written
";
    assert_eq!(message, expected);
    std::fs::write(folder.path().join("vendor.yaml"), "paths: {").unwrap();
    assert!(error(&["deleteThing"]).contains("--> vendor.yaml:"));
}

#[cfg(unix)]
#[test]
fn the_spec_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let path = folder.path().join("ours.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(adopt(folder.path(), &["createBox"]).status.success());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn operations_can_be_separated_by_commas() {
    let folder = folder();
    // The shell splits the arguments at the space in `deleteThing, createBox`.
    let ran = adopt(folder.path(), &["deleteThing,", "createBox"]);
    assert!(ran.status.success(), "{ran:?}");
    let text = std::fs::read_to_string(folder.path().join("ours.yaml")).unwrap();
    assert!(text.contains("deleteThing") && text.contains("createBox"), "{text}");
    let again = self::folder();
    let repeated = adopt(again.path(), &["deleteThing,createBox,deleteThing"]);
    assert_eq!(repeated, ran);
    assert_eq!(std::fs::read_to_string(again.path().join("ours.yaml")).unwrap(), text);
}

#[test]
fn added_lines_have_the_line_endings_of_the_spec() {
    let folder = folder();
    let path = folder.path().join("ours.yaml");
    // The last line of the spec may have no line break.
    for ours in [OURS, OURS.trim_end()] {
        std::fs::write(&path, ours.replace('\n', "\r\n")).unwrap();
        assert!(adopt(folder.path(), &["createBox"]).status.success());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("createBox"), "{text}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_spec_behind_a_symbolic_link_is_replaced() {
    let folder = folder();
    let (link, target) = (folder.path().join("ours.yaml"), folder.path().join("target.yaml"));
    std::fs::rename(&link, &target).unwrap();
    std::os::unix::fs::symlink("target.yaml", &link).unwrap();
    assert!(adopt(folder.path(), &["createBox"]).status.success());
    assert!(link.is_symlink());
    assert!(std::fs::read_to_string(&target).unwrap().contains("createBox"));
}

/// Five backup operations of the vendor that are not in the spec.
const FIVE: [&str; 5] = [
    "listGroupClusterBackupSnapshots",
    "getGroupClusterBackupSnapshot",
    "takeGroupClusterBackupSnapshots",
    "createGroupClusterBackupRestoreJob",
    "getGroupBackupCompliancePolicy",
];

/// Collects every string with more than three words under a key that contains prose.
fn prose<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let is_prose =
                    ["description", "summary", "title", "detail"].contains(&key.as_str());
                match value.as_str() {
                    Some(text) if is_prose && text.split_whitespace().count() > 3 => {
                        _ = found.insert(text);
                    }
                    _ => prose(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| prose(item, found)),
        _ => {}
    }
}

#[test]
fn five_adopted_operations_need_only_descriptions() {
    let Some(path) = vendor("adopting operations") else { return };
    let vendor = Raw::load(&path).unwrap();
    let before = std::fs::read_to_string(root().join("spec/atlas.yaml")).unwrap();
    let ours = Raw::parse("spec/atlas.yaml", &before).unwrap();
    let ids = FIVE.map(ToOwned::to_owned);
    let adopted = xtask::adopt::adopt(&ours, &vendor, &ids).unwrap();

    let diff = TextDiff::from_lines(before.as_str(), &adopted.text);
    assert!(diff.iter_all_changes().all(|it| it.tag() != ChangeTag::Delete));
    let added = diff.iter_all_changes().filter(|it| it.tag() == ChangeTag::Insert);
    let added: String = added.map(|it| it.value()).collect();
    let mut sentences = BTreeSet::new();
    prose(vendor.value(), &mut sentences);
    let copied: Vec<_> = sentences.iter().filter(|it| added.contains(**it)).collect();
    assert!(sentences.len() > 1000 && copied.is_empty(), "{copied:?}");
    assert!(added.contains(TODO));

    let now = Raw::parse("spec/atlas.yaml", &adopted.text).unwrap();
    let differences = |spec: &Raw| {
        let report = upstream::compare(spec, &vendor).unwrap();
        report.entries.into_iter().map(|it| it.subject).collect::<Vec<_>>()
    };
    assert_eq!(differences(&now), differences(&ours));
    let document = document::parse("spec/atlas.yaml", &adopted.text).unwrap();
    let warnings: Vec<&str> = document.warnings.iter().map(|it| it.what.as_str()).collect();
    let notes = added.matches(TODO).count();
    assert_eq!(
        warnings,
        [format!("{notes} descriptions have not been written yet; this is the first")]
    );
    let generated = codegen::generate(document.openapi, &Options::default()).unwrap();
    assert!(generated.warnings.is_empty(), "{:?}", generated.warnings);
    for id in FIVE {
        assert!(generated.api.operations.iter().any(|it| it.id == id), "{id}");
    }
}
