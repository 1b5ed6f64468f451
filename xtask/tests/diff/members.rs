//! Changes to parameters and fields.

use serde_json::{Value, json};
use xtask::api::types::{Api, Location, Type};
use xtask::diff::Effect::{Call, Compatible, Compile, Wire};

use super::{before, expect, expect_between, field, new_field, object, operation, param, read};

#[test]
fn a_different_order_of_arguments_breaks_callers() {
    let swap = |api: &mut Api, one, other| operation(api, "get_part").params.swap(one, other);
    // Both arguments have the type `String`, so calls still compile but have a different meaning.
    expect(
        |api| swap(api, 0, 1),
        &[(
            Call,
            "method `get_part`, order of arguments: `name, part, mode` becomes `part, name, mode`",
        )],
    );
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

#[test]
fn only_a_new_optional_parameter_is_compatible() {
    let add = |api: &mut Api, required: bool| {
        let force = json!({"ident": "force", "name": "force", "location": "query", "ty": "bool", "required": required});
        operation(api, "create_thing").params.push(read(force));
    };
    expect(
        |api| add(api, false),
        &[(Compatible, "method `create_thing`, parameter `force`: new, optional `bool`")],
    );
    expect(
        |api| add(api, true),
        &[(Compile, "method `create_thing`, parameter `force`: new, required `bool`")],
    );
    expect(
        |api| operation(api, "create_thing").params.truncate(1),
        &[(Compile, "method `create_thing`, parameter `dry_run`: removed")],
    );
    // Setters are named after their parameters.
    expect(
        |api| param(api, "create_thing", "dry_run").ident = "try_it".to_owned(),
        &[
            (Compile, "method `create_thing`, parameter `dry_run`: removed"),
            (Compatible, "method `create_thing`, parameter `try_it`: new, optional `bool`"),
        ],
    );
}

/// An argument counts as renamed only if the number, the order and the types of the arguments are unchanged.
#[test]
fn an_argument_that_changes_more_than_its_name_counts_as_new() {
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
fn a_parameter_with_a_new_type_breaks_callers_and_a_new_name_changes_the_wire() {
    expect(
        |api| param(api, "create_thing", "dry_run").required = true,
        &[(
            Compile,
            "method `create_thing`, parameter `dry_run`: optional `bool` becomes required `bool`",
        )],
    );
    expect(
        |api| param(api, "get_part", "mode").required = false,
        &[(
            Compile,
            "method `get_part`, parameter `mode`: required `String` becomes optional `String`",
        )],
    );
    expect(
        |api| param(api, "create_thing", "dry_run").ty = Type::String,
        &[(
            Compile,
            "method `create_thing`, parameter `dry_run`: optional `bool` becomes optional `String`",
        )],
    );
    expect(
        |api| param(api, "create_thing", "dry_run").location = Location::Header,
        &[(
            Wire,
            "method `create_thing`, parameter `dry_run`, on the wire: `query dryRun` becomes `header dryRun`",
        )],
    );
    expect(
        |api| param(api, "get_part", "filter").name = "f".to_owned(),
        &[(
            Wire,
            "method `get_part`, parameter `filter`, on the wire: `query filter` becomes `query f`",
        )],
    );
    // The call still compiles, but sends a different header.
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
fn deprecating_a_value_breaks_no_caller() {
    expect(
        |api| param(api, "create_thing", "dry_run").docs.deprecated = true,
        &[(Compatible, "method `create_thing`, parameter `dry_run`, deprecation: new")],
    );
    let mut old = before();
    field(&mut old, "Thing", "id").docs.deprecated = true;
    expect_between(
        &old,
        &before(),
        &[(Compatible, "model `Thing`, field `id`, deprecation: removed")],
    );
}

#[test]
fn a_replaced_default_changes_the_wire_only_if_callers_can_omit_the_value() {
    let default = |api: &mut Api, value: Option<Value>| {
        param(api, "create_thing", "dry_run").docs.default = value;
    };
    expect(
        |api| default(api, Some(json!(true))),
        &[(Wire, "method `create_thing`, parameter `dry_run`, default: `false` becomes `true`")],
    );
    // The server may have had the same default all along.
    expect(
        |api| default(api, None),
        &[(Compatible, "method `create_thing`, parameter `dry_run`, default: removed")],
    );
    expect(
        |api| param(api, "get_part", "filter").docs.default = Some(json!([])),
        &[(Compatible, "method `get_part`, parameter `filter`, default: new, `[]`")],
    );
    expect(
        |api| field(api, "ThingRequest", "size").docs.default = Some(json!(20)),
        &[(Wire, "model `ThingRequest`, field `size`, default: `10` becomes `20`")],
    );
    // Callers always set required values and never set values in responses.
    expect(
        |api| field(api, "ThingRequest", "name").docs.default = Some(json!("a")),
        &[(Compatible, "model `ThingRequest`, field `name`, default: new, `\"a\"`")],
    );
    expect(|api| field(api, "Thing", "full_name").docs.default = Some(json!("y")), &[]);
}

#[test]
fn a_removed_field_or_a_new_required_one_in_a_request_breaks_callers() {
    expect(
        |api| object(api, "Thing").fields.push(new_field("extra", false)),
        &[(Compatible, "model `Thing`, field `extra`: new, `bool`")],
    );
    expect(
        |api| object(api, "ThingRequest").fields.push(new_field("extra", true)),
        &[(Compatible, "model `ThingRequest`, field `extra`: new, `Option<bool>`")],
    );
    expect(
        |api| object(api, "ThingRequest").fields.push(new_field("extra", false)),
        &[(Compile, "model `ThingRequest`, field `extra`: new, required `bool`")],
    );
    expect(
        |api| object(api, "Thing").fields.retain(|it| it.ident != "tags"),
        &[(Compile, "model `Thing`, field `tags`: removed")],
    );
    // Unlike the names of arguments, the names of fields are public.
    expect(
        |api| field(api, "ThingRequest", "title").ident = "heading".to_owned(),
        &[
            (Compile, "model `ThingRequest`, field `heading`: new, required `String`"),
            (Compile, "model `ThingRequest`, field `title`: removed"),
        ],
    );
}

#[test]
fn a_changed_field_breaks_callers_or_changes_the_wire() {
    expect(
        |api| field(api, "Thing", "id").ty = Type::String,
        &[(Compile, "model `Thing`, field `id`: `ObjectId` becomes `String`")],
    );
    expect(
        |api| field(api, "ThingRequest", "title").ty = Type::Secret,
        &[(
            Compile,
            "model `ThingRequest`, field `title`: required `String` becomes required `Secret`",
        )],
    );
    expect(
        |api| field(api, "Thing", "full_name").name = "full_name".to_owned(),
        &[(Wire, "model `Thing`, field `full_name`, on the wire: `fullName` becomes `full_name`")],
    );
    expect(
        |api| {
            let state = field(api, "Thing", "state");
            (state.ty, state.optional) = (Type::Model("ThingState".to_owned()), false);
        },
        &[(Compile, "model `Thing`, field `state`: `Option<ThingState>` becomes `ThingState`")],
    );
    // A list has the same type whether it is optional or not.
    expect(
        |api| field(api, "Thing", "tags").optional = false,
        &[(Wire, "model `Thing`, field `tags`, presence: may be absent becomes always present")],
    );
    expect(
        |api| field(api, "ThingPage", "results").optional = true,
        &[
            (
                Wire,
                "model `ThingPage`, field `results`, presence: always present becomes may be absent",
            ),
            (Compatible, "model `ThingPage`, `Default`: new"),
        ],
    );
    expect(
        |api| field(api, "ThingRequest", "links").optional = false,
        &[(
            Compile,
            "model `ThingRequest`, field `links`: optional `Vec<ThingLink>` becomes required `Vec<ThingLink>`",
        )],
    );
    expect(
        |api| {
            let size = field(api, "ThingRequest", "size");
            (size.ty, size.optional) = (Type::Integer("i32".to_owned()), false);
        },
        &[(Compile, "model `ThingRequest`, field `size`: `Option<i32>` becomes required `i32`")],
    );
    expect(
        |api| {
            let title = field(api, "ThingRequest", "title");
            (title.ty, title.optional) = (Type::Option(Box::new(Type::String)), true);
        },
        &[(
            Compile,
            "model `ThingRequest`, field `title`: required `String` becomes `Option<String>`",
        )],
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
