//! Security schemes are of a known type with what it needs, and those that are asked for exist.

use crate::load::grammar::Kind;
use crate::load::outline::{Object, Outline};
use crate::load::report::Report;
use crate::load::suggest::nearest;
use crate::load::tree::Mapping;

/// The types of schemes, and the keys that each needs.
const TYPES: &[(&str, &[&str])] = &[
    ("apiKey", &["name", "in"]),
    ("http", &["scheme"]),
    ("oauth2", &["flows"]),
    ("openIdConnect", &["openIdConnectUrl"]),
];

/// The flows of OAuth 2.0, and the keys that each needs.
const FLOWS: &[(&str, &[&str])] = &[
    ("implicit", &["authorizationUrl"]),
    ("password", &["tokenUrl"]),
    ("clientCredentials", &["tokenUrl"]),
    ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
];

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for scheme in outline.all(Kind::SecurityScheme) {
        scheme_type(scheme, report);
    }
    for flow in outline.all(Kind::OAuthFlow) {
        needs(flow, flow.name, FLOWS, report);
    }
    requirements(outline, outline.root, report);
    for operation in outline.operations() {
        requirements(outline, operation.fields, report);
    }
}

fn scheme_type(scheme: Object<'_>, report: &mut Report) {
    let Some(node) = scheme.fields.get("type") else {
        return;
    };
    let Some(name) = node.text() else { return };
    if TYPES.iter().any(|(known, _)| *known == name) {
        needs(scheme, name, TYPES, report);
        return;
    }
    let known: Vec<_> = TYPES.iter().map(|(known, _)| *known).collect();
    report.add(
        node.at,
        format!("there is no security scheme of type `{name}`"),
        format!("write one of {}", known.join(", ")),
    );
}

fn needs(object: Object<'_>, name: &str, table: &[(&str, &[&str])], report: &mut Report) {
    let of_name = table.iter().filter(|(known, _)| *known == name);
    for key in of_name.flat_map(|(_, keys)| *keys) {
        if !object.fields.contains(key) {
            report.add(
                object.at,
                format!("{} `{name}` needs `{key}`", object.kind.described()),
                format!("add `{key}`"),
            );
        }
    }
}

fn requirements(outline: &Outline<'_>, holder: &Mapping, report: &mut Report) {
    let alternatives = holder.items("security").iter();
    let asked = alternatives.filter_map(|node| node.mapping()).flat_map(Mapping::iter);
    for (name, entry) in asked {
        if outline.component(Kind::SecurityScheme, name).is_some() {
            continue;
        }
        let known = outline.section(Kind::SecurityScheme).into_iter().flat_map(Mapping::keys);
        let help = match nearest(name, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "declare it under `components.securitySchemes`".to_owned(),
        };
        report.add(entry.at, format!("there is no security scheme `{name}`"), help);
    }
}
