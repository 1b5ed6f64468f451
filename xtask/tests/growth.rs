//! Documents that grow: what an API adds must not affect the callers of existing code.
//!
//! Each test removes one part from a document, such as an operation or an optional property, and compares the client
//! for the document without the part with the client for the whole document. The exceptions of a test are the parts
//! whose addition does affect callers, with the reasons.
//!
//! Both clients have the same date of plain method names. The tests omit the documents whose names collide, whose
//! versions contradict each other, and whose keys repeat.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use xtask::api::{self, Api};
use xtask::date::is_date;
use xtask::diff::{self, Effect};
use xtask::lower::{self, Naming, Options};

use crate::common::{parse, root, up_to};

/// The date of plain method names.
const DATE: &str = "2023-01-01";

const SENT: &str =
    "a required property that only the server sets is optional if requests contain the model";
const STREAM: &str = "`stream` uses other parameters, links or ids, but returns the same items";
const UNTAGGED: &str = "all variants of a union without a discriminator determine its enum";
const TAGGED: &str = "a variant writes its discriminator itself once a union determines the value";
const UNMAPPED: &str =
    "a variant must not lose a value of its discriminator that has no variant yet";
const REFINED: &str = "the property was part of the model before, with a less specific schema";
const TIED: &str = "the first of two values with the same Rust name has this name";

/// Parts of a document, as JSON pointers, and the reason why their addition affects callers.
type Exception = (&'static str, &'static [&'static str]);

/// Asserts that exactly the parts in `exceptions` affect callers when they are added to the document.
#[track_caller]
fn grows(document: &str, exceptions: &[Exception]) {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let document: Value = serde_yaml::from_str(&text).unwrap();
    let whole = model(&document);
    let (mut affecting, mut effects) = (BTreeSet::new(), String::new());
    for part in parts(&document) {
        let found = effects_of(&model(&without(&document, &part)), &whole);
        if !found.is_empty() {
            effects += &[&part, ":\n  ", &found.join("\n  "), "\n"].concat();
            affecting.insert(part);
        }
    }
    let expected = exceptions.iter().flat_map(|(_, parts)| *parts).map(|it| (*it).to_owned());
    assert_eq!(affecting, expected.collect(), "{effects}");
}

fn model(document: &Value) -> Api {
    let options = Options { package: Some(Naming::default()), ..up_to(DATE) };
    let document = parse("grown", &serde_json::to_string(document).unwrap());
    api::build(&mut lower::lower(document.openapi, &options), &options).unwrap()
}

/// Returns the changes that affect the callers of code that exists in both versions.
fn effects_of(old: &Api, new: &Api) -> Vec<String> {
    let changes = diff::compare(old, new).changes.into_iter();
    let affecting = |effect| matches!(effect, Effect::Compile | Effect::Call | Effect::Wire);
    changes.filter(|change| affecting(change.effect)).map(|change| change.text).collect()
}

/// Returns the parts of a document that an API could have added later.
fn parts(document: &Value) -> Vec<String> {
    let mut parts = Vec::new();
    let mut left = vec![(String::new(), document)];
    while let Some((pointer, value)) = left.pop() {
        let added = additions(document, &pointer, value);
        parts.extend(added.into_iter().map(|it| format!("{pointer}/{it}")));
        let children: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(key, it)| (escaped(key), it)).collect(),
            Value::Array(items) => (0..).map(|at: usize| at.to_string()).zip(items).collect(),
            _ => Vec::new(),
        };
        left.extend(children.into_iter().map(|(key, it)| (format!("{pointer}/{key}"), it)));
    }
    parts
}

/// Returns the parts of a value that an API could have added later, as pointers relative to the value.
fn additions(document: &Value, pointer: &str, value: &Value) -> Vec<String> {
    let keys = || value.as_object().into_iter().flat_map(|object| object.keys());
    let items = |from| (from..value.as_array().map_or(0, Vec::len)).map(|at| at.to_string());
    match pointer.rsplit_once('/').unwrap_or_default() {
        (path, method) if is_path(path) && is_method(method) => newer_versions(value),
        ("/paths", _) => keys().filter(|key| is_method(key)).cloned().collect(),
        // Other credentials would come before credentials that programs use.
        ("", "security") => items(1).next_back().into_iter().collect(),
        ("", "servers") | (_, "enum") => items(1).collect(),
        // A union of one variant is not a union.
        (_, "oneOf" | "anyOf") if items(2).next().is_some() => items(1).collect(),
        (operation, "responses") if operation.starts_with("/paths/") => {
            keys().filter(|status| status.starts_with(['4', '5'])).cloned().collect()
        }
        (operation, "parameters") if operation.starts_with("/paths/") => items(0)
            .filter(|at| is_optional(document, &value[at.parse::<usize>().unwrap()]))
            .collect(),
        (_, "properties") => Vec::new(),
        _ => optional_properties(value),
    }
}

fn is_path(pointer: &str) -> bool {
    pointer.strip_prefix("/paths/").is_some_and(|it| !it.contains('/'))
}

/// Returns the versions of an operation that are newer than the one with the plain name, each after an `@`.
fn newer_versions(operation: &Value) -> Vec<String> {
    let holders = operation["responses"].as_object().into_iter().flat_map(|it| it.values());
    let contents = holders.chain(operation.get("requestBody")).filter_map(|it| it.get("content"));
    let media_types = contents.flat_map(|content| content.as_object().unwrap().keys());
    let versions = media_types.filter_map(|it| it.split(['.', '+']).find(|part| is_date(part)));
    let versions: BTreeSet<&str> = versions.collect();
    let later = versions.iter().filter(|version| **version > DATE);
    // The oldest version has the plain name if all versions are later.
    let later = later.filter(|version| Some(*version) != versions.first());
    later.map(|version| format!("@{version}")).collect()
}

/// Removes a version of an operation, together with the responses that only this version has.
fn remove_version(operation: &mut Value, version: &str) {
    let responses = operation["responses"].as_object_mut().unwrap();
    responses.retain(|_, response| {
        let Some(content) = response.get_mut("content") else { return true };
        let content = content.as_object_mut().unwrap();
        content.retain(|media_type, _| !media_type.contains(version));
        !content.is_empty()
    });
    if let Some(content) = operation.pointer_mut("/requestBody/content") {
        content.as_object_mut().unwrap().retain(|media_type, _| !media_type.contains(version));
    }
}

fn is_method(key: &str) -> bool {
    ["delete", "get", "patch", "post", "put"].contains(&key)
}

fn is_optional(document: &Value, parameter: &Value) -> bool {
    let target = parameter["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    let parameter = target.map_or(Some(parameter), |it| document.pointer(it)).unwrap();
    parameter["required"] != true
}

/// Returns the optional properties of an object. Omits an only property, because an object without properties is a map.
fn optional_properties(schema: &Value) -> Vec<String> {
    let Some(properties) = schema["properties"].as_object().filter(|it| it.len() > 1) else {
        return Vec::new();
    };
    let required: Vec<&Value> = schema["required"].as_array().into_iter().flatten().collect();
    let optional = properties.keys().filter(|key| !required.iter().any(|it| *it == *key));
    optional.map(|key| format!("properties/{}", escaped(key))).collect()
}

/// Returns a key as it is written in a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Returns the document without a part.
fn without(document: &Value, part: &str) -> Value {
    let mut document = document.clone();
    let (holder, key) = part.rsplit_once('/').unwrap();
    if let Some(version) = key.strip_prefix('@').filter(|it| is_date(it)) {
        remove_version(document.pointer_mut(holder).unwrap(), version);
        return document;
    }
    let removed = match document.pointer_mut(holder).unwrap() {
        Value::Array(items) => items.remove(key.parse().unwrap()),
        Value::Object(object) => {
            object.shift_remove(&key.replace("~1", "/").replace("~0", "~")).unwrap()
        }
        _ => panic!("{part}"),
    };
    // The discriminator of a union must not map a value to the removed variant.
    let (union, _) = holder.rsplit_once('/').unwrap_or_default();
    let mapping = document.pointer_mut(&format!("{union}/discriminator/mapping"));
    if let Some(Value::Object(mapping)) = mapping {
        mapping.retain(|_, variant| removed.get("$ref") != Some(variant));
    }
    document
}

#[test]
fn the_spec_can_grow() {
    grows(
        "spec/atlas.yaml",
        &[(
            STREAM,
            &[
                "/components/schemas/Link/properties/rel",
                "/components/schemas/ExportJob/properties/id",
                "/components/schemas/PaginatedExportJobs/properties/links",
                "/components/schemas/PaginatedAwsExportBuckets/properties/links",
                "/components/schemas/PaginatedExportBuckets/properties/links",
            ],
        )],
    );
}

#[test]
fn the_document_of_all_changes_can_grow() {
    grows("xtask/tests/changes/before.yaml", &[]);
}

#[test]
fn a_document_with_versions_can_grow() {
    grows("xtask/tests/emission/12-versions.yaml", &[]);
}

#[test]
fn a_document_with_a_model_that_has_the_name_of_a_request_can_grow() {
    grows("xtask/tests/emission/37-models-and-requests.yaml", &[]);
}

#[test]
fn a_document_with_fields_that_only_the_server_sets_can_grow() {
    grows("xtask/tests/emission/26-read-only.yaml", &[(SENT, &["/paths/~1clusters/post"])]);
}

#[test]
fn a_document_with_maps_everywhere_can_grow() {
    grows("tests/documents/bank.yaml", &[]);
}

#[test]
fn a_document_with_unions_of_inline_objects_can_grow() {
    grows(
        "tests/documents/code-host.yaml",
        &[(
            UNTAGGED,
            &[
                "/paths/~1repos~1{owner}~1{repo}~1labels/post/requestBody/content/application~1json/schema/oneOf/1",
                "/paths/~1repos~1{owner}~1{repo}~1labels/post/requestBody/content/application~1json/schema/oneOf/2",
                "/paths/~1repos~1{owner}~1{repo}~1labels/post/requestBody/content/application~1json/schema/oneOf/3",
                "/paths/~1repos~1{owner}~1{repo}~1contents~1{path}/get/responses/200/content/application~1json/schema/oneOf/1",
                "/paths/~1repos~1{owner}~1{repo}~1contents~1{path}/get/responses/200/content/application~1json/schema/oneOf/2",
                "/paths/~1repos~1{owner}~1{repo}~1check-runs/post/requestBody/content/application~1json/schema/oneOf/1/properties/status/enum/1",
            ],
        )],
    );
}

#[test]
fn a_document_with_uploads_can_grow() {
    grows(
        "tests/documents/files.yaml",
        &[
            (
                STREAM,
                &[
                    "/paths/~1folders~1{folder_id}~1items/get/parameters/3",
                    "/paths/~1folders~1{folder_id}~1items/get/parameters/4",
                ],
            ),
            (
                UNTAGGED,
                &[
                    "/paths/~1files~1{file_id}~1metadata~1{scope}~1{template_key}/put/requestBody/content/application~1json-patch+json/schema/items/properties/value/oneOf/2",
                ],
            ),
            (
                TAGGED,
                &[
                    "/paths/~1folders~1{folder_id}~1items/get",
                    "/components/schemas/Items/allOf/1/properties/entries/items/oneOf/1",
                ],
            ),
        ],
    );
}

#[test]
fn a_document_with_discriminators_in_base_schemas_can_grow() {
    grows(
        "tests/documents/identity.yaml",
        &[
            (TAGGED, &["/components/schemas/UserFactorCall/allOf/1/properties/factorType"]),
            (
                UNMAPPED,
                &[
                    "/components/schemas/ApplicationSignOnMode/enum/3",
                    "/components/schemas/Application/properties/signOnMode",
                    "/components/schemas/UserFactor/properties/factorType",
                ],
            ),
            (REFINED, &["/components/schemas/UserFactorCall/allOf/1/properties/profile"]),
        ],
    );
}

#[test]
fn a_document_of_openapi_3_1_can_grow() {
    grows("tests/documents/newer.yaml", &[]);
}

#[test]
fn a_document_with_references_into_paths_can_grow() {
    grows(
        "tests/documents/pager.json",
        &[(
            UNTAGGED,
            &[
                "/components/schemas/EmailContactMethod/allOf/1/properties/type",
                "/components/schemas/PhoneContactMethod/allOf/1/properties/type",
                "/components/schemas/PhoneContactMethod/allOf/1/properties/type/enum/1",
            ],
        )],
    );
}

#[test]
fn a_document_with_forms_can_grow() {
    grows(
        "tests/documents/phone.json",
        &[
            (STREAM, &["/paths/~12010-04-01~1Accounts.json/get/parameters/4"]),
            (TIED, &["/components/schemas/usage_enum_category/enum/6"]),
        ],
    );
}

#[test]
fn a_document_with_chains_of_compositions_can_grow() {
    grows(
        "tests/documents/tasks.yaml",
        &[(REFINED, &["/components/schemas/AllocationBase/allOf/1/properties/start_date"])],
    );
}
