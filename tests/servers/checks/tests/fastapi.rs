//! Tests of the client that is generated from the document of the service in `fastapi_app.py`. The service returns the
//! values that it has read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{DateTime, NaiveDate, Utc};
use fast_service::models::{
    BodyEmbedded, BodyFormValues, Cat, Color, Dog, HttpValidationError, ItemInput, ItemPatch,
    Level, Line, Login, Missing, NodeInput, OneOrManyResponse, Open, Owner, Shapes,
};
use fast_service::operations::StatusesSuccess;
use fast_service::{Client, Credentials, Error, Form, Nullable, Upload, reqwest};
use serde_json::{Value, json};
use server_checks::run;
use uuid::Uuid;

/// A plain string, and strings that must be encoded or have a special meaning in a part of a
/// request.
const TEXTS: [&str; 14] = [
    "plain",
    " a b ",
    "a+b%20c",
    "a&b=c;d",
    "a,b",
    "a/b?c#d",
    "%2F%00%",
    "\"quoted\" 'too'",
    "back\\slash",
    "{braces}[brackets]|^`~",
    "line\r\nbreak\ttab",
    "häß 日本語 🦀",
    "null",
    "../..",
];

fn client() -> Client {
    with(Credentials::none())
}

fn with(credentials: Credentials) -> Client {
    let url = std::env::var("FASTAPI_URL").unwrap();
    Client::builder(credentials).base_url(url).build().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const ID: Uuid = Uuid::from_u128(0xf81d_4fae_7dec_11d0_a765_00a0_c91e_6bf6);
const LATE: &str = "2024-02-29T23:59:59.123456+05:30";
/// [`LATE`] as Pydantic writes it.
const LATE_UTC: &str = "2024-02-29T18:29:59.123456Z";

#[test]
fn the_server_receives_each_string_in_a_path_unchanged() {
    run(async {
        for text in TEXTS {
            // The server decodes `%2F` before it splits the path.
            if !text.contains('/') {
                let call = client().path_values(
                    text,
                    i64::MIN,
                    ID,
                    day("0001-01-01"),
                    at(LATE),
                    Color::AB,
                );
                let expected = json!({
                    "text": text, "number": i64::MIN, "id": ID, "day": "0001-01-01", "at": LATE_UTC, "color": "a,b",
                });
                assert_eq!(Value::Object(call.send().await.unwrap().into_inner()), expected);
            }
            // A parameter with slashes cannot contain line breaks.
            if !text.contains('\n') {
                let call = client().path_with_slashes(text);
                assert_eq!(call.send().await.unwrap()["path"], text);
            }
        }
    });
}

#[test]
fn the_server_receives_each_string_in_a_query_unchanged() {
    run(async {
        for text in TEXTS.into_iter().chain([""]) {
            let call =
                client().query_values(text).text(text).tags(vec![text.to_owned(), String::new()]);
            let understood = call.send().await.unwrap();
            assert_eq!(understood["needed"], text);
            assert_eq!(understood["text"], text);
            assert_eq!(understood["tags"], json!([text, ""]));
        }
    });
}

#[test]
fn the_server_receives_each_type_in_a_query() {
    run(async {
        for (number, ratio, flag) in
            [(i64::MIN, -0.1, true), (i64::MAX, 1e300, false), (0, 5e-324, true)]
        {
            let call = client()
                .query_values("")
                .number(number)
                .ratio(ratio)
                .flag(flag)
                .at(at(LATE))
                .day(day("2024-02-29"))
                .id(ID)
                .color(Color::DarkBlue)
                .level(Level::V10)
                .tags(vec![])
                .numbers(vec![number])
                .colors(vec![Color::AB])
                .page_size(100)
                .url("https://example.com/a?b=c&d=%20#e");
            let understood = call.send().await.unwrap().into_inner();
            let expected = json!({
                "needed": "", "text": null, "number": number, "ratio": ratio, "flag": flag, "at": LATE_UTC,
                "day": "2024-02-29", "id": ID, "color": "dark blue", "level": 10, "kind": "x", "tags": null,
                "numbers": [number], "colors": ["a,b"], "size": 100, "mixed": null, "price": null, "wait": null,
                "url": "https://example.com/a?b=c&d=%20#e",
            });
            assert_eq!(Value::Object(understood), expected);
        }
        let call = client().query_values("").mixed("a b").price("0.10").wait("P1DT2S");
        let understood = call.send().await.unwrap();
        assert_eq!(understood["mixed"], "a b");
        assert_eq!(understood["price"], "0.10");
        assert_eq!(understood["wait"], "P1DT2S");
    });
}

#[test]
fn the_server_receives_a_model_of_query_parameters() {
    run(async {
        let call = client().query_model().limit(7).tags(vec!["a,b".to_owned(), "c".to_owned()]);
        let filter = call.send().await.unwrap().into_inner();
        assert_eq!(serde_json::to_value(filter).unwrap()["tags"], json!(["a,b", "c"]));
        let error = client().query_model().limit(0).send().await.unwrap_err();
        assert!(matches!(error, Error::InvalidInput(_)), "{error:?}");
    });
}

#[test]
fn the_server_receives_each_type_in_headers_and_cookies() {
    run(async {
        let call = client().header_values().x_text("a, b; c=\"d\" %20").x_number(-1).x_flag(false);
        let understood = call.x_at(at(LATE)).x_color(Color::AB).send().await.unwrap().into_inner();
        let expected = json!({
            "text": "a, b; c=\"d\" %20", "number": -1, "flag": false, "at": LATE_UTC, "color": "a,b",
        });
        assert_eq!(Value::Object(understood), expected);

        // The server does not decode cookies.
        let token = "eyJh+bGci/OiJI.UzI1_NiJ-9==";
        let call = client().cookie_values().session(token).visits(i64::MAX).color(Color::Red);
        let understood = call.send().await.unwrap().into_inner();
        let expected = json!({"session": token, "visits": i64::MAX, "color": "red"});
        assert_eq!(Value::Object(understood), expected);
    });
}

#[test]
fn the_server_receives_values_of_every_type_in_a_body() {
    run(async {
        let text = TEXTS.concat();
        let owner = Owner::new("Ada").email(Nullable::Null);
        let item = ItemInput::new(ID, &*text, "19.90", at(LATE), day("2024-02-29"))
            .at("23:59:59.000001".to_owned())
            .lasts("P1DT2H".to_owned())
            .color(Color::DarkBlue)
            .level(Level::V10)
            .tags(vec![text.clone(), String::new()])
            .unique(vec![3])
            .owner(owner.clone())
            .owners(vec![owner])
            .labels([(text.clone(), text.clone()), (String::new(), String::new())].into())
            .counts([("a,b".to_owned(), 1)].into())
            .matrix(vec![vec![], vec![-0.5, 1e-7]])
            .pair(vec![json!(1), json!("one")])
            .big(i64::MAX)
            .ratio(0.1 + 0.2)
            .extra(json!({"any": [null, true, {"x": 1.5}]}))
            .type_("special".to_owned());
        let sent = serde_json::to_value(&item).unwrap();
        let understood = client().create_item(item).send().await.unwrap();
        assert_eq!(understood.status(), 201);
        let mut understood = serde_json::to_value(understood.into_inner()).unwrap();
        // The server adds the defaults.
        assert_eq!(understood.as_object_mut().unwrap().remove("kind"), Some(json!("item")));
        assert_eq!(understood, sent);
    });
}

#[test]
fn the_server_receives_other_bodies_unchanged() {
    run(async {
        let leaf = NodeInput::new(2).children(vec![]);
        let node = NodeInput::new(1).children(vec![leaf.clone()]).next(leaf);
        let understood = client().echo_node(node).send().await.unwrap().into_inner();
        assert_eq!((understood.value, understood.children.len()), (1, 1));
        assert_eq!(understood.next.as_deref(), understood.children.first());
        assert_eq!(understood.next.map(|leaf| (leaf.value, leaf.children.len())), Some((2, 0)));

        let open: Open =
            serde_json::from_value(json!({"name": "a", "more": [1], "null": null})).unwrap();
        let understood = client().echo_open(open.clone()).send().await.unwrap().into_inner();
        assert_eq!(understood, open);

        let body = BodyEmbedded::new(Owner::new("Ada"), "a\"b").count(Nullable::Null);
        let understood = client().embedded(body).send().await.unwrap().into_inner();
        let expected =
            json!({"owner": {"name": "Ada", "email": null}, "note": "a\"b", "count": null});
        assert_eq!(Value::Object(understood), expected);

        let owners = vec![None, Some(Owner::new("Ada").email(Nullable::Null))];
        let understood = client().echo_list(owners.clone()).send().await.unwrap().into_inner();
        assert_eq!(understood, owners);
        assert!(client().echo_list(vec![]).send().await.unwrap().is_empty());

        for value in [json!(null), json!([]), json!({}), json!("a"), json!(u64::MAX), json!(0.1)] {
            let understood = client().echo_any(value.clone()).send().await.unwrap().into_inner();
            assert_eq!(understood, value);
        }
    });
}

#[test]
fn an_optional_body_can_be_absent() {
    run(async {
        assert_eq!(client().optional_body().send().await.unwrap().into_inner(), None);
        let owner = Owner::new("Ada").email(Nullable::Null);
        let understood = client().optional_body().body(owner.clone()).send().await.unwrap();
        assert_eq!(understood.into_inner(), Some(owner));
    });
}

#[test]
fn a_patch_distinguishes_absent_null_and_empty_values() {
    run(async {
        for (patch, expected) in [
            (ItemPatch::new(), json!({})),
            (
                ItemPatch::new().name(Nullable::Null).owner(Nullable::Null),
                json!({"name": null, "owner": null}),
            ),
            (
                ItemPatch::new()
                    .tags(vec![])
                    .labels(Nullable::Value([].into()))
                    .name(String::new()),
                json!({"tags": [], "labels": {}, "name": ""}),
            ),
            (
                ItemPatch::new().tags(Nullable::Null).labels(Nullable::Null).color(Nullable::Null),
                json!({"tags": null, "labels": null, "color": null}),
            ),
            (
                ItemPatch::new().color(Color::AB).owner(Owner::new("Ada")),
                json!({"color": "a,b", "owner": {"name": "Ada"}}),
            ),
        ] {
            let understood = client().update_item(1, patch).send().await.unwrap().into_inner();
            assert_eq!(Value::Object(understood), expected);
        }
    });
}

#[test]
fn the_server_receives_each_variant_of_a_union() {
    run(async {
        for value in [
            json!({"pet": {"kind": "cat", "lives": 9}, "pets": [], "values": []}),
            json!({
                "pet": {"kind": "dog", "good": false},
                "pets": [{"kind": "cat", "lives": -1}, {"kind": "dog", "good": true}],
                "shape": {"side": 0.5}, "value": 1, "values": [1, "1"], "one_or_many": "a",
            }),
            json!({
                "pet": {"kind": "cat", "lives": 9}, "pets": [], "shape": {"radius": 2.0}, "value": "true", "values": [],
                "one_or_many": ["a", "b"],
            }),
        ] {
            let shapes: Shapes = serde_json::from_value(value.clone()).unwrap();
            let understood = client().echo_shapes(shapes).send().await.unwrap().into_inner();
            let mut understood = serde_json::to_value(understood).unwrap();
            // The server adds `null` for absent values.
            understood.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            assert_eq!(understood, value);
        }
        let understood = client().one_or_many("a").send().await.unwrap().into_inner();
        assert_eq!(understood, OneOrManyResponse::String("a".to_owned()));
        let many = vec!["a".to_owned(), "b".to_owned()];
        let understood = client().one_or_many(many.clone()).send().await.unwrap().into_inner();
        assert_eq!(understood, OneOrManyResponse::List(many));
        let understood = client().either("a b", 7).send().await.unwrap().into_inner();
        assert_eq!(serde_json::to_value(understood).unwrap(), json!(["a b", 7, null]));
        let understood = client().either(7, "b").at(at(LATE)).send().await.unwrap().into_inner();
        // In a path, the server cannot distinguish a number from a string.
        assert_eq!(serde_json::to_value(understood).unwrap(), json!(["7", "b", LATE_UTC]));
        let understood = client().echo_pet(Cat::new(9)).send().await.unwrap().into_inner();
        assert_eq!(serde_json::to_value(understood).unwrap(), json!({"kind": "cat", "lives": 9}));
        let understood = client().echo_pet(Dog::new()).send().await.unwrap().into_inner();
        assert_eq!(serde_json::to_value(understood).unwrap(), json!({"kind": "dog", "good": true}));
    });
}

#[test]
fn the_server_receives_a_form_unchanged() {
    run(async {
        // The server treats an empty string as absent, so a required string cannot be empty.
        for text in TEXTS {
            let form = BodyFormValues::new(text).tags(vec![text.to_owned(), "b".to_owned()]);
            let form = form.count(-5).flag(true).at(at(LATE)).color(Color::DarkBlue);
            let understood = client().form_values(form).send().await.unwrap().into_inner();
            let expected = json!({
                "name": text, "count": -5, "flag": true, "tags": [text, "b"], "at": LATE_UTC, "color": "dark blue",
            });
            assert_eq!(Value::Object(understood), expected);
        }
        let form = BodyFormValues::new("a").tags(vec![]);
        let understood = client().form_values(form.clone()).send().await.unwrap().into_inner();
        let expected = json!({"name": "a", "count": null, "flag": false, "tags": [], "at": null, "color": null});
        assert_eq!(Value::Object(understood), expected);
        // Without the field, the server would use the field's default, which need not be `null`.
        let error = client().form_values(form.count(Nullable::Null)).send().await.unwrap_err();
        assert!(error.to_string().contains("invalid `body.count`: must not be `null`"), "{error}");
        let login = Login::new("a&b", "=").remember(true);
        assert_eq!(client().form_model(login.clone()).send().await.unwrap().into_inner(), login);
    });
}

#[test]
fn the_server_receives_files_unchanged() {
    run(async {
        let odd: Vec<u8> = (0..=255).chain(*b"\r\n--a--\r\n").collect();
        for text in TEXTS {
            let file =
                Upload::from(odd.clone()).file_name("a \"b\" é.bin").content_type("image/png");
            let call = client()
                .upload(file, text)
                .files(vec!["one".into(), Upload::from("").file_name("empty.txt")])
                .tags(vec![text.to_owned(), String::new()])
                .count(7);
            let understood = call.send().await.unwrap().into_inner();
            assert_eq!(understood["file"]["name"], "a \"b\" é.bin");
            assert_eq!(understood["file"]["type"], "image/png");
            assert_eq!(understood["file"]["content"], hex(&odd));
            assert_eq!(understood["files"][0]["content"], hex(b"one"));
            assert_eq!(understood["files"][1]["name"], "empty.txt");
            assert_eq!(understood["files"][1]["content"], "");
            assert_eq!(understood["other"], Value::Null);
            assert_eq!(understood["note"], text);
            assert_eq!(understood["tags"], json!([text, ""]));
            assert_eq!(understood["count"], 7);
        }
        let understood = client().upload_bytes(odd.clone()).send().await.unwrap();
        assert_eq!(understood["content"], hex(&odd));
    });
}

#[test]
fn the_server_receives_each_name_in_a_form() {
    run(async {
        for text in TEXTS {
            // A header cannot contain line breaks.
            let expected = text.replace('\r', "%0D").replace('\n', "%0A");
            for file in [Upload::from("2"), Upload::once(reqwest::Body::from("2"))] {
                let form = Form::new().text(text, text).file(text, file.file_name(text));
                let understood = client().any_form(form).send().await.unwrap().into_inner();
                let understood = serde_json::to_value(understood).unwrap();
                assert_eq!(understood, json!([[expected, text], [expected, expected]]));
            }
        }
    });
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_client_receives_bytes_text_and_lines() {
    run(async {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let response = client().echo_bytes(bytes.clone()).send().await.unwrap();
        assert_eq!(response.into_inner().bytes().await.unwrap(), bytes);
        for text in TEXTS.into_iter().chain([""]) {
            assert_eq!(client().text(text).send().await.unwrap().into_inner(), text);
        }
        let mut lines = client().lines(1_000).send().await.unwrap().into_inner();
        let mut count = 0;
        while let Some(line) = lines.next().await {
            let line = line.unwrap();
            assert_eq!(line.number, count);
            assert_eq!(line.text.as_deref(), (count % 2 == 1).then_some("a\nb"));
            count += 1;
        }
        assert_eq!(count, 1_000);
        let mut lines = client().ndjson(2).send().await.unwrap().into_inner();
        assert_eq!(lines.next().await.unwrap().unwrap().number, 0);
        assert_eq!(lines.next().await.unwrap().unwrap().number, 1);
        assert!(lines.next().await.is_none());
    });
}

#[test]
fn each_status_decodes_into_its_own_type() {
    run(async {
        let status = |status| async move { client().statuses(status).send().await };
        let value = status(200).await.unwrap().into_inner();
        assert!(matches!(value, StatusesSuccess::Ok(_)), "{value:?}");
        let value = status(201).await.unwrap().into_inner();
        assert!(matches!(value, StatusesSuccess::Created(Line { number: 201, .. })), "{value:?}");
        let value = status(202).await.unwrap().into_inner();
        assert!(matches!(value, StatusesSuccess::Accepted(Line { number: 202, .. })), "{value:?}");
        assert_eq!(status(204).await.unwrap().into_inner(), StatusesSuccess::NoContent);

        let error = status(404).await.unwrap_err();
        assert_eq!(error.decode::<Missing>().unwrap().looked_for, 404);
        let error = status(409).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 409);
        assert!(error.to_string().contains("in conflict: é"), "{error}");
        client().delete_item(1).send().await.unwrap();
    });
}

#[test]
fn a_validation_error_is_typed() {
    run(async {
        let call = client().query_values("a").mixed(1).price(0.5).url("nowhere");
        let error = call.send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 422);
        assert!(error.to_string().contains(": query.url: "), "{error}");
        let error: HttpValidationError = error.decode().unwrap();
        let detail = serde_json::to_value(&error).unwrap()["detail"][0].clone();
        assert_eq!(detail["loc"], json!(["query", "url"]));
        assert_eq!(detail["input"], "nowhere");
    });
}

#[test]
fn each_kind_of_credentials_is_accepted() {
    run(async {
        let bearer = with(Credentials::http_bearer("abc.def"));
        assert_eq!(bearer.with_bearer().send().await.unwrap()["token"], "abc.def");

        // The server accepts only ASCII.
        let basic = with(Credentials::http_basic("Ada L.", "a:b \"=\""));
        let understood = basic.with_basic().send().await.unwrap().into_inner();
        assert_eq!(
            Value::Object(understood),
            json!({"username": "Ada L.", "password": "a:b \"=\""})
        );

        let key = "k-1/2+3=%20";
        let keys = Credentials::header_key(key).and(Credentials::query_key("a&b c+d"));
        let keys = with(keys.and(Credentials::cookie_key(key)));
        let understood = keys.with_keys().send().await.unwrap().into_inner();
        let expected = json!({"header": key, "query": "a&b c+d", "cookie": key});
        assert_eq!(Value::Object(understood), expected);

        let error = client().with_keys().send().await.unwrap_err();
        assert!(matches!(error.status().unwrap().as_u16(), 401 | 403), "{error}");
    });
}

/// The authorization server requires an `audience`. It accepts the secret of each client in only one place.
#[test]
fn an_authorization_server_issues_tokens() {
    const SECRET: &str = "a:b+c %\"&=é";
    run(async {
        let machine = |id: &str| Credentials::machine(id, SECRET).with_scopes("read write");
        let url = "https://api.example.com/?a=b+c&d";
        let basic = machine("client basic").with_token_parameter("audience", url);
        let post = machine("client post").with_token_parameter("audience", url);
        for (id, credentials) in
            [("client basic", basic.clone()), ("client post", post.clone().with_secret_in_form())]
        {
            let client = with(credentials);
            let understood = client.with_token().send().await.unwrap().into_inner();
            let mut form = json!({
                "grant_type": "client_credentials", "scope": "read write", "audience": url
            });
            if id == "client post" {
                form["client_id"] = json!(id);
            }
            assert_eq!(Value::Object(understood), json!({"client": id, "form": form}));
        }
        for (credentials, expected) in [
            (basic.with_secret_in_form(), "invalid_client"),
            (post, "invalid_client"),
            (machine("client basic"), "invalid_request: the parameter audience is missing"),
        ] {
            let error = with(credentials).with_token().send().await.unwrap_err();
            assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    });
}

#[test]
fn every_kind_of_pagination_returns_all_items() {
    run(async {
        macro_rules! ids {
            ($stream:expr) => {
                ids!($stream, id)
            };
            ($stream:expr, $id:ident) => {{
                let mut stream = $stream;
                let mut ids = Vec::new();
                while let Some(entry) = stream.next().await {
                    ids.push(entry.unwrap().$id);
                }
                ids
            }};
        }
        let all = [0, 1, 2, 3, 4, 5, 6];
        assert_eq!(ids!(client().list_by_page().stream()), all);
        assert_eq!(ids!(client().list_by_page().per_page(2).stream().read_ahead(4)), all);
        assert_eq!(ids!(client().list_by_offset().stream()), all);
        assert_eq!(ids!(client().list_by_offset().offset(2).limit(2).stream()), all[2..]);
        assert_eq!(ids!(client().list_by_cursor().stream()), all);
        assert_eq!(ids!(client().list_by_next().stream(), number), all);
        assert_eq!(ids!(client().list_by_link().stream()), all);
        assert_eq!(ids!(client().list_by_link().per_page(7).stream()), all);
    });
}
