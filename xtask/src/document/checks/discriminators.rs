//! Checks discriminators: the property must be declared, and mapped schemas must exist.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::properties::Declared;
use super::references::component_name;
use crate::diagnostic::{Pointer, nearest, suggestion};
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::visitor::{Fields, Object, entries, resolve};

/// Returns the schema name of a mapping's target, which is a `$ref` or a bare name.
pub(super) fn mapped_name(target: &str) -> String {
    component_name(Kind::Schema, target).unwrap_or_else(|| target.to_owned())
}

pub(super) fn check(schema: Object<'_>, findings: &mut Findings) {
    let Some(discriminator) = schema.fields.get("discriminator").and_then(Value::as_object) else {
        return;
    };
    mapping(schema, discriminator, findings);
    property(schema, discriminator, findings);
}

fn mapping(schema: Object<'_>, discriminator: &Fields, findings: &mut Findings) {
    let known = schema.components(Kind::Schema);
    for (value, target) in entries(discriminator, "mapping") {
        let Some(target) = target.as_str() else { continue };
        let name = mapped_name(target);
        if known.is_some_and(|known| known.contains_key(&name)) {
            continue;
        }
        let last = target.rsplit('/').next().unwrap_or_default();
        let names = known.into_iter().flat_map(|it| it.keys()).map(String::as_str);
        let meant = nearest(last, names).map(|meant| format!("#/components/schemas/{meant}"));
        let otherwise = format!("map `{value}` to a schema under `components.schemas`");
        let help = suggestion(meant, otherwise);
        let what = format!("the discriminator maps `{value}` to `{target}`, which does not exist");
        findings
            .at(&["discriminator", "mapping", value])
            .warn(what, format!("the mapping of `{value}` is ignored"), help)
            .remove();
    }
}

fn property(schema: Object<'_>, discriminator: &Fields, findings: &mut Findings) {
    let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else { return };
    let own = schema.fields.get("properties");
    if own.is_some_and(|own| own.get(property).is_some()) {
        return;
    }
    // `properties` does not apply to a variant that is not an object.
    let is_object = |it: &Variant<'_>| it.fields.get("type").is_none_or(|typ| typ == "object");
    let lacking: Vec<_> = variants(schema, discriminator, &Pointer::new(findings.path()))
        .into_iter()
        .filter(is_object)
        .filter(|it| !Declared::of(schema.root, it.fields).names.contains(property))
        .collect();
    if lacking.is_empty() {
        return;
    }
    let names: Vec<_> = lacking.iter().map(|it| format!("`{}`", it.name)).collect();
    let names = names.join(", ");
    let what = format!("the discriminator's property `{property}` is not declared in {names}");
    let help = "declare the property in each variant, or once in a common base";
    let fallback = "the property is declared as a string";
    findings.at(&["discriminator", "propertyName"]).warn(what, fallback, help);
    for variant in lacking {
        let pointer = variant.pointer.join(["properties", property]);
        findings.elsewhere(pointer).set(json!({ "type": "string" }));
    }
}

struct Variant<'t> {
    name: String,
    pointer: Pointer,
    fields: &'t Fields,
}

/// Returns the schemas that the discriminator distinguishes, or the schema itself if there are none.
fn variants<'t>(schema: Object<'t>, discriminator: &Fields, here: &Pointer) -> Vec<Variant<'t>> {
    let component = |name: String| {
        let fields = resolve(schema.root, schema.components(Kind::Schema)?.get(&name)?)?;
        let pointer = Pointer::new(["components", "schemas", name.as_str()]);
        Some(Variant { name, pointer, fields })
    };
    let mapped = entries(discriminator, "mapping")
        .filter_map(|(_, target)| component(mapped_name(target.as_str()?)));
    let listed = ["oneOf", "anyOf"].into_iter().flat_map(|key| {
        schema.items(key).iter().enumerate().filter_map(move |(index, node)| {
            if let Some(target) = node.get("$ref").and_then(Value::as_str) {
                component(component_name(Kind::Schema, target)?)
            } else {
                let pointer = here.join([key, &index.to_string()]);
                Some(Variant { name: key.to_owned(), pointer, fields: node.as_object()? })
            }
        })
    });
    let mut seen = HashSet::new();
    let all = mapped.chain(listed);
    let mut variants: Vec<_> =
        all.filter(|it| seen.insert(std::ptr::from_ref(it.fields))).collect();
    if variants.is_empty() {
        let (name, fields) = (schema.name.to_owned(), schema.fields);
        variants.push(Variant { name, pointer: here.clone(), fields });
    }
    variants
}
