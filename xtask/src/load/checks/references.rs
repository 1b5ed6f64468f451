//! Every `$ref` leads to a component of the kind that its place wants.

use crate::load::grammar::Kind;
use crate::load::outline::{Outline, Reference, component_name};
use crate::load::pointer::Pointer;
use crate::load::report::Report;
use crate::load::suggest::nearest;
use crate::load::tree::Mapping;

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for reference in &outline.references {
        if let Some((what, help)) = fault(outline, reference) {
            report.add(reference.at, what, help);
        }
    }
}

fn fault(outline: &Outline<'_>, reference: &Reference<'_>) -> Option<(String, String)> {
    let Reference { kind, target, .. } = *reference;
    let section = kind.section()?;
    if !target.starts_with('#') {
        return Some((
            format!("`{target}` is outside of this document"),
            format!("copy what it names to `#/components/{section}/NAME` and refer to that"),
        ));
    }
    let Some(name) = component_name(kind, target) else {
        return Some(wrong_place(kind, section, target));
    };
    if outline.component(kind, &name).is_some() {
        return None;
    }
    let known = outline.section(kind).into_iter().flat_map(Mapping::keys);
    let help = match nearest(&name, known) {
        Some(meant) => format!("did you mean `#/components/{section}/{meant}`?"),
        None => format!("add `{name}` under `components.{section}`, or refer to what is there"),
    };
    Some((format!("there is nothing at `{target}`"), help))
}

fn wrong_place(kind: Kind, section: &str, target: &str) -> (String, String) {
    let keys = target.strip_prefix('#').and_then(Pointer::parse);
    let keys: Vec<_> = keys.iter().flat_map(Pointer::keys).collect();
    let what = match keys.as_slice() {
        ["components", other, _] => {
            format!("`{target}` is in `{other}`, and {} is wanted", kind.described())
        }
        _ => format!("`{target}` does not name a component"),
    };
    (what, format!("refer to `#/components/{section}/NAME`"))
}
