//! A change of any fact in the model is reported, so that a new fact cannot be forgotten.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize as _;
use serde_json::{Value, json};
use xtask::api::types::Api;
use xtask::lower::{Naming, Options, lower};
use xtask::{api, diff, document};

use crate::common::root;

/// The facts that callers cannot notice, and those that change only together with another fact. For example, a value is
/// validated if it has rules, which are facts themselves.
const UNREPORTED: &[&str] = &[
    "api_version",
    "models/*/in_parameter",
    "models/*/is_nullable_text",
    "models/*/kind/struct/fields/*/accepts_text",
    "models/*/kind/struct/fields/*/in_example",
    "models/*/kind/struct/fields/*/rest",
    "models/*/kind/struct/fields/*/rules/each/finite",
    "models/*/kind/struct/fields/*/rules/finite",
    "models/*/kind/struct/fields/*/validates",
    "models/*/kind/struct/page/cursor/end/field/ident",
    "models/*/kind/struct/page/cursor/end/field/optional",
    "models/*/kind/struct/page/cursor/end/value",
    "models/*/kind/struct/page/cursor/source",
    "models/*/kind/struct/page/cursor/source/field/*/ident",
    "models/*/kind/struct/page/cursor/source/field/*/optional",
    "models/*/kind/struct/page/cursor/source/link/parameter",
    "models/*/kind/struct/page/cursor/source/link/path/*/ident",
    "models/*/kind/struct/page/cursor/source/link/path/*/optional",
    "models/*/kind/struct/page/id/optional",
    "models/*/kind/struct/page/item",
    "models/*/kind/struct/page/items",
    "models/*/kind/struct/page/links/relation/optional",
    "models/*/kind/struct/page/total/ident",
    "models/*/kind/struct/page/total/optional",
    "models/*/kind/typeUnion/is_nullable",
    "models/*/kind/typeUnion/is_nullable_box",
    "models/*/kind/typeUnion/variants/*/is_text",
    "models/*/kind/typeUnion/variants/*/models/*",
    "models/*/kind/typeUnion/variants/*/rules/finite",
    "models/*/kind/typeUnion/variants/*/validates",
    "models/*/kind/union/has_json_tags",
    "models/*/kind/union/shared/*/name",
    "models/*/kind/union/variants/*/validates",
    "models/*/module",
    "models/*/owner",
    "models/*/usage/response",
    "models/*/validates",
    "operations/*/body/validates",
    "operations/*/is_multipart",
    "operations/*/paging/default_size",
    "operations/*/paging/link",
    "operations/*/paging/list/ident",
    "operations/*/paging/list/is_shared",
    "operations/*/paging/list/optional",
    "operations/*/paging/style",
    "operations/*/params/*/accepts_text",
    "operations/*/params/*/validates",
    "operations/*/version",
    "servers/*",
];

/// A fact of a model, at a location in the model's JSON.
struct Fact<'m> {
    model: &'m Value,
    pointer: String,
}

impl Fact<'_> {
    fn value(&self) -> &Value {
        self.model.pointer(&self.pointer).unwrap()
    }

    /// Returns the names of the fields that lead to the fact. Replaces indices and the names of a form's fields with
    /// `*`.
    fn name(&self) -> String {
        let mut parent = "";
        let names = self.pointer.trim_start_matches('/').split('/').map(|key| {
            let is_data = key.parse::<usize>().is_ok() || parent == "form";
            parent = key;
            if is_data { "*" } else { key }
        });
        names.collect::<Vec<_>>().join("/")
    }

    /// Returns the model with another value of the fact, or `None` if there is no other value. Other values of an enum
    /// are those of the same fact elsewhere.
    fn changed(&self, all: &[Self]) -> Option<Api> {
        let value = self.value();
        let other = match value {
            Value::Bool(value) => json!(!value),
            Value::Number(number) => number.as_u64().map_or(json!(0.5), |it| json!(it + 1)),
            Value::String(text) => json!(format!("{text}2")),
            _ => Value::Null,
        };
        let another_type = json!("uuid");
        let known = all.iter().map(Self::value).filter(|known| *known != value);
        let mut model = self.model.clone();
        [&other, &another_type].into_iter().chain(known).find_map(|value| {
            model.pointer_mut(&self.pointer)?.clone_from(value);
            Api::deserialize(&model).ok()
        })
    }

    fn is_reported(&self, all: &[Self]) -> bool {
        let old = Api::deserialize(self.model).unwrap();
        self.changed(all).is_some_and(|new| {
            let changes = diff::compare(&old, &new);
            !changes.changes.is_empty() || changes.documentation > 0
        })
    }
}

/// Returns the models of the fixtures in `emission/`, and of the document with parameters in every style.
fn models() -> Vec<Value> {
    let tests = root().join("xtask/tests");
    let files = fs::read_dir(tests.join("emission")).unwrap().map(|it| it.unwrap().path());
    let is_document = |path: &PathBuf| path.extension().is_some_and(|it| it == "yaml");
    let mut paths: Vec<PathBuf> = files.filter(is_document).collect();
    paths.push(tests.join("standalone/things.yaml"));
    let model = |path: PathBuf| {
        let document = document::parse("spec.yaml", &fs::read_to_string(path).unwrap()).unwrap();
        let options = Options { package: Some(Naming::default()), ..Options::default() };
        let api = api::build(&mut lower(document.openapi, &options), &options).unwrap();
        serde_json::to_value(&api).unwrap()
    };
    paths.into_iter().map(model).collect()
}

/// Adds the location of each fact in a value. A type, an example or a default is one fact.
fn collect(value: &Value, pointer: String, found: &mut Vec<String>) {
    let field = pointer.rsplit('/').next().unwrap_or_default();
    let is_whole =
        ["ty", "item", "json", "optional", "lines", "example", "default"].contains(&field);
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(fields) if !is_whole => {
            fields.iter().map(|(key, value)| (key.replace('/', "~1"), value)).collect()
        }
        Value::Array(items) if !is_whole => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => return found.push(pointer),
    };
    for (key, value) in parts {
        collect(value, format!("{pointer}/{key}"), found);
    }
}

#[test]
fn a_change_of_any_fact_is_reported() {
    let models = models();
    let mut facts: BTreeMap<String, Vec<Fact<'_>>> = BTreeMap::new();
    for model in &models {
        let mut pointers = Vec::new();
        collect(model, String::new(), &mut pointers);
        for pointer in pointers {
            let fact = Fact { model, pointer };
            facts.entry(fact.name()).or_default().push(fact);
        }
    }
    let unreported = facts.iter().filter(|(_, all)| !all.iter().any(|it| it.is_reported(all)));
    let unreported: Vec<&String> = unreported.map(|(name, _)| name).collect();
    assert_eq!(unreported, UNREPORTED);
}
