//! Checks the root: the version must be OpenAPI 3.0 or 3.1 (3.2 is read as 3.1), and `paths` must exist.

use serde_json::Value;

use crate::document::findings::Findings;

const ADD_VERSION: &str = "start the document with `openapi: 3.0.3`";

/// Checks the root. Returns whether the other checks can continue.
pub(in crate::document) fn check(root: &Value, findings: &mut Findings) -> bool {
    let Some(fields) = root.as_object() else {
        findings.at(&[]).error("the document is not a mapping", ADD_VERSION);
        return false;
    };
    if fields.contains_key("swagger") {
        let what = "Swagger 2.0 is not supported";
        findings.key(&["swagger"]).error(what, "convert the document to OpenAPI 3.0");
        return false;
    }
    if !fields.get("paths").is_some_and(Value::is_object) {
        let help = if fields.contains_key("webhooks") {
            "add `paths` with the API's operations, because a client does not call webhooks"
        } else {
            "add `paths` with the API's operations, or check the indentation"
        };
        findings.key(&["paths"]).error("the document has no `paths`", help);
        return false;
    }
    match fields.get("openapi") {
        None => {
            let what = "the document does not specify an OpenAPI version";
            findings.here().warn(what, "the document is read as OpenAPI 3.0", ADD_VERSION);
            findings.at(&["openapi"]).set("3.0.3");
        }
        Some(version) => {
            let text = version.as_str().map_or_else(|| version.to_string(), ToOwned::to_owned);
            if !["3.0", "3.1"].iter().any(|known| text.starts_with(known)) {
                let (support, nearest) = if text.starts_with("3.2") {
                    ("fully supported", "3.1")
                } else {
                    ("supported", "3.0")
                };
                let what = format!("OpenAPI `{text}` is not {support}");
                let fallback = format!("the document is read as OpenAPI {nearest}");
                let help = format!("write the document in OpenAPI {nearest}");
                findings.at(&["openapi"]).warn(what, fallback, help);
            }
        }
    }
    true
}
