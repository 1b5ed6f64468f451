//! YAML values that know where they stand in the text.

use indexmap::IndexMap;
use serde_yaml::Number;

use super::pointer::Pointer;
use crate::source::Span;

/// A value and where it stands: a text, a number or a flow collection as a whole, a block collection
/// by its first entry.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: Span,
    pub(super) value: Value,
}

#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    Sequence(Vec<Node>),
    Mapping(Mapping),
}

/// A mapping in the order of the text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mapping(pub(super) IndexMap<String, Entry>);

#[derive(Debug)]
pub(super) struct Entry {
    /// Where the key stands.
    pub(super) at: Span,
    /// YAML reads the unquoted key as something else than text, such as `404` or `null`.
    pub(super) bare: bool,
    pub(super) node: Node,
}

/// Two values are the same wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Where the key, the list item or the text at `pointer` stands, or the last on the way that is there.
    pub(super) fn find(&self, pointer: &Pointer) -> Span {
        let mut node = self;
        let mut found = Span::START;
        for key in pointer.keys() {
            let next = match &node.value {
                Value::Mapping(mapping) => mapping.entry(key).map(|entry| (&entry.node, entry.at)),
                Value::Sequence(items) => key
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get(index))
                    .map(|item| (item, item.at)),
                _ => None,
            };
            match next {
                Some((next, _)) if next.text().is_some() => return next.at,
                Some((next, at)) => (node, found) = (next, at),
                None => break,
            }
        }
        found
    }
}

impl Mapping {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub(super) fn mapping(&self, key: &str) -> Option<&Mapping> {
        self.get(key)?.mapping()
    }

    /// The items of the list under `key`; none if there is no list.
    pub(super) fn items(&self, key: &str) -> &[Node] {
        self.get(key).map_or(&[], Node::items)
    }

    /// The entries of the mapping under `key`; none if there is no mapping.
    pub(super) fn entries(&self, key: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.mapping(key).into_iter().flat_map(Mapping::iter)
    }

    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.value == Value::Flag(true))
    }
}
