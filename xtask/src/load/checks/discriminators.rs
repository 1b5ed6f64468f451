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
        let known = outline
            .section(Kind::Schema)
            .into_iter()
            .flat_map(Mapping::keys);
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
    let Some(name) = discriminator.get("propertyName") else {
        return;
    };
    let Some(property) = name.text() else { return };
    let declared = |schema| Declared::of(outline, schema).names.contains(property);
    let in_base = base
        .fields
        .mapping("properties")
        .is_some_and(|own| own.contains(property));
    if in_base {
        return;
    }
    let variants = variants(outline, base.fields, discriminator);
    let lacking = match variants.as_slice() {
        [] => !declared(base.fields),
        variants => variants.iter().any(|&variant| !declared(variant)),
    };
    if lacking {
        report.add(
            name.at,
            format!(
                "not every schema that the discriminator chooses from has the property `{property}`"
            ),
            "declare it in each of them, or once in their base",
        );
    }
}

fn variants<'t>(
    outline: &Outline<'t>,
    base: &'t Mapping,
    discriminator: &'t Mapping,
) -> Vec<&'t Mapping> {
    let mapped = discriminator
        .entries("mapping")
        .filter_map(|(_, entry)| target_of(outline, entry.node.text()?));
    let listed = base.items("oneOf").iter().chain(base.items("anyOf"));
    mapped
        .chain(listed)
        .filter_map(|node| outline.resolve(Kind::Schema, node))
        .collect()
}
