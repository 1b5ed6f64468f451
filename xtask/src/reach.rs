//! Which named schemas can be reached from which.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{ReferenceOr, Schema};

use crate::walk::{self, Slot};

/// The named schemas reached so far.
#[derive(Debug)]
pub struct Reach {
    edges: BTreeMap<String, Vec<String>>,
    reached: BTreeSet<String>,
}

impl Reach {
    /// Nothing reached yet, along every reference.
    #[must_use]
    pub fn of<'a>(
        schemas: impl IntoIterator<Item = (&'a String, &'a mut ReferenceOr<Schema>)>,
    ) -> Self {
        Self::along(schemas, &|_| true)
    }

    /// Nothing reached yet, along the references below those schemas that `takes` accepts.
    #[must_use]
    pub fn along<'a>(
        schemas: impl IntoIterator<Item = (&'a String, &'a mut ReferenceOr<Schema>)>,
        takes: &dyn Fn(&Schema) -> bool,
    ) -> Self {
        let mut edges = BTreeMap::new();
        for (name, schema) in schemas {
            let mut targets = Vec::new();
            collect(Slot::Plain(schema), takes, &mut targets);
            edges.insert(name.clone(), targets);
        }
        Self { edges, reached: BTreeSet::new() }
    }

    /// Reaches the schema and everything that it leads to.
    pub fn follow(&mut self, name: &str) {
        follow(&self.edges, name, &mut self.reached);
    }

    /// Whether the schema leads to itself.
    #[must_use]
    pub fn leads_back(&self, name: &str) -> bool {
        let mut reached = BTreeSet::new();
        for target in self.edges.get(name).into_iter().flatten() {
            follow(&self.edges, target, &mut reached);
        }
        reached.contains(name)
    }

    /// Whether the schema has been reached.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.reached.contains(name)
    }
}

fn follow(edges: &BTreeMap<String, Vec<String>>, name: &str, reached: &mut BTreeSet<String>) {
    let mut ahead = vec![name.to_owned()];
    while let Some(name) = ahead.pop() {
        if let Some(targets) = edges.get(&name)
            && reached.insert(name)
        {
            ahead.extend(targets.iter().cloned());
        }
    }
}

fn collect(mut slot: Slot<'_>, takes: &dyn Fn(&Schema) -> bool, targets: &mut Vec<String>) {
    if let Some(reference) = slot.reborrow().reference() {
        targets.push(walk::schema_name(reference).to_owned());
        return;
    }
    let Some(schema) = slot.schema() else { return };
    if takes(schema) {
        for (_, child) in walk::children(schema) {
            collect(child, takes, targets);
        }
    }
}
