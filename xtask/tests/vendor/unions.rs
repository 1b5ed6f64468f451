//! Every model of a schema with a union keeps the values that it decodes.
//!
//! Values are created from the document without the generator, then decoded and encoded by the
//! compiled models.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase as _;
use serde::Deserialize;
use serde_json::{Value, json};
use xtask::api::{Kind, Model, Struct};

use super::samples::Sampler;
use super::{build, document};

/// The number of values for each schema.
const CASES: u64 = 40;

/// The result of decoding and encoding a value.
#[derive(Deserialize)]
struct Outcome {
    model: String,
    sent: Value,
    encoded: Result<Value, String>,
}

#[test]
#[ignore = "compiles the client generated from the full document, which takes minutes"]
fn every_union_keeps_the_values_that_the_document_describes() {
    let Some(text) = document::text() else { return };
    let document: Value = serde_yaml::from_str(&text).unwrap();
    let generated = document::with_previews(&text);
    let models: BTreeMap<&str, &Model> = generated
        .api
        .models
        .iter()
        .filter(|model| !matches!(model.kind, Kind::Enum(_)))
        .map(|model| (model.ident.as_str(), model))
        .collect();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let unions = schemas.iter().filter(|(_, schema)| contains_union(schema));
    let unions: Vec<(&str, &Model)> = unions
        .filter_map(|(name, _)| Some((name.as_str(), *models.get(&*name.to_upper_camel_case())?)))
        .collect();
    assert!(unions.len() > 40, "{} schemas contain a union", unions.len());

    let mut values = Vec::new();
    for (name, model) in &unions {
        for seed in 0..CASES {
            let mut value = Sampler::new(&document, model.usage, seed).named(name);
            // The sampled discriminator can select another variant, because the base of a variant allows the values of
            // all variants.
            if let Kind::Struct(Struct { tag: Some(tag), .. }) = &model.kind {
                value[&tag.property] = json!(tag.value);
            }
            values.push(json!({"model": model.ident, "value": value}));
        }
    }
    let idents: Vec<&str> = unions.iter().map(|(_, model)| model.ident.as_str()).collect();
    build::client(generated);
    let program = build::round_trip(&idents, &values);
    let printed = build::cargo(&program, &["run", "--quiet"]);

    let mut tags = BTreeSet::new();
    discriminators(&document, &mut tags);
    let mut faults: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for line in printed.lines() {
        let outcome: Outcome = serde_json::from_str(line).unwrap();
        let fault = match &outcome.encoded {
            Ok(encoded) => lost(&outcome.sent, encoded, "", &tags),
            Err(error) => Some(error.clone()),
        };
        if let Some(fault) = fault {
            let (count, _) = faults
                .entry(outcome.model)
                .or_insert_with(|| (0, format!("{fault} in {}", outcome.sent)));
            *count += 1;
        }
    }
    assert_eq!(printed.lines().count(), values.len());
    assert!(faults.is_empty(), "{} of {} schemas: {faults:#?}", faults.len(), unions.len());
    println!("{} values of {} schemas with unions survived", values.len(), unions.len());
}

/// Collects the names of the properties of all discriminators.
fn discriminators(value: &Value, tags: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            tags.extend(value["discriminator"]["propertyName"].as_str().map(ToOwned::to_owned));
            fields.values().for_each(|value| discriminators(value, tags));
        }
        Value::Array(items) => items.iter().for_each(|item| discriminators(item, tags)),
        _ => {}
    }
}

/// Returns whether a schema contains a union, without following references.
fn contains_union(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => {
            ["oneOf", "anyOf", "discriminator"].iter().any(|key| fields.contains_key(*key))
                || fields.values().any(contains_union)
        }
        Value::Array(items) => items.iter().any(contains_union),
        _ => false,
    }
}

/// Returns the first difference between a value and its encoding. Empty lists, empty maps and
/// `null` can be absent. A variant can write its discriminator even if the document does not
/// require it.
fn lost(sent: &Value, encoded: &Value, place: &str, tags: &BTreeSet<String>) -> Option<String> {
    match (sent, encoded) {
        (Value::Object(sent), Value::Object(encoded)) => {
            let extra = encoded.keys().find(|key| !sent.contains_key(*key) && !tags.contains(*key));
            if let Some(key) = extra {
                return Some(format!("`{place}/{key}` is not in the value"));
            }
            sent.iter().find_map(|(key, value)| {
                let place = format!("{place}/{key}");
                match encoded.get(key) {
                    Some(encoded) => lost(value, encoded, &place, tags),
                    None => (!is_empty(value)).then(|| format!("`{place}` is lost")),
                }
            })
        }
        (Value::Array(sent), Value::Array(encoded)) if sent.len() == encoded.len() => {
            let mut pairs = sent.iter().zip(encoded);
            pairs.find_map(|(sent, encoded)| lost(sent, encoded, &format!("{place}/items"), tags))
        }
        (Value::Number(sent), Value::Number(encoded)) if sent.as_f64() == encoded.as_f64() => None,
        _ if sent == encoded => None,
        _ => Some(format!("`{place}` {sent} becomes {encoded}")),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}
