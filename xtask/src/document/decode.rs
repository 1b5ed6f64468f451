//! Decodes a checked tree as `OpenAPI`.
//!
//! A few values pass the checks but cannot be decoded, such as an unknown `style` in an `encoding`. An operation, a
//! path, a component or an optional top-level key with such a value is left out with a warning.

use openapiv3::{OpenAPI, Operation, PathItem};
use serde::Deserialize as _;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::findings::Findings;
use super::tree::Tree;
use super::visitor::paths;
use crate::diagnostic::Pointer;

/// The maximum number of decoding attempts. After each failed attempt, more values are left out.
const ROUNDS: usize = 1000;

/// Decodes the document. If it cannot be decoded, adds an error and returns `None`.
pub(super) fn decode(tree: &mut Tree, findings: &mut Findings) -> Option<OpenAPI> {
    let help = "compare the value with the OpenAPI 3.0 specification";
    for _ in 0..ROUNDS {
        if let Ok(openapi) = OpenAPI::deserialize(&tree.value) {
            return Some(openapi);
        }
        let mut culprits = operations(&tree.value);
        if culprits.is_empty() {
            culprits.extend(other(&tree.value));
        }
        for (pointer, error) in culprits {
            let what = format!("invalid value: {error}");
            let is_needed = match pointer.keys() {
                [] => true,
                [key] => ["openapi", "info", "paths"].contains(&key.as_str()),
                _ => false,
            };
            if is_needed {
                findings.elsewhere(pointer).error(what, help);
                return None;
            }
            let lost = operations_at(&tree.value, &pointer);
            if lost.is_empty() {
                findings.elsewhere(pointer).warn(what, "the value is left out", help).remove();
                continue;
            }
            for (operation, id) in lost {
                let what = format!("`{id}` cannot be emitted: {error}");
                findings.elsewhere(operation).leave_out(what, help);
            }
            findings.elsewhere(pointer).remove();
        }
        findings.settle(tree);
    }
    findings.here().error(
        format!("the document still has invalid values after {ROUNDS} attempts to leave them out"),
        "compare the document with the OpenAPI 3.0 specification",
    );
    None
}

/// Returns the operation at `pointer`, or all operations of the path at `pointer`, each with its `operationId`.
fn operations_at(root: &Value, pointer: &Pointer) -> Vec<(Pointer, String)> {
    let operations = paths(root).flat_map(|path| {
        path.operations().map(move |operation| {
            let id = operation.text("operationId").unwrap_or(operation.name);
            (Pointer::new(["paths", path.name, operation.name]), id.to_owned())
        })
    });
    operations.filter(|(it, _)| it.keys().starts_with(pointer.keys())).collect()
}

/// Returns the operations that cannot be decoded, each with the reason. If there are none, returns the paths that
/// cannot be decoded.
fn operations(root: &Value) -> Vec<(Pointer, String)> {
    let operations = paths(root).flat_map(|path| {
        path.operations().filter_map(move |operation| {
            let error = Operation::deserialize(operation.fields).err()?;
            Some((Pointer::new(["paths", path.name, operation.name]), error.to_string()))
        })
    });
    let operations: Vec<_> = operations.collect();
    if !operations.is_empty() {
        return operations;
    }
    let paths = paths(root).filter_map(|path| {
        let error = PathItem::deserialize(path.fields).err()?;
        Some((Pointer::new(["paths", path.name]), error.to_string()))
    });
    paths.collect()
}

/// Returns the first component or top-level key that cannot be decoded, with the reason.
fn other(root: &Value) -> Option<(Pointer, String)> {
    let error = serde_path_to_error::deserialize::<_, OpenAPI>(root).err()?;
    let keys = error.path().iter().map_while(|segment| match segment {
        Segment::Map { key } => Some(key.clone()),
        _ => None,
    });
    let keys: Vec<String> = keys.collect();
    let depth = if keys.first().is_some_and(|key| key == "components") { 3 } else { 1 };
    Some((Pointer::new(keys.into_iter().take(depth)), error.inner().to_string()))
}
