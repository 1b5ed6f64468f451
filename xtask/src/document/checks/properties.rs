//! Checks that required properties are declared.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::diagnostic::did_you_mean;
use crate::document::findings::Findings;
use crate::document::visitor::{Fields, Object, entries, items, resolve};

pub(super) const COMPOSITIONS: &[&str] = &["allOf", "oneOf", "anyOf"];

/// The properties that a schema and all its parts declare.
#[derive(Default)]
pub(super) struct Declared<'t> {
    pub(super) names: HashSet<&'t str>,
    /// Whether any part allows undeclared properties through `additionalProperties`.
    pub(super) is_open: bool,
    seen: HashSet<*const Fields>,
}

impl<'t> Declared<'t> {
    pub(super) fn of(root: &'t Value, schema: &'t Fields) -> Self {
        let mut declared = Self::default();
        declared.add(root, schema);
        declared
    }

    fn add(&mut self, root: &'t Value, schema: &'t Fields) {
        if !self.seen.insert(schema) {
            return;
        }
        self.names.extend(entries(schema, "properties").map(|(name, _)| name.as_str()));
        let additional = schema.get("additionalProperties");
        self.is_open |= additional.is_some_and(|it| *it != Value::Bool(false));
        for member in members(schema) {
            if let Some(member) = resolve(root, member) {
                self.add(root, member);
            }
        }
    }
}

fn members(schema: &Fields) -> impl Iterator<Item = &Value> {
    COMPOSITIONS.iter().flat_map(|key| items(schema, key))
}

/// Checks a schema together with all its parts, because one part may require a property that another part declares.
/// Parts are not checked separately.
pub(super) fn check(schema: Object<'_>, findings: &mut Findings) {
    if COMPOSITIONS.contains(&schema.name) || !requires(schema.fields) {
        return;
    }
    let declared = Declared::of(schema.root, schema.fields);
    if !declared.is_open {
        required(schema.fields, &declared, findings);
    }
}

/// Returns whether a schema or one of its parts requires a property.
fn requires(schema: &Fields) -> bool {
    let is_required = schema.contains_key("required") && may_be_object(schema);
    is_required || members(schema).filter_map(Value::as_object).any(requires)
}

/// Returns whether the type of a schema allows objects. For any other type, `required` is ignored.
fn may_be_object(schema: &Fields) -> bool {
    schema.get("type").is_none_or(|name| name == "object")
}

fn required(schema: &Fields, declared: &Declared<'_>, findings: &mut Findings) {
    let names = items(schema, "required").iter().filter(|_| may_be_object(schema));
    for (index, name) in names.enumerate() {
        let Some(name) = name.as_str().filter(|name| !declared.names.contains(name)) else {
            continue;
        };
        let otherwise = "declare the property under `properties`, or remove it from `required`";
        let help = did_you_mean(name, declared.names.iter().copied(), otherwise);
        let what = format!("the required property `{name}` is not declared");
        let fallback = "the property can have any JSON value, and can be absent from responses";
        findings.at(&["required", &index.to_string()]).warn(what, fallback, help);
        findings.at(&["properties", name]).set(json!({}));
    }
    for key in COMPOSITIONS {
        for (index, member) in items(schema, key).iter().enumerate() {
            if let Some(member) = member.as_object() {
                findings.enter(key);
                findings.enter(&index.to_string());
                required(member, declared, findings);
                findings.leave();
                findings.leave();
            }
        }
    }
}
