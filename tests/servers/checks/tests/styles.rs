//! Tests of the client that is generated from `styles.yaml`. The service reads the requests with openapi-core and the
//! same document.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use server_checks::run;
use styles::models::{Fields, Nested, Point};
use styles::{Client, Credentials, Nullable, Upload};
use uuid::Uuid;

/// Strings without commas, equals signs and pipes, because openapi-core splits a value at these delimiters after
/// decoding it.
const TEXTS: [&str; 8] = [
    "plain",
    " a b ",
    "a+b%20c",
    "a&b;c",
    "%2F%25",
    "\"quoted\" 'too'",
    "{braces}[brackets]^`~",
    "häß 日本語 🦀",
];

fn client() -> Client {
    let url = std::env::var("STYLES_URL").unwrap();
    Client::builder(Credentials::none()).base_url(url).build().unwrap()
}

fn point(label: &str) -> Point {
    Point::new(i64::MIN).label(label)
}

fn nested(text: &str) -> Nested {
    Nested::new(vec![point(text), Point::new(0_i64)]).note(Nullable::Null)
}

fn as_json(text: &str) -> Value {
    json!({"points": [{"x": i64::MIN, "label": text}, {"x": 0}], "note": null})
}

#[test]
fn each_style_is_read_in_a_path() {
    run(async {
        for text in TEXTS.into_iter().filter(|text| !text.contains("%2F")) {
            let list = vec![text.to_owned(), "b".to_owned()];
            let call = client().in_path(text, list.clone(), point(text), point(text));
            let understood = call.send().await.unwrap().into_inner();
            let point = json!({"x": i64::MIN, "label": text});
            let expected = json!({"text": text, "list": list, "object": point, "exploded": point});
            assert_eq!(understood, expected);
        }
    });
}

#[test]
fn each_style_is_read_in_a_query() {
    run(async {
        let at: DateTime<Utc> = "2024-02-29T18:29:59.123456Z".parse().unwrap();
        for text in TEXTS {
            let list = vec![text.to_owned(), "b".to_owned()];
            let call = client()
                .in_query()
                .repeated(vec![text.to_owned(), "a,b".to_owned(), String::new()])
                .commas(vec![i64::MAX, -1])
                .pipes(list.clone())
                .object(point(text))
                .piped(point(text))
                .deep(point(text))
                .json(nested(text))
                .at(at)
                .reserved(text);
            let understood = call.send().await.unwrap().into_inner();
            let point = json!({"x": i64::MIN, "label": text});
            let expected = json!({
                "repeated": [text, "a,b", ""], "commas": [i64::MAX, -1], "pipes": list, "object": point, "piped": point,
                "deep": point, "json": as_json(text), "at": "2024-02-29 18:29:59.123456+00:00", "reserved": text,
            });
            assert_eq!(understood, expected);
        }
        assert_eq!(client().in_query().send().await.unwrap().into_inner(), json!({}));
        let one = client().in_query().commas(vec![1]).repeated(vec!["a".to_owned()]).send().await;
        assert_eq!(one.unwrap().into_inner(), json!({"commas": [1], "repeated": ["a"]}));
    });
}

#[test]
fn each_style_is_read_in_headers_and_cookies() {
    run(async {
        // Headers contain only ASCII, and openapi-core does not decode cookies.
        for text in ["plain", "a+b%20c", "a&b", "'quoted'", "/path?#"] {
            let call = client()
                .in_headers()
                .x_list(vec![1, i64::MIN])
                .x_object(point(text))
                .x_exploded(point(text))
                .x_json(nested(text));
            let understood = call.send().await.unwrap().into_inner();
            let object = json!({"x": i64::MIN, "label": text});
            let expected = json!({
                "X-List": [1, i64::MIN], "X-Object": object, "X-Exploded": object, "X-Json": as_json(text),
            });
            assert_eq!(understood, expected);
            if !text.contains('%') {
                let call = client().in_cookies().text(text).list(vec![1, -2]).object(point(text));
                let understood = call.send().await.unwrap().into_inner();
                assert_eq!(understood, json!({"text": text, "list": [1, -2], "object": object}));
            }
        }
    });
}

#[test]
fn each_style_is_read_in_a_form() {
    run(async {
        for text in TEXTS {
            let list = vec![text.to_owned(), "b".to_owned()];
            let form = Fields::new(text)
                .count(i64::MIN)
                .flag(false)
                .repeated(list.clone())
                .commas(vec![1, -2])
                .pipes(list.clone())
                .deep(point(text))
                .json(nested(text));
            let understood = client().as_form(form).send().await.unwrap().into_inner();
            let expected = json!({
                "text": text, "count": i64::MIN, "flag": false, "repeated": list, "commas": [1, -2], "pipes": list,
                "deep": {"x": i64::MIN, "label": text}, "json": as_json(text),
            });
            assert_eq!(understood, expected);
        }
    });
}

#[test]
fn each_part_is_read() {
    run(async {
        let id = Uuid::from_u128(7);
        for text in TEXTS {
            let call = client()
                .as_parts(id, nested(text))
                .list(vec![text.to_owned(), String::new()])
                .file(Upload::from(vec![0, 255, 13, 10]).file_name(text))
                .files(vec!["a".into(), "".into()]);
            let understood = call.send().await.unwrap().into_inner();
            let expected = json!({
                "id": id, "json": as_json(text), "list": [text, ""], "file": "AP8NCg==", "files": ["YQ==", ""],
            });
            assert_eq!(understood, expected);
        }
    });
}
