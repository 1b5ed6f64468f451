//! Checks operations: each needs an `operationId` that becomes a unique method name, valid response statuses, and a
//! successful response. The other checks refer to operations by these ids.

use std::collections::{HashMap, HashSet};

use heck::{ToLowerCamelCase as _, ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use crate::document::findings::Findings;
use crate::document::visitor::{Fields, Object, paths, resolve};
use crate::free_name::free_name;
use crate::identifier;

/// Gives each operation a unique `operationId`, and warns if there are no operations. Returns the number of operations.
/// A path whose `$ref` has no target counts as one operation.
pub(super) fn name(root: &Value, findings: &mut Findings) -> usize {
    let mut taken: HashSet<String> = paths(root)
        .flat_map(Object::operations)
        .filter_map(|operation| method(operation.text("operationId")?))
        .collect();
    let mut seen = HashMap::new();
    let mut number = 0;
    findings.enter("paths");
    for item in paths(root) {
        number += item.operations().count() + usize::from(item.reference().is_some());
        findings.enter(item.name);
        for operation in item.operations().filter(|it| !it.is_reference()) {
            findings.enter(operation.name);
            id(operation, &mut taken, &mut seen, findings);
            findings.leave();
        }
        findings.leave();
    }
    findings.leave();
    if number == 0 {
        let help = if root.get("webhooks").is_some() {
            "add the API's operations to `paths`, because a client does not call webhooks"
        } else {
            "add the API's operations to `paths`, or check the indentation"
        };
        let fallback = "the client has no methods";
        findings.key(&["paths"]).warn("`paths` has no operations", fallback, help);
    }
    number
}

/// Returns the method name of an `operationId`. Returns `None` if the name would not start with a letter, or if the
/// `operationId` contains an apostrophe or a character outside ASCII.
fn method(id: &str) -> Option<String> {
    let is_plain = id.is_ascii() && !id.contains('\'');
    let begins_well = id.to_snake_case().starts_with(|first: char| first.is_ascii_alphabetic());
    (is_plain && begins_well).then(|| identifier::method(id))
}

/// Checks the id of an operation. `taken` contains the method names of all operations. `seen` maps the method name of
/// each earlier operation to its `operationId`. The method name of a derived id must differ from all names in `taken`.
fn id<'t>(
    operation: Object<'t>,
    taken: &mut HashSet<String>,
    seen: &mut HashMap<String, &'t str>,
    findings: &mut Findings,
) {
    let Some(id) = operation.text("operationId") else {
        let invented = invent(operation, taken, findings);
        let what = format!("`{}` has no `operationId`", shown(findings));
        let fallback = format!("the operation is named `{invented}`");
        findings.here().warn(what, fallback, "add an `operationId`");
        findings.at(&["operationId"]).set(invented);
        return;
    };
    let (what, help) = match method(id) {
        None => (
            format!("the operationId `{id}` cannot be a method name"),
            "start the operationId with a letter from a to z, and use only ASCII characters except `'`",
        ),
        Some(method) => {
            let Some(other) = seen.insert(method.clone(), id) else { return };
            let what = if other == id {
                format!("another operation has the operationId `{id}`")
            } else {
                format!("the operationIds `{id}` and `{other}` both become the method `{method}`")
            };
            (what, "rename one of the two operations")
        }
    };
    let invented = invent(operation, taken, findings);
    let fallback = format!("the operation is named `{invented}`");
    findings.at(&["operationId"]).warn(what, fallback, help).set(invented);
}

/// Describes the current operation in the form `get /groups/{groupId}`.
pub(super) fn shown(findings: &Findings) -> String {
    match findings.path() {
        [_, path, method, ..] => format!("{method} {path}"),
        _ => String::new(),
    }
}

/// Derives a name from the method and the path, such as `getGroupsGroupId`. Appends a number if the name is taken.
fn invent(operation: Object<'_>, taken: &mut HashSet<String>, findings: &Findings) -> String {
    let path = findings.path().get(1).map(String::as_str).unwrap_or_default();
    let ascii: String = path.chars().map(|it| if it.is_ascii() { it } else { '_' }).collect();
    let name = format!("{}{}", operation.name, ascii.to_pascal_case()).to_lower_camel_case();
    free_name(&name, |name| taken.insert(identifier::method(name)))
}

/// Checks the response statuses of an operation.
pub(super) fn check(operation: Object<'_>, findings: &mut Findings) {
    let Some(Value::Object(responses)) = operation.fields.get("responses") else { return };
    for status in responses.keys().filter(|it| !is_status(it) && !it.starts_with("x-")) {
        let what = format!("`{status}` is not a response status");
        let help = "use a code such as `\"200\"`, a range such as `4XX`, or `default`";
        let spot = findings.key(&["responses", status]);
        let range = status.to_ascii_uppercase();
        if is_status(&range) && !responses.contains_key(&range) {
            spot.warn(what, format!("the status is read as `{range}`"), help).rename(range);
        } else {
            spot.warn(what, "the response is ignored", help).remove();
        }
    }
    if !has_success(responses) {
        let what = format!("`{}` has no successful response", shown(findings));
        let help = "add a successful response, such as `\"200\"` or `\"204\"`";
        findings.key(&["responses"]).warn(
            what,
            "the client ignores the body of every 2XX response",
            help,
        );
    } else if operation.name == "get" && !is_complete(responses, operation.root) {
        let what = format!("no successful response of `{}` has `content`", shown(findings));
        let help =
            "describe the body in `content`; if there is none, describe the response as `\"204\"`";
        findings.key(&["responses"]).warn(
            what,
            "the client ignores the body of the response",
            help,
        );
    }
}

/// Returns whether a successful response has `content`, needs none because of its status, or cannot be resolved. If
/// there is no such response, the document probably describes the operation incompletely, because a `GET` usually
/// returns a body.
fn is_complete(responses: &Fields, root: &Value) -> bool {
    let is_success = |status: &str| status.starts_with(['2', '3']);
    let has_status = responses.keys().any(|status| is_success(status));
    let mut successes = responses
        .iter()
        .filter(|(status, _)| is_success(status) || !has_status && *status == "default");
    successes.any(|(status, response)| {
        matches!(status.as_str(), "202" | "204" | "205")
            || status.starts_with('3')
            || resolve(root, response).is_none_or(|it| it.contains_key("content"))
    })
}

fn has_success(responses: &Fields) -> bool {
    responses.keys().any(|status| status.starts_with(['2', '3']) || status == "default")
}

/// Returns whether a status is a code from 100 to 599, a range, or `default`.
fn is_status(status: &str) -> bool {
    let (class, rest) = status.split_at_checked(1).unwrap_or_default();
    let digits = rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    status == "default"
        || (matches!(class, "1" | "2" | "3" | "4" | "5") && (digits || rest == "XX"))
}
