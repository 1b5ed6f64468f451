//! What the loader gives for documents that are in order.

use std::path::Path;
use std::time::Instant;

use annotate_snippets::Renderer;
use xtask::load::{self, Pointer};

/// MongoDB's own document, 4 MB: too big to keep in the repository.
const VENDOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/atlas-openapi.yaml");

/// What is unusual and still in order: each line here has a check that might take it for a fault.
const UNUSUAL: &str = r#"
openapi: 3.0.3
info: {title: Clusters, version: "1", x-internal: true}
x-owner: {$ref: nobody}
paths:
  x-note: not a path
  /groups/{groupId}/clusters/{clusterName}:
    parameters:
      - $ref: '#/components/parameters/groupId'
    get:
      operationId: getCluster
      parameters:
        - {name: clusterName, in: path, required: true, schema: {type: string}}
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
    Odd: {type: integer, minimum: 1.1991456e+09, maxLength: 3}
"#;

#[test]
fn the_unusual_is_not_a_fault() {
    let document = load::parse("unusual.yaml", UNUSUAL).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(document.openapi.operations().count(), 2);
}

#[test]
fn the_model_is_the_one_that_serde_yaml_reads() {
    for text in [UNUSUAL, include_str!("../../spec/atlas.yaml")] {
        let document = load::parse("spec.yaml", text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(document.openapi, serde_yaml::from_str(text).unwrap());
    }
}

#[test]
fn what_only_the_model_refuses_has_its_place() {
    let text = UNUSUAL.trim_start().to_owned();
    let text = text.replacen("components:\n", "components:\n  links: {a: 5}\n", 1);
    let line = text.lines().position(|line| line == "  links: {a: 5}").unwrap() + 1;
    let error = load::parse("spec.yaml", &text).unwrap_err().to_string();
    let place = format!("spec.yaml:{line}:10: ");
    assert!(error.starts_with(&place) && error.contains("expected struct Link"), "{error}");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read() {
    let text = format!("\u{feff}{}", UNUSUAL.trim_start().replace('\n', "\r\n"));
    load::parse("windows.yaml", &text).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_later_complaint_finds_its_place_or_the_nearest_that_is_there() {
    let document = load::parse("unusual.yaml", UNUSUAL).unwrap_or_else(|error| panic!("{error}"));
    let place = |keys: &[&str]| {
        let diagnostic = document.diagnostic(&Pointer::new(keys.to_vec()), "what", "help");
        (diagnostic.span.line, diagnostic.span.column)
    };
    let path = "/groups/{groupId}/clusters/{clusterName}";
    assert_eq!(place(&[]), (1, 1));
    assert_eq!(place(&["paths", path, "get", "operationId"]), (11, 20));
    assert_eq!(place(&["paths", path, "get", "parameters", "0", "in"]), (13, 35));
    assert_eq!(place(&["paths", path, "get", "requestBody", "content"]), (10, 5));
    assert_eq!(place(&["paths", path, "get", "parameters", "7"]), (12, 7));
}

#[test]
fn the_vendors_whole_document_is_in_order() {
    let path = Path::new(VENDOR);
    if !path.exists() {
        eprintln!("skipped: there is no {VENDOR}");
        return;
    }
    let start = Instant::now();
    let document = load::load(path).unwrap_or_else(|error| panic!("{error}"));
    eprintln!("loaded in {:?}", start.elapsed());
    assert!(document.openapi.operations().count() > 500);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(document.openapi == serde_yaml::from_str(&text).unwrap());
}

#[test]
fn a_fault_in_the_vendors_whole_document_shows_its_own_line() {
    let Ok(text) = std::fs::read_to_string(VENDOR) else {
        eprintln!("skipped: there is no {VENDOR}");
        return;
    };
    let (before, after) = text.split_at(text.rfind("/schemas/ApiError'").unwrap());
    let broken = format!("{before}{}", after.replacen("ApiError", "ApiEror", 1));
    let number = before.lines().count();
    let line = broken.lines().nth(number - 1).unwrap();
    let column = line.find("'#/").unwrap() + 1;
    let diagnostics = load::parse("atlas.yaml", &broken).unwrap_err().diagnostics;
    let told = diagnostics.render(&Renderer::plain());
    assert!(told.contains(&format!("--> atlas.yaml:{number}:{column}\n")), "{told}");
    assert!(told.contains(&format!("\n{number} | {line}\n")), "{told}");
    assert_eq!(diagnostics.iter().len(), 1, "{told}");
}
