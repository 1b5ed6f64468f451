//! The differences between the spec and the vendor's document.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Map, Value, json};
use xtask::document::Raw;
use xtask::upstream::{self, Effect, Report};

use crate::common::{self, root};

const BUCKETS: &str = "/api/atlas/v2/groups/{groupId}/backup/exportBuckets";
const EXPORTS: &str = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports";

fn fragment() -> Raw {
    let text = std::fs::read_to_string(root().join("spec/atlas.yaml")).unwrap();
    Raw::parse("spec/atlas.yaml", &text).unwrap()
}

fn vendor_path() -> Option<PathBuf> {
    common::vendor("differences from the vendor")
}

/// Returns the part of the vendor's document that the spec covers: the spec's paths, and everything
/// that these paths refer to.
fn vendor() -> Option<Value> {
    let whole = Raw::load(&vendor_path()?).unwrap();
    let ours = fragment();
    let paths = whole.value()["paths"].as_object().unwrap().clone();
    let is_ours = |path: &String| ours.value()["paths"].get(path).is_some();
    let paths: Map<_, _> = paths.into_iter().filter(|(path, _)| is_ours(path)).collect();
    let mut small = json!({"paths": paths, "components": {}});
    let mut todo: Vec<String> = references(&small);
    let mut done = BTreeSet::new();
    while let Some(reference) = todo.pop() {
        if !done.insert(reference.clone()) {
            continue;
        }
        let keys: Vec<&str> = reference.trim_start_matches("#/").split('/').collect();
        let value = whole.value().pointer(&reference[1..]).unwrap();
        todo.extend(references(value));
        small["components"][keys[1]][keys[2]] = value.clone();
    }
    Some(small)
}

/// Returns every `$ref` in a value, and every target of a discriminator.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.starts_with("#/components/") => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(fields) => fields.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn compare(vendor: &Value) -> Report {
    let text = serde_json::to_string_pretty(vendor).unwrap();
    upstream::compare(&fragment(), &Raw::parse("vendor.json", &text).unwrap()).unwrap()
}

/// Returns the value at a path of keys.
fn at<'v>(document: &'v mut Value, keys: &[&str]) -> &'v mut Value {
    keys.iter().fold(document, |value, key| match key.parse::<usize>() {
        Ok(index) if value.is_array() => &mut value[index],
        _ => &mut value[*key],
    })
}

fn schema<'v>(document: &'v mut Value, name: &str) -> &'v mut Value {
    at(document, &["components", "schemas", name])
}

fn operation<'v>(document: &'v mut Value, path: &str, method: &str) -> &'v mut Value {
    at(document, &["paths", path, method])
}

fn remove(value: &mut Value, key: &str) -> Value {
    value.as_object_mut().unwrap().remove(key).unwrap()
}

fn push(value: &mut Value, item: Value) {
    value.as_array_mut().unwrap().push(item);
}

/// An edit of the vendor's document, and the expected report about it: the kind of the edit, the edit itself, the
/// reported subject, the text of the spec at the reported location, and the effect on callers.
type Edit = (&'static str, fn(&mut Value), &'static str, &'static str, Effect);

/// The edits, one of each kind.
const EDITS: [Edit; 31] = [
    (
        "a new version",
        |it| {
            let content = at(operation(it, EXPORTS, "get"), &["responses", "200", "content"]);
            let media = content["application/vnd.atlas.2023-01-01+json"].clone();
            content["application/vnd.atlas.2026-11-01+json"] = media;
        },
        "listGroupClusterBackupExports, responses, 200, application/vnd.atlas.2026-11-01+json",
        "content:",
        Effect::Nothing,
    ),
    (
        "a new version that is older than the newest one in the spec",
        |it| {
            let content = at(operation(it, EXPORTS, "get"), &["responses", "200", "content"]);
            let media = content["application/vnd.atlas.2023-01-01+json"].clone();
            content["application/vnd.atlas.2024-05-30+json"] = media;
        },
        "listGroupClusterBackupExports, responses, 200, application/vnd.atlas.2024-05-30+json",
        "content:",
        Effect::Breaks,
    ),
    (
        "a version that is gone",
        |it| {
            let body = at(operation(it, BUCKETS, "post"), &["requestBody", "content"]);
            remove(body, "application/vnd.atlas.2023-01-01+json");
        },
        "createGroupBackupExportBucket, requestBody, application/vnd.atlas.2023-01-01+json",
        "application/vnd.atlas.2023-01-01+json:",
        Effect::Breaks,
    ),
    (
        "a sunset",
        |it| {
            let media = ["responses", "200", "content", "application/vnd.atlas.2023-01-01+json"];
            at(operation(it, EXPORTS, "get"), &media)["x-sunset"] = json!("2028-01-01");
        },
        "listGroupClusterBackupExports, responses, 200, application/vnd.atlas.2023-01-01+json, x-sunset",
        "application/vnd.atlas.2023-01-01+json:",
        Effect::Nothing,
    ),
    (
        "a different sunset date",
        |it| {
            let media = ["responses", "200", "content", "application/vnd.atlas.2023-01-01+json"];
            at(operation(it, BUCKETS, "post"), &media)["x-sunset"] = json!("2028-01-01");
        },
        "createGroupBackupExportBucket, responses, 200, application/vnd.atlas.2023-01-01+json, x-sunset",
        "x-sunset: '2027-07-01'",
        Effect::Nothing,
    ),
    (
        "a new parameter",
        |it| {
            let parameter = json!({"name": "state", "in": "query", "schema": {"type": "string"}});
            push(at(operation(it, EXPORTS, "get"), &["parameters"]), parameter);
        },
        "listGroupClusterBackupExports, parameters, query state",
        "parameters:",
        Effect::Nothing,
    ),
    (
        "a parameter that is gone",
        |it| {
            let parameters = at(operation(it, BUCKETS, "post"), &["parameters"]);
            parameters.as_array_mut().unwrap().retain(|it| !it.to_string().contains("pretty"));
        },
        "createGroupBackupExportBucket, parameters, query pretty",
        "parameters:",
        Effect::Breaks,
    ),
    (
        "a parameter that becomes required",
        |it| at(it, &["components", "parameters", "pageNum"])["required"] = json!(true),
        "pageNum, required",
        "pageNum:",
        Effect::Breaks,
    ),
    (
        "a parameter that is no longer exploded",
        |it| at(it, &["components", "parameters", "pageNum"])["explode"] = json!(false),
        "pageNum, explode",
        "pageNum:",
        Effect::Wire,
    ),
    (
        "a deprecated parameter",
        |it| at(it, &["components", "parameters", "pageNum"])["deprecated"] = json!(true),
        "pageNum, deprecated",
        "pageNum:",
        Effect::Nothing,
    ),
    (
        "a parameter that may contain reserved characters",
        |it| at(it, &["components", "parameters", "pageNum"])["allowReserved"] = json!(true),
        "pageNum, allowReserved",
        "pageNum:",
        Effect::Wire,
    ),
    (
        "a different id",
        |it| operation(it, EXPORTS, "get")["operationId"] = json!("listExports"),
        "listGroupClusterBackupExports, operationId",
        "operationId: listGroupClusterBackupExports",
        Effect::Breaks,
    ),
    (
        "a looser bound for a parameter",
        |it| {
            at(it, &["components", "parameters", "itemsPerPage", "schema"])["maximum"] =
                json!(1000);
        },
        "itemsPerPage, maximum",
        "maximum: 500",
        Effect::Nothing,
    ),
    (
        "a tighter bound for a parameter",
        |it| at(it, &["components", "parameters", "pageNum", "schema"])["minimum"] = json!(2),
        "pageNum, minimum",
        "minimum: 1",
        Effect::Breaks,
    ),
    (
        "a tighter bound for a field",
        |it| {
            let bucket = schema(it, "DiskBackupSnapshotAWSExportBucketRequest");
            at(bucket, &["allOf", "1", "properties", "bucketName"])["maxLength"] = json!(62);
        },
        "AwsExportBucketRequest, bucketName, maxLength",
        "maxLength: 63",
        Effect::Breaks,
    ),
    (
        "a different pattern",
        |it| {
            let id = at(it, &["components", "parameters", "groupId", "schema"]);
            id["pattern"] = json!("^([a-f0-9]{32})$");
        },
        "groupId, pattern",
        "pattern: ^([a-f0-9]{24})$",
        Effect::Breaks,
    ),
    (
        "a different default",
        |it| {
            at(it, &["components", "parameters", "includeCount", "schema"])["default"] =
                json!(false);
        },
        "includeCount, default",
        "default: true",
        Effect::Wire,
    ),
    (
        "a new field",
        |it| {
            let job = schema(it, "DiskBackupExportJob");
            job["properties"]["copiedBytes"] = json!({"type": "integer", "format": "int64"});
        },
        "ExportJob, copiedBytes",
        "properties:",
        Effect::Nothing,
    ),
    (
        "a field that is gone",
        |it| {
            let member = schema(it, "DiskBackupExportMember");
            remove(&mut member["properties"], "replicaSetName");
        },
        "ExportMember, replicaSetName",
        "replicaSetName:",
        Effect::Breaks,
    ),
    (
        "a different type",
        |it| {
            let status = schema(it, "ExportStatus");
            status["properties"]["totalCollections"]["type"] = json!("string");
        },
        "ExportStatus, totalCollections, type",
        "type: integer",
        Effect::Breaks,
    ),
    (
        "a different format",
        |it| {
            schema(it, "DiskBackupExportJob")["properties"]["createdAt"]["format"] = json!("date");
        },
        "ExportJob, createdAt, format",
        "format: date-time",
        Effect::Breaks,
    ),
    (
        "a field that becomes required",
        |it| push(&mut schema(it, "DiskBackupExportJob")["required"], json!("state")),
        "ExportJob, state, required",
        "state:",
        Effect::Breaks,
    ),
    (
        "a new enum value",
        |it| {
            let state = &mut schema(it, "DiskBackupExportJob")["properties"]["state"];
            push(&mut state["enum"], json!("Suspended"));
        },
        "ExportJobState, enum",
        "enum: [Queued, InProgress, Successful, Failed, Cancelled]",
        Effect::Nothing,
    ),
    (
        "an enum value that is gone",
        |it| {
            let state = &mut schema(it, "DiskBackupExportJob")["properties"]["state"];
            state["enum"].as_array_mut().unwrap().retain(|it| it != "Cancelled");
        },
        "ExportJobState, enum",
        "enum: [Queued, InProgress, Successful, Failed, Cancelled]",
        Effect::Breaks,
    ),
    (
        "a different role",
        |it| operation(it, EXPORTS, "get")["x-rolesRequirements"] = json!(["Project Owner"]),
        "listGroupClusterBackupExports, x-rolesRequirements",
        "x-rolesRequirements: [Project Backup Manager, Project Atlas Admin]",
        Effect::Wire,
    ),
    (
        "a new status",
        |it| {
            let responses = at(operation(it, BUCKETS, "post"), &["responses"]);
            responses["409"] = responses["400"].clone();
        },
        "createGroupBackupExportBucket, responses, 409",
        "responses:",
        Effect::Nothing,
    ),
    (
        "a new success status",
        |it| {
            let responses = at(operation(it, BUCKETS, "post"), &["responses"]);
            responses["202"] = responses["200"].clone();
        },
        "createGroupBackupExportBucket, responses, 202",
        "responses:",
        Effect::Wire,
    ),
    (
        "a different media type",
        |it| {
            let content = at(it, &["components", "responses", "unauthorized", "content"]);
            content["application/problem+json"] = remove(content, "application/json");
        },
        "Unauthorized, application/json",
        "application/json:",
        Effect::Breaks,
    ),
    (
        "a deprecated operation",
        |it| operation(it, EXPORTS, "get")["deprecated"] = json!(true),
        "listGroupClusterBackupExports, deprecated",
        "get:",
        Effect::Nothing,
    ),
    (
        "a new variant",
        |it| {
            let union = schema(it, "DiskBackupSnapshotExportBucketRequest");
            let mapping = at(union, &["discriminator", "mapping"]);
            mapping["OCI"] = mapping["GCP"].clone();
        },
        "ExportBucketRequest, variants, OCI",
        "ExportBucketRequest:",
        Effect::Nothing,
    ),
    (
        "a different address",
        |it| {
            let list = remove(at(it, &["paths", EXPORTS]), "get");
            it["paths"]["/api/atlas/v2/exports"] = json!({"get": list});
        },
        "listGroupClusterBackupExports, address",
        "get:",
        Effect::Wire,
    ),
];

#[test]
fn the_spec_differs_from_the_vendor_only_deliberately() {
    let Some(path) = vendor_path() else { return };
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("upstream")
        .arg(path)
        .current_dir(root())
        .output()
        .unwrap();
    let message = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{message}");
    assert!(message.starts_with("no new differences; "), "{message}");
    assert!(!message.contains("; 0 deliberate"), "{message}");
}

#[test]
fn an_edit_of_each_kind_is_reported_at_its_location_in_the_spec() {
    let Some(vendor) = vendor() else { return };
    let before = compare(&vendor).entries.len();
    let fragment = fragment();
    let text: Vec<&str> = fragment.text().lines().collect();
    for (kind, edit, subject, place, effect) in EDITS {
        let mut edited = vendor.clone();
        edit(&mut edited);
        let report = compare(&edited);
        let line = report.entries.iter().find(|line| line.subject == subject);
        let line = line.unwrap_or_else(|| panic!("{kind}: `{subject}` is not in\n{report}"));
        let written = text[usize::try_from(line.line).unwrap() - 1];
        let written = written.chars().skip(usize::try_from(line.column).unwrap() - 1);
        assert_eq!(written.collect::<String>(), place, "{kind}\n{report}");
        assert_eq!(line.callers, effect, "{kind}\n{report}");
        assert!(report.entries.len() <= before + 2, "{kind} is reported more than once:\n{report}");
    }
}

#[test]
fn a_read_only_property_of_a_request_is_not_a_difference() {
    let Some(mut vendor) = vendor() else { return };
    let before = compare(&vendor).entries.len();
    let bucket = schema(&mut vendor, "DiskBackupSnapshotAWSExportBucketRequest");
    at(bucket, &["allOf", "1", "properties"])["state"] =
        json!({"type": "string", "readOnly": true});
    let report = compare(&vendor);
    assert_eq!(report.entries.len(), before, "{report}");
}

#[test]
fn wording_is_not_a_difference() {
    fn reword(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let is_prose = ["description", "summary", "title"].contains(&key.as_str());
                    match value {
                        Value::String(text) if is_prose => text.push_str(" Really."),
                        value => reword(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(reword),
            _ => {}
        }
    }
    let Some(mut vendor) = vendor() else { return };
    let before = compare(&vendor).to_string();
    reword(&mut vendor);
    assert_eq!(compare(&vendor).to_string(), before);
}

#[test]
fn a_deliberate_difference_is_reported_when_the_vendor_changes_the_value() {
    let Some(vendor) = vendor() else { return };
    let report = |pattern: Value| {
        let mut vendor = vendor.clone();
        schema(&mut vendor, "DiskBackupExportJob")["properties"]["prefix"]["pattern"] = pattern;
        compare(&vendor).to_string()
    };
    let changed = report(json!("^exported_snapshots/"));
    assert!(changed.contains("ExportJob, prefix, pattern: the vendor's document has `^exported_snapshots/` (it had `/exported_snapshots/"), "{changed}");
    let agreed = report(Value::Null);
    assert!(
        agreed.contains(
            "x-differs-from-vendor, pattern: the vendor's document now agrees; remove the mark\n"
        ),
        "{agreed}"
    );
}

const SMALL: &str = "
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: size, in: query, schema: {type: integer, maximum: 10}}
";

#[test]
fn a_deliberate_difference_needs_the_vendors_value_and_a_reason() {
    let error = |mark: &str| {
        let text = format!("{SMALL}      x-differs-from-vendor: {mark}\n");
        let ours = Raw::parse("small.yaml", &text).unwrap();
        upstream::compare(&ours, &ours).unwrap_err().to_string()
    };
    assert!(error("no").contains("small.yaml:8:7: `x-differs-from-vendor` must be a mapping"));
    let message = error("{deprecated: {reason: Why.}}");
    assert!(message.contains("small.yaml:8:31: the difference does not record"), "{message}");
    let message = error("{deprecated: {vendor: true}}");
    assert!(message.contains("the difference has no reason"), "{message}");
    let message = error("{deprecated: {vendor: true, reason: ''}}");
    assert!(message.contains("the difference has no reason"), "{message}");
}

#[test]
fn an_unnecessary_mark_is_not_counted_as_a_difference() {
    let mark = "maximum: 10, x-differs-from-vendor: {maximum: {vendor: 20, reason: Why.}}";
    let ours = Raw::parse("small.yaml", &SMALL.replace("maximum: 10", mark)).unwrap();
    for (vendor, totals) in [
        ("maximum: 10", "no new differences; 1 unnecessary mark; 0 deliberate differences"),
        ("maximum: 20", "no new differences; 1 deliberate difference"),
        (
            "maximum: 30",
            "1 new difference, of which 0 would break callers; 0 deliberate differences",
        ),
        (
            "maximum: 10, minimum: 1",
            "1 new difference, of which 1 would break callers; 1 unnecessary mark; 0 deliberate differences",
        ),
    ] {
        let vendor = Raw::parse("small.yaml", &SMALL.replace("maximum: 10", vendor)).unwrap();
        let report = upstream::compare(&ours, &vendor).unwrap().to_string();
        assert_eq!(report.lines().last(), Some(totals), "{report}");
    }
}

#[test]
fn the_order_of_the_vendors_values_in_a_mark_is_irrelevant() {
    let document = |schema: &str| {
        Raw::parse("small.yaml", &SMALL.replace("type: integer, maximum: 10", schema)).unwrap()
    };
    let mark = "x-differs-from-vendor: {enum: {vendor: [large, huge], reason: Why.}}";
    let ours = document(&format!("type: string, enum: [small], {mark}"));
    let vendor = document("type: string, enum: [huge, large]");
    let report = upstream::compare(&ours, &vendor).unwrap();
    assert_eq!((report.entries.len(), report.deliberate), (0, 1), "{report}");
}

/// The vendor's stricter `maxLength` affects callers that send the schema, but not callers that only receive it. The
/// operation that only receives the schema comes first.
#[test]
fn a_difference_in_a_schema_that_is_sent_and_received_has_the_worse_effect() {
    let document = |length: u8| {
        let body = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
        let text = format!(
            "
paths:
  /things:
    get:
      operationId: getThing
      responses: {{'200': {{description: It., {body}}}}}
    put:
      operationId: putThing
      requestBody: {{{body}}}
      responses: {{'200': {{description: It., {body}}}}}
components:
  schemas:
    Thing: {{type: object, properties: {{name: {{type: string, maxLength: {length}}}}}}}
"
        );
        Raw::parse("small.yaml", &text).unwrap()
    };
    let report = upstream::compare(&document(9), &document(5)).unwrap();
    let effects: Vec<_> = report.entries.iter().map(|it| it.callers).collect();
    assert_eq!(effects, [Effect::Breaks], "{report}");
}

/// Returns the effects of the differences between two schemas of a request or of a response.
fn effects(is_sent: bool, ours: &str, vendor: &str) -> Vec<Effect> {
    let document = |schema: &str| {
        let body = format!("content: {{application/json: {{schema: {schema}}}}}");
        let operation = if is_sent {
            format!("{{operationId: putThing, requestBody: {{{body}}}}}")
        } else {
            format!("{{operationId: putThing, responses: {{'200': {{description: It., {body}}}}}}}")
        };
        let text = format!("paths: {{/things: {{put: {operation}}}}}\n");
        Raw::parse("small.yaml", &text).unwrap()
    };
    let report = upstream::compare(&document(ours), &document(vendor)).unwrap();
    report.entries.iter().map(|it| it.callers).collect()
}

#[test]
fn the_effect_of_a_difference_depends_on_the_direction() {
    let object = "{type: object, properties: {}}";
    let required = "{type: object, required: [id], properties: {id: {type: string}}}";
    let text = |default: &str| format!("{{type: string{default}}}");
    let some = text(", default: a");
    for (ours, vendor, request, response) in [
        (object, required, Some(Effect::Breaks), Some(Effect::Nothing)),
        (&*some, &*text(""), Some(Effect::Nothing), Some(Effect::Nothing)),
        (&*some, &*text(", default: b"), Some(Effect::Wire), Some(Effect::Nothing)),
        ("{type: number, maximum: 1}", "{type: number, maximum: 1.0}", None, None),
        ("{type: string}", "{allOf: [{type: string, nullable: true}]}", None, None),
    ] {
        assert_eq!(effects(true, ours, vendor), Vec::from_iter(request), "{ours} {vendor}");
        assert_eq!(effects(false, ours, vendor), Vec::from_iter(response), "{ours} {vendor}");
    }
}

#[test]
fn a_write_only_property_is_not_compared_in_responses() {
    let document = |secret: &str| {
        let schema = format!("{{type: object, properties: {{id: {{type: string}}{secret}}}}}");
        let text = format!(
            "{SMALL}      responses: {{'200': {{description: It., content: {{application/json: {{schema: {schema}}}}}}}}}\n"
        );
        Raw::parse("small.yaml", &text).unwrap()
    };
    let vendor = document(", secret: {type: string, writeOnly: true}");
    let report = upstream::compare(&document(""), &vendor).unwrap();
    assert!(report.entries.is_empty(), "{report}");
}

#[test]
fn differences_can_be_printed_as_json_and_fail_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let [ours, vendor] = ["ours.yaml", "vendor.yaml"].map(|name| folder.path().join(name));
    std::fs::write(&ours, SMALL).unwrap();
    std::fs::write(&vendor, SMALL.replace("10", "20")).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["upstream", "vendor.yaml", "--spec", "ours.yaml", "--json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let message: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let expected = json!([{
        "file": "ours.yaml",
        "line": 7,
        "column": 59,
        "pointer": "/paths/~1things/get/parameters/0/schema/maximum",
        "subject": "listThings, parameters, maximum",
        "ours": 10,
        "vendor": 20,
        "agreed": false,
        "callers": "nothing",
    }]);
    assert_eq!(message, expected);
}

#[test]
fn a_missing_document_is_an_error() {
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["upstream", "nowhere.yaml"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let message = String::from_utf8(ran.stderr).unwrap();
    assert!(message.contains("cannot read the OpenAPI document `nowhere.yaml`"), "{message}");
}

#[test]
fn an_error_of_upstream_does_not_say_that_nothing_was_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("vendor.yaml"), "openapi: [").unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["upstream", "vendor.yaml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let message = String::from_utf8(ran.stderr).unwrap();
    assert!(message.ends_with("\n1 error\n"), "{message}");
}
