//! Checks that the request body and the successful responses of an operation have the same first version, and the same
//! sunset dates.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::findings::Findings;
use crate::document::visitor::{Object, entries, resolve};
use crate::media_type::released_version;

/// The dated resource versions of a body or a response, each with its sunset date.
type Versions<'t> = BTreeMap<&'t str, Option<&'t str>>;

pub(super) fn check(operation: Object<'_>, findings: &mut Findings) {
    let body = operation.fields.get("requestBody").map(|body| versions(operation, body));
    let responses = entries(operation.fields, "responses")
        .filter(|(status, _)| status.starts_with('2'))
        .flat_map(|(_, response)| versions(operation, response))
        .collect::<Versions<'_>>();
    let Some(body) = body.filter(|body| !body.is_empty() && !responses.is_empty()) else { return };
    let id = operation.text("operationId").unwrap_or_default();
    let (first_body, first_response) = (body.keys().next(), responses.keys().next());
    if first_body != first_response {
        let what = format!(
            "the first version of `{id}` is `{}` in the request body and `{}` in the response",
            first_body.unwrap_or(&""),
            first_response.unwrap_or(&"")
        );
        let (later, side) = if first_body < first_response {
            (first_response, "response")
        } else {
            (first_body, "request")
        };
        let later = later.unwrap_or(&"");
        let fallback = format!("versions before `{later}` are emitted without a {side} body");
        findings.here().warn(
            what,
            fallback,
            "declare the same versions for the request and the response",
        );
    }
    for (version, sunset) in &body {
        let other = responses.get(version).copied().flatten();
        if let (Some(sunset), Some(other)) = (sunset, other)
            && *sunset != other
        {
            let what = format!(
                "`x-sunset` for `{id}` is `{sunset}` in the request body and `{other}` in the response"
            );
            let help = "write the same date in both places";
            findings.here().warn(what, "the date of the request body is used", help);
        }
    }
}

fn versions<'t>(operation: Object<'t>, node: &'t Value) -> Versions<'t> {
    let holder = resolve(operation.root, node);
    let media_types = holder.into_iter().flat_map(|holder| entries(holder, "content"));
    let dated = media_types.filter_map(|(name, media)| {
        Some((released_version(name)?, media.get("x-sunset").and_then(Value::as_str)))
    });
    dated.collect()
}
