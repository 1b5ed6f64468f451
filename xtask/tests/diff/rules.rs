//! Changes to rules for values.

use serde_json::{Value, json};
use xtask::diff::Effect::{self, Call, Compatible};

use super::{before, expect, expect_between, field, param, read};

#[test]
fn a_stricter_rule_breaks_calls_and_a_looser_one_does_not() {
    expect(
        |api| field(api, "ThingRequest", "name").rules.max_length = Some(32),
        &[(
            Call,
            "model `ThingRequest`, field `name`, number of characters: 3 to 63 becomes 3 to 32",
        )],
    );
    expect(
        |api| field(api, "ThingRequest", "name").rules.min_length = None,
        &[(
            Compatible,
            "model `ThingRequest`, field `name`, number of characters: 3 to 63 becomes at most 63",
        )],
    );
    expect(
        |api| field(api, "ThingRequest", "title").rules.pattern = Some("^a".to_owned()),
        &[(Call, "model `ThingRequest`, field `title`, pattern: new, `^a`")],
    );
    expect(
        |api| param(api, "list_thing", "items_per_page").rules.maximum = Some(100.into()),
        &[(
            Call,
            "method `list_thing`, parameter `items_per_page`, value: 1 to 500 becomes 1 to 100",
        )],
    );
    expect(
        |api| field(api, "ThingRequest", "links").rules.max_items = Some(4),
        &[(
            Call,
            "model `ThingRequest`, field `links`, number of items: at most 5 becomes at most 4",
        )],
    );
    // The client checks only values that it sends.
    expect(|api| field(api, "Thing", "full_name").rules.max_length = Some(3), &[]);
}

#[test]
fn a_stricter_rule_for_items_breaks_calls() {
    expect(
        |api| param(api, "get_part", "filter").rules.each.as_mut().unwrap().max_length = Some(8),
        &[(
            Call,
            "method `get_part`, parameter `filter`, each item, number of characters: at most 9 becomes at most 8",
        )],
    );
    expect(
        |api| field(api, "ThingRequest", "links").rules.each = None,
        &[(Compatible, "model `ThingRequest`, field `links`, each item, pattern: removed")],
    );
    let each = json!({"each": {"each": {"minimum": 1}}});
    expect(
        |api| field(api, "ThingRequest", "title").rules = read(each),
        &[(
            Call,
            "model `ThingRequest`, field `title`, each item, each item, value: new, at least 1",
        )],
    );
}

/// Asserts the changes between two sets of rules for the field `name`.
#[track_caller]
fn expect_rules(old: &Value, new: &Value, expected: &[(Effect, &str)]) {
    let [old, new] = [old, new].map(|rules| {
        let mut api = before();
        field(&mut api, "ThingRequest", "name").rules = read(rules.clone());
        api
    });
    let expected: Vec<_> = expected
        .iter()
        .map(|(effect, text)| (*effect, format!("model `ThingRequest`, field `name`, {text}")))
        .collect();
    let expected: Vec<_> = expected.iter().map(|(effect, text)| (*effect, text.as_str())).collect();
    expect_between(&old, &new, &expected);
}

#[test]
fn a_range_is_stricter_if_either_end_moves_inwards() {
    let length = |low: Option<u32>, high: Option<u32>| json!({"minLength": low, "maxLength": high});
    for (old, new, effect, what) in [
        ((Some(3), Some(63)), (Some(3), Some(64)), Compatible, "3 to 63 becomes 3 to 64"),
        ((Some(3), Some(63)), (Some(2), Some(63)), Compatible, "3 to 63 becomes 2 to 63"),
        ((Some(3), Some(63)), (Some(3), None), Compatible, "3 to 63 becomes at least 3"),
        ((Some(3), Some(63)), (None, Some(63)), Compatible, "3 to 63 becomes at most 63"),
        ((Some(3), Some(63)), (Some(4), Some(64)), Call, "3 to 63 becomes 4 to 64"),
        ((Some(3), Some(63)), (Some(1), Some(62)), Call, "3 to 63 becomes 1 to 62"),
        ((Some(3), None), (Some(3), Some(63)), Call, "at least 3 becomes 3 to 63"),
        ((Some(9), Some(10)), (Some(10), Some(11)), Call, "9 to 10 becomes 10 to 11"),
        ((None, None), (Some(1), None), Call, "new, at least 1"),
        ((Some(1), None), (None, None), Compatible, "removed"),
    ] {
        let (old, new) = (length(old.0, old.1), length(new.0, new.1));
        expect_rules(&old, &new, &[(effect, &format!("number of characters: {what}"))]);
    }
    // Every count is at least zero.
    expect_rules(&length(None, None), &length(Some(0), None), &[]);
}

#[test]
fn numbers_are_compared_exactly_and_an_exclusive_limit_is_stricter() {
    for (old, new, effect, what) in [
        (
            json!({"minimum": -1}),
            json!({"minimum": -5}),
            Compatible,
            "at least -1 becomes at least -5",
        ),
        (
            json!({"minimum": 0}),
            json!({"minimum": 0, "exclusiveMinimum": true}),
            Call,
            "at least 0 becomes more than 0",
        ),
        (
            json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 1.5}),
            json!({"minimum": 0, "maximum": 2, "exclusiveMaximum": true}),
            Compatible,
            "more than 0 and at most 1.5 becomes at least 0 and less than 2",
        ),
        (
            json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 5}),
            json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 9}),
            Compatible,
            "more than 0 and at most 5 becomes more than 0 and at most 9",
        ),
        (json!({"maximum": 1}), json!({"maximum": 0.5}), Call, "at most 1 becomes at most 0.5"),
        (
            json!({"maximum": i64::MAX}),
            json!({"maximum": i64::MAX - 1}),
            Call,
            "at most 9223372036854775807 becomes at most 9223372036854775806",
        ),
        (
            json!({"maximum": i64::MAX}),
            json!({"maximum": u64::MAX}),
            Compatible,
            "at most 9223372036854775807 becomes at most 18446744073709551615",
        ),
    ] {
        expect_rules(&old, &new, &[(effect, &format!("value: {what}"))]);
    }
}
