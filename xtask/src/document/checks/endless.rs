//! Checks that a value of each schema can be finite: an object must not require another object of the same schema.

use serde_json::Value;

use super::references::definitions;
use crate::diagnostic::Pointer;
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::visitor::components;
use crate::graph::Graph;

/// A component that every value of the component `owner` contains.
struct Part<'t> {
    owner: &'t str,
    target: String,
    /// The required property that contains the component, and its location in the list of required properties. `None`
    /// for a component that `owner` refers to or composes.
    property: Option<(&'t str, Pointer)>,
}

/// Makes a required property optional if, because of this property, every value of a schema contains another value of
/// the same schema.
pub(super) fn check(root: &Value, findings: &mut Findings) {
    let mut parts = Vec::new();
    for (name, schema) in components(root, Kind::Schema).into_iter().flatten() {
        let pointer = Pointer::new(["components", "schemas", name]);
        collect(name, schema, &pointer, &mut parts);
    }
    while let Some(index) = endless(&parts) {
        let Part { owner, property, .. } = parts.remove(index);
        let Some((property, pointer)) = property else { continue };
        parts.retain(|part| part.property.as_ref().is_none_or(|(_, other)| *other != pointer));
        let what = format!(
            "a value of `{owner}` would be infinite, because `{property}` is required and contains another `{owner}`"
        );
        let help = format!("remove `{property}` from `required`, or let `{property}` be null");
        let spot = findings.elsewhere(pointer).on_value();
        spot.warn(what, format!("`{property}` is read as optional"), help).remove();
    }
}

/// Collects the parts of a schema. A schema that allows `null` has none.
fn collect<'t>(owner: &'t str, schema: &'t Value, pointer: &Pointer, parts: &mut Vec<Part<'t>>) {
    if is_nullable(schema) {
        return;
    }
    let mut targets = Vec::new();
    definitions(Kind::Schema, schema, &mut targets);
    parts.extend(targets.into_iter().map(|target| Part { owner, target, property: None }));
    let list = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
    for (index, name) in list("required").enumerate() {
        let Some(name) = name.as_str() else { continue };
        let property = schema.get("properties").and_then(|it| it.get(name));
        let Some(property) = property.filter(|it| !is_nullable(it)) else { continue };
        let pointer = pointer.join(["required", &index.to_string()]);
        let mut targets = Vec::new();
        definitions(Kind::Schema, property, &mut targets);
        parts.extend(targets.into_iter().map(|target| Part {
            owner,
            target,
            property: Some((name, pointer.clone())),
        }));
    }
    for (index, member) in list("allOf").enumerate() {
        if member.get("$ref").is_none() {
            collect(owner, member, &pointer.join(["allOf", &index.to_string()]), parts);
        }
    }
}

fn is_nullable(schema: &Value) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
}

/// Returns the index of the first required property that leads back to its owner.
fn endless(parts: &[Part<'_>]) -> Option<usize> {
    let mut graph = Graph::default();
    for part in parts {
        graph.add(&part.target, []);
        graph.add(part.owner, [part.target.clone()]);
    }
    let cycles = graph.cycles();
    parts.iter().position(|part| {
        let number = |name: &str| cycles.get(name);
        part.property.is_some() && number(part.owner) == number(&part.target)
    })
}
