//! Changes to parameters and fields, and to the rules for their values.

use serde_json::{Value, json};
use xtask::api::types::{Api, Type};
use xtask::diff::Effect::{self, Call, Compatible, Compile, Wire};

use super::{before, expect, expect_between, field, object, operation, param, read};

#[test]
fn a_different_order_of_arguments_breaks_callers() {
    let swap = |api: &mut Api, one, other| operation(api, "get_part").params.swap(one, other);
    let mut old = before();
    param(&mut old, "get_part", "part").ty = Type::ObjectId;
    let mut new = old.clone();
    swap(&mut new, 0, 1);
    expect_between(
        &old,
        &new,
        &[(
            Compile,
            "method `get_part`, order of arguments: `name, part, mode` becomes `part, name, mode`",
        )],
    );
    // The order of setters does not matter.
    expect(|api| operation(api, "list_thing").params.swap(1, 2), &[]);
    // The arguments of `new` are the required fields. Models that only responses contain have `new` only for tests.
    expect(
        |api| object(api, "ThingRequest").fields.swap(0, 1),
        &[(Call, "model `ThingRequest`, order of arguments: `name, title` becomes `title, name`")],
    );
    expect(|api| object(api, "Thing").fields.swap(0, 1), &[]);
}

/// Responses exclude the field, so its type is an `Option`, but it is an argument of `new`.
#[test]
fn a_field_that_requests_must_set_breaks_callers_even_if_its_type_is_an_option() {
    expect(
        |api| field(api, "ThingRequest", "size").required_in_requests = true,
        &[(
            Compile,
            "model `ThingRequest`, field `size`: `Option<i32>` becomes required `Option<i32>`",
        )],
    );
}

/// An argument is reported as renamed only if the number, the order and the types of the arguments are unchanged.
#[test]
fn an_argument_that_changes_more_than_its_name_is_reported_as_new() {
    let rename = |api: &mut Api, old: &str, new: &str| {
        let param = param(api, "get_part", old);
        (param.name, param.ident) = (new.to_owned(), new.to_owned());
        operation(api, "get_part").path = operation(api, "get_part").path.replace(old, new);
    };
    expect(
        |api| {
            rename(api, "name", "id");
            param(api, "get_part", "id").ty = Type::ObjectId;
        },
        &[
            (Compile, "method `get_part`, parameter `id`: new, required `ObjectId`"),
            (Compile, "method `get_part`, parameter `name`: removed"),
            (
                Wire,
                "method `get_part`, path: `/thing/{name}/parts/{part}:show` becomes `/thing/{id}/parts/{part}:show`",
            ),
        ],
    );
    expect(
        |api| {
            rename(api, "name", "id");
            operation(api, "get_part").params.retain(|it| it.ident != "part");
        },
        &[
            (Compile, "method `get_part`, parameter `id`: new, required `String`"),
            (Compile, "method `get_part`, parameter `name`: removed"),
            (Compile, "method `get_part`, parameter `part`: removed"),
            (
                Wire,
                "method `get_part`, path: `/thing/{name}/parts/{part}:show` becomes `/thing/{id}/parts/{part}:show`",
            ),
        ],
    );
    expect(
        |api| {
            rename(api, "name", "id");
            operation(api, "get_part").params.swap(0, 1);
        },
        &[
            (Compile, "method `get_part`, parameter `id`: new, required `String`"),
            (Compile, "method `get_part`, parameter `name`: removed"),
            (
                Wire,
                "method `get_part`, path: `/thing/{name}/parts/{part}:show` becomes `/thing/{id}/parts/{part}:show`",
            ),
        ],
    );
}

#[test]
fn an_argument_that_becomes_optional_breaks_callers() {
    expect(
        |api| param(api, "get_part", "mode").required = false,
        &[(
            Compile,
            "method `get_part`, parameter `mode`: required `String` becomes optional `String`",
        )],
    );
}

/// The call still compiles, but sends a different header.
#[test]
fn a_renamed_header_changes_the_wire() {
    expect(
        |api| {
            let mode = param(api, "get_part", "mode");
            (mode.ident, mode.name) = ("style".to_owned(), "X-Style".to_owned());
        },
        &[(
            Wire,
            "method `get_part`, parameter `style`, on the wire: `header X-Mode` becomes `header X-Style`",
        )],
    );
}

#[test]
fn another_style_changes_the_wire() {
    expect(
        |api| {
            param(api, "create_thing", "dry_run").style = read(json!({"kind": "form"}));
        },
        &[(
            Effect::Wire,
            "method `create_thing`, parameter `dry_run`, style in the query: `form` with `explode: true` becomes \
             `form` with `explode: false`",
        )],
    );
}

#[test]
fn a_new_or_removed_default_breaks_no_caller() {
    // The server may have had the same default all along.
    expect(
        |api| param(api, "create_thing", "dry_run").docs.default = None,
        &[(Compatible, "method `create_thing`, parameter `dry_run`, default: removed")],
    );
    expect(
        |api| param(api, "get_part", "filter").docs.default = Some(json!([])),
        &[(Compatible, "method `get_part`, parameter `filter`, default: new, `[]`")],
    );
}

#[test]
fn only_requests_lose_the_setter_of_a_field_that_becomes_read_only() {
    expect(
        |api| field(api, "ThingRequest", "name").read_only = true,
        &[(Compile, "model `ThingRequest`, field `name`, set by the server: new")],
    );
    expect(|api| field(api, "Thing", "full_name").read_only = true, &[]);
}

#[test]
fn a_stricter_rule_for_lists_breaks_calls() {
    expect(
        |api| field(api, "ThingRequest", "links").rules.max_items = Some(4),
        &[(
            Call,
            "model `ThingRequest`, field `links`, number of items: at most 5 becomes at most 4",
        )],
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
