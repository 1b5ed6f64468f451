//! Checks that the resource versions of a request body match those of its responses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::media_types::version;
use crate::date::is_date;
use crate::document::findings::Findings;
use crate::document::visitor::{Object, entries, resolve};

/// The dated media types of a body or response, with their sunset dates.
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
        let fallback = "a version that only one of them has is emitted without the other";
        findings.here().warn(what, fallback, "describe both in the same versions");
    }
    for (version, sunset) in &body {
        let other = responses.get(version).copied().flatten();
        if let (Some(sunset), Some(other)) = (sunset, other)
            && *sunset != other
        {
            let what = format!(
                "`x-sunset` of `{id}` is `{sunset}` in the request body and `{other}` in the response"
            );
            let help = "write the same date in both";
            findings.here().warn(what, "the date of the request body is used", help);
        }
    }
}

fn versions<'t>(operation: Object<'t>, node: &'t Value) -> Versions<'t> {
    let holder = resolve(operation.root, node);
    let media_types = holder.into_iter().flat_map(|holder| entries(holder, "content"));
    let dated = media_types.filter_map(|(name, media)| {
        let (_, version) = version(name).filter(|(_, version)| is_date(version))?;
        Some((version, media.get("x-sunset").and_then(Value::as_str)))
    });
    dated.collect()
}
