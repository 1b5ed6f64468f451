//! A media type says what it holds, and names a resource version as Atlas does.

use crate::date::{is_date, is_version};
use crate::diagnostic::nearest;
use crate::document::findings::Findings;
use crate::document::visitor::Object;

/// Atlas names a resource version in its media types: `application/vnd.atlas.2024-05-30+json`.
const VENDOR: &str = "atlas";

pub(super) fn check(media: Object<'_>, findings: &mut Findings) {
    let name = media.name;
    let version = version(name);
    if let Some((vendor, version)) = version {
        if vendor != VENDOR && nearest(vendor, [VENDOR]).is_some() {
            let what = format!("the vendor `{vendor}` in `{name}` is not known");
            let help = format!("did you mean `{VENDOR}`?");
            findings.here().warn(what, "it is sent as it is written", help);
        }
        if vendor == VENDOR && !is_version(version) {
            let what = format!("`{version}` in `{name}` is not a resource version");
            let help = "write a date of the calendar as YYYY-MM-DD, or `preview`";
            findings.here().warn(what, "the media type has no version", help);
        }
        contradiction(media, version, findings);
    }
    sunset(media, findings);
    if !media.fields.contains_key("schema") && is_json(name) && has_body(findings.path()) {
        let what = format!("`{name}` has no `schema`");
        let help = "add a `schema`, or remove the media type if there is no body";
        findings.here().warn(what, "the body is not read", help);
    }
}

/// The vendor and the version that a media type names.
pub(super) fn version(name: &str) -> Option<(&str, &str)> {
    let (name, _) = name.strip_prefix("application/vnd.")?.rsplit_once('+')?;
    let (vendor, version) = name.split_once('.')?;
    // Other vendors put words there.
    let is_version = vendor == VENDOR || version.starts_with(|it: char| it.is_ascii_digit());
    is_version.then_some((vendor, version))
}

fn contradiction(media: Object<'_>, version: &str, findings: &mut Findings) {
    if let Some(other) = media.text("x-xgen-version").filter(|it| *it != version) {
        let what = format!("`x-xgen-version` is `{other}`, and the media type names `{version}`");
        let help = "write the same version in both";
        findings.at(&["x-xgen-version"]).warn(what, "the media type is used", help);
    }
}

fn sunset(media: Object<'_>, findings: &mut Findings) {
    let Some(sunset) = media.fields.get("x-sunset") else { return };
    if !sunset.as_str().is_some_and(is_date) {
        let what = "`x-sunset` is not a date of the calendar";
        findings.at(&["x-sunset"]).warn(what, "it is ignored", "write it as YYYY-MM-DD").remove();
    }
}

/// Whether the place is in a response with a status that has a body.
fn has_body(path: &[String]) -> bool {
    match path {
        [.., responses, status, content, _] => {
            responses == "responses" && content == "content" && status != "204"
        }
        _ => false,
    }
}

/// Whether bodies of a media type are JSON.
pub(super) fn is_json(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default().trim();
    essence == "application/json" || essence.ends_with("+json")
}
