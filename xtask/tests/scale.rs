//! Generates clients for documents that are larger than real ones, and checks that the emitted files parse as Rust.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use xtask::codegen::{self, Generated};
use xtask::document;
use xtask::lower::Options;

/// Generates a client from a document, which must have no warnings. Prints the duration, but no test depends on it.
fn generate(what: &str, document: &str) -> Generated {
    let start = Instant::now();
    let document = document::parse("spec.yaml", document).unwrap();
    assert_eq!(document.warnings.to_string(), "");
    let generated = codegen::generate(document.openapi, &Options::default());
    let generated = generated.unwrap_or_else(|failure| panic!("{failure:?}"));
    eprintln!("{what}: generated in {:?}", start.elapsed());
    for file in generated.files.iter().filter(|file| is_rust(&file.path)) {
        syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    }
    generated
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

fn file<'a>(generated: &'a Generated, path: &str) -> &'a str {
    &generated.files.iter().find(|file| file.path == path).unwrap().text
}

/// Returns a document with the given schemas, and an operation that sends and returns the schema `Thing`.
fn document(schemas: &str) -> String {
    format!(
        "
openapi: 3.0.3
info: {{title: Things, version: '1'}}
paths:
  /things:
    post:
      operationId: createThing
      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}}}
      responses:
        '200': {{description: The value., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}}}
components:
  schemas:
{schemas}"
    )
}

#[test]
fn a_schema_can_have_5000_properties() {
    let mut schema = "    Thing:\n      type: object\n      properties:\n".to_owned();
    for number in 0..5000 {
        let ty = ["string", "integer", "boolean"][number % 3];
        writeln!(schema, "        property{number}: {{type: {ty}, description: The {number}th.}}")
            .unwrap();
    }
    let generated = generate("5,000 properties", &document(&schema));
    let model = file(&generated, "models/thing.rs");
    assert_eq!(model.matches("    pub property").count(), 5000);
}

#[test]
fn an_enum_can_have_5000_values() {
    let mut schema = "    Thing:\n      type: string\n      enum:\n".to_owned();
    for number in 0..5000 {
        writeln!(schema, "        - VALUE_{number}").unwrap();
    }
    let generated = generate("5,000 enum values", &document(&schema));
    let model = file(&generated, "models/thing.rs");
    assert!(model.contains("    Value4999"), "the last value is missing");
}

#[test]
fn a_document_can_have_2000_operations() {
    let mut text = "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\npaths:\n".to_owned();
    for number in 0..2000 {
        write!(
            text,
            "  /things{number}/{{id}}:
    get:
      operationId: getThing{number}
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {{name: pretty, in: query, schema: {{type: boolean}}}}
      responses:
        '200': {{description: The value., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{number}'}}}}}}}}
"
        )
        .unwrap();
    }
    text += "components:\n  schemas:\n";
    for number in 0..2000 {
        let next = (number + 1) % 2000;
        writeln!(text, "    Thing{number}: {{type: object, properties: {{id: {{type: string}}, next: {{$ref: '#/components/schemas/Thing{next}'}}}}}}").unwrap();
    }
    let generated = generate("2,000 operations", &text);
    assert_eq!(generated.api.operations.len(), 2000);
}

#[test]
fn schemas_can_refer_to_each_other_200_levels_deep() {
    let mut schemas = String::new();
    for number in 0..200 {
        let name = if number == 0 { "Thing".to_owned() } else { format!("Level{number}") };
        let next = number + 1;
        write!(schemas, "    {name}:\n      type: object\n      properties:\n        value: {{type: string}}\n        list: {{type: array, items: {{$ref: '#/components/schemas/Level{next}'}}}}\n        next: {{allOf: [{{$ref: '#/components/schemas/Level{next}'}}], description: Deeper.}}\n").unwrap();
    }
    schemas += "    Level200: {type: object, properties: {value: {type: string}}}\n";
    let generated = generate("200 levels of references", &document(&schemas));
    assert_eq!(generated.api.models.len(), 201);
}

#[test]
fn objects_can_be_nested_45_levels_deep() {
    let mut schema = "{type: object, properties: {value: {type: string}}}".to_owned();
    for level in 0..45 {
        schema = format!(
            "{{type: object, properties: {{value: {{type: string}}, level{level}: {schema}}}}}"
        );
    }
    let generated = generate("45 nested objects", &document(&format!("    Thing: {schema}\n")));
    assert_eq!(generated.api.models.len(), 46);
}

#[test]
fn inheritance_can_be_200_levels_deep() {
    let mut schemas =
        "    Level200: {type: object, properties: {last: {type: string}}}\n".to_owned();
    for number in 0..200 {
        let name = if number == 0 { "Thing".to_owned() } else { format!("Level{number}") };
        let next = number + 1;
        writeln!(schemas, "    {name}: {{allOf: [{{$ref: '#/components/schemas/Level{next}'}}, {{type: object, properties: {{p{number}: {{type: string}}}}}}]}}").unwrap();
    }
    let generated = generate("200 levels of inheritance", &document(&schemas));
    assert_eq!(file(&generated, "models/thing.rs").matches("\n    pub p").count(), 200);
}

#[test]
fn members_can_be_shared_40_levels_deep() {
    let mut schemas =
        "    Thing: {type: object, required: [text], properties: {text: {$ref: '#/components/schemas/A0'}}}\n".to_owned();
    for number in 0..40 {
        let next = number + 1;
        for name in ["A", "B"] {
            writeln!(schemas, "    {name}{number}: {{allOf: [{{$ref: '#/components/schemas/A{next}'}}, {{$ref: '#/components/schemas/B{next}'}}]}}").unwrap();
        }
    }
    schemas += "    A40: {type: string, nullable: true}\n    B40: {type: string, nullable: true}\n";
    generate("40 levels of shared members", &document(&schemas));
}
