//! The document seen as OpenAPI: which object of which kind stands where.

use super::grammar::Kind;
use super::pointer::unescape;
use super::tree::{Mapping, Node};
use crate::source::Span;

/// An object and the key, or the list, that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'t> {
    pub(super) kind: Kind,
    /// The key over the object; in a list, the list's key.
    pub(super) name: &'t str,
    /// Where the key stands; in a list, where the item starts.
    pub(super) at: Span,
    pub(super) fields: &'t Mapping,
}

/// A `$ref` in a place where an object of `kind` is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference<'t> {
    pub(super) kind: Kind,
    pub(super) at: Span,
    pub(super) target: &'t str,
}

/// An operation and the path item around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'t> {
    pub(super) path: &'t str,
    pub(super) method: &'t str,
    /// Where the method stands.
    pub(super) at: Span,
    pub(super) fields: &'t Mapping,
    pub(super) path_item: &'t Mapping,
}

/// All objects and references of a document, in the order of its text.
#[derive(Debug)]
pub(super) struct Outline<'t> {
    pub(super) root: &'t Mapping,
    pub(super) objects: Vec<Object<'t>>,
    pub(super) references: Vec<Reference<'t>>,
}

impl<'t> Outline<'t> {
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = Object<'t>> {
        self.objects.iter().filter(move |object| object.kind == kind).copied()
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'t>> {
        self.all(Kind::PathItem).flat_map(|item| {
            METHODS.iter().filter_map(move |method| {
                let entry = item.fields.entry(method)?;
                Some(Operation {
                    path: item.name,
                    method,
                    at: entry.at,
                    fields: entry.node.mapping()?,
                    path_item: item.fields,
                })
            })
        })
    }

    /// What stands in `components` under this kind's section.
    pub(super) fn component(&self, kind: Kind, name: &str) -> Option<&'t Node> {
        self.section(kind)?.get(name)
    }

    pub(super) fn section(&self, kind: Kind) -> Option<&'t Mapping> {
        self.root.mapping("components")?.mapping(kind.section()?)
    }

    /// The object itself, wherever its `$ref` leads; nothing if that leads nowhere.
    pub(super) fn resolve(&self, kind: Kind, node: &'t Node) -> Option<&'t Mapping> {
        let mut mapping = node.mapping()?;
        // A chain longer than the section has entries goes in a circle.
        for _ in 0..=self.section(kind).map_or(0, Mapping::len) {
            let Some(target) = mapping.text("$ref") else {
                return Some(mapping);
            };
            mapping = self.component(kind, &component_name(kind, target)?)?.mapping()?;
        }
        None
    }
}

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The `NAME` of `#/components/SECTION/NAME`, if the section is this kind's.
pub(super) fn component_name(kind: Kind, target: &str) -> Option<String> {
    let section = target.strip_prefix("#/components/")?.strip_prefix(kind.section()?)?;
    let name = section.strip_prefix('/').filter(|name| !name.contains('/'))?;
    Some(unescape(name))
}
