//! Checks security schemes: their types must be known, required keys must exist, and requirements must refer to
//! declared schemes.

use serde_json::Value;

use crate::diagnostic::did_you_mean;
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::visitor::Object;

/// The types of schemes and the flows of OAuth 2.0, each with its required keys.
const NEEDS: &[(Kind, &str, &[&str])] = &[
    (Kind::SecurityScheme, "apiKey", &["name", "in"]),
    (Kind::SecurityScheme, "http", &["scheme"]),
    (Kind::SecurityScheme, "oauth2", &["flows"]),
    (Kind::SecurityScheme, "openIdConnect", &["openIdConnectUrl"]),
    (Kind::OAuthFlow, "implicit", &["authorizationUrl"]),
    (Kind::OAuthFlow, "password", &["tokenUrl"]),
    (Kind::OAuthFlow, "clientCredentials", &["tokenUrl"]),
    (Kind::OAuthFlow, "authorizationCode", &["authorizationUrl", "tokenUrl"]),
];

/// Checks a scheme or a flow.
pub(super) fn check(object: Object<'_>, findings: &mut Findings) {
    let is_scheme = object.kind == Kind::SecurityScheme;
    let name = if is_scheme { object.text("type") } else { Some(object.name) };
    let Some(name) = name else { return };
    let known = NEEDS.iter().filter(|(kind, ..)| *kind == object.kind);
    let Some((_, _, keys)) = known.clone().find(|(_, known, _)| *known == name) else {
        let known: Vec<_> = known.map(|(_, known, _)| *known).collect();
        let (what, help) = if name == "mutualTLS" {
            let what = "client certificates (`mutualTLS`) are not supported".to_owned();
            (what, "declare another scheme, or remove this one".to_owned())
        } else {
            let help = format!("write one of `{}`", known.join("`, `"));
            (format!("unknown security scheme type `{name}`"), help)
        };
        findings.at(&["type"]).warn(what, "the scheme is ignored", help);
        findings.here().remove();
        return;
    };
    let (subject, fallback) = if is_scheme {
        (format!("a security scheme of type `{name}`"), "the scheme is ignored")
    } else {
        (format!("the OAuth flow `{name}`"), "the flow is ignored")
    };
    for key in keys.iter().filter(|key| !object.fields.contains_key(**key)) {
        let what = format!("{subject} needs `{key}`");
        findings.here().warn(what, fallback, format!("add `{key}`"));
        findings.here().remove();
    }
}

/// Checks the `security` of the document or of an operation: a list of alternatives.
pub(super) fn requirements(holder: Object<'_>, findings: &mut Findings) {
    let known = holder.components(Kind::SecurityScheme);
    let mut are_all_unknown = true;
    for (index, alternative) in holder.items("security").iter().enumerate() {
        let names = alternative.as_object().into_iter().flat_map(|it| it.keys());
        let scheme = |name: &String| known.and_then(|known| known.get(name));
        let is_unknown = |name: &&String| !scheme(name).is_some_and(is_usable);
        let unknown: Vec<&String> = names.filter(is_unknown).collect();
        are_all_unknown &= !unknown.is_empty();
        let index = index.to_string();
        for name in unknown {
            let (what, help) = if scheme(name).is_some() {
                (
                    format!("the security scheme `{name}` is not supported"),
                    format!("require another scheme, or correct the declaration of `{name}`"),
                )
            } else {
                let names = known.into_iter().flat_map(|it| it.keys()).map(String::as_str);
                let otherwise = "declare the scheme under `components.securitySchemes`";
                let what = format!("the security scheme `{name}` is not declared");
                (what, did_you_mean(name, names, otherwise))
            };
            let spot = findings.key(&["security", &index, name]);
            spot.warn(what, "this alternative of `security` is ignored", help);
            findings.at(&["security", &index]).remove();
        }
    }
    // An empty list would mean that no credentials are needed.
    if are_all_unknown && !holder.items("security").is_empty() {
        findings.at(&["security"]).remove();
    }
}

/// Returns whether [`check`] keeps the scheme.
fn is_usable(scheme: &Value) -> bool {
    let Some(name) = scheme.get("type").and_then(Value::as_str) else { return true };
    let mut known = NEEDS.iter().filter(|(kind, ..)| *kind == Kind::SecurityScheme);
    let needs = known.find(|(_, known, _)| *known == name);
    needs.is_some_and(|(.., keys)| keys.iter().all(|key| scheme.get(key).is_some()))
}
