//! Changes to methods, their requests and their results.

use serde_json::json;
use xtask::api::types::{Api, Page, Paging, Success, Type};
use xtask::diff::Effect::{Compatible, Compile, Wire};

use super::{before, expect, expect_between, field, object, operation, read};

#[test]
fn a_renamed_request_type_breaks_callers_and_a_renamed_operation_does_not() {
    expect(
        |api| operation(api, "get_part").type_ident = "PartGet".to_owned(),
        &[(Compile, "method `get_part`, request type: `GetPart` becomes `PartGet`")],
    );
    expect(
        |api| operation(api, "get_part").id = "partGet".to_owned(),
        &[(Compatible, "method `get_part`, id in errors and traces: `getPart` becomes `partGet`")],
    );
}

#[test]
fn different_roles_change_the_wire() {
    expect(
        |api| operation(api, "create_thing").roles = vec!["Admin".to_owned(), "Root".to_owned()],
        &[(Wire, "method `create_thing`, required role: `Owner` becomes `Admin` or `Root`")],
    );
    let mut old = before();
    operation(&mut old, "create_thing").roles.push("Admin".to_owned());
    let mut new = old.clone();
    operation(&mut new, "create_thing").roles.reverse();
    expect_between(&old, &new, &[]);
    expect(
        |api| operation(api, "create_thing").roles.clear(),
        &[(Compatible, "method `create_thing`, required role: removed")],
    );
}

#[test]
fn a_redirect_has_no_value() {
    expect(
        |api| operation(api, "get_part").success = Success::Redirect,
        &[
            (Compile, "method `get_part`, `send`: `AnyThing` becomes `()`"),
            (Wire, "method `get_part`, success is a redirect: new"),
        ],
    );
}

#[test]
fn another_server_or_other_credentials_break_no_caller() {
    expect(
        |api| operation(api, "get_part").server = Some("https://example.com".to_owned()),
        &[(Compatible, "method `get_part`, server: new, `https://example.com`")],
    );
    let [key, basic] = ["key", "basic"].map(ToOwned::to_owned);
    expect(
        |api| operation(api, "get_part").security = Some(vec![vec![key.clone(), basic], vec![key]]),
        &[(
            Compatible,
            "method `get_part`, required credentials: new, `key` and `basic`, or `key`",
        )],
    );
    expect(
        |api| operation(api, "get_part").scopes = vec!["read".to_owned(), "write".to_owned()],
        &[(Compatible, "method `get_part`, scopes: new, `read`, `write`")],
    );
    expect(
        |api| operation(api, "get_part").security = Some(Vec::new()),
        &[(Compatible, "method `get_part`, required credentials: new, none")],
    );
}

/// A renamed path argument alone breaks no caller.
#[test]
fn a_path_changes_if_its_text_changes_and_an_argument_is_renamed() {
    expect(
        |api| {
            let operation = operation(api, "get_part");
            operation.path = "/things/{id}/parts/{part}:show".to_owned();
            let param = operation.params.first_mut().unwrap();
            (param.name, param.ident) = ("id".to_owned(), "id".to_owned());
        },
        &[(
            Wire,
            "method `get_part`, path: `/thing/{id}/parts/{part}:show` becomes `/things/{id}/parts/{part}:show`",
        )],
    );
}

#[test]
fn a_different_body_breaks_callers_unless_it_is_new_and_optional() {
    expect(
        |api| operation(api, "create_thing").body = None,
        &[(Compile, "method `create_thing`, parameter `body`: removed")],
    );
    expect(
        |api| {
            let body = operation(api, "create_thing").body.clone();
            operation(api, "list_thing").body = body;
        },
        &[(Compile, "method `list_thing`, parameter `body`: new, `ThingRequest`")],
    );
    expect(
        |api| operation(api, "create_thing").body.as_mut().unwrap().ty = Type::String,
        &[(Compile, "method `create_thing`, parameter `body`: `ThingRequest` becomes `String`")],
    );
    expect(
        |api| {
            operation(api, "create_thing").body.as_mut().unwrap().ty =
                Type::Model("AnyThing".to_owned());
        },
        &[(Compile, "method `create_thing`, parameter `body`: `ThingRequest` becomes `AnyThing`")],
    );
    // The argument becomes a setter.
    expect(
        |api| operation(api, "create_thing").body.as_mut().unwrap().optional = true,
        &[(Compile, "method `create_thing`, parameter `body`, optional: new")],
    );
    expect(
        |api| {
            let mut body = operation(api, "create_thing").body.clone();
            body.as_mut().unwrap().optional = true;
            operation(api, "list_thing").body = body;
        },
        &[(Compatible, "method `list_thing`, parameter `body`: new, `ThingRequest`")],
    );
}

#[test]
fn a_different_result_breaks_callers() {
    for (success, returned) in [
        (Success::Nothing, "()"),
        (Success::Bytes, "ByteStream"),
        (Success::Json(Type::List(Box::new(Type::String))), "Vec<String>"),
        (Success::Optional(Type::Model("Thing".to_owned())), "Option<Thing>"),
        (statuses(), "CreateThingSuccess"),
    ] {
        let text = format!("method `create_thing`, `send`: `Thing` becomes `{returned}`");
        expect(|api| operation(api, "create_thing").success = success, &[(Compile, &text)]);
    }
    let mut old = before();
    operation(&mut old, "create_thing").success = statuses();
    let text = "method `create_thing`, `send`: `CreateThingSuccess` becomes `Thing`";
    expect_between(&old, &before(), &[(Compile, text)]);
}

fn statuses() -> Success {
    let value =
        |ident, status| json!({"ident": ident, "status": status, "meaning": "", "ty": "string"});
    let values = [value("Ok", "200"), value("Accepted", "202")];
    read(json!({"statuses": {"ident": "CreateThingSuccess", "values": values}}))
}

fn paging(api: &mut Api) -> &mut Paging {
    operation(api, "list_thing").paging.as_mut().unwrap()
}

fn page(api: &mut Api) -> &mut Page {
    object(api, "ThingPage").page.as_mut().unwrap()
}

#[test]
fn a_retyped_stream_breaks_callers_and_different_paging_changes_the_wire() {
    expect(
        |api| {
            let paging = operation(api, "list_thing").paging.clone();
            operation(api, "get_part").paging = paging;
        },
        &[(Compatible, "method `get_part`, `stream`: new, `Thing`")],
    );
    expect(
        |api| paging(api).item = Type::String,
        &[(Compile, "method `list_thing`, `stream`: `Thing` becomes `String`")],
    );
    expect(
        |api| paging(api).number = "number".to_owned(),
        &[(
            Wire,
            "method `list_thing`, `stream`, parameters: `page_num` and `items_per_page` becomes `number` and `items_per_page`",
        )],
    );
    expect(
        |api| page(api).id = None,
        &[(Wire, "model `ThingPage`, pages of `stream`, id of an item: removed")],
    );
    expect(
        |api| page(api).links = None,
        &[(Wire, "model `ThingPage`, pages of `stream`, links: removed")],
    );
}

#[test]
fn deprecating_a_method_or_a_value_breaks_no_caller() {
    let deprecate = |api: &mut Api, ident| operation(api, ident).deprecated = true;
    let successor = json!({"version": "2024-05-30", "ident": "get_part"});
    expect(
        |api| {
            deprecate(api, "get_part");
            operation(api, "get_part").successor = Some(read(successor.clone()));
        },
        &[
            (Compatible, "method `get_part`, deprecation: new"),
            (Compatible, "method `get_part`, newest version: new, `get_part` (2024-05-30)"),
        ],
    );
    expect(
        |api| operation(api, "get_part").sunset = Some("2026-01-01".to_owned()),
        &[(Compatible, "method `get_part`, date of removal: 2027-01-01 becomes 2026-01-01")],
    );
    let mut old = before();
    deprecate(&mut old, "get_part");
    operation(&mut old, "get_part").successor = Some(read(successor.clone()));
    field(&mut old, "Thing", "id").docs.deprecated = true;
    expect_between(
        &old,
        &before(),
        &[
            (Compatible, "method `get_part`, deprecation: removed"),
            (Compatible, "method `get_part`, newest version: removed"),
            (Compatible, "model `Thing`, field `id`, deprecation: removed"),
        ],
    );
    let mut new = old.clone();
    operation(&mut new, "get_part").successor = None;
    expect_between(&old, &new, &[(Compatible, "method `get_part`, newest version: removed")]);
}
