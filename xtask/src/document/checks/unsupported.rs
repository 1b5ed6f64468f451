//! Checks for features that the generator does not support yet. An unsupported optional parameter
//! is left out. Otherwise the operation is left out, or, if it was selected by name, reported as an
//! error.

use std::collections::HashMap;

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::media_types::is_json;
use super::parameters::{Listed, of_operation};
use crate::document::findings::Findings;
use crate::document::selection::Selection;
use crate::document::visitor::{Object, entries, paths, resolve};

/// The supported style for each parameter location.
const STYLES: &[(&str, &str)] = &[("path", "simple"), ("query", "form"), ("header", "simple")];

/// Checks all operations.
pub(super) fn check(root: &Value, selection: &Selection, findings: &mut Findings) {
    for item in paths(root) {
        findings.enter("paths");
        findings.enter(item.name);
        for operation in item.operations() {
            let reason = body(operation).or_else(|| parameters(operation, item, findings));
            if let Some((what, help)) = reason {
                let id = operation.text("operationId").unwrap_or_default();
                let what = format!("`{id}` cannot be emitted: {what}");
                let spot = findings.key(&[operation.name]);
                if selection.operations.iter().any(|selected| selected == id) {
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

/// The problem and its solution.
type Reason = (String, &'static str);

fn body(operation: Object<'_>) -> Option<Reason> {
    let body = resolve(operation.root, operation.fields.get("requestBody")?)?;
    let mut names = entries(body, "content").map(|(name, _)| name).peekable();
    let first = *names.peek()?;
    let is_supported = names.any(|name| is_json(name));
    let what = format!("its request body is `{first}`, and only JSON is supported");
    (!is_supported)
        .then_some((what, "describe the body as `application/json` if the API accepts it"))
}

fn parameters(operation: Object<'_>, item: Object<'_>, findings: &mut Findings) -> Option<Reason> {
    let mut taken: HashMap<String, Listed<'_>> = HashMap::new();
    for parameter in of_operation(operation, item) {
        let argument = parameter.name().to_snake_case();
        let other = taken.get(&argument);
        if other.is_some_and(|other| other.is_same(&parameter)) {
            let (name, place) = (parameter.name(), parameter.place());
            let what = format!("the {place} parameter `{name}` is listed twice");
            let help = "remove one of the two";
            parameter.spot(findings).warn(what, "the second is ignored", help).remove();
            continue;
        }
        let Some((what, help)) = parameter_reason(&parameter, other, &argument) else {
            taken.insert(argument, parameter);
            continue;
        };
        if parameter.is_required() {
            return Some((format!("{what}, and it is required"), help));
        }
        parameter.spot(findings).warn(what, "the optional parameter is left out", help).remove();
    }
    None
}

/// Returns whether `explode` makes no difference for the values.
fn is_scalar(parameter: &Listed<'_>) -> bool {
    let schema = parameter.fields.get("schema").and_then(|schema| resolve(parameter.root, schema));
    let name = schema.and_then(|schema| schema.get("type")?.as_str());
    name.is_some_and(|name| !["array", "object"].contains(&name))
}

fn parameter_reason(
    parameter: &Listed<'_>,
    other: Option<&Listed<'_>>,
    argument: &str,
) -> Option<Reason> {
    let (name, place) = (parameter.name(), parameter.place());
    let described = format!("the {place} parameter `{name}`");
    let known = STYLES.iter().find(|(known, _)| *known == place);
    let style = parameter.fields.get("style").and_then(Value::as_str);
    let is_plain = name.is_ascii() && !name.contains('\'');
    let begins = argument.starts_with(|first: char| first.is_ascii_alphabetic());
    if known.is_none() {
        Some((format!("the parameter `{name}` is a cookie"), "send it in the query or in a header"))
    } else if parameter.fields.contains_key("content") {
        Some((format!("{described} has `content`"), "describe the value with `schema`"))
    } else if style.is_some_and(|style| known.is_some_and(|(_, known)| style != *known)) {
        let style = style.unwrap_or_default();
        Some((
            format!("{described} has the style `{style}`"),
            "leave `style` out if the API allows it",
        ))
    } else if place == "query"
        && parameter.fields.get("explode") == Some(&Value::Bool(false))
        && !is_scalar(parameter)
    {
        let help = "leave `explode` out if the API allows it";
        Some((format!("{described} has `explode: false`"), help))
    } else if !is_plain || !begins {
        let help = "rename it to ASCII letters, digits and signs other than `'`";
        Some((format!("{described} cannot be the name of an argument"), help))
    } else {
        let other = other?;
        let (other, place) = (other.name(), other.place());
        let what = format!(
            "{described} has the same argument name `{argument}` as the {place} parameter `{other}`"
        );
        Some((what, "rename one of the two"))
    }
}
