//! A discriminator names a property that its schemas have, and maps values to schemas that exist.

use super::properties::Declared;
use crate::load::grammar::Kind;
use crate::load::outline::{Object, Outline, component_name};
use crate::load::report::Report;
use crate::load::suggest::nearest;
use crate::load::tree::{Mapping, Node};

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for schema in outline.all(Kind::Schema) {
        if let Some(discriminator) = schema.fields.mapping("discriminator") {
            mapping(outline, discriminator, report);
            property(outline, schema, discriminator, report);
        }
    }
}

fn mapping(outline: &Outline<'_>, discriminator: &Mapping, report: &mut Report) {
    for (value, entry) in discriminator.entries("mapping") {
        let Some(target) = entry.node.text() else {
            continue;
        };
        if target_of(outline, target).is_some() {
            continue;
        }
        let name = target.rsplit('/').next().unwrap_or_default();
        let known = outline.section(Kind::Schema).into_iter().flat_map(Mapping::keys);
        let help = match nearest(name, known) {
            Some(meant) => format!("did you mean `#/components/schemas/{meant}`?"),
            None => "map it to a schema under `components.schemas`".to_owned(),
        };
        let what = format!("the discriminator maps `{value}` to `{target}`, which does not exist");
        report.add(entry.node.at, what, help);
    }
}

/// A mapping names its target by a reference, or by the schema's bare name.
fn target_of<'t>(outline: &Outline<'t>, target: &str) -> Option<&'t Node> {
    let name = component_name(Kind::Schema, target).unwrap_or_else(|| target.to_owned());
    outline.component(Kind::Schema, &name)
}

fn property<'t>(
    outline: &Outline<'t>,
    base: Object<'t>,
    discriminator: &'t Mapping,
    report: &mut Report,
) {
    let Some(node) = discriminator.get("propertyName") else {
        return;
    };
    let Some(property) = node.text() else { return };
    let own = base.fields.mapping("properties");
    if own.is_some_and(|own| own.contains(property)) {
        return;
    }
    let lacking: Vec<String> = variants(outline, base, discriminator)
        .into_iter()
        .filter(|(_, variant)| !Declared::of(outline, variant).names.contains(property))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if !lacking.is_empty() {
        report.add(
            node.at,
            format!(
                "the discriminator's property `{property}` is not declared in {}",
                lacking.join(", ")
            ),
            "declare it there, or once in their base",
        );
    }
}

/// The schemas that the discriminator chooses from, with their names: the base if there are none.
fn variants<'t>(
    outline: &Outline<'t>,
    base: Object<'t>,
    discriminator: &'t Mapping,
) -> Vec<(&'t str, &'t Mapping)> {
    let mapped = discriminator.entries("mapping").filter_map(|(_, entry)| {
        let target = entry.node.text()?;
        Some((target, target_of(outline, target)?))
    });
    let listed = ["oneOf", "anyOf"].into_iter().flat_map(|key| {
        let members = base.fields.items(key).iter();
        members.map(move |node| (reference(node).unwrap_or(key), node))
    });
    let mut variants: Vec<_> = mapped
        .chain(listed)
        .filter_map(|(name, node)| Some((name, outline.resolve(Kind::Schema, node)?)))
        .collect();
    variants.dedup_by_key(|(_, fields)| std::ptr::from_ref(*fields));
    if variants.is_empty() {
        variants.push((base.name, base.fields));
    }
    variants
}

fn reference(node: &Node) -> Option<&str> {
    node.mapping()?.text("$ref")
}
