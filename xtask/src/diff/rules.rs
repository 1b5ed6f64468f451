//! Facts about the rules for values in requests.

use serde_json::Number;

use super::fact::{Fact, RULE};
use super::value::{Limit, Range, code};
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
    // Deciding whether one pattern accepts everything that another accepts is hard, so every change to a pattern is
    // treated as stricter.
    let pattern = rules.pattern.as_ref().map(|it| format!("`{it}`"));
    let fact = fact
        .optional(format!("{prefix}value"), RULE, value.limits())
        .optional(format!("{prefix}number of characters"), RULE, length.limits())
        .optional(format!("{prefix}number of items"), RULE, items.limits())
        .optional(format!("{prefix}multiple of"), RULE, rules.multiple_of.as_ref().map(code))
        .optional(format!("{prefix}unique items"), RULE, rules.unique_items.then_some(""))
        .optional(format!("{prefix}pattern"), RULE, pattern);
    match &rules.each {
        Some(each) => facts(fact, &format!("{prefix}each item, "), each),
        None => fact,
    }
}
