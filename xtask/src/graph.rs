//! Reachability and cycles in a graph of names.

use std::collections::{BTreeMap, BTreeSet};

/// A directed graph of names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    edges: BTreeMap<String, Vec<String>>,
}

impl FromIterator<(String, Vec<String>)> for Graph {
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(edges: I) -> Self {
        let mut graph = Self::default();
        for (name, targets) in edges {
            graph.add(&name, targets);
        }
        graph
    }
}

impl Graph {
    /// Adds a name, and edges from it to the targets.
    pub(crate) fn add(&mut self, name: &str, targets: impl IntoIterator<Item = String>) {
        self.edges.entry(name.to_owned()).or_default().extend(targets);
    }

    /// Returns the given names and all names reachable from them. Leaves out names that are not nodes of the graph.
    pub(crate) fn reachable<'a>(&self, from: impl IntoIterator<Item = &'a str>) -> BTreeSet<&str> {
        let known = |name: &str| self.edges.get_key_value(name);
        let mut ahead: Vec<_> = from.into_iter().filter_map(known).collect();
        let mut reached = BTreeSet::new();
        while let Some((name, targets)) = ahead.pop() {
            if reached.insert(name.as_str()) {
                ahead.extend(targets.iter().filter_map(|target| known(target)));
            }
        }
        reached
    }

    /// Returns the graph with the direction of each edge reversed.
    pub(crate) fn reversed(&self) -> Self {
        let mut edges: BTreeMap<String, Vec<String>> =
            self.edges.keys().map(|name| (name.clone(), Vec::new())).collect();
        for (name, targets) in &self.edges {
            for target in targets {
                edges.entry(target.clone()).or_default().push(name.clone());
            }
        }
        Self { edges }
    }

    /// Returns whether `to` is reachable from `from` in one or more steps.
    pub(crate) fn leads(&self, from: &str, to: &str) -> bool {
        let targets = self.edges.get(from).into_iter().flatten();
        self.reachable(targets.map(String::as_str)).contains(to)
    }

    /// Returns a number for each name. Two names have the same number if and only if each is reachable from the other.
    ///
    /// Uses Kosaraju's algorithm, whose run time is roughly proportional to the size of the graph.
    pub(crate) fn cycles(&self) -> BTreeMap<&str, usize> {
        let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, targets) in &self.edges {
            for target in targets {
                sources.entry(target).or_default().push(name);
            }
        }
        let mut cycles = BTreeMap::new();
        for (number, name) in self.targets_first().into_iter().rev().enumerate() {
            let mut ahead = vec![name];
            while let Some(name) = ahead.pop() {
                if !cycles.contains_key(name) {
                    cycles.insert(name, number);
                    ahead.extend(sources.get(name).into_iter().flatten());
                }
            }
        }
        cycles
    }

    /// Returns the names in an order in which each name follows its targets, except for targets that lead back to the
    /// name.
    fn targets_first(&self) -> Vec<&str> {
        let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
        let mut ahead: Vec<(&str, bool)> =
            self.edges.keys().map(|it| (it.as_str(), false)).collect();
        while let Some((name, is_done)) = ahead.pop() {
            if is_done {
                order.push(name);
            } else if seen.insert(name) {
                ahead.push((name, true));
                let targets = self.edges.get(name).into_iter().flatten();
                let known = targets.filter(|target| self.edges.contains_key(*target));
                ahead.extend(known.map(|target| (target.as_str(), false)));
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    #[test]
    fn reachability_follows_edges_and_cycles() {
        let edges = [("a", vec!["b"]), ("b", vec!["c", "d"]), ("c", vec!["a"]), ("d", vec![])];
        let edges =
            edges.map(|(name, to)| (name.to_owned(), to.into_iter().map(Into::into).collect()));
        let graph: Graph = edges.into_iter().collect();
        assert!(graph.leads("a", "a") && graph.leads("c", "d"));
        assert!(!graph.leads("d", "d") && !graph.leads("d", "a"));
        assert_eq!(graph.reachable(["d", "missing"]).len(), 1);
        let reversed = graph.reversed();
        assert!(reversed.leads("d", "c") && !reversed.leads("c", "d"));
        assert_eq!(reversed.reachable(["d"]).len(), 4);
    }

    #[test]
    fn only_names_in_the_same_cycle_have_the_same_number() {
        let edges = [("a", "bc"), ("b", "ax"), ("c", "d"), ("d", "ec"), ("e", ""), ("f", "af")];
        let graph: Graph = edges
            .into_iter()
            .map(|(name, to)| (name.to_owned(), to.chars().map(String::from).collect()))
            .collect();
        let cycles = graph.cycles();
        for (one, number) in &cycles {
            for (other, others) in &cycles {
                let is_same = one == other || graph.leads(one, other) && graph.leads(other, one);
                assert_eq!(number == others, is_same, "{one} {other}");
            }
        }
        assert_eq!(cycles.len(), 6);
    }
}
