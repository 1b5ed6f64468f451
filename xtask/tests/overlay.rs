//! Overlays, which correct a document before it is checked.

use std::path::PathBuf;
use std::process::Command;

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use xtask::codegen;
use xtask::diagnostic::{Diagnostics, Severity};
use xtask::document::{self, Document, Selection};
use xtask::lower::Options;

use crate::common::{root, vendor};

const SPEC: &str = "
openapi: 3.0.3
info: {title: Things, version: '1', description: Old.}
tags: [{name: one}]
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: Things.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      type: object
      required: [id, name]
      properties:
        id: {type: string}
        name: {type: strin}
    Other:
      type: object
      required: [id]
      properties: {id: {type: integer}, size: {type: integer}}
";

/// Reads the document with one overlay for each item of `actions`.
fn load(actions: &[&str]) -> Result<Document, Diagnostics> {
    let overlays = actions.iter().map(|actions| {
        format!("overlay: 1.0.0\ninfo: {{title: Fixes, version: '1'}}\nactions:\n{actions}")
    });
    load_texts(&overlays.collect::<Vec<_>>())
}

fn load_texts(overlays: &[String]) -> Result<Document, Diagnostics> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: String, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let spec = write("spec.yaml".to_owned(), SPEC.trim_start());
    let overlays = overlays.iter().enumerate();
    let overlays: Vec<_> =
        overlays.map(|(index, text)| write(format!("overlay{index}.yaml"), text)).collect();
    document::load(&spec, &overlays, &Selection::default())
        .map_err(|error| error.downcast::<Diagnostics>().unwrap())
}

fn schema(document: &Document, name: &str) -> Schema {
    match &document.openapi.components.as_ref().unwrap().schemas[name] {
        ReferenceOr::Item(schema) => schema.clone(),
        ReferenceOr::Reference { reference } => panic!("{reference}"),
    }
}

/// Returns the diagnostics without the folder of each file.
fn reported(diagnostics: &Diagnostics) -> Vec<String> {
    let lines = diagnostics.iter().map(|it| it.to_string().rsplit_once('/').unwrap().1.to_owned());
    lines.collect()
}

#[test]
fn values_are_merged_appended_and_removed() {
    let document = load(&[
        "
- target: $.info
  update: {description: New., contact: {name: Us}}
- target: $.tags
  update: {name: two}
- target: $.components.schemas.Thing.properties.name
  remove: true
- target: $.components.schemas.Thing.properties
  update: {name: {type: string, maxLength: 5}}
- target: $.components.schemas.Other.properties.size
  remove: true
  update: {maximum: 5}
- target: $.components.schemas[?@.properties.id].required
  remove: true
",
        "
- target: $.components.schemas[*]
  update: {required: [id]}
",
    ])
    .unwrap();
    assert_eq!(document.warnings.to_string(), "");
    assert_eq!(document.openapi.info.description.as_deref(), Some("New."));
    assert_eq!(document.openapi.info.contact.as_ref().unwrap().name.as_deref(), Some("Us"));
    assert_eq!(document.openapi.info.title, "Things");
    let tags: Vec<_> = document.openapi.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(tags, ["one", "two"]);
    for name in ["Thing", "Other"] {
        let SchemaKind::Type(Type::Object(object)) = schema(&document, name).schema_kind else {
            panic!("{name} is not an object");
        };
        assert_eq!(object.required, ["id"], "{name}");
        assert!(!object.properties.contains_key("size"), "{name}");
    }
    codegen::generate(document.openapi, &Options::default()).unwrap();
}

#[test]
fn a_list_in_an_update_is_appended_to_the_list_in_the_document() {
    let document = load(&["
- target: $.components.schemas.Thing
  update:
    required: [size, color]
    properties: {name: {type: string}, size: {type: integer}, color: {type: string}}
"]);
    let SchemaKind::Type(Type::Object(thing)) = schema(&document.unwrap(), "Thing").schema_kind
    else {
        panic!("`Thing` is not an object");
    };
    assert_eq!(thing.required, ["id", "name", "size", "color"]);
    assert_eq!(thing.properties.keys().collect::<Vec<_>>(), ["id", "name", "size", "color"]);
}

#[test]
fn findings_about_added_values_are_located_in_the_overlay() {
    let document = load(&["
- target: $.components.schemas.Thing
  update:
    properties:
      kind: {type: strng}
    required: [kind, size]
"])
    .unwrap();
    let reported = reported(&document.warnings);
    assert_eq!(reported.len(), 3, "{reported:#?}");
    assert!(
        reported[0].starts_with("spec.yaml:19:22: warning: unknown type `strin`"),
        "{reported:#?}"
    );
    assert!(
        reported[1].starts_with("overlay0.yaml:8:20: warning: unknown type `strng`"),
        "{reported:#?}"
    );
    assert!(
        reported[2].starts_with("overlay0.yaml:9:22: warning: the required property `size`"),
        "{reported:#?}"
    );
}

#[test]
fn a_target_that_matches_nothing_is_a_warning() {
    let document = load(&["
- target: $.components.schemas.Gone
  description: It was wrong.
  remove: true
- target: $.components.schemas.Thing.properties
  update: {name: {type: string}}
"])
    .unwrap();
    assert_eq!(
        reported(&document.warnings),
        ["overlay0.yaml:5:11: warning: the target matches nothing; the action is skipped; \
          delete the action if the document has been corrected"]
    );
}

#[test]
fn a_malformed_overlay_is_an_error_with_its_location() {
    let cases = [
        ("- target: $.info[", "4:11: `$.info[` is not a JSONPath: "),
        ("- update: {a: b}", "4:3: an action needs a `target`; "),
        ("- target: $.info", "4:3: this action changes nothing; "),
        (
            "- {target: $.info, updat: {}}",
            "4:20: unknown key `updat` in an overlay; did you mean `update`?",
        ),
        ("- {target: $.info, remove: yes}", "4:28: `remove` must be `true` or `false`; "),
        (
            "- {target: $.info, update: text}",
            "4:28: `update` must be a mapping, unless the target is a list; ",
        ),
        (
            "- {target: $.info, update: {title: {}}}",
            "4:29: this value and the value in the document have different types",
        ),
        ("- text", "4:3: this value must be a mapping; "),
    ];
    for (action, expected) in cases {
        let errors = load(&[action]).unwrap_err();
        let errors: Vec<_> = reported(&errors);
        assert!(
            errors.iter().any(|it| it.starts_with(&format!("overlay0.yaml:{expected}"))),
            "{errors:#?}"
        );
    }
    for (text, expected) in [
        (
            "actions: []",
            "1:1: this is not an overlay of version 1; start the file with `overlay: 1.0.0`",
        ),
        ("overlay: 2.0.0", "1:10: this is not an overlay of version 1; "),
        ("overlay: 1.0.0", "1:1: an overlay needs a list of `actions`; "),
        ("overlay: [", "2:1: this is not valid YAML: "),
    ] {
        let errors = load_texts(&[text.to_owned()]).unwrap_err();
        let errors: Vec<_> = reported(&errors);
        assert!(errors[0].starts_with(&format!("overlay0.yaml:{expected}")), "{errors:#?}");
    }
}

#[test]
fn the_command_line_accepts_overlays_and_strict() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let fix = "- target: $.components.schemas.Thing.properties\n  update: {name: {type: string}}\n";
    let head = "overlay: 1.0.0\ninfo: {title: Fixes, version: '1'}\nactions:\n";
    std::fs::write(path("spec.yaml"), SPEC.trim_start()).unwrap();
    std::fs::write(path("fix.yaml"), format!("{head}{fix}")).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["codegen", "--spec", "spec.yaml", "--out", "client"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let strict = run(&["--strict", "-q"]);
    assert_eq!(strict.status.code(), Some(1), "{strict:?}");
    assert_eq!(
        String::from_utf8(strict.stderr).unwrap(),
        "1 warning\n`--strict` does not allow warnings; nothing was written\n"
    );
    assert!(!path("client").exists());
    let fixed = run(&["--strict", "--overlay", "fix.yaml"]);
    assert!(fixed.status.success(), "{fixed:?}");
    assert_eq!(String::from_utf8(fixed.stderr).unwrap(), "");
    assert!(path("client").exists());
}

#[test]
fn every_action_of_the_vendors_overlay_matches() {
    let Some(spec) = vendor("the overlay of the vendor's document") else { return };
    let overlay = root().join("spec/overlays/atlas-wire.yaml");
    let document = document::load(&spec, &[overlay], &Selection::default()).unwrap();
    let own = document.warnings.iter().filter(|it| it.file.ends_with("atlas-wire.yaml"));
    assert_eq!(own.map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(document.warnings.count(Severity::Error), 0);
    let required = |name: &str| match schema(&document, name).schema_kind {
        SchemaKind::Type(Type::Object(object)) => object.required,
        other => panic!("{other:?}"),
    };
    assert_eq!(required("DatabasePermittedNamespaceResource"), [""; 0]);
    assert!(!required("CloudAppUser").contains(&"password".to_owned()));
    assert_eq!(required("HostAlertConfigViewForNdsGroup"), ["notifications"]);
    assert!(required("AlertAudit").contains(&"eventTypeName".to_owned()));
    for (name, property, expected) in [
        ("ServiceAccountSecret", "secret", true),
        ("ServiceAccountSecret", "maskedSecretValue", false),
        ("ApiKeyUserDetails", "privateKey", true),
        ("CloudDatabaseUser", "password", true),
        ("CreateOrganizationResponse", "apiKey", false),
        ("Datadog", "apiKey", true),
        ("RedactedHeader", "value", false),
        ("SlackNotification", "apiToken", true),
        ("VictorOps", "routingKey", false),
    ] {
        let schema = serde_json::to_value(schema(&document, name)).unwrap();
        let property = &schema["properties"][property];
        assert!(property.is_object(), "{schema}");
        assert_eq!(
            property.get("format").is_some_and(|it| it == "password"),
            expected,
            "{property}"
        );
    }
    codegen::generate(document.openapi, &Options::default()).unwrap();
}
