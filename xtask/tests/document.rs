//! Reads unusual but valid documents, documents with a selection of operations, and the vendor's document.

use std::path::Path;
use std::time::Instant;

use annotate_snippets::Renderer;
use openapiv3::{SchemaKind, Type};
use xtask::diagnostic::{Finding, Place, Pointer, Severity};
use xtask::document::{self, Document, Selection};

use crate::common::vendor;

/// Unusual but valid syntax, which a check could wrongly reject.
const UNUSUAL: &str = r#"
openapi: 3.0.3
info: {title: Clusters, version: "1", x-internal: true}
x-owner: {$ref: nobody}
paths:
  x-note: not a path
  /groups/{groupId}/clusters/{clusterName}:
    parameters:
      - $ref: '#/components/parameters/groupId'
      - {name: depth, in: query, schema: {type: integer}}
    get:
      operationId: getCluster
      parameters:
        - {name: clusterName, in: path, required: true, schema: {type: string}}
        - {name: depth, in: query, schema: {type: integer, minimum: 5, maximum: 5}}
      responses:
        200:
          description: The cluster.
          content:
            application/vnd.atlas.2024-02-29+json:
              schema: {$ref: '#/components/schemas/Cluster'}
            application/vnd.atlas.preview+json:
              schema: {$ref: '#/components/schemas/Cluster'}
        4XX: {$ref: '#/components/responses/Refused'}
  /groups/{groupId}/logs:
    get:
      operationId: downloadLogs
      parameters:
        - {name: groupId, in: path, required: true, schema: {type: string}}
      responses:
        default:
          description: The logs.
          content:
            application/vnd.atlas.2023-02-01+gzip: {}
            text/csv: {}
  /moved:
    get:
      operationId: findMoved
      responses:
        302: {description: It is somewhere else.}
components:
  parameters:
    groupId: {name: groupId, in: path, required: true, schema: {type: string}}
  responses:
    Refused: {description: A mistake of the caller.}
  schemas:
    Cluster:
      type: object
      required: [id, provider]
      properties:
        id: {type: string, example: {$ref: nowhere}}
        provider: {type: string}
        parent: {$ref: '#/components/schemas/Cluster'}
        required: {type: boolean, nullable: true, default: null}
      discriminator:
        propertyName: provider
        mapping: {AWS: '#/components/schemas/AwsCluster', GCP: GcpCluster}
      oneOf:
        - $ref: '#/components/schemas/AwsCluster'
        - $ref: '#/components/schemas/GcpCluster'
    AwsCluster:
      type: object
      allOf:
        - $ref: '#/components/schemas/Cluster'
        - required: [id, region]
      properties:
        region: {type: string}
    GcpCluster:
      type: object
      required: [labels]
      additionalProperties: {type: string}
    NoRegion:
      not: {required: [region]}
"#;

fn parse(text: &str) -> Document {
    document::parse("spec.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn an_unusual_document_is_read_without_warnings() {
    let document = parse(UNUSUAL);
    assert_eq!(document.warnings.to_string(), "");
    assert_eq!(document.openapi.operations().count(), 3);
}

#[test]
fn a_format_that_servers_write_is_read_without_a_warning() {
    let formats = [
        ("integer", "int8 int16 int32 int64 uint8 uint16 uint32 uint64 unixtime"),
        ("integer", "int uint u-int8 u-int16 u-int32 u-int64"),
        ("number", "float double decimal"),
        (
            "string",
            "byte binary date date-time time duration email hostname ipv4 ipv6 uri url uuid",
        ),
    ];
    for (ty, formats) in formats {
        for format in formats.split(' ') {
            let text = format!("{UNUSUAL}    Value: {{type: {ty}, format: {format}}}\n");
            assert_eq!(parse(&text).warnings.to_string(), "", "{format}");
        }
    }
}

#[test]
fn documents_without_warnings_are_read_as_serde_yaml_reads_them() {
    // The test reads the spec at run time instead of using `include_str!`, so that an edit of the spec does not rebuild
    // the tests.
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/atlas.yaml");
    for text in [UNUSUAL, &std::fs::read_to_string(spec).unwrap()] {
        let document = parse(text);
        assert_eq!(document.warnings.to_string(), "");
        assert_eq!(document.openapi, serde_yaml::from_str(text).unwrap());
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_endings_change_nothing() {
    let text = format!("\u{feff}{}", UNUSUAL.trim_start().replace('\n', "\r\n"));
    assert_eq!(parse(&text).openapi, parse(UNUSUAL).openapi);
}

#[test]
fn a_finding_of_a_pass_is_located_at_its_value_or_the_nearest_parent() {
    let document = parse(UNUSUAL);
    let place = |keys: &[&str]| {
        let place = Place::Value(Pointer::new(keys.to_vec()));
        let located = document.sources.diagnostics([Finding::error(place, "what", "help")]);
        located.iter().map(|it| (it.span.line, it.span.column)).next().unwrap()
    };
    let path = "/groups/{groupId}/clusters/{clusterName}";
    assert_eq!(place(&[]), (2, 1));
    assert_eq!(place(&["paths", path, "get", "operationId"]), (12, 20));
    assert_eq!(place(&["paths", path, "get", "parameters", "0", "in"]), (14, 35));
    assert_eq!(place(&["paths", path, "get", "requestBody", "content"]), (11, 5));
    assert_eq!(place(&["paths", path, "get", "parameters", "7"]), (13, 7));
}

#[test]
fn a_bound_of_an_integer_can_be_a_float() {
    let text = format!("{UNUSUAL}    Since: {{type: integer, minimum: 1.1991456e+09}}\n");
    let document = parse(&text);
    assert_eq!(document.warnings.to_string(), "");
    let since = document.openapi.components.unwrap().schemas["Since"].clone().into_item().unwrap();
    let SchemaKind::Type(Type::Integer(since)) = since.schema_kind else { panic!("{since:?}") };
    assert_eq!(since.minimum, Some(1_199_145_600));
}

/// An extension that looks like a path, and callbacks, links and XML with values that `openapiv3` cannot read.
const IGNORED: &str = r"
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  x-shared: {get: {operationId: getShared, responses: {'200': {description: Shared.}}}}
  /a:
    get:
      operationId: getA
      callbacks: {done: {$ref: '#/components/callbacks/Done'}}
      responses:
        '200':
          description: Good.
          links: {next: {description: The next one.}}
          content: {application/xml: {schema: {type: string, xml: {attribute: 'yes'}}}}
components:
  callbacks: {Done: {'{$request.query.url}': {post: {}}}}
  links: {Next: {description: The next one.}}
";

#[test]
fn extensions_callbacks_and_links_are_ignored() {
    let document = parse(IGNORED);
    assert_eq!(document.warnings.to_string(), "");
    assert_eq!((document.operations, document.openapi.operations().count()), (1, 1));
}

/// The other paths have four operations, so the count is five.
#[test]
fn a_path_whose_reference_has_no_target_counts_as_an_operation() {
    let text = include_str!("broken/44-reference-into-a-path.yaml");
    let document = document::parse("spec.yaml", text).unwrap();
    assert_eq!((document.operations, document.openapi.operations().count()), (5, 4));
}

/// Schemas of OpenAPI 3.1, each with its equivalent in OpenAPI 3.0.
const NEWER: &[(&str, &str)] = &[
    ("{type: [string, 'null'], examples: [a, b]}", "{type: string, nullable: true, example: a}"),
    ("{type: 'null'}", "{nullable: true}"),
    ("{type: [string, integer]}", "{anyOf: [{type: string}, {type: integer}]}"),
    // This union, the last one in the document, contains another union.
    (
        "{type: [string, array], items: {type: [string, integer]}}",
        "{anyOf: [{type: string}, {type: array, items: {anyOf: [{type: string}, {type: integer}]}}]}",
    ),
    ("{const: 5}", "{enum: [5]}"),
    (
        "{type: integer, exclusiveMinimum: 0, exclusiveMaximum: 9}",
        "{type: integer, minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true}",
    ),
    (
        "{oneOf: [{type: string}, {type: integer}, {type: 'null'}]}",
        "{oneOf: [{type: string}, {type: integer}], nullable: true}",
    ),
    ("{type: array, items: true}", "{type: array, items: {}}"),
    (
        "{$ref: '#/components/schemas/Cluster', nullable: true, description: New.}",
        "{allOf: [{$ref: '#/components/schemas/Cluster'}], nullable: true, description: New.}",
    ),
];

#[test]
fn a_document_of_openapi_3_1_is_read_like_its_3_0_equivalent() {
    for (newer, older) in NEWER {
        let newer = format!("{UNUSUAL}    New: {newer}\n").replacen("3.0.3", "3.1.0", 1);
        let newer = parse(&newer);
        assert_eq!(newer.warnings.to_string(), "");
        assert_eq!(newer.openapi, parse(&format!("{UNUSUAL}    New: {older}\n")).openapi);
    }
    let several = "{type: [string, integer], not: {minLength: 2}}";
    let several = format!("{UNUSUAL}    New: {several}\n").replacen("3.0.3", "3.1.0", 1);
    let warnings = parse(&several).warnings.to_string();
    assert!(warnings.contains("warning: `type` is not fully supported"), "{warnings}");
}

/// A document with an alias, a merge key and a tag of YAML's core schema (`!!str`).
const ALIASES: &str = r"
openapi: 3.0.3
info: {title: T, version: !!str 1}
paths:
  /a:
    get:
      operationId: getA
      responses: &responses
        '200': {description: Good., content: {application/json: {schema: &text {type: string, minLength: 1}}}}
  /b:
    get:
      operationId: getB
      responses:
        <<: *responses
        '404': {description: Bad.}
components:
  schemas:
    Long: {<<: *text, minLength: 9, description: Long.}
    Listed: {<<: [{type: string, maxLength: 5}, *text]}
";

#[test]
fn aliases_and_merge_keys_are_replaced_with_copies() {
    let document = parse(ALIASES);
    assert_eq!(document.warnings.len(), 1, "{}", document.warnings);
    assert!(
        document.warnings.to_string().contains(":14:13: warning: the document uses YAML aliases")
    );
    let mut value: serde_yaml::Value = serde_yaml::from_str(ALIASES).unwrap();
    value.apply_merge().unwrap();
    assert_eq!(document.openapi, serde_yaml::from_value(value).unwrap());
}

#[test]
fn nested_aliases_cannot_exhaust_the_memory() {
    let levels = (1..12).map(|level| {
        let below = format!("*a{}, ", level - 1).repeat(10);
        format!("a{level}: &a{level} [{below}]\n")
    });
    let text = format!("a0: &a0 [x, x, x, x]\n{}", levels.collect::<String>());
    let error = document::parse("spec.yaml", &text).unwrap_err().to_string();
    assert!(error.contains("YAML aliases make the document too large"), "{error}");
}

#[test]
fn an_alias_cannot_exceed_the_maximum_depth() {
    let nested =
        |depth: usize, value: &str| format!("{}{value}{}", "[".repeat(depth), "]".repeat(depth));
    let text = format!("a: &a {}\nb: {}\n", nested(60, "1"), nested(60, "*a"));
    let error = document::parse("spec.yaml", &text).unwrap_err().to_string();
    assert!(error.contains("YAML aliases make the document too large"), "{error}");
}

/// A document with two operations. Only `getB` uses `Thing`, which contains a dangling reference.
const DANGLING: &str = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a:
    get: {operationId: getA, tags: [good], responses: {'204': {description: Good.}}}
  /b:
    get:
      operationId: getB
      tags: [bad]
      responses: {'200': {description: Bad., content: {application/json: {schema: {$ref: '#/components/schemas/Things'}}}}}
components:
  schemas:
    Things: {type: array, items: {$ref: '#/components/schemas/Thing'}}
    Thing: {type: object, properties: {other: {$ref: '#/components/schemas/Missing'}}}
";

fn load_selected(text: &str, selection: &Selection) -> anyhow::Result<Document> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("spec.yaml");
    std::fs::write(&path, text.trim_start())?;
    document::load(&path, &[], selection)
}

fn operations(id: &str) -> Selection {
    Selection { operations: vec![id.to_owned()], ..Selection::default() }
}

fn tags(tag: &str) -> Selection {
    Selection { tags: vec![tag.to_owned()], ..Selection::default() }
}

#[test]
fn a_dangling_reference_in_a_selected_operation_is_an_error() {
    let load = |selection: Selection| load_selected(DANGLING, &selection);
    for failing in [operations("getB"), tags("good, bad")] {
        let error = load(failing).unwrap_err().to_string();
        assert!(error.contains(":14:54: `#/components/schemas/Missing` does not exist"), "{error}");
    }
    // Without a selection, only the broken operation is left out.
    let document = load(Selection::default()).unwrap();
    assert_eq!(document.openapi.operations().count(), 1);
    assert_eq!(document.warnings.count(Severity::Omission), 1, "{}", document.warnings);
    let alone = DANGLING
        .replace("  /a:\n    get: {operationId: getA", "  x-a:\n    get: {operationId: getA");
    assert!(
        document::parse("spec.yaml", &alone).is_err(),
        "expected an error, because no operation is left"
    );
    let strict = Selection { rejects_dangling: true, ..Selection::default() };
    assert!(
        load(strict).is_err(),
        "expected an error, because the selection rejects the reference"
    );
    // Faults in parts that no selected operation uses are not reported.
    for passing in [operations("getA"), tags("good")] {
        assert_eq!(load(passing).unwrap().warnings.to_string(), "");
    }
    let unused = DANGLING.replace("'#/components/schemas/Things'", "'#/components/schemas/Used'");
    let unused = format!("{unused}    Used: {{type: string}}\n");
    let warnings = parse(&unused).warnings.to_string();
    assert!(warnings.contains(":15:54: warning: `#/components"), "{warnings}");
    assert!(warnings.contains("; any JSON value is accepted here; "), "{warnings}");
}

/// The final id of an operation can be derived from its method and path, or differ from a duplicate `operationId` in
/// the document.
#[test]
fn operations_are_selected_by_their_final_ids() {
    let unnamed = DANGLING.replace("operationId: getB\n      ", "");
    let error = load_selected(&unnamed, &operations("getB")).unwrap_err().to_string();
    assert!(error.contains(":13:54: `#/components/schemas/Missing` does not exist"), "{error}");
    let duplicate = DANGLING.replace("getB", "getA");
    let document = load_selected(&duplicate, &operations("getA")).unwrap();
    assert_eq!(document.warnings.to_string(), "");
}

#[test]
fn a_selected_tag_can_contain_a_comma() {
    let text = DANGLING.replace("[good]", "['good, bad']");
    let document = load_selected(&text, &tags("good, bad")).unwrap();
    assert_eq!(document.warnings.to_string(), "");
}

#[test]
fn a_selected_operation_that_cannot_be_emitted_is_an_error() {
    let spec = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/broken/46-operations-that-cannot-be-emitted.yaml"
    );
    let load = |id: &str| document::load(Path::new(spec), &[], &operations(id));
    assert!(load("getGroup").is_ok());
    let error = load("listGroups").unwrap_err().to_string();
    assert!(error.contains(":7:5: `listGroups` cannot be emitted: "), "{error}");
}

#[test]
fn the_vendors_full_document_has_no_errors() {
    let Some(path) = vendor("the vendor's full document") else { return };
    let start = Instant::now();
    let document =
        document::load(&path, &[], &Selection::default()).unwrap_or_else(|error| panic!("{error}"));
    eprintln!("loaded in {:?}", start.elapsed());
    assert!(document.openapi.operations().count() > 500);
    // The checks remove the keywords that these warnings report. A higher count shows that the checks remove more
    // keywords than before.
    let edits = ["does not apply to the type"];
    let edited =
        document.warnings.iter().filter(|it| edits.iter().any(|edit| it.what.contains(edit)));
    assert_eq!(edited.count(), 8, "{}", document.warnings);
}

#[test]
fn a_fault_in_the_vendors_full_document_shows_its_own_line() {
    let Some(path) = vendor("the vendor's full document") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let (before, after) = text.split_at(text.rfind("/schemas/ApiError'").unwrap());
    let broken = format!("{before}{}", after.replacen("ApiError", "ApiEror", 1));
    let number = before.lines().count();
    let line = broken.lines().nth(number - 1).unwrap();
    let column = line.find("'#/").unwrap() + 1;
    let diagnostics = parse(&broken).warnings;
    let told = diagnostics.render(&Renderer::plain());
    assert!(told.contains(&format!("--> spec.yaml:{number}:{column}\n")), "{told}");
    assert!(told.contains(&format!("\n{number} | {line}\n")), "{told}");
    assert!(told.contains("did you mean `#/components/schemas/ApiError`?"), "{told}");
    // Only error responses depend on the reference, so no operation is left out.
    assert_eq!(told.matches("ApiEror` does not exist\n").count(), 1, "{told}");
    assert_eq!(diagnostics.count(Severity::Omission), 0, "{told}");
}
