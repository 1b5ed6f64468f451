//! Removes parameters that are duplicates, set by the client or its credentials, or optional but impossible to send. If
//! a required parameter cannot be sent, the operation is left out. For an operation that was selected by name, such a
//! parameter is an error.

use serde_json::Value;

use super::parameters::{Listed, of_operation};
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::selection::Selection;
use crate::document::visitor::{Object, components, paths, resolve};

/// Checks all operations.
pub(super) fn check(root: &Value, selection: &Selection, findings: &mut Findings) {
    for item in paths(root) {
        findings.enter("paths");
        findings.enter(item.name);
        for operation in item.operations() {
            let reason = parameters(operation, item, findings);
            if let Some((what, help)) = reason {
                let id = operation.text("operationId").unwrap_or_default();
                let what = format!("`{id}` cannot be emitted: {what}");
                let spot = findings.key(&[operation.name]);
                if selection.is_named(id) {
                    spot.error(what, help);
                } else {
                    spot.leave_out(what, help);
                }
            }
        }
        findings.leave();
        findings.leave();
    }
}

/// The problem, and how to fix it.
type Reason = (String, &'static str);

/// Removes duplicates, headers that the client sets, and optional parameters that cannot be sent. Returns the reason if
/// a required parameter cannot be sent.
fn parameters(operation: Object<'_>, item: Object<'_>, findings: &mut Findings) -> Option<Reason> {
    let mut seen: Vec<Listed<'_>> = Vec::new();
    for parameter in of_operation(operation, item) {
        let described = format!("the {} parameter `{}`", parameter.place(), parameter.name());
        if seen.iter().any(|other| other.is_same(&parameter)) {
            let what = format!("{described} is already listed");
            let help = "remove one of the two parameters";
            parameter.spot(findings).warn(what, "the duplicate is ignored", help).remove();
        } else if let Some((what, help)) = set_by_the_client(&parameter, operation.root) {
            let what = format!("{described} {what}");
            parameter.spot(findings).warn(what, "the client sets this header", help).remove();
        } else if let Some(scheme) = scheme_of(&parameter, operation) {
            let what = format!("{described} is part of the security scheme `{scheme}`");
            let help = "remove the parameter: the security scheme describes the credentials";
            let fallback = "the credentials set this parameter";
            parameter.spot(findings).warn(what, fallback, help).remove();
        } else if !can_be_sent(&parameter) {
            let what =
                format!("the name of {described} is not an HTTP token (RFC 9110, section 5.6.2)");
            let help = "use only letters, digits and `-` in the name";
            if parameter.is_required() {
                return Some((format!("{what}, and the parameter is required"), help));
            }
            let fallback = "the optional parameter is left out";
            parameter.spot(findings).warn(what, fallback, help).remove();
        } else {
            seen.push(parameter);
        }
    }
    None
}

/// Returns why a parameter is ignored and how to fix this, if the parameter is a header that the client sets. Without
/// security schemes, `Authorization` remains a parameter, because `Credentials::bearer` supports only bearer tokens.
fn set_by_the_client(parameter: &Listed<'_>, root: &Value) -> Option<(&'static str, &'static str)> {
    // OpenAPI 3.0.3, "Parameter Object".
    const IGNORED: &str = "is ignored, as OpenAPI requires";
    let schemes = components(root, Kind::SecurityScheme);
    let has_credentials = schemes.is_some_and(|schemes| !schemes.is_empty());
    match parameter.name().to_ascii_lowercase().as_str() {
        _ if parameter.place() != "header" => None,
        "accept" | "content-type" => Some((
            IGNORED,
            "remove the parameter: the media types of the body and the responses set this header",
        )),
        "authorization" if has_credentials => {
            Some((IGNORED, "remove the parameter: the security schemes describe the credentials"))
        }
        "connection" | "content-length" | "transfer-encoding" => {
            Some(("is ignored, because HTTP determines its value", "remove the parameter"))
        }
        _ => None,
    }
}

/// Returns the name of the security scheme that sets the parameter, if the operation can require this scheme. Without
/// any `security`, callers may use every scheme.
fn scheme_of<'t>(parameter: &Listed<'_>, operation: Object<'t>) -> Option<&'t str> {
    let whole = || operation.root.get("security");
    let security = operation.fields.get("security").or_else(whole).and_then(Value::as_array);
    let is_required = |name: &str| {
        security.is_none_or(|alternatives| alternatives.iter().any(|it| it.get(name).is_some()))
    };
    let schemes = operation.components(Kind::SecurityScheme).into_iter().flatten();
    let mut schemes = schemes.filter(|(name, scheme)| {
        let scheme = resolve(operation.root, scheme);
        is_required(name) && scheme.is_some_and(|scheme| parameter.is_set_by(scheme))
    });
    schemes.next().map(|(name, _)| name.as_str())
}

/// Returns whether the name of the parameter is valid. Only the names of headers and cookies are restricted.
fn can_be_sent(parameter: &Listed<'_>) -> bool {
    !matches!(parameter.place(), "header" | "cookie")
        || http::HeaderName::from_bytes(parameter.name().as_bytes()).is_ok()
}
