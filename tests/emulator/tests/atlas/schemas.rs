//! Validation of the spec's examples, the sample jobs and the responses against the spec.

use std::{collections::BTreeSet, fs};

use anyhow::Context as _;
use atlas_emulator::{
    sample_jobs,
    schema::{Schema, Schemas, Unknown},
};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::session::{LEGACY_JOBS, Session, answer};

/// The spec as JSON, and its schemas.
struct Document {
    json: Value,
    schemas: Schemas,
}

impl Document {
    fn load() -> anyhow::Result<Self> {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/atlas.yaml");
        let json: Value = serde_yaml::from_str(&fs::read_to_string(file)?)?;
        let components = json.pointer("/components/schemas").and_then(Value::as_object);
        let schemas = Schemas::new(components.unwrap_or(&Map::new()));
        Ok(Self { json, schemas })
    }

    fn component(&self, name: &str) -> anyhow::Result<Schema> {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.schemas.compile(&reference, Unknown::Refused)
    }

    /// Returns the target if the value is a `$ref`, or else the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.json.pointer(reference.trim_start_matches('#')));
        target.unwrap_or(value)
    }
}

/// A body, a header or a parameter.
struct Described<'a> {
    /// The JSON pointer to the body, header or parameter.
    place: String,
    schema: &'a Value,
    examples: Vec<&'a Value>,
}

/// Collects each body, header and parameter in the value at `place`.
fn media_types<'a>(
    document: &'a Document,
    value: &'a Value,
    place: &str,
    found: &mut Vec<Described<'a>>,
) {
    if let (Some(schema), examples) = (value.get("schema"), value.get("examples")) {
        let many = examples.and_then(Value::as_object).into_iter().flat_map(Map::values);
        let many = many.filter_map(|example| document.resolve(example).get("value"));
        let examples = many.chain(value.get("example")).collect();
        found.push(Described { place: place.to_owned(), schema, examples });
    }
    let children: Vec<_> = match value {
        Value::Object(fields) => fields.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect()
        }
        _ => Vec::new(),
    };
    for (key, child) in children {
        media_types(document, child, &format!("{place}/{}", key.replace('/', "~1")), found);
    }
}

#[test]
fn examples_of_bodies_headers_and_parameters_match_their_schemas() -> anyhow::Result<()> {
    let document = Document::load()?;
    let mut found = Vec::new();
    media_types(&document, &document.json, "#", &mut found);
    let mut checked = 0;
    for Described { place, schema, examples } in found {
        assert!(!examples.is_empty(), "`{place}` in spec/atlas.yaml has no `example`: add one");
        let compiled = document.schemas.compile(schema, Unknown::Refused)?;
        for example in examples {
            assert_eq!(compiled.violations(example), [], "{place}: {example}");
            checked += 1;
        }
    }
    assert!(checked > 25, "expected more than 25 examples, found {checked}");
    Ok(())
}

#[test]
fn examples_of_properties_match_their_schemas() -> anyhow::Result<()> {
    fn walk(document: &Document, value: &Value, checked: &mut usize) -> anyhow::Result<()> {
        if let (Some(_), Some(example)) = (value.get("type"), value.get("example")) {
            let schema = document.schemas.compile(value, Unknown::Refused)?;
            assert_eq!(schema.violations(example), [], "{value}");
            *checked += 1;
        }
        match value {
            Value::Object(fields) => {
                fields.values().try_for_each(|child| walk(document, child, checked))
            }
            Value::Array(items) => {
                items.iter().try_for_each(|child| walk(document, child, checked))
            }
            _ => Ok(()),
        }
    }
    let document = Document::load()?;
    let mut checked = 0;
    walk(&document, &document.json["components"]["schemas"], &mut checked)?;
    assert!(checked > 30, "expected more than 30 examples, found {checked}");
    Ok(())
}

#[test]
fn every_value_of_an_enum_is_described() -> anyhow::Result<()> {
    let document = Document::load()?;
    let schemas = document.json["components"]["schemas"]
        .as_object()
        .expect("the spec has no `components.schemas`");
    for (name, schema) in schemas.iter().filter(|(_, schema)| schema.get("enum").is_some()) {
        let values = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let described = schema["x-enumDescriptions"].as_object().into_iter().flat_map(Map::keys);
        let values = values.collect::<BTreeSet<_>>();
        assert_eq!(values, described.map(String::as_str).collect(), "{name}");
    }
    Ok(())
}

#[test]
fn sample_jobs_match_the_schema_and_are_deterministic() -> anyhow::Result<()> {
    let job = Document::load()?.component("ExportJob")?;
    let jobs = sample_jobs(50);
    for sample in &jobs {
        assert_eq!(job.violations(sample), [], "{sample}");
    }
    let ids = jobs.iter().filter_map(|job| job["id"].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(ids.len(), 50);
    assert_eq!(jobs, sample_jobs(50));
    Ok(())
}

#[tokio::test]
async fn responses_and_errors_match_the_spec() -> anyhow::Result<()> {
    let document = Document::load()?;
    let session = Session::start().await?;
    let page = session.list("?pageNum=2&itemsPerPage=2").await?;
    assert_eq!(document.component("PaginatedExportJobs")?.violations(&page.body), []);

    let bucket = document.component("ExportBucket")?;
    for name in ["AwsExportBucketRequest", "AzureExportBucketRequest", "GcpExportBucketRequest"] {
        let request = &document.json["components"]["examples"][name]["value"];
        let answer = session.create("2024-05-30", request).await?;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        assert_eq!(bucket.violations(&answer.body), [], "{name}");
    }

    let error = document.component("ApiError")?;
    let refused = [
        session.create("2024-05-30", &json!({ "cloudProvider": "AWS" })).await?,
        session.create("2020-01-01", &json!({})).await?,
        session.list("?pageNum=0").await?,
        answer(session.request(Method::DELETE, LEGACY_JOBS)).await?,
    ];
    for answer in refused {
        assert_eq!(answer.body["error"], answer.status);
        assert_eq!(error.violations(&answer.body), [], "{}", answer.text);
    }
    Ok(())
}

/// Compiles the schema `it` in the given `components.schemas`.
fn compile(schemas: &Value) -> anyhow::Result<Schema> {
    let components = schemas.as_object().context("the schemas are not an object")?;
    Schemas::new(components)
        .compile(&json!({ "$ref": "#/components/schemas/it" }), Unknown::Refused)
}

#[test]
fn openapi_keywords_keep_their_meaning() -> anyhow::Result<()> {
    let cases = [
        (json!({ "type": "string", "nullable": true }), json!(null), true),
        (json!({ "type": "string" }), json!(null), false),
        (json!({ "type": "string", "enum": ["a"], "nullable": true }), json!(null), true),
        (json!({ "type": "integer", "format": "int32" }), json!(2_147_483_647), true),
        (json!({ "type": "integer", "format": "int32" }), json!(2_147_483_648_i64), false),
        (json!({ "minimum": 0, "exclusiveMinimum": true }), json!(0), false),
        (json!({ "minimum": 0, "exclusiveMinimum": true }), json!(1), true),
        (json!({ "minimum": 0, "exclusiveMinimum": false }), json!(0), true),
        (json!({ "maximum": 9, "exclusiveMaximum": true }), json!(9), false),
        (json!({ "maximum": 9, "exclusiveMaximum": true }), json!(8), true),
        (json!({ "type": "string", "format": "date-time" }), json!("2025-05-04T09:42:00Z"), true),
        (json!({ "type": "string", "format": "date-time" }), json!("2025-05-04"), false),
        // A property can have the name of a keyword.
        (
            json!({ "properties": { "nullable": { "type": "string" } } }),
            json!({ "nullable": "x" }),
            true,
        ),
        (json!({ "properties": { "$ref": { "type": "string" } } }), json!({ "$ref": 1 }), false),
        // Keywords next to a reference are ignored.
        (
            json!({ "properties": { "a": { "$ref": "#/components/schemas/b", "maxLength": 1 } } }),
            json!({ "a": "long" }),
            true,
        ),
    ];
    for (schema, value, valid) in cases {
        let schemas = json!({ "it": schema, "b": { "type": "string" } });
        let violations = compile(&schemas)?.violations(&value);
        assert_eq!(violations.is_empty(), valid, "{schemas}, {value}: {violations:?}");
    }
    Ok(())
}

#[test]
fn a_discriminator_selects_the_child() -> anyhow::Result<()> {
    let schema = compile(&json!({
        "it": {
            "type": "object",
            "required": ["kind"],
            "properties": { "kind": { "type": "string", "enum": ["cat", "dog"] } },
            "discriminator": {
                "propertyName": "kind",
                "mapping": { "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog" },
            },
        },
        "Cat": { "allOf": [
            { "$ref": "#/components/schemas/it" },
            { "type": "object", "required": ["lives"], "properties": { "lives": { "type": "integer" } } },
        ] },
        "Dog": { "allOf": [
            { "$ref": "#/components/schemas/it" },
            { "type": "object", "properties": { "tricks": { "type": "integer" } } },
        ] },
    }))?;
    let fields = |value: Value| {
        let violations = schema.violations(&value);
        violations.into_iter().map(|violation| violation.field).collect::<Vec<_>>()
    };
    assert_eq!(fields(json!({ "kind": "cat", "lives": 9 })), [""; 0]);
    assert_eq!(fields(json!({ "kind": "dog", "tricks": 1 })), [""; 0]);
    assert_eq!(fields(json!({ "kind": "cat" })), ["lives"]);
    assert_eq!(fields(json!({ "kind": "dog", "lives": 9 })), ["lives"]);
    assert_eq!(fields(json!({ "kind": "bird" })), ["kind"]);
    assert_eq!(fields(json!({})), ["kind"]);
    Ok(())
}
