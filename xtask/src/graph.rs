//! Reachability in a graph of names.

use std::collections::{BTreeMap, BTreeSet};

/// A directed graph of names.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    edges: BTreeMap<String, Vec<String>>,
}

impl FromIterator<(String, Vec<String>)> for Graph {
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(edges: I) -> Self {
        Self { edges: edges.into_iter().collect() }
    }
}

impl Graph {
    /// Returns these names and all names reachable from them. Names without a node are left out.
    #[must_use]
    pub fn reachable<'a>(&self, from: impl IntoIterator<Item = &'a str>) -> BTreeSet<&str> {
        let mut ahead: Vec<&str> = Vec::new();
        let mut reached = BTreeSet::new();
        for name in from {
            ahead.extend(self.edges.get_key_value(name).map(|(name, _)| name.as_str()));
        }
        while let Some(name) = ahead.pop() {
            if reached.insert(name) {
                let targets = self.edges.get(name).into_iter().flatten();
                let known = targets.filter_map(|target| self.edges.get_key_value(target));
                ahead.extend(known.map(|(target, _)| target.as_str()));
            }
        }
        reached
    }

    /// Returns whether `to` is reachable from `from` in one or more steps.
    #[must_use]
    pub fn leads(&self, from: &str, to: &str) -> bool {
        let targets = self.edges.get(from).into_iter().flatten();
        self.reachable(targets.map(String::as_str)).contains(to)
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    #[test]
    fn a_cycle_leads_back_to_its_start() {
        let edges = [("a", vec!["b"]), ("b", vec!["c", "d"]), ("c", vec!["a"]), ("d", vec![])];
        let edges =
            edges.map(|(name, to)| (name.to_owned(), to.into_iter().map(Into::into).collect()));
        let graph: Graph = edges.into_iter().collect();
        assert!(graph.leads("a", "a") && graph.leads("c", "d"));
        assert!(!graph.leads("d", "d") && !graph.leads("d", "a"));
        assert_eq!(graph.reachable(["d", "missing"]).len(), 1);
    }
}
