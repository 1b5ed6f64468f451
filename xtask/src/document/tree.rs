//! A document as two parallel trees: JSON values, and their locations in the text.
//!
//! The values are plain JSON, so that serde can decode them and a `JSONPath` can select them. Every edit changes both
//! trees. So, a pointer into the edited values still leads to the location of its value, or of the nearest ancestor in
//! the text.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Diagnostics, Finding, Place, Pointer, Source, Span};

/// A tree of values and a tree of their locations.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) value: Value,
    pub(super) spans: Spans,
}

/// The locations of a value, of its key, and of the values in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    /// The key, or the start of a list item.
    pub(super) key: Span,
    /// The complete scalar or flow collection, or the first key or item of a block collection.
    pub(super) value: Span,
    pub(super) below: Below,
}

/// The locations of the values in a collection.
#[derive(Clone, Debug, Default)]
pub(super) enum Below {
    #[default]
    Nothing,
    List(Vec<Spans>),
    Map(IndexMap<String, Spans>),
}

/// An edit of a tree. Removing, renaming or copying a value that no longer exists has no effect.
#[derive(Debug, PartialEq)]
pub(super) enum Edit {
    Remove(Pointer),
    /// Replaces a value, or adds it to its object or list. Creates missing parents.
    Set(Pointer, Value),
    /// Adds an item to a list. Creates the list if it is missing.
    Append(Pointer, Value),
    /// Renames the key of a value, unless the new key is taken.
    Rename(Pointer, String),
    /// Sets a value to a copy of another value, including locations.
    Copy {
        from: Pointer,
        to: Pointer,
    },
}

impl Edit {
    /// Returns the sort key of an edit. Edits in descending order do not interfere with each other: values are set
    /// first, then values are removed, and keys are renamed last.
    pub(super) fn order(&self) -> (u8, Vec<(Option<usize>, &str)>) {
        let (group, pointer) = match self {
            Self::Set(pointer, _) | Self::Append(pointer, _) | Self::Copy { to: pointer, .. } => {
                (2, pointer)
            }
            Self::Remove(pointer) => (1, pointer),
            Self::Rename(pointer, _) => (0, pointer),
        };
        let keys = pointer.keys().iter().map(|key| (key.parse().ok(), key.as_str()));
        (group, keys.collect())
    }
}

impl Tree {
    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Remove(pointer) => self.remove(&pointer),
            Edit::Set(pointer, value) => self.set(&pointer, value, None),
            Edit::Append(pointer, item) => match get_mut(&mut self.value, pointer.keys()) {
                Some(Value::Array(items)) => items.push(item),
                _ => self.set(&pointer, json!([item]), None),
            },
            Edit::Rename(pointer, key) => self.rename(&pointer, &key),
            Edit::Copy { from, to } => {
                if let Some(value) = get(&self.value, &from).cloned() {
                    let spans = self.spans.find(&from).cloned();
                    self.set(&to, value, spans);
                }
            }
        }
    }

    pub(super) fn remove(&mut self, pointer: &Pointer) {
        let Some((key, parent)) = pointer.keys().split_last() else { return };
        match get_mut(&mut self.value, parent) {
            Some(Value::Object(fields)) => _ = fields.shift_remove(key),
            Some(Value::Array(items)) => match index(key, items.len()) {
                Some(index) => _ = items.remove(index),
                None => return,
            },
            _ => return,
        }
        match self.spans.find_mut(parent).map(|it| &mut it.below) {
            Some(Below::List(items)) => {
                if let Some(index) = index(key, items.len()) {
                    items.remove(index);
                }
            }
            Some(Below::Map(entries)) => _ = entries.shift_remove(key),
            _ => {}
        }
    }

    /// Sets a value. Without `spans`, the value gets the location of the old value or, if there is none, of the parent.
    pub(super) fn set(&mut self, pointer: &Pointer, new: Value, spans: Option<Spans>) {
        let Some((key, parent)) = pointer.keys().split_last() else {
            self.value = new;
            self.spans = spans.unwrap_or_default();
            return;
        };
        for (depth, key) in parent.iter().enumerate() {
            if let Some(Value::Object(fields)) =
                parent.get(..depth).and_then(|keys| get_mut(&mut self.value, keys))
            {
                fields.entry(key).or_insert_with(|| json!({}));
            }
        }
        match get_mut(&mut self.value, parent) {
            Some(Value::Object(fields)) => _ = fields.insert(key.clone(), new),
            Some(Value::Array(items)) => match index(key, items.len()) {
                Some(index) => items.splice(index..=index, [new]).for_each(drop),
                None => items.push(new),
            },
            _ => return,
        }
        match spans {
            Some(spans) => self.spans.set(pointer.keys(), spans),
            None => {
                if let Some(old) = self.spans.find_mut(pointer.keys()) {
                    old.below = Below::Nothing;
                }
            }
        }
    }

    fn rename(&mut self, pointer: &Pointer, new: &str) {
        let Some((key, parent)) = pointer.keys().split_last() else { return };
        let Some(Value::Object(fields)) = get_mut(&mut self.value, parent) else { return };
        if fields.contains_key(new) {
            return;
        }
        *fields = std::mem::take(fields)
            .into_iter()
            .map(|(name, value)| (if name == *key { new.to_owned() } else { name }, value))
            .collect::<Map<_, _>>();
        if let Some(Below::Map(entries)) = self.spans.find_mut(parent).map(|it| &mut it.below)
            && let Some(spans) = entries.shift_remove(key)
        {
            entries.insert(new.to_owned(), spans);
        }
    }
}

impl Spans {
    /// Returns the span of a location, or of its nearest ancestor in the text.
    pub(super) fn span(&self, place: &Place) -> Span {
        let (pointer, wants_key) = match place {
            Place::Text(span) => return *span,
            Place::Value(pointer) => (pointer, false),
            Place::Key(pointer) => (pointer, true),
        };
        let mut spans = self;
        let mut is_exact = true;
        for key in pointer.keys() {
            if let Some(child) = spans.child(key) {
                spans = child;
            } else {
                is_exact = false;
                break;
            }
        }
        let is_text = matches!(spans.below, Below::Nothing) && spans.value.length > 0;
        if is_exact && is_text && !wants_key { spans.value } else { spans.key }
    }

    /// Locates findings in their sources.
    pub(super) fn locate(
        &self,
        findings: impl IntoIterator<Item = Finding>,
        sources: &[Source],
    ) -> Diagnostics {
        let located = findings.into_iter().map(|finding| {
            let span = self.span(&finding.place);
            Diagnostic::new(finding, span, sources)
        });
        Diagnostics::new(located.collect())
    }

    pub(super) fn find(&self, pointer: &Pointer) -> Option<&Self> {
        pointer.keys().iter().try_fold(self, |spans, key| spans.child(key))
    }

    /// Sets the location of a value. Missing parents get the location of their own parent.
    fn set(&mut self, keys: &[String], spans: Self) {
        let Some((key, below)) = keys.split_first() else {
            *self = spans;
            return;
        };
        if self.child(key).is_none() {
            let new = Self { key: self.key, value: self.value, below: Below::Nothing };
            match &mut self.below {
                Below::List(items) => items.push(new),
                Below::Map(entries) => _ = entries.insert(key.clone(), new),
                Below::Nothing => self.below = Below::Map(IndexMap::from([(key.clone(), new)])),
            }
        }
        if let Some(child) = self.child_mut(key) {
            child.set(below, spans);
        }
    }

    fn find_mut(&mut self, keys: &[String]) -> Option<&mut Self> {
        keys.iter().try_fold(self, |spans, key| spans.child_mut(key))
    }

    pub(super) fn child(&self, key: &str) -> Option<&Self> {
        match &self.below {
            Below::Nothing => None,
            Below::List(items) => items.get(key.parse::<usize>().ok()?),
            Below::Map(entries) => entries.get(key),
        }
    }

    fn child_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.below {
            Below::Nothing => None,
            Below::List(items) => items.get_mut(key.parse::<usize>().ok()?),
            Below::Map(entries) => entries.get_mut(key),
        }
    }
}

/// Returns the value at a pointer.
pub(super) fn get<'t>(root: &'t Value, pointer: &Pointer) -> Option<&'t Value> {
    pointer.keys().iter().try_fold(root, |value, key| match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

fn get_mut<'t>(root: &'t mut Value, keys: &[String]) -> Option<&'t mut Value> {
    keys.iter().try_fold(root, |value, key| match value {
        Value::Object(fields) => fields.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

fn index(key: &str, length: usize) -> Option<usize> {
    key.parse().ok().filter(|index| *index < length)
}
