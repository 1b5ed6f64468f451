//! The `OpenAPI` value of a checked tree.
//!
//! The checks leave little that the model cannot read (a `style` or an `in` that does not exist). The
//! operation or component around it is left out, with a warning.

use openapiv3::{OpenAPI, Operation, PathItem};
use serde::Deserialize as _;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::findings::Findings;
use super::tree::Tree;
use super::visitor::paths;
use crate::diagnostic::{Pointer, Source};

/// Makes the document; `None` if the findings say why it cannot be made.
pub(super) fn decode(
    tree: &mut Tree,
    sources: &[Source],
    findings: &mut Findings,
) -> Option<OpenAPI> {
    loop {
        if let Ok(openapi) = OpenAPI::deserialize(&tree.value) {
            return Some(openapi);
        }
        let (pointer, error) = culprit(&tree.value)?;
        let what = format!("this cannot be read: {error}");
        let help = "compare it with the OpenAPI 3.0 specification";
        let is_needed = match pointer.keys() {
            [] => true,
            [key] => ["openapi", "info", "paths"].contains(&key.as_str()),
            _ => false,
        };
        if is_needed {
            findings.elsewhere(pointer).error(what, help);
            return None;
        }
        findings.elsewhere(pointer).warn(what, "it is left out", help).remove();
        findings.settle(tree, sources);
    }
}

/// The operation, path, component or key that cannot be read, and why.
fn culprit(root: &Value) -> Option<(Pointer, String)> {
    for path in paths(root) {
        let pointer = Pointer::new(["paths", path.name]);
        for operation in path.operations() {
            if let Err(error) = Operation::deserialize(operation.fields) {
                return Some((pointer.join([operation.name]), error.to_string()));
            }
        }
        if let Err(error) = PathItem::deserialize(path.fields).map(|_| ()) {
            return Some((pointer, error.to_string()));
        }
    }
    let error = serde_path_to_error::deserialize::<_, OpenAPI>(root).err()?;
    let keys = error.path().iter().map_while(|segment| match segment {
        Segment::Map { key } => Some(key.clone()),
        _ => None,
    });
    let keys: Vec<String> = keys.collect();
    let depth = if keys.first().is_some_and(|key| key == "components") { 3 } else { 1 };
    Some((Pointer::new(keys.into_iter().take(depth)), error.inner().to_string()))
}
