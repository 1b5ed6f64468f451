//! No component is defined by itself: not through `$ref` alone, and no schema through `allOf`.
//!
//! A schema may well hold itself in a property or in a list: such values end.

use std::collections::HashSet;

use crate::load::grammar::Kind;
use crate::load::outline::{Outline, component_name};
use crate::load::report::Report;
use crate::load::tree::{Mapping, Node};

const KINDS: &[Kind] = &[
    Kind::Example,
    Kind::Header,
    Kind::Parameter,
    Kind::RequestBody,
    Kind::Response,
    Kind::Schema,
    Kind::SecurityScheme,
];

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for &kind in KINDS {
        let mut search = Search { outline, kind, way: Vec::new(), done: HashSet::new() };
        for (name, entry) in outline.section(kind).into_iter().flat_map(Mapping::iter) {
            if let Some(circle) = search.circle_from(name) {
                report.add(
                    entry.at,
                    format!("`{name}` is defined by itself: {circle}"),
                    "write out one of them",
                );
            }
        }
    }
}

struct Search<'t> {
    outline: &'t Outline<'t>,
    kind: Kind,
    /// The names that led here.
    way: Vec<String>,
    /// The names all of whose definitions have been followed.
    done: HashSet<String>,
}

impl Search<'_> {
    /// The first circle that is met, `A -> B -> A`.
    fn circle_from(&mut self, name: &str) -> Option<String> {
        if let Some(start) = self.way.iter().position(|passed| passed == name) {
            let circle = self.way.get(start..).unwrap_or_default().join(" -> ");
            return Some(format!("{circle} -> {name}"));
        }
        if !self.done.insert(name.to_owned()) {
            return None;
        }
        let mut targets = Vec::new();
        if let Some(node) = self.outline.component(self.kind, name) {
            definitions(self.kind, node, &mut targets);
        }
        self.way.push(name.to_owned());
        let circle = targets.iter().find_map(|target| self.circle_from(target));
        self.way.pop();
        circle
    }
}

/// The components without which this one says nothing.
fn definitions(kind: Kind, node: &Node, targets: &mut Vec<String>) {
    let Some(mapping) = node.mapping() else {
        return;
    };
    let target = mapping.text("$ref");
    targets.extend(target.and_then(|target| component_name(kind, target)));
    if kind == Kind::Schema {
        for member in mapping.items("allOf") {
            definitions(kind, member, targets);
        }
    }
}
