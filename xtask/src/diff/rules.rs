//! Facts about the rules that the client checks before it sends a value.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Number;

use super::fact::{Fact, RULE, Value};
use crate::api::types::Rules;

/// Adds the rules of a value.
pub(super) fn facts(fact: Fact, prefix: &str, rules: &Rules) -> Fact {
    let limit =
        |value: &Option<Number>, exclusive| Some(Limit { value: value.clone()?, exclusive });
    let count = |value: Option<usize>| Some(Limit { value: value?.into(), exclusive: false });
    // A minimum of zero allows every count.
    let least = |value: Option<usize>| count(value.filter(|&value| value > 0));
    let value = Range {
        low: limit(&rules.minimum, rules.exclusive_minimum),
        high: limit(&rules.maximum, rules.exclusive_maximum),
    };
    let length = Range { low: least(rules.min_length), high: count(rules.max_length) };
    let items = Range { low: least(rules.min_items), high: count(rules.max_items) };
    // Whether a pattern matches everything that another one matches is hard to decide: each change may refuse more.
    let pattern = rules.pattern.as_ref().map(|it| format!("`{it}`"));
    let fact = fact
        .optional(format!("{prefix}value"), RULE, value.limits())
        .optional(format!("{prefix}number of characters"), RULE, length.limits())
        .optional(format!("{prefix}number of items"), RULE, items.limits())
        .optional(format!("{prefix}pattern"), RULE, pattern);
    match &rules.each {
        Some(each) => facts(fact, &format!("{prefix}each item, "), each),
        None => fact,
    }
}

/// The numbers that a rule allows.
#[derive(PartialEq)]
pub(super) struct Range {
    low: Option<Limit>,
    high: Option<Limit>,
}

/// One end of a range.
#[derive(PartialEq)]
struct Limit {
    value: Number,
    exclusive: bool,
}

impl Range {
    /// The range, if it has an end.
    fn limits(self) -> Option<Value> {
        (self.low.is_some() || self.high.is_some()).then_some(Value::Range(self))
    }

    /// Whether some number that `old` allows is refused.
    pub(super) fn refuses_more_than(&self, old: &Self) -> bool {
        is_tighter(old.low.as_ref(), self.low.as_ref(), Ordering::Greater)
            || is_tighter(old.high.as_ref(), self.high.as_ref(), Ordering::Less)
    }
}

/// Whether the limit moves in the direction that refuses more.
fn is_tighter(old: Option<&Limit>, new: Option<&Limit>, direction: Ordering) -> bool {
    let Some(new) = new else { return false };
    let Some(old) = old else { return true };
    match order(&new.value, &old.value) {
        Some(Ordering::Equal) => new.exclusive && !old.exclusive,
        order => order == Some(direction),
    }
}

/// The order of two numbers. Integers are compared exactly: an `f64` does not hold all of them.
fn order(one: &Number, other: &Number) -> Option<Ordering> {
    let integer = |it: &Number| it.as_i64().map(i128::from).or(it.as_u64().map(i128::from));
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

impl fmt::Display for Range {
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
