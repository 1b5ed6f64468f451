//! Changes to methods, their requests and their results.

use serde_json::json;
use xtask::api::types::{Api, Page, Paging, Success, Type};
use xtask::diff::Effect::{Compatible, Compile, Wire};

use super::{before, changes, expect, expect_between, object, operation, param, read, union};

#[test]
fn a_removed_method_breaks_callers_and_a_new_one_does_not() {
    expect(|api| api.operations.truncate(2), &[(Compile, "method `get_part`: removed")]);
    expect(
        |api| {
            let mut new = operation(api, "get_part").clone();
            new.ident = "get_part_v2022_01_01".to_owned();
            new.version = Some("2022-01-01".to_owned());
            api.operations.push(new);
        },
        &[(Compatible, "method `get_part_v2022_01_01`: new")],
    );
}

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
fn different_http_methods_media_types_and_roles_change_the_wire() {
    expect(
        |api| operation(api, "create_thing").method = "PUT".to_owned(),
        &[(Wire, "method `create_thing`, HTTP method: `POST` becomes `PUT`")],
    );
    expect(
        |api| operation(api, "list_thing").accept = "text/csv".to_owned(),
        &[(Wire, "method `list_thing`, `Accept`: `application/json` becomes `text/csv`")],
    );
    expect(
        |api| operation(api, "create_thing").body.as_mut().unwrap().media_type = "a/b".to_owned(),
        &[(
            Wire,
            "method `create_thing`, parameter `body`, `Content-Type`: `application/json` becomes `a/b`",
        )],
    );
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
        |api| operation(api, "get_part").security = Some(Vec::new()),
        &[(Compatible, "method `get_part`, required credentials: new, none")],
    );
}

/// Sets the path of `get_part` and renames its first parameter.
fn path(api: &mut Api, path: &str, first: &str) {
    let operation = operation(api, "get_part");
    path.clone_into(&mut operation.path);
    let param = operation.params.first_mut().unwrap();
    (param.name, param.ident) = (first.to_owned(), first.to_owned());
}

#[test]
fn a_path_changes_if_requests_have_a_different_url() {
    for changed in [
        "/thing/{name}/pieces/{part}:show",
        "/thing/{name}/parts/{part}:hide",
        "/thing/{name}/parts/{part}",
        "/thing/{name}/parts/{part}.json",
        "/thing/n{name}/parts/{part}:show",
        // The parameters swap places.
        "/thing/{part}/parts/{name}:show",
    ] {
        let text = format!(
            "method `get_part`, path: `/thing/{{name}}/parts/{{part}}:show` becomes `{changed}`"
        );
        expect(|api| path(api, changed, "name"), &[(Wire, &text)]);
    }
}

/// Calls in Rust do not contain the names of arguments, so renaming an argument breaks no caller.
#[test]
fn a_renamed_path_argument_changes_only_the_documentation() {
    expect(|api| path(api, "/thing/{id}/parts/{part}:show", "id"), &[]);
    let renamed = changes(|api| path(api, "/thing/{id}/parts/{part}:show", "id"));
    assert_eq!(renamed.documentation, 1);
    // The path segment of the parameter also contains other text.
    let edited = |name| {
        let mut api = before();
        path(&mut api, &format!("/thing/t{{{name}}}/parts/{{part}}:show"), name);
        api
    };
    expect_between(&edited("name"), &edited("id"), &[]);
    // `{groupId}` and `{group-id}` are both `group_id` in Rust.
    expect(
        |api| {
            operation(api, "create_thing").path = "/groups/{group-id}/thing".to_owned();
            param(api, "create_thing", "group_id").name = "group-id".to_owned();
        },
        &[],
    );
    // The fixed text of the path also changes.
    expect(
        |api| path(api, "/things/{id}/parts/{part}:show", "id"),
        &[(
            Wire,
            "method `get_part`, path: `/thing/{id}/parts/{part}:show` becomes `/things/{id}/parts/{part}:show`",
        )],
    );
}

#[test]
fn a_different_body_breaks_callers_unless_calls_still_compile() {
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
    // `impl Into<AnyThing>` accepts each variant.
    expect(
        |api| {
            operation(api, "create_thing").body.as_mut().unwrap().ty =
                Type::Model("AnyThing".to_owned());
            let request =
                json!({"ident": "Request", "model": "ThingRequest", "values": ["REQUEST"]});
            union(api).variants.push(read(request));
        },
        &[
            (
                Compatible,
                "method `create_thing`, parameter `body`: `ThingRequest` becomes `AnyThing`",
            ),
            (Compatible, "model `AnyThing`, variant `Request`: new, `ThingRequest`"),
        ],
    );
}

#[test]
fn a_different_result_breaks_callers() {
    for (success, returned) in [
        (Success::Nothing, "()"),
        (Success::Bytes, "ByteStream"),
        (Success::Json(Type::List(Box::new(Type::String))), "Vec<String>"),
        (Success::Optional(Type::Model("Thing".to_owned())), "Option<Thing>"),
    ] {
        let text = format!("method `create_thing`, `send`: `Thing` becomes `{returned}`");
        expect(|api| operation(api, "create_thing").success = success, &[(Compile, &text)]);
    }
}

fn paging(api: &mut Api) -> &mut Paging {
    operation(api, "list_thing").paging.as_mut().unwrap()
}

fn page(api: &mut Api) -> &mut Page {
    object(api, "ThingPage").page.as_mut().unwrap()
}

#[test]
fn a_removed_stream_breaks_callers_and_different_paging_changes_the_wire() {
    expect(
        |api| {
            operation(api, "list_thing").paging = None;
            object(api, "ThingPage").page = None;
        },
        &[(Compile, "method `list_thing`, `stream`: removed")],
    );
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
fn deprecating_a_method_breaks_no_caller() {
    let deprecate = |api: &mut Api, ident| operation(api, ident).deprecated = true;
    expect(
        |api| deprecate(api, "create_thing"),
        &[(Compatible, "method `create_thing`, deprecation: new")],
    );
    let successor = json!({"version": "2024-05-30", "ident": "get_part"});
    expect(
        |api| {
            deprecate(api, "get_part");
            operation(api, "get_part").successor = Some(read(successor.clone()));
        },
        &[
            (Compatible, "method `get_part`, deprecation: new"),
            (Compatible, "method `get_part`, replacement: new, `get_part` (2024-05-30)"),
        ],
    );
    expect(
        |api| operation(api, "get_part").sunset = Some("2026-01-01".to_owned()),
        &[(Compatible, "method `get_part`, date of removal: 2027-01-01 becomes 2026-01-01")],
    );
    let mut old = before();
    deprecate(&mut old, "get_part");
    operation(&mut old, "get_part").successor = Some(read(successor.clone()));
    expect_between(
        &old,
        &before(),
        &[
            (Compatible, "method `get_part`, deprecation: removed"),
            (Compatible, "method `get_part`, replacement: removed"),
        ],
    );
    let mut new = old.clone();
    operation(&mut new, "get_part").successor = None;
    expect_between(&old, &new, &[(Compatible, "method `get_part`, replacement: removed")]);
}
