//! The properties that a schema speaks of, in `required` and `discriminator`, are declared.

use std::collections::HashSet;

use crate::load::grammar::Kind;
use crate::load::outline::Outline;
use crate::load::report::Report;
use crate::load::suggest::nearest;
use crate::load::tree::{Mapping, Node, Value};

const COMPOSITIONS: &[&str] = &["allOf", "oneOf", "anyOf"];

/// The properties declared by a schema and by all that it is composed of.
#[derive(Default)]
pub(super) struct Declared<'t> {
    pub(super) names: HashSet<&'t str>,
    /// Some part takes any property by `additionalProperties`.
    pub(super) open: bool,
    seen: HashSet<*const Mapping>,
}

impl<'t> Declared<'t> {
    pub(super) fn of(outline: &Outline<'t>, schema: &'t Mapping) -> Self {
        let mut declared = Self::default();
        declared.add(outline, schema);
        declared
    }

    fn add(&mut self, outline: &Outline<'t>, schema: &'t Mapping) {
        if !self.seen.insert(schema) {
            return;
        }
        self.names.extend(schema.entries("properties").map(|(name, _)| name));
        self.open |=
            schema.get("additionalProperties").is_some_and(|node| node.value != Value::Flag(false));
        for member in members(schema) {
            if let Some(member) = outline.resolve(Kind::Schema, member) {
                self.add(outline, member);
            }
        }
    }
}

fn members(schema: &Mapping) -> impl Iterator<Item = &Node> {
    COMPOSITIONS.iter().flat_map(|key| schema.items(key))
}

/// `required` is checked from the outermost schema of a composition inwards, since each part may
/// require what another one declares.
pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    let inner: HashSet<*const Mapping> = outline
        .all(Kind::Schema)
        .flat_map(|schema| members(schema.fields).chain(schema.fields.get("not")))
        .filter_map(|node| node.mapping().map(std::ptr::from_ref))
        .collect();
    for schema in outline.all(Kind::Schema) {
        if requires(schema.fields) && !inner.contains(&std::ptr::from_ref(schema.fields)) {
            let declared = Declared::of(outline, schema.fields);
            required(schema.fields, &declared, report);
        }
    }
}

/// Whether a schema or one that it is composed of requires something.
fn requires(schema: &Mapping) -> bool {
    schema.contains("required") || members(schema).filter_map(Node::mapping).any(requires)
}

fn required(schema: &Mapping, declared: &Declared<'_>, report: &mut Report) {
    for node in schema.items("required") {
        let Some(name) = node.text() else { continue };
        if declared.open || declared.names.contains(name) {
            continue;
        }
        let help = match nearest(name, declared.names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "declare it under `properties`, or remove it here".to_owned(),
        };
        let what = format!("the required property `{name}` is not declared");
        report.add(node.at, what, help);
    }
    for member in members(schema).filter_map(Node::mapping) {
        required(member, declared, report);
    }
}
