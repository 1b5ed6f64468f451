//! Checks parameters and headers: parameters need a valid location and style, and both need a `schema` or `content`.

use serde_json::{Value, json};

use crate::diagnostic::Pointer;
use crate::document::findings::{Findings, Spot};
use crate::document::openapi::Kind;
use crate::document::visitor::{Fields, Object, resolve};

const PLACES: &[&str] = &["path", "query", "header", "cookie"];

/// The styles for each location, with the default first.
const STYLES: &[(&str, &[&str])] = &[
    ("path", &["simple", "label", "matrix"]),
    ("query", &["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
    ("header", &["simple"]),
    ("cookie", &["form"]),
];

pub(super) fn check(valued: Object<'_>, findings: &mut Findings) {
    if !valued.fields.contains_key("schema") && !valued.fields.contains_key("content") {
        let described = valued.kind.described();
        let what = format!("{described} has no `schema`");
        findings.here().warn(what, "the value is declared as a string", "add a `schema`");
        findings.at(&["schema"]).set(json!({ "type": "string" }));
    }
    let Some(place) = valued.text("in").filter(|_| valued.kind == Kind::Parameter) else { return };
    if !PLACES.contains(&place) {
        let what = format!("a parameter cannot be in `{place}`");
        let help = format!("write one of `{}`", PLACES.join("`, `"));
        findings.at(&["in"]).warn(what, "the parameter is ignored", help);
        findings.here().remove();
    } else if place == "path" && valued.fields.get("required") != Some(&Value::Bool(true)) {
        let what = "a path parameter is always required";
        findings.here().warn(what, "the parameter is treated as required", "add `required: true`");
        findings.at(&["required"]).set(true);
    }
    style(valued, place, findings);
}

fn style(parameter: Object<'_>, place: &str, findings: &mut Findings) {
    let styles = STYLES.iter().find(|(known, _)| *known == place).map(|(_, styles)| *styles);
    let (Some(style), Some([usual, others @ ..])) = (parameter.text("style"), styles) else {
        return;
    };
    if style != *usual && !others.contains(&style) {
        let what = format!("a {place} parameter cannot have the style `{style}`");
        let known: Vec<String> = styles.into_iter().flatten().map(|it| format!("`{it}`")).collect();
        let help = format!("write {}", known.join(" or "));
        let spot = findings.at(&["style"]);
        spot.warn(what, format!("the style is read as `{usual}`"), help).remove();
    }
}

/// A parameter in the list of an operation or of its path.
#[derive(Clone, Debug)]
pub(super) struct Listed<'t> {
    /// The parameter, or the target if the list item is a `$ref`.
    pub(super) fields: &'t Fields,
    /// The keys from the path item to the parameter.
    keys: Vec<String>,
}

impl<'t> Listed<'t> {
    pub(super) fn text(&self, key: &str) -> &'t str {
        self.fields.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn name(&self) -> &'t str {
        self.text("name")
    }

    pub(super) fn place(&self) -> &'t str {
        self.text("in")
    }

    pub(super) fn is_required(&self) -> bool {
        self.fields.get("required") == Some(&Value::Bool(true))
    }

    /// Returns whether both parameters have the same name and location.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.is_at(other.place(), other.name())
    }

    /// Returns whether requests carry the parameter in the same place as the API key of a security scheme.
    pub(super) fn is_set_by(&self, scheme: &Fields) -> bool {
        let text = |key| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
        text("type") == "apiKey" && self.is_at(text("in"), text("name"))
    }

    /// Returns whether the parameter has this location and name. The names of headers are case-insensitive.
    fn is_at(&self, place: &str, name: &str) -> bool {
        let is_header = place == "header" && self.name().eq_ignore_ascii_case(name);
        self.place() == place && (is_header || self.name() == name)
    }

    /// Returns the location of the list item. The current object must be the path item.
    pub(super) fn spot<'f>(&self, findings: &'f mut Findings) -> Spot<'f> {
        let path = Pointer::new(findings.path());
        findings.elsewhere(path.join(self.keys.iter().cloned()))
    }
}

/// Returns the parameters of an operation, and the parameters of its path that the operation does not override.
pub(super) fn of_operation<'t>(operation: Object<'t>, item: Object<'t>) -> Vec<Listed<'t>> {
    let own = listed(operation, &[operation.name]);
    let mut shared = listed(item, &[]);
    shared.retain(|shared| !own.iter().any(|own| own.is_same(shared)));
    [own, shared].concat()
}

fn listed<'t>(holder: Object<'t>, keys: &[&str]) -> Vec<Listed<'t>> {
    let items = holder.items("parameters").iter().enumerate();
    let listed = items.filter_map(|(index, node)| {
        let index = index.to_string();
        let keys = keys.iter().copied().chain(["parameters", &index]).map(ToOwned::to_owned);
        let fields = resolve(holder.root, node).filter(|it| it.contains_key("name"))?;
        Some(Listed { fields, keys: keys.collect() })
    });
    listed.collect()
}
