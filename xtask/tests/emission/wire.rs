//! Tests the requests that the client generated from all fixtures sends, and the responses that it decodes.
//! `emission.rs` compiles this file as a test of that client.

#![allow(missing_docs, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use generated_client::models::{
    EnumHolder, Fields, FieldsPoint, FormKind, FormSize, Kept, OptionalSettings,
    PostPartsBodyEither, Problem, RawAny, RulesPart, RulesRequest, SecretLogin, Secrets, SeveralTypes, SuccessThing,
    TypeUnions, TypeUnionsItem, Values,
};
use generated_client::operations::{GetRangesSuccess, PostRangesSuccess, PutSeveralSuccess};
use generated_client::{Client, Credentials, Error, Form, RetryPolicy, Upload, reqwest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server that records one request and returns one response, and a client for it.
struct Server {
    client: Client,
    url: String,
    request: JoinHandle<String>,
}

impl Server {
    async fn new(status: &str, content_type: &str, body: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let length = body.len();
        let response = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        );
        let request = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            while !is_whole(&bytes) {
                assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request is cut off");
            }
            stream.write_all(response.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let builder = Client::builder(Credentials::access_token("token")).base_url(&url);
        Self { client: builder.retry(RetryPolicy::none()).build().unwrap(), url, request }
    }

    /// Creates a client that retries.
    fn retrying(&self) -> Client {
        let builder = Client::builder(Credentials::access_token("token")).base_url(&self.url);
        builder.retry(RetryPolicy::new().base_delay(Duration::ZERO)).build().unwrap()
    }

    async fn empty() -> Self {
        Self::new("204 No Content", "text/plain", "").await
    }

    /// Waits for the request. Returns the value of the given header (empty if absent) and the body.
    async fn received(self, header: &str) -> (String, String) {
        let request = self.request.await.unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        let value = headers.find(|(name, _)| name.eq_ignore_ascii_case(header));
        (value.map(|(_, value)| value.to_owned()).unwrap_or_default(), body.to_owned())
    }
}

/// Returns whether all bytes have arrived, according to the headers or the last chunk.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head.split_once("content-length: ").map(|(_, rest)| rest.lines().next());
    let length = length.flatten().map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

#[tokio::test]
async fn bytes_are_sent_unchanged() {
    let server = Server::empty().await;
    server.client.put_bytes(b"\x01\r\n\x02".as_slice()).send().await.unwrap();
    let expected = ("application/octet-stream".to_owned(), "\u{1}\r\n\u{2}".to_owned());
    assert_eq!(server.received("content-type").await, expected);
}

#[tokio::test]
async fn the_caller_chooses_a_media_type_within_a_range() {
    let server = Server::empty().await;
    let image = Upload::from("png").content_type("image/png");
    server.client.put_image(image).send().await.unwrap();
    assert_eq!(server.received("content-type").await, ("image/png".into(), "png".into()));

    let server = Server::empty().await;
    server.client.put_image("png").send().await.unwrap();
    let expected = ("application/octet-stream".into(), "png".into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::empty().await;
    let asset = Upload::from(b"\x01\x02".as_slice()).content_type("application/zip");
    server.client.put_asset(asset).send().await.unwrap();
    let expected = ("application/zip".into(), "\u{1}\u{2}".into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::empty().await;
    let error = server.client.put_image(Upload::from("").content_type("a\nb")).send().await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`body`: \"a\\nb\" is not a media type"), "{error}");
}

#[tokio::test]
async fn xml_is_sent_unchanged() {
    let server = Server::empty().await;
    server.client.put_xml("<a/>").send().await.unwrap();
    let expected = ("application/xml; charset=utf-8".into(), "<a/>".into());
    assert_eq!(server.received("content-type").await, expected);
}

#[tokio::test]
async fn text_is_a_string_in_both_directions() {
    let server = Server::new("200 OK", "text/plain", "é\n").await;
    let text = server.client.put_text("a,b").send().await.unwrap();
    assert_eq!(text.into_inner(), "é\n");
    let expected = ("text/csv; charset=utf-8".into(), "a,b".into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::new("500 Oops", "text/plain", "no").await;
    let error = server.client.put_text("a").send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
}

#[tokio::test]
async fn a_value_of_any_media_type_is_json_unless_its_schema_is_text() {
    let server = Server::new("200 OK", "application/json", r#"{"name":"b"}"#).await;
    let any = server.client.put_any(RawAny::default().name("a")).send().await.unwrap();
    assert_eq!(any.name.as_deref(), Some("b"));
    let expected = ("application/json".into(), r#"{"name":"a"}"#.into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::new("200 OK", "text/plain", "text").await;
    assert_eq!(server.client.get_anything().send().await.unwrap().into_inner(), "text");
    assert_eq!(server.received("accept").await.0, "*/*");
}

#[tokio::test]
async fn a_file_is_preferred_to_json_that_is_only_a_string() {
    let server = Server::new("200 OK", "video/mp4", "frames").await;
    let mut video = server.client.get_video().send().await.unwrap().into_inner();
    assert_eq!(video.chunk().await.unwrap().unwrap(), b"frames");
    assert_eq!(server.received("accept").await.0, "video/mp4");
}

#[tokio::test]
async fn a_stream_body_is_sent_only_once() {
    let server = Server::empty().await;
    let upload = Upload::once(reqwest::Body::from("stream"));
    server.client.put_bytes(upload.clone()).send().await.unwrap();
    let error = server.client.put_bytes(upload).send().await.unwrap_err().to_string();
    assert!(error.contains("`body`: can be sent only once"), "{error}");
    assert_eq!(server.received("content-type").await.1, "stream");
}

#[tokio::test]
async fn a_stream_body_is_not_retried() {
    for (upload, attempts) in [(Upload::once("stream"), 1), (Upload::from("bytes"), 5)] {
        let server = Server::new("503 Busy", "text/plain", "").await;
        let error = server.retrying().put_bytes(upload).send().await.unwrap_err();
        assert_eq!(error.attempts(), Some(attempts), "{error}");
    }
}

/// Creates contents in two chunks.
fn two_chunks() -> Upload {
    Upload::once(reqwest::Body::wrap_stream(stream::iter(["abc", "def"].map(io::Result::Ok))))
}

#[tokio::test]
async fn a_stream_body_can_have_a_length() {
    let server = Server::empty().await;
    server.client.put_bytes(two_chunks()).send().await.unwrap();
    let received = server.received("transfer-encoding").await;
    assert_eq!(received, ("chunked".into(), "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n".into()));

    let server = Server::empty().await;
    server.client.put_bytes(two_chunks().content_length(6)).send().await.unwrap();
    assert_eq!(server.received("content-length").await, ("6".into(), "abcdef".into()));

    let server = Server::empty().await;
    let empty = Upload::once(reqwest::Body::wrap_stream(stream::iter([io::Result::Ok("")])));
    server.client.put_bytes(empty.content_length(0)).send().await.unwrap();
    assert_eq!(server.received("content-length").await, ("0".into(), String::new()));

    for (length, problem) in [
        (7, "the contents are shorter than `content_length`"),
        (5, "the contents are longer than `content_length`"),
        // The excess bytes are in a separate chunk.
        (3, "the contents are longer than `content_length`"),
    ] {
        let server = Server::empty().await;
        let upload = two_chunks().content_length(length);
        let error = server.client.put_bytes(upload).send().await.unwrap_err();
        assert!(matches!(error, Error::Transport { .. }), "{error:?}");
        assert!(error.to_string().contains(problem), "{error}");
        // The server panics, because the request is cut off.
        server.request.await.unwrap_err();
    }
}

#[tokio::test]
async fn a_setter_of_an_enum_accepts_text() {
    let server = Server::new("200 OK", "application/json", r#"{"odd":"<"}"#).await;
    let body = EnumHolder::new("3.6").even("a/b");
    server.client.create_enum_holder(body).send().await.unwrap();
    let expected = r#"{"odd":"3.6","even":"a/b"}"#;
    assert_eq!(server.received("content-type").await, ("application/json".into(), expected.into()));
}

#[tokio::test]
async fn form_fields_are_encoded_as_the_document_describes() {
    let server = Server::empty().await;
    let size = || FormSize::new(1).height(2);
    let list = || vec!["a b".to_owned(), "c&d".to_owned()];
    let body = Fields::new("é*~").count(7).tags(list()).size(size()).deep(size()).flat(size());
    let body = body.commas(list()).pipes(list()).json(vec![1, 2]);
    let body = body.point(FieldsPoint::new().x(None::<i64>).y(2));
    server.client.post_fields(body).send().await.unwrap();
    let (content_type, body) = server.received("content-type").await;
    assert_eq!(content_type, "application/x-www-form-urlencoded");
    let mut fields: Vec<&str> = body.split('&').collect();
    fields.sort_unstable();
    let expected = [
        "commas=a%20b%2Cc%26d",
        "count=7",
        "deep%5Bheight%5D=2",
        "deep%5Bwidth%5D=1",
        "height=2",
        "json=%5B1%2C2%5D",
        "name=%C3%A9%2A~",
        "pipes=a%20b%7Cc%26d",
        "point=y%2C2",
        "size=%7B%22width%22%3A1%2C%22height%22%3A2%7D",
        "tags=a%20b",
        "tags=c%26d",
        "width=1",
    ];
    assert_eq!(fields, expected);

    let server = Server::empty().await;
    let error = server.client.post_fields(Fields::new("n".repeat(21))).send().await;
    assert!(error.unwrap_err().to_string().contains("body.name"));

    let error = server.client.post_fields(Fields::new("n").note(None)).send().await.unwrap_err();
    let expected = "postFields: invalid `body.note`: must not be `null`, which a form cannot express";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_multipart_form_has_a_part_for_each_value() {
    let server = Server::empty().await;
    let request = server.client.post_parts(7, "png", "cat", FormKind::Photo);
    let more = vec![Upload::from("1").file_name("1\".png"), Upload::from("2").content_type("a/b")];
    let request = request.more(more).tags(vec!["x".to_owned(), "y".to_owned()]);
    request.size(FormSize::new(1)).send().await.unwrap();
    let (content_type, body) = server.received("content-type").await;
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).map(str::trim).collect();
    let part = |name: &str, more: &str, contents: &str| {
        format!("Content-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{contents}")
    };
    let octets = "; filename=\"file\"\r\nContent-Type: application/octet-stream";
    let expected = [
        String::new(),
        part("file", octets, "png"),
        part("more", "; filename=\"1\\\".png\"\r\nContent-Type: image/png", "1"),
        part("more", "; filename=\"more\"\r\nContent-Type: a/b", "2"),
        part("id", "", "cat"),
        part("kind", "", "photo"),
        part("tags", "", "x"),
        part("tags", "", "y"),
        part("size", "\r\nContent-Type: application/json", r#"{"width":1}"#),
        "--".to_owned(),
    ];
    assert_eq!(parts, expected);

    let server = Server::empty().await;
    let error = server.client.post_parts(7, "png", "0123456789", FormKind::Photo).send().await;
    assert!(error.unwrap_err().to_string().contains("`id`: "));
}

#[tokio::test]
async fn a_part_has_the_media_type_in_the_document() {
    let server = Server::empty().await;
    let request = server.client.post_typed_parts(vec!["a;b".to_owned(), "c".to_owned()], FormSize::new(1));
    request.plain(1).xml("<a/>").picture(b"\x89").send().await.unwrap();
    let (_, body) = server.received("content-type").await;
    for part in [
        "name=\"csv\"\r\nContent-Type: text/csv\r\n\r\na;b\r\n",
        "name=\"csv\"\r\nContent-Type: text/csv\r\n\r\nc\r\n",
        "name=\"meta\"\r\nContent-Type: application/vnd.size+json\r\n\r\n{\"width\":1}\r\n",
        "name=\"plain\"\r\n\r\n1\r\n",
        "name=\"xml\"; filename=\"xml\"\r\nContent-Type: application/xml\r\n\r\n<a/>\r\n",
        "name=\"picture\"; filename=\"picture\"\r\nContent-Type: image/png\r\n\r\n",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
}

#[tokio::test]
async fn a_part_has_the_encoding_of_the_variant_that_is_set() {
    for (either, parts) in [
        (PostPartsBodyEither::from("a b"), vec!["\r\n\r\na b\r\n"]),
        (vec![1, 2].into(), vec!["\r\n\r\n1\r\n", "\r\n\r\n2\r\n"]),
        (
            FormSize::new(1).into(),
            vec!["\r\nContent-Type: application/json\r\n\r\n{\"width\":1}\r\n"],
        ),
    ] {
        let server = Server::empty().await;
        let request = server.client.post_parts(7, "png", "cat", FormKind::Photo);
        request.either(either).pages(vec!["one".into()]).send().await.unwrap();
        let (_, body) = server.received("content-type").await;
        assert!(body.contains("name=\"pages\"; filename=\"pages\""), "{body}");
        assert_eq!(body.matches("name=\"either\"").count(), parts.len(), "{body}");
        for part in parts {
            assert!(body.contains(&format!("name=\"either\"{part}")), "{body}");
        }
    }
}

#[tokio::test]
async fn a_part_with_the_name_of_a_variable_is_checked_and_sent() {
    let server = Server::empty().await;
    server.client.post_named_parts().form("a").request("b").self_("c").send().await.unwrap();
    let (_, body) = server.received("content-type").await;
    assert!(body.contains("name=\"form\"\r\n\r\na\r\n"), "{body}");

    let server = Server::empty().await;
    let error = server.client.post_named_parts().form("long").send().await.unwrap_err();
    assert!(error.to_string().contains("`form`: "), "{error}");
}

#[tokio::test]
async fn a_form_without_streams_has_a_content_length() {
    let server = Server::new("200 OK", "application/json", r#"{"width":3}"#).await;
    let size = server.client.post_shared_parts(1).height(2).send().await.unwrap();
    assert_eq!(size.width, 3);
    let (length, body) = server.received("content-length").await;
    assert_eq!(length, body.len().to_string());
}

#[tokio::test]
async fn a_form_with_a_stream_of_known_length_has_a_content_length() {
    let server = Server::empty().await;
    let form = Form::new().text("a", "1").file("b", two_chunks().content_length(6));
    server.client.post_free_parts(form).send().await.unwrap();
    let (length, body) = server.received("content-length").await;
    assert_eq!(length, body.len().to_string());
    assert!(body.contains("\r\n\r\nabcdef\r\n--"), "{body}");

    let server = Server::empty().await;
    let form = Form::new().file("a", two_chunks().content_length(5));
    let error = server.client.post_free_parts(form).send().await.unwrap_err().to_string();
    assert!(error.contains("the contents are longer than `content_length`"), "{error}");
}

#[tokio::test]
async fn a_part_has_its_name_even_if_the_name_must_be_escaped() {
    let server = Server::empty().await;
    let name = "a b/\"é\"\\\r\n: c";
    let form = Form::new().text(name, "1").file("f", Upload::from(b"2").file_name(name));
    server.client.post_free_parts(form).send().await.unwrap();
    let (_, body) = server.received("content-type").await;
    let escaped = "a b/\\\"é\\\"\\\\%0D%0A: c";
    for header in [format!("; name=\"{escaped}\"\r\n"), format!("; filename=\"{escaped}\"\r\n")] {
        assert!(body.contains(&header), "{body}");
    }

    let server = Server::empty().await;
    let form = Form::new().file("a", Upload::from("1").content_type("image/png\r\nb: c"));
    let error = server.client.post_free_parts(form).send().await.unwrap_err().to_string();
    assert!(error.contains("`a`: \"image/png\\r\\nb: c\" is not a media type"), "{error}");
}

#[tokio::test]
async fn a_form_without_a_description_has_the_parts_that_the_caller_adds() {
    let server = Server::empty().await;
    let file = Upload::once(tokio::fs::File::open("tests/wire.rs").await.unwrap());
    let form = Form::new().text("a", "1").json("b", &[2]).file("c", file);
    server.client.post_free_parts(form).send().await.unwrap();
    let (encoding, body) = server.received("transfer-encoding").await;
    assert_eq!(encoding, "chunked");
    for part in
        ["name=\"a\"", "Content-Type: application/json\r\n", "[2]", "//! Tests the requests"]
    {
        assert!(body.contains(part), "{body}");
    }
}

#[tokio::test]
async fn each_media_type_of_a_body_has_a_method() {
    let body = || SeveralTypes::default().name("a b");
    let server = Server::empty().await;
    server.client.post_several_types(body()).send().await.unwrap();
    let json = r#"{"name":"a b"}"#.to_owned();
    assert_eq!(server.received("content-type").await, ("application/json".into(), json.clone()));

    let server = Server::empty().await;
    server.client.post_several_types_as_merge_patch_json(body()).send().await.unwrap();
    let expected = ("application/merge-patch+json".into(), json);
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::empty().await;
    server.client.post_several_types_as_form(body()).send().await.unwrap();
    assert_eq!(server.received("content-type").await.1, "name=a%20b");

    let server = Server::empty().await;
    server.client.post_several_types_as_xml("<a/>").send().await.unwrap();
    assert_eq!(server.received("content-type").await, ("application/xml".into(), "<a/>".into()));

    let server = Server::empty().await;
    server.client.post_several_types_as_text("a").send().await.unwrap();
    assert_eq!(server.received("content-type").await, ("text/plain".into(), "a".into()));
}

#[tokio::test]
async fn an_optional_body_is_sent_only_if_it_is_set() {
    let settings = || OptionalSettings::default().name("ab");
    let server = Server::empty().await;
    server.client.put_optional().body(settings()).dry(true).send().await.unwrap();
    let expected = ("application/json".into(), r#"{"name":"ab"}"#.into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::empty().await;
    server.client.put_optional_text().body("a").send().await.unwrap();
    assert_eq!(server.received("content-type").await, ("text/plain".into(), "a".into()));

    let server = Server::empty().await;
    server.client.put_optional_form().body(settings()).send().await.unwrap();
    let expected = ("application/x-www-form-urlencoded".into(), "name=ab".into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::empty().await;
    server.client.put_optional_bytes().body("a").send().await.unwrap();
    let expected = ("application/octet-stream".into(), "a".into());
    assert_eq!(server.received("content-type").await, expected);

    let server = Server::empty().await;
    server.client.put_optional().send().await.unwrap();
    assert_eq!(server.received("content-type").await, (String::new(), String::new()));

    let server = Server::empty().await;
    let error = server.client.put_optional().body(OptionalSettings::default().name("a")).send();
    assert!(error.await.unwrap_err().to_string().contains("body.name"));
}

#[tokio::test]
async fn the_status_selects_the_value_of_a_success() {
    let put = async |status: &str, body: &str| {
        let server = Server::new(status, "application/json", body).await;
        let response = server.client.put_several().send().await;
        response.map(|response| response.into_inner()).map_err(|error| error.to_string())
    };
    let [one, two] =
        [1, 2].map(|id| serde_json::from_value(serde_json::json!({"id": id})).unwrap());
    assert_eq!(put("201 Created", r#"{"id":1}"#).await, Ok(PutSeveralSuccess::Created(one)));
    // A response with a status that the document does not describe has the type of the first value.
    assert_eq!(put("202 Accepted", r#"[{"id":2}]"#).await, Ok(PutSeveralSuccess::Ok(vec![two])));
    assert_eq!(put("204 No Content", "").await, Ok(PutSeveralSuccess::NoContent));
    let error = put("201 Created", r#"{"id":"x"}"#).await.unwrap_err();
    assert!(error.contains("at `id`"), "{error}");
    assert!(put("200 OK", "").await.is_err());
}

#[tokio::test]
async fn a_status_takes_precedence_over_a_range() {
    let get = async |status: &str, body: &str| {
        let server = Server::new(status, "application/json", body).await;
        server.client.get_ranges().send().await.unwrap().into_inner()
    };
    let thing: SuccessThing = serde_json::from_value(serde_json::json!({"id": 1})).unwrap();
    let one = get("203 Non-Authoritative Information", r#"{"id":1}"#).await;
    assert_eq!(one, GetRangesSuccess::NonAuthoritativeInformation(thing.clone()));
    let other = get("206 Partial Content", r#"[{"id":1}]"#).await;
    assert_eq!(other, GetRangesSuccess::Other(vec![thing.clone()]));
    let post = async |status: &str, body: &str| {
        let server = Server::new(status, "application/json", body).await;
        server.client.post_ranges().send().await.unwrap().into_inner()
    };
    let created = post("201 Created", r#"{"id":1}"#).await;
    assert_eq!(created, PostRangesSuccess::Created(thing));
    assert_eq!(post("202 Accepted", "").await, PostRangesSuccess::Other);
}

#[tokio::test]
async fn a_secret_is_sent_but_not_shown() {
    let server = Server::new("200 OK", "application/json", r#"{"password":"hunter22"}"#).await;
    let body = Secrets::new("hunter22")
        .old("hunter22".to_owned())
        .hint("hunter22")
        .codes(vec!["hunter22".into()])
        .either("hunter22");
    let request = server.client.post_secrets("hunter22", body).x_secret("hunter22").key("hunter22");
    assert!(!format!("{request:?}").contains("hunter22"), "{request:?}");
    let response = request.send().await.unwrap();
    assert!(!format!("{response:?}").contains("hunter22"), "{response:?}");
    assert_eq!(response.password.expose_secret(), "hunter22");
    let (header, body) = server.received("x-secret").await;
    assert_eq!(header, "hunter22");
    assert_eq!(
        body,
        r#"{"password":"hunter22","old":"hunter22","hint":"hunter22","codes":["hunter22"],"either":"hunter22"}"#
    );

    let server = Server::empty().await;
    server.client.post_secret_login(SecretLogin::new("me", "hunter22")).send().await.unwrap();
    let form = server.received("content-type").await.1;
    assert!(form.split('&').any(|pair| pair == "password=hunter22"), "{form}");

    let server = Server::empty().await;
    server.client.post_secret_parts("hunter22").send().await.unwrap();
    assert!(server.received("content-type").await.1.contains("\r\n\r\nhunter22\r\n"));
    assert!(!format!("{:?}", Form::new().text("password", "hunter22")).contains("hunter22"));

    let server = Server::empty().await;
    server.client.put_secret_text("hunter22").send().await.unwrap();
    assert_eq!(server.received("content-type").await, ("text/plain".into(), "hunter22".into()));
}

#[tokio::test]
async fn an_error_does_not_show_a_secret() {
    let client = Server::empty().await.client;
    let valid = || Secrets::new("hunter22");
    let codes = || vec!["hunter".into(), "hunter".into()];
    for (request, message) in [
        (client.post_secrets("hunter", valid()), "`token`: has 6 characters, expected at least 8"),
        (
            client.post_secrets("hunter22", Secrets::new("hunter")),
            "`body.password`: has 6 characters, expected at least 8",
        ),
        (
            client.post_secrets("hunter22", Secrets::new("hunterhunter")),
            "`body.password`: must match `[0-9]`",
        ),
        (
            client.post_secrets("hunter22", valid()).keys(vec!["hunter2".into()]),
            "`keys[0]`: must match `^[a-z]+$`",
        ),
        (
            client.post_secrets("hunter22", valid().codes(codes())),
            "`body.codes[1]`: equals item 0, but items must be unique",
        ),
        (
            client.post_secrets("hunter22", valid().either("hunter")),
            "`body.either`: has 6 characters, expected at least 8",
        ),
        (
            client.post_secrets("hunter22", valid()).x_secret("hunter\n"),
            "`X-Secret`: contains a line break or a control character, which headers cannot contain",
        ),
    ] {
        let error = request.send().await.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_a_rule_is_not_sent() {
    let client = Server::empty().await.client;
    let long = client.put_rules(vec!["much too long".to_owned()]).send().await;
    let none = client.put_rules(Vec::new()).send().await;
    let upper = client.patch_rules().body("ABC").send().await;
    let rules = || RulesRequest::new("a", 1, vec!["b".to_owned()], RulesPart::new("c"));
    let nan = client.create_rules(rules().null_ratio(f64::NAN)).send().await;
    let infinite = client.create_rules(rules().ratio(f64::INFINITY)).send().await;
    let item = client.create_rules(rules().weights(vec![1.0, f64::NAN])).send().await;
    for (result, expected) in [
        (
            long,
            "putRules: invalid `body[0]`: \"much too long\" has 13 characters, expected at most 9",
        ),
        (none, "putRules: invalid `body`: has 0 items, expected at least 1"),
        (upper, "patchRules: invalid `body`: \"ABC\" "),
        (nan, "createRules: invalid `body.nullRatio`: NaN must be a finite number"),
        (infinite, "createRules: invalid `body.ratio`: inf must be a finite number"),
        (item, "createRules: invalid `body.weights[1]`: NaN must be a finite number"),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::InvalidInput(_)), "{error}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_response_to_head_has_no_value() {
    let server = Server::new("200 OK", "application/json", "").await;
    let response = server.client.head_several().send().await.unwrap();
    assert_eq!(response.into_inner(), ());
}

/// With Express, NestJS sends a string, a number or a boolean as text with the media type `text/html`.
#[tokio::test]
async fn a_scalar_can_be_plain_text() {
    let name = async |content_type: &str, body: &str| {
        let server = Server::new("200 OK", content_type, body).await;
        server.client.get_success_name().send().await.map(|it| it.into_inner()).ok()
    };
    let json = "application/json";
    assert_eq!(name(json, r#""a b""#).await.as_deref(), Some("a b"));
    assert_eq!(name(json, "a b").await, None);
    assert_eq!(name("text/html; charset=utf-8", "a b").await.as_deref(), Some("a b"));
    assert_eq!(name("text/plain", "42").await.as_deref(), Some("42"));
    assert_eq!(name("text/plain", r#""a b""#).await.as_deref(), Some("a b"));
    assert_eq!(name("text/html", "").await.as_deref(), Some(""));
    assert_eq!(name("text/html", "<!doctype html><p>Log in").await, None);
    assert_eq!(name("application/xml", "a b").await, None);

    let count = async |body: &str| {
        let server = Server::new("200 OK", "text/html", body).await;
        server.client.get_success_count().send().await.map(|it| it.into_inner())
    };
    assert_eq!(count("42").await.unwrap(), 42);
    assert!(matches!(count("many").await, Err(Error::UnexpectedBody { .. })));
    let server = Server::new("500 Internal Server Error", "text/html", "a b").await;
    assert!(server.client.get_success_name().send().await.is_err());
}

#[tokio::test]
async fn a_redirect_that_the_document_describes_is_a_success() {
    let server = Server::new("303 See Other", "text/plain\r\nlocation: /a", "").await;
    let response = server.client.get_redirect().send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (303, &"/a".parse().unwrap())
    );
    let server = Server::new("303 See Other", "text/plain", "").await;
    assert!(server.client.head_several().send().await.is_err());
}

#[tokio::test]
async fn json_lines_are_decoded_one_by_one() {
    let body = "\u{feff}{\"id\":1}\r\n\n{\"id\":2}\n{\"id\":\"x\"}\n{\"id\":3}";
    let server = Server::new("200 OK", "application/x-ndjson", body).await;
    let mut lines = server.client.get_lines().send().await.unwrap().into_inner();
    assert_eq!(lines.next().await.unwrap().unwrap().id, 1);
    assert_eq!(lines.next().await.unwrap().unwrap().id, 2);
    let error = lines.next().await.unwrap().unwrap_err().to_string();
    assert!(error.contains("at `id`"), "{error}");
    assert!(lines.next().await.is_none());

    let server = Server::new("200 OK", "application/x-ndjson", "{\"id\":1}").await;
    let mut lines = server.client.get_lines().send().await.unwrap().into_inner();
    assert_eq!(lines.next().await.unwrap().unwrap().id, 1);
    assert!(lines.next().await.is_none());

    // Other fields of a value may be secrets, so the excerpt shows no values.
    let body = "{\"secret\":\"hush-1\",\"more\":[\"hush-2\"]}\n";
    let server = Server::new("200 OK", "application/x-ndjson", body).await;
    let mut lines = server.client.get_lines().send().await.unwrap().into_inner();
    let error = lines.next().await.unwrap().unwrap_err();
    let Error::Decode { excerpt, .. } = &error else { panic!("{error}") };
    let excerpt: serde_json::Value = serde_json::from_str(excerpt).unwrap();
    assert_eq!(excerpt, serde_json::json!({ "secret": "…", "more": ["…"] }));
    assert!(!error.to_string().contains("hush"), "{error}");

    let server = Server::new("404 Not Found", "application/json", "").await;
    assert_eq!(server.client.get_lines().send().await.unwrap_err().status().unwrap(), 404);
}

#[tokio::test]
async fn the_response_limit_applies_to_each_line() {
    // Lines of 1,000 and 1,001 bytes.
    let [fits, long] = [993, 994].map(|width| format!("{{\"id\":{:>width$}}}", 1));
    for (body, values, is_error) in [
        (format!("{fits}\n{fits}\n{fits}"), 3, false),
        (format!("{fits}\n{long}\n{fits}"), 1, true),
        (long, 0, true),
    ] {
        let server = Server::new("200 OK", "application/x-ndjson", &body).await;
        let builder = Client::builder(Credentials::access_token("token")).base_url(&server.url);
        let client = builder.response_limit(1000).build().unwrap();
        let mut lines = client.get_lines().send().await.unwrap().into_inner().into_stream();
        for _ in 0..values {
            assert_eq!(lines.next().await.unwrap().unwrap().id, 1);
        }
        let end = lines.next().await.map(Result::unwrap_err);
        assert_eq!(end.is_some(), is_error, "{end:?}");
        assert!(end.is_none_or(|it| matches!(it, Error::TooLarge { limit: 1000, .. })));
        assert!(lines.next().await.is_none());
    }
}

#[tokio::test]
async fn an_array_in_an_additional_property_that_must_be_an_object_is_an_error() {
    let body = r#"{"new":"a","more":{"left":"b"},"other":["c","d"]}"#;
    let server = Server::new("200 OK", "application/json", body).await;
    let error = server.client.create_kept(Kept::default()).send().await.unwrap_err().to_string();
    assert!(error.contains("at `other`: expected an object, found an array"), "{error}");
}

#[tokio::test]
async fn a_time_needs_no_offset_and_a_date_can_be_a_midnight() {
    let body = r#"{
        "must": 1, "musts": [], "none": null,
        "at": "2019-12-07T18:46:19.5165400", "day": "2015-07-01T00:00:00",
        "times": {"b": "2020-12-10T01:22:00"}
    }"#;
    let server = Server::new("200 OK", "application/json", body).await;
    let values = server.client.create_values(Values::new(None, 1.into(), Vec::new())).send().await.unwrap();
    let values = serde_json::to_value(values.into_inner()).unwrap();
    assert_eq!(values["at"], "2019-12-07T18:46:19.516540Z");
    assert_eq!(values["day"], "2015-07-01");
    assert_eq!(values["times"]["b"], "2020-12-10T01:22:00Z");
}

#[tokio::test]
async fn a_null_response_or_property_is_none() {
    let get = async |body: &str| {
        let server = Server::new("200 OK", "application/json", body).await;
        server.client.get_success_or_null().send().await.unwrap().into_inner()
    };
    assert_eq!(get("null").await, None);
    assert_eq!(get(r#"{"other":null}"#).await.unwrap().other, None);
    let text = async |content_type: &str, body: &str| {
        let server = Server::new("200 OK", content_type, body).await;
        server.client.post_text_or_null().send().await.unwrap().into_inner()
    };
    assert_eq!(text("application/json", "null").await, None);
    assert_eq!(text("text/plain", "a b").await.as_deref(), Some("a b"));
}

#[tokio::test]
async fn json_without_a_schema_is_any_value_or_none() {
    let server = Server::new("200 OK", "application/json", "[1]").await;
    let value = server.client.get_untyped().send().await.unwrap().into_inner();
    assert_eq!(value, Some(serde_json::json!([1])));
    let server = Server::new("200 OK", "application/json", "").await;
    assert_eq!(server.client.get_untyped().send().await.unwrap().into_inner(), None);
    let server = Server::new("409 Conflict", "application/json", "").await;
    assert_eq!(server.client.get_untyped().send().await.unwrap_err().status().unwrap(), 409);
}

#[tokio::test]
async fn the_body_of_an_error_is_kept_and_has_a_model() {
    let body = r#"{"status":404,"title":"No such thing"}"#;
    let server = Server::new("404 Not Found", "application/problem+json", body).await;
    let error = server.client.get_errors().send().await.unwrap_err();
    assert_eq!(error.body(), Some(body));
    let problem: Problem = error.decode().unwrap();
    assert_eq!((problem.title.as_str(), problem.status), ("No such thing", Some(404)));
    assert_eq!(error.decode::<Vec<String>>(), None);

    let server = Server::new("502 Bad Gateway", "text/html", "<html>").await;
    let error = server.client.get_errors().send().await.unwrap_err();
    assert_eq!((error.body(), error.decode::<Problem>().is_none()), (Some("<html>"), true));
}

#[tokio::test]
async fn a_parameter_has_the_style_of_the_variant_that_is_set() {
    let body = TypeUnions::new("a");
    let server = Server::empty().await;
    let call = server.client.create_type_unions(7, body.clone()).sort("b c").at(true);
    call.send().await.unwrap_err();
    let request = server.request.await.unwrap();
    assert!(request.starts_with("POST /type-unions/7?sort=b%20c&at=true HTTP"), "{request}");

    let server = Server::empty().await;
    let sort = vec!["b c".to_owned(), "d".to_owned()];
    let call = server.client.create_type_unions("e/f", body).sort(sort);
    call.send().await.unwrap_err();
    let request = server.request.await.unwrap();
    let expected = "POST /type-unions/e%2Ff?sort=b%20c&sort=d HTTP";
    assert!(request.starts_with(expected), "{request}");
}

#[tokio::test]
async fn a_variant_of_a_union_is_checked_before_it_is_sent() {
    let client = Client::builder(Credentials::access_token("token")).base_url("http://127.0.0.1:1");
    let client = client.build().unwrap();
    for (body, place) in [
        (TypeUnions::new("a").stop("more than eight"), "body.stop"),
        (
            TypeUnions::new("a").stop(vec![String::new(), "more than eight".to_owned()]),
            "body.stop[1]",
        ),
        (TypeUnions::new("a").stop(Vec::new()), "body.stop"),
        (TypeUnions::new(vec![TypeUnionsItem::new("")]), "body.input[0].text"),
        (
            TypeUnions::new(vec![TypeUnionsItem::new("a").last(TypeUnionsItem::new(""))]),
            "body.input[0].last.text",
        ),
    ] {
        let error = client.create_type_unions(7, body).send().await.unwrap_err();
        let Error::InvalidInput(error) = error else { panic!("{error}") };
        assert_eq!(error.parameter(), place);
    }
}
