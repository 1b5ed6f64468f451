//! Values of facts, and their comparison.

use std::cmp::Ordering;
use std::fmt::{self, Display};

use serde_json::Number;

use super::change::Effect;
use crate::api::types::Type;

/// The value of a fact.
#[derive(PartialEq)]
pub(super) enum Value {
    Text(String),
    Range(Range),
    Arguments(Arguments),
}

impl<T: Into<String>> From<T> for Value {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Range(range) => range.fmt(f),
            Self::Arguments(arguments) => arguments.fmt(f),
        }
    }
}

/// The range of numbers that a rule allows.
#[derive(PartialEq)]
pub(super) struct Range {
    pub(super) low: Option<Limit>,
    pub(super) high: Option<Limit>,
}

/// One end of a range.
#[derive(PartialEq)]
pub(super) struct Limit {
    pub(super) value: Number,
    pub(super) exclusive: bool,
}

impl Range {
    /// Returns the range, if there is at least one limit.
    pub(super) fn limits(self) -> Option<Value> {
        (self.low.is_some() || self.high.is_some()).then_some(Value::Range(self))
    }

    /// Returns whether the range excludes a number that `old` allows.
    pub(super) fn refuses_more_than(&self, old: &Self) -> bool {
        is_tighter(old.low.as_ref(), self.low.as_ref(), Ordering::Greater)
            || is_tighter(old.high.as_ref(), self.high.as_ref(), Ordering::Less)
    }
}

/// Returns whether `new` is stricter than `old`. `direction` is the order of a stricter value relative to a less strict
/// one.
fn is_tighter(old: Option<&Limit>, new: Option<&Limit>, direction: Ordering) -> bool {
    let Some(new) = new else { return false };
    let Some(old) = old else { return true };
    match order(&new.value, &old.value) {
        Some(Ordering::Equal) => new.exclusive && !old.exclusive,
        order => order == Some(direction),
    }
}

/// Compares two numbers. Integers are compared exactly, because `f64` cannot represent all of them.
fn order(one: &Number, other: &Number) -> Option<Ordering> {
    let integer = |it: &Number| it.as_i64().map(i128::from).or(it.as_u64().map(i128::from));
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

impl Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(low), Some(high)) = (&self.low, &self.high)
            && !low.exclusive
            && !high.exclusive
        {
            return write!(f, "{} to {}", low.value, high.value);
        }
        let end = |limit: &Limit, inclusive, exclusive| {
            format!("{} {}", if limit.exclusive { exclusive } else { inclusive }, limit.value)
        };
        let low = self.low.as_ref().map(|it| end(it, "at least", "more than"));
        let high = self.high.as_ref().map(|it| end(it, "at most", "less than"));
        let ends: Vec<String> = low.into_iter().chain(high).collect();
        f.write_str(&ends.join(" and "))
    }
}

/// The arguments of a method or of `new`: names and types, in order.
#[derive(PartialEq)]
pub(super) struct Arguments(pub(super) Vec<(String, Type)>);

impl Arguments {
    /// Returns the effect of a new order of the arguments that both versions have, or `None` if their order is the
    /// same. Calls do not contain the names of arguments, so a call still compiles if each position has the same type.
    pub(super) fn effect_since(&self, old: &Self) -> Option<Effect> {
        let common = |these: &Self, others: &Self| -> Vec<String> {
            let names = these.0.iter().map(|(name, _)| name);
            names.filter(|name| others.0.iter().any(|(other, _)| other == *name)).cloned().collect()
        };
        let types = |of: &Self| of.0.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>();
        let is_reordered = common(old, self) != common(self, old);
        let effect = if types(old) == types(self) { Effect::Call } else { Effect::Compile };
        is_reordered.then_some(effect)
    }
}

impl Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "`{}`", names.join(", "))
    }
}

/// Formats a value as code.
pub(super) fn code(text: impl Display) -> String {
    format!("`{text}`")
}

/// Formats the values as code and joins them with `separator`. Returns `None` if there are no values.
pub(super) fn codes<T: Display>(
    texts: impl IntoIterator<Item = T>,
    separator: &str,
) -> Option<String> {
    let texts: Vec<String> = texts.into_iter().map(code).collect();
    (!texts.is_empty()).then(|| texts.join(separator))
}
