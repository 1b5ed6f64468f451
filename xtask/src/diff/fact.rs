//! Facts about an API, and the effects of changing them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};

use super::change::{Change, Effect};
use super::value::{Value, code};

/// A fact that callers or the server can observe, with facts about its parts.
pub(super) struct Fact {
    value: Value,
    policy: Policy,
    parts: BTreeMap<String, Fact>,
}

/// The effects of removing, changing and adding a fact. An effect is `None` if another fact covers that change.
#[derive(Clone, Copy)]
pub(super) struct Policy {
    pub(super) removed: Option<Effect>,
    pub(super) changed: Option<Effect>,
    pub(super) new: Option<Effect>,
}

/// The policy for names in callers' code.
pub(super) const API: Policy = Policy { new: Some(Effect::Compatible), ..always(Effect::Compile) };
/// The policy for variants that responses contain. Before, each value of a new variant was `Unknown`, or, for
/// a success value, another variant.
pub(super) const VARIANT: Policy = Policy { new: Some(Effect::Variant), ..API };
/// The policy for facts that restrict callers: required features, and fields that only the server can set.
pub(super) const DEMAND: Policy =
    Policy { removed: Some(Effect::Compatible), ..always(Effect::Compile) };
/// The policy for rules that the client or the server checks.
pub(super) const RULE: Policy =
    Policy { removed: Some(Effect::Compatible), ..always(Effect::Call) };
/// The policy for values on the wire.
pub(super) const WIRE: Policy = always(Effect::Wire);
/// The policy for the form of a value on the wire. Another fact covers the addition or removal of the value itself.
pub(super) const FORM: Policy = Policy { removed: None, new: None, ..WIRE };
/// The policy for a server default, which may have existed before it was documented.
pub(super) const DEFAULT: Policy = Policy { changed: Some(Effect::Wire), ..NOTE };
/// The policy for facts that only inform callers.
pub(super) const NOTE: Policy = always(Effect::Compatible);
pub(super) const DOCUMENTATION: Policy = always(Effect::Documentation);

pub(super) const fn always(effect: Effect) -> Policy {
    Policy { removed: Some(effect), changed: Some(effect), new: Some(effect) }
}

impl Fact {
    /// Creates a fact without parts. A fact that needs no value, such as a deprecation, has an empty value.
    pub(super) fn new(policy: Policy, value: impl Into<Value>) -> Self {
        Self { value: value.into(), policy, parts: BTreeMap::new() }
    }

    /// Sets the effect of adding the fact, unless the addition breaks callers.
    pub(super) fn unless_breaking(mut self, effect: Effect) -> Self {
        if self.policy.new == Some(Effect::Compatible) {
            self.policy.new = Some(effect);
        }
        self
    }

    /// Adds `part`, unless it is `None`.
    pub(super) fn part(mut self, name: impl Display, part: impl Into<Option<Self>>) -> Self {
        self.parts.extend(part.into().map(|part| (name.to_string(), part)));
        self
    }

    /// Adds a part whose value is formatted as code.
    pub(super) fn code(self, name: impl Display, policy: Policy, value: impl Display) -> Self {
        self.part(name, Self::new(policy, code(value)))
    }

    /// Adds a part, unless its value is `None`.
    pub(super) fn optional<V: Into<Value>>(
        self,
        name: impl Display,
        policy: Policy,
        value: Option<V>,
    ) -> Self {
        self.part(name, value.map(|value| Self::new(policy, value)))
    }

    /// Adds a part for text that is only documentation.
    pub(super) fn documentation(self, text: impl Debug) -> Self {
        self.part("documentation", Self::new(DOCUMENTATION, format!("{text:?}")))
    }

    /// Returns the effect of the change from `old`, which has a different value.
    fn effect_since(&self, old: &Self) -> Option<Effect> {
        match (&old.value, &self.value) {
            (Value::Range(old), Value::Range(new)) if !new.refuses_more_than(old) => {
                Some(Effect::Compatible)
            }
            (Value::Arguments(old), Value::Arguments(new)) => new.effect_since(old),
            _ => self.policy.changed,
        }
    }
}

/// Collects the changes to a fact and its parts.
pub(super) fn compare(name: &str, old: Option<&Fact>, new: Option<&Fact>, found: &mut Vec<Change>) {
    let (effect, what) = match (old, new) {
        (Some(old), None) => (old.policy.removed, "removed".to_owned()),
        (None, Some(new)) => match new.value.to_string() {
            value if value.is_empty() => (new.policy.new, "new".to_owned()),
            value => (new.policy.new, format!("new, {value}")),
        },
        (Some(old), Some(new)) if old.value != new.value => {
            (new.effect_since(old), format!("{} becomes {}", old.value, new.value))
        }
        _ => (None, String::new()),
    };
    // Names and values come from the document. A line break in one of them must not look like another change.
    let text = format!("{name}: {what}").replace(char::is_control, "\u{fffd}");
    found.extend(effect.map(|effect| Change { effect, text }));
    if let (Some(old), Some(new)) = (old, new) {
        let parts: BTreeSet<&String> = old.parts.keys().chain(new.parts.keys()).collect();
        for part in parts {
            compare(&format!("{name}, {part}"), old.parts.get(part), new.parts.get(part), found);
        }
    }
}
