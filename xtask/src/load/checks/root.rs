//! The document calls itself OpenAPI 3.0.

use crate::load::report::Report;
use crate::load::tree::{Mapping, Node, Value};
use crate::source::Span;

const ADD_VERSION: &str = "start the document with `openapi: 3.0.3`";

/// The root mapping, if it is one that the other checks understand.
pub(super) fn check<'t>(tree: &'t Node, report: &mut Report) -> Option<&'t Mapping> {
    let Some(root) = tree.mapping() else {
        report.add(tree.at, "the document is not a mapping", ADD_VERSION);
        return None;
    };
    let Some(entry) = root.entry("openapi") else {
        unversioned(root, report);
        return None;
    };
    let version = match &entry.node.value {
        Value::Text(version) => version.clone(),
        Value::Number(version) => version.to_string(),
        _ => String::new(),
    };
    if is_supported(&version) {
        return Some(root);
    }
    report.add(
        entry.node.at,
        format!("the OpenAPI version `{version}` is not supported"),
        "write the document in OpenAPI 3.0 and put `openapi: 3.0.3` here",
    );
    None
}

fn unversioned(root: &Mapping, report: &mut Report) {
    match root.entry("swagger") {
        Some(entry) => report.add(
            entry.at,
            "Swagger 2.0 is not supported",
            "convert the document to OpenAPI 3.0",
        ),
        None => report.add(
            Span::START,
            "the document does not say which version of OpenAPI it follows",
            ADD_VERSION,
        ),
    }
}

/// `3.0.` and a patch number.
fn is_supported(version: &str) -> bool {
    version.strip_prefix("3.0.").is_some_and(|patch| patch.parse::<u32>().is_ok())
}
