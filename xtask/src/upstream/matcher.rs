//! The equivalence of the vendor's components and the spec's, regardless of prose and deliberate differences.

use std::collections::BTreeMap;

use super::compare::Comparison;
use super::marks::Marks;
use super::node::Node;
use super::schema::Direction;
use crate::diagnostic::{Diagnostics, Pointer};
use crate::document::Raw;

/// A matcher that finds the component of the spec that is equivalent to a part of the vendor's document.
pub(crate) struct Matcher<'d> {
    marks: Marks,
    schemas: Vec<Node<'d>>,
    parameters: Vec<Node<'d>>,
    /// The known pairs of components, by the location in the vendor's document. The value is the location in the spec.
    /// Operations in both documents use the two components in the same place.
    known: BTreeMap<Pointer, Pointer>,
}

impl<'d> Matcher<'d> {
    /// Creates a matcher. Compares the operations that both documents have, to find the known pairs of components.
    ///
    /// # Errors
    ///
    /// Returns an error if a mark in the spec is malformed.
    pub(crate) fn new(ours: &'d Raw, vendor: &Raw) -> Result<Self, Diagnostics> {
        let marks = Marks::of(ours)?;
        let components = Node::at(ours, Pointer::new(["components"]));
        let components = |section: &str| {
            let all = components.iter().flat_map(|it| it.children(section));
            all.map(|(_, node)| node).collect::<Vec<_>>()
        };
        let (schemas, parameters) = (components("schemas"), components("parameters"));
        let comparison = Comparison::of(ours, vendor, &marks);
        let is_component = |it: &Pointer| it.keys().len() == 3;
        let pairs =
            comparison.pairs().filter(|(ours, vendor)| is_component(ours) && is_component(vendor));
        let known = pairs.map(|(ours, vendor)| (vendor.clone(), ours.clone())).collect();
        Ok(Self { marks, schemas, parameters, known })
    }

    /// Returns the equivalent schema in the spec. If the vendor's schema has none of `properties`, `enum`, `allOf`,
    /// `oneOf` and `anyOf`, considers only the known pairs, because otherwise many schemas would match.
    pub(crate) fn schema(&self, vendor: &Node<'_>) -> Option<Pointer> {
        let vendor = vendor.resolved();
        if let Some(known) = self.known.get(&vendor.pointer) {
            return Some(known.clone());
        }
        let specific = ["properties", "enum", "allOf", "oneOf", "anyOf"];
        if !specific.iter().any(|key| vendor.value.get(*key).is_some()) {
            return None;
        }
        let found = self.schemas.iter().find(|ours| {
            self.is_same(|comparison| {
                comparison.schema(ours, &vendor, Direction::Request);
                comparison.schema(ours, &vendor, Direction::Response);
            })
        });
        found.map(|it| it.pointer.clone())
    }

    /// Returns the equivalent parameter in the spec.
    pub(crate) fn parameter(&self, vendor: &Node<'_>) -> Option<Pointer> {
        let has_same_name =
            |ours: &&Node<'_>| ["in", "name"].iter().all(|key| ours.text(key) == vendor.text(key));
        let mut candidates = self.parameters.iter().filter(has_same_name);
        let found =
            candidates.find(|ours| self.is_same(|comparison| comparison.parameter(ours, vendor)));
        found.map(|it| it.pointer.clone())
    }

    /// Returns whether two responses have the same content.
    pub(crate) fn is_same_response(&self, ours: &Node<'_>, vendor: &Node<'_>) -> bool {
        self.is_same(|comparison| comparison.body(ours, vendor, Direction::Response))
    }

    fn is_same(&self, compare: impl FnOnce(&mut Comparison<'_>)) -> bool {
        let mut comparison = Comparison::until_difference(&self.marks);
        compare(&mut comparison);
        comparison.is_clean()
    }
}
