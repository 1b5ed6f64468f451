//! Tests the client for `things.yaml` against a local server.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use things::models::Color;
use things::header::HeaderValue;
use things::{AccessToken, Attempt, Client, Credentials, Error, Interceptor, StatusCode};

/// A server that records its requests and derives each response from the request.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

const NOTHING: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

fn json(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

fn serve(answer: impl Fn(&str) -> String + Send + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut text = String::new();
            let mut bytes = [0; 4096];
            while !is_whole(&text) {
                let count = stream.read(&mut bytes).unwrap();
                assert!(count > 0, "{text}");
                text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
            }
            let response = answer(&text);
            kept.lock().unwrap().push(text);
            stream.write_all(response.as_bytes()).unwrap();
        }
    });
    Server { url, requests }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |it| it.parse().unwrap())
}

impl Server {
    fn client(&self, credentials: Credentials) -> Client {
        Client::builder(credentials).base_url(&self.url).build().unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
}

#[tokio::test]
async fn each_parameter_is_written_in_its_style() {
    let server = serve(|_| NOTHING.to_owned());
    let client = server.client(Credentials::none());
    let color = || Color::new().r(100_i64).g(200_i64).b(150_i64);
    let list = || vec!["blue".to_owned(), "black".to_owned()];
    let request = client
        .get_styles("blue", color(), list())
        .filter_name("a b")
        .filter_name2(list())
        .form(list())
        .x2pipe(vec![1, 2])
        .space(list())
        .deep(color())
        .object(color())
        .reserved("a/b?c&d")
        .order("sideways")
        .json(color())
        .x_list(list())
        .x_object(color())
        .session("a;b")
        .colors(list());
    request.send().await.unwrap();
    let request = server.requests().remove(0);
    let expected = "GET /styles/;matrix=blue.R=100.G=200.B=150/blue,black?filter%5Bname%5D=a%20b\
                    &filter_name=blue&filter_name=black&form=blue,black&2pipe=1%7C2&space=blue%20black\
                    &deep%5BR%5D=100&deep%5BG%5D=200&deep%5BB%5D=150&R=100&G=200&B=150&reserved=a/b?c%26d\
                    &order=sideways&json=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D HTTP/1.1";
    assert_eq!(request.lines().next().unwrap(), expected);
    assert_eq!(header(&request, "x-list"), Some("blue,black"));
    assert_eq!(header(&request, "x-object"), Some("R=100,G=200,B=150"));
    assert_eq!(header(&request, "cookie"), Some("session=a%3Bb; colors=blue,black"));
}

#[tokio::test]
async fn a_model_in_a_parameter_is_checked() {
    let server = serve(|_| NOTHING.to_owned());
    let client = server.client(Credentials::none());
    let request = client.get_styles("blue", Color::new().r(256_i64), vec!["a".to_owned()]);
    let error = request.send().await.unwrap_err().to_string();
    assert!(error.contains("label.R"), "{error}");
    let request = client.get_styles("blue", Color::new().g(1_i64), vec![]);
    let error = request.send().await.unwrap_err().to_string();
    assert!(error.contains("list"), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn each_security_scheme_is_sent_where_the_document_says() {
    let server = serve(|_| NOTHING.to_owned());
    let both = Credentials::key("s3cret-1").and(Credentials::basic("me", "pässword"));
    let all = both.and(Credentials::query_key("a b&c")).and(Credentials::cookie_key("c;d=e%2Bf-g"));
    server.client(all).ping().send().await.unwrap();
    server.client(Credentials::bearer("abc.def")).ping().send().await.unwrap();
    server.client(Credentials::open_id("ghi")).ping().send().await.unwrap();
    server.client(Credentials::none()).ping().send().await.unwrap();
    let [all, bearer, open_id, none] = <[String; 4]>::try_from(server.requests()).unwrap();
    assert!(all.starts_with("GET /ping?api%20key=a%20b%26c HTTP/1.1\r\n"), "{all}");
    assert_eq!(header(&all, "x-key"), Some("s3cret-1"));
    assert_eq!(header(&all, "authorization"), Some("Basic bWU6cMOkc3N3b3Jk"));
    assert_eq!(header(&all, "cookie"), Some("key=c%3Bd=e%2Bf-g"));
    assert_eq!(header(&bearer, "authorization"), Some("Bearer abc.def"));
    assert_eq!(header(&open_id, "authorization"), Some("Bearer ghi"));
    assert_eq!(header(&none, "authorization"), None);
    assert!(header(&none, "user-agent").unwrap().starts_with("things/1.0.0"), "{none}");
}

/// Sets the header that also contains the key.
#[derive(Debug)]
struct OtherKey;

impl Interceptor for OtherKey {
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        let value = HeaderValue::from_static("other");
        attempt.set_header("x-key".parse().unwrap(), value).unwrap();
    }
}

#[tokio::test]
async fn an_interceptor_does_not_replace_the_key() {
    let server = serve(|_| NOTHING.to_owned());
    let client = Client::builder(Credentials::key("s3cret")).base_url(&server.url);
    client.interceptor(OtherKey).build().unwrap().ping().await.unwrap();
    let request = server.requests().remove(0);
    assert_eq!(header(&request, "x-key"), Some("s3cret"), "{request}");
    assert!(!request.contains("other"), "{request}");
}

#[tokio::test]
async fn an_operation_without_security_needs_no_credentials() {
    let server = serve(|_| NOTHING.to_owned());
    server.client(Credentials::none()).get_public().send().await.unwrap();
    assert_eq!(header(&server.requests()[0], "authorization"), None);
}

/// Responds with an HTTP Digest challenge to a request without credentials.
fn challenge(request: &str) -> String {
    let challenge = "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", qop=\"auth\"\r\n";
    match header(request, "authorization") {
        Some(_) => NOTHING.to_owned(),
        None => json("401 Unauthorized", challenge, "{}"),
    }
}

#[tokio::test]
async fn digest_responds_to_the_challenge() {
    let server = serve(challenge);
    server.client(Credentials::digest("me", "secret")).ping().send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let proof = header(&requests[1], "authorization").unwrap();
    assert!(proof.starts_with("Digest username=\"me\", realm=\"a\", uri=\"/ping\""), "{proof}");
}

#[tokio::test]
async fn digest_includes_a_key_in_the_query() {
    let server = serve(challenge);
    let credentials = Credentials::digest("me", "secret").and(Credentials::query_key("s3cret"));
    server.client(credentials).ping().send().await.unwrap();
    let requests = server.requests();
    assert!(requests[1].starts_with("GET /ping?api%20key=s3cret "), "{}", requests[1]);
    let proof = header(&requests[1], "authorization").unwrap();
    assert!(proof.contains("uri=\"/ping?api%20key=s3cret\""), "{proof}");
}

#[tokio::test]
async fn client_credentials_request_one_token() {
    let token = r#"{"access_token": "t0ken", "token_type": "bearer", "expires_in": 3600}"#;
    let server = serve(move |request| {
        if request.starts_with("POST /token ") {
            json("200 OK", "", token)
        } else {
            NOTHING.to_owned()
        }
    });
    let credentials = Credentials::oauth("my id-1", "my:secret_~.").with_scopes("read write");
    let client = server.client(credentials);
    client.ping().send().await.unwrap();
    client.ping().send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    // The id and the secret are percent-encoded before the base64 encoding (RFC 6749, section 2.3.1):
    // `my%20id-1:my%3Asecret_~.`.
    assert_eq!(header(&requests[0], "authorization"), Some("Basic bXklMjBpZC0xOm15JTNBc2VjcmV0X34u"));
    assert!(requests[0].ends_with("grant_type=client_credentials&scope=read%20write"));
    assert_eq!(header(&requests[2], "authorization"), Some("Bearer t0ken"));
    assert_eq!(client.access_token().await.unwrap().expose_secret(), "t0ken");
}

/// Some servers require more than the grant type and the scopes, or do not support HTTP Basic.
#[tokio::test]
async fn a_token_request_can_have_parameters_and_the_secret_in_its_form() {
    let server = serve(|request| {
        let body = r#"{"error": "invalid_target", "error_description": "the s3cret+% has no audience a&b c"}"#;
        let token = r#"{"access_token": "t0ken"}"#;
        if request.contains("audience") { json("400 Bad Request", "", body) } else { json("200 OK", "", token) }
    });
    let account = || Credentials::oauth("my id", "the s3cret+%");
    let parameters = account().with_scopes("read").with_token_parameter("audience", "a");
    let parameters = parameters.with_token_parameter("audience", "a&b c");
    let error = server.client(parameters.clone()).access_token().await.unwrap_err().to_string();
    assert!(error.contains("(invalid_target: [redacted] has no audience a&b c)"), "{error}");
    assert!(error.contains("`Credentials::with_secret_in_form`"), "{error}");
    let replaced = account().with_token_parameter("grant_type", "other").with_secret_in_form();
    server.client(replaced).access_token().await.unwrap();
    let [parameters, replaced] = <[String; 2]>::try_from(server.requests()).unwrap();
    let form = |request: &str| request.split_once("\r\n\r\n").unwrap().1.to_owned();
    let sent = form(&parameters);
    assert_eq!(sent, "audience=a%26b%20c&grant_type=client_credentials&scope=read");
    assert!(header(&parameters, "authorization").unwrap().starts_with("Basic "), "{parameters}");
    let sent = form(&replaced);
    assert_eq!(sent, "grant_type=other&client_id=my%20id&client_secret=the%20s3cret%2B%25");
    assert_eq!(header(&replaced, "authorization"), None);
}

/// The form of a request contains the client secret, and its parameters can be secrets too.
#[tokio::test]
async fn an_error_shows_no_secret_of_an_echoed_token_request() {
    let server = serve(|request| {
        let (_, form) = request.split_once("\r\n\r\n").unwrap();
        json("400 Bad Request", "", &format!(r#"{{"error": "bad: {form}"}}"#))
    });
    let account = Credentials::oauth("me", "the s3cret+%").with_secret_in_form().with_scopes("read");
    let account = account.with_token_parameter("audience", "a&b").with_token_parameter("password", "p&ss w0rd");
    let error = server.client(account).access_token().await.unwrap_err().to_string();
    let form = "audience=a%26b&grant_type=client_credentials&password=[redacted]&scope=read\
                &client_id=me&client_secret=[redacted]";
    assert!(error.contains(&format!("(bad: {form})")), "{error}");
}

#[test]
fn the_id_and_the_secret_of_a_client_are_not_token_parameters() {
    for name in ["client_id", "client_secret"] {
        let account = Credentials::oauth("id", "secret").with_token_parameter(name, "s3cret");
        let error = Client::builder(account).base_url("https://example.com").build().unwrap_err().to_string();
        let expected = format!("`oauth`: `{name}` cannot be a token parameter, because ");
        assert!(error.starts_with(&expected), "{error}");
        assert!(error.ends_with("`Credentials::with_secret_in_form`") && !error.contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn a_running_stream_uses_a_key_that_replaces_the_old_one() {
    let server = serve(|request| match (query(request), header(request, "x-key")) {
        ("/cursors", Some("old")) => json("200 OK", "", r#"{"items":["a"],"next_cursor":"x"}"#),
        ("/cursors?cursor=x", Some("new")) => json("200 OK", "", r#"{"items":["b"]}"#),
        other => panic!("{other:?}"),
    });
    let client = server.client(Credentials::key("old"));
    let mut items = client.list_by_cursor().stream();
    assert_eq!(items.next().await.unwrap().unwrap(), "a");
    client.set_credentials(Credentials::key("new\n")).unwrap_err();
    client.set_credentials(Credentials::key("new")).unwrap();
    assert_eq!(items.next().await.unwrap().unwrap(), "b");
}

/// The server replaces the credentials of the client, and then rejects the old ones.
#[tokio::test]
async fn a_request_with_rejected_credentials_is_sent_again_if_they_were_replaced() {
    let account = |secret| Credentials::oauth("id", secret).with_secret_in_form();
    let keys = [Credentials::key("0ld-key"), Credentials::key("new-key")];
    for [old, new] in [keys, [account("0ld-key"), account("new-key")]] {
        let client: Arc<OnceLock<Client>> = Arc::default();
        let rotated = Arc::clone(&client);
        let server = serve(move |request| {
            if request.contains("0ld-key") {
                rotated.get().unwrap().set_credentials(new.clone()).unwrap();
                json("401 Unauthorized", "", "{}")
            } else if request.starts_with("POST /token ") {
                json("200 OK", "", r#"{"access_token": "t0ken"}"#)
            } else {
                NOTHING.to_owned()
            }
        });
        client.get_or_init(|| server.client(old)).ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_rejected_token_is_replaced_if_a_request_also_has_a_key() {
    let server = serve(move |request| {
        if request.starts_with("POST /token ") {
            json("200 OK", "", r#"{"access_token": "t0ken", "expires_in": 3600}"#)
        } else if header(request, "authorization") == Some("Bearer t0ken") {
            NOTHING.to_owned()
        } else {
            json("401 Unauthorized", "", "{}")
        }
    });
    let expiry = std::time::SystemTime::now() + std::time::Duration::from_secs(3600);
    let account = Credentials::oauth("id", "secret");
    let account = account.with_token(AccessToken::new("revoked", expiry));
    server.client(account.and(Credentials::key("k"))).ping().send().await.unwrap();
    let sent = server.requests();
    let sent: Vec<_> = sent.iter().map(|it| header(it, "authorization").unwrap()).collect();
    assert_eq!((sent[0], sent[2]), ("Bearer revoked", "Bearer t0ken"));
}

/// A token from a file can end in a line break.
#[test]
fn an_initial_token_is_checked_before_the_first_call() {
    let token = AccessToken::new("t0ken\n", std::time::SystemTime::now());
    let credentials = Credentials::oauth("id", "secret").with_token(token);
    let error = Client::builder(credentials).base_url("https://example.com").build().unwrap_err();
    let expected = "`oauth`: the access token has an invalid character at position 6";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[tokio::test]
async fn an_error_of_the_token_endpoint_names_the_endpoint() {
    for (status, body, outcome) in [
        ("400 Bad Request", r#"{"error": "invalid_scope"}"#, "400 Bad Request (invalid_scope); check the client id"),
        ("404 Not Found", "", "404 Not Found; check the token URL (`Credentials::with_token_url`) and proxies"),
        ("200 OK", "{}", "200 OK, but its body is not a token response in JSON (`application/json`); check the token URL"),
    ] {
        let tokens = serve(move |_| json(status, "", body));
        let url = format!("{}/my/token?a=b", tokens.url);
        let credentials = Credentials::oauth("id", "secret").with_token_url(url);
        let error = tokens.client(credentials).access_token().await.unwrap_err().to_string();
        let (_, host) = tokens.url.split_once("//").unwrap();
        let expected = format!("the token endpoint `{host}/my/token` returned {outcome}");
        assert!(error.starts_with(&expected), "{error}");
    }
    let server = serve(|_| NOTHING.to_owned());
    let credentials = Credentials::oauth("id", "secret").with_token_url("http://127.0.0.1:1/token");
    let client = server.client(credentials).with_retry(things::RetryPolicy::none());
    let error = client.access_token().await.unwrap_err().to_string();
    assert!(error.starts_with("cannot reach the token endpoint `127.0.0.1:1/token`: "), "{error}");
    assert!(error.ends_with("; check the token URL (`Credentials::with_token_url`), the network and proxies"), "{error}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let credentials = Credentials::oauth("id", "secret").with_token_url(url);
    let error = server.client(credentials).access_token().await.unwrap_err().to_string();
    let advice = "check the scheme and the port of the token URL (`Credentials::with_token_url`), and proxies";
    assert!(error.ends_with(advice), "{error}");
}

#[tokio::test]
async fn tokens_are_requested_from_another_url() {
    let token = r#"{"access_token": "t0ken", "token_type": "bearer", "expires_in": 3600}"#;
    let tokens = serve(move |_| json("200 OK", "", token));
    let server = serve(|_| NOTHING.to_owned());
    let url = format!("{}/other/token", tokens.url);
    let credentials = Credentials::oauth("id", "secret").with_token_url(url);
    server.client(credentials).ping().send().await.unwrap();
    assert!(tokens.requests()[0].starts_with("POST /other/token "));
    assert_eq!(header(&server.requests()[0], "authorization"), Some("Bearer t0ken"));
}

#[test]
fn an_incomplete_or_plain_http_token_url_is_rejected() {
    let rejected = |credentials| {
        let built = Client::builder(credentials).base_url("https://api.example.com").build();
        built.unwrap_err().to_string()
    };
    let account = || Credentials::oauth("id", "secret");
    let error = rejected(account().with_token_url("https://login.example.com/{tenant}/token"));
    let advice = "`https://login.example.com/{tenant}/token` contains a placeholder: set the URL with `Credentials::with_token_url`";
    assert!(error.contains(advice), "{error}");
    let error = rejected(account().with_token_url("http://login.example.com/mine/token"));
    assert!(error.contains("uses plain `http`, which exposes the client secret"), "{error}");
    assert!(error.contains("`Credentials::with_token_url`"), "{error}");
    let error = rejected(account().with_token_url("https://"));
    assert!(error.contains("invalid token URL `https://`"), "{error}");
    for url in [
        "https://me:s3cret@login.example.com/",
        "https://me:s3cret@{tenant}/",
        "https://me:s3cret@",
        "https://me:s3cret?@[",
        "https://login.example.com/{tenant}/token?code=s3cret",
        "https://login.example.com/{tenant}/token?code=a@s3cret",
        "https://[/token?code=s3cret",
        "http://login.example.com/token?code=s3cret",
    ] {
        let error = rejected(account().with_token_url(url));
        assert!(error.contains("token URL") && !error.contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn debug_output_and_errors_show_no_secret() {
    let secrets = ["s3cret-key-1", "s3cret-key-2", "s3cret-key-3", "s3cret-pass"];
    let body = format!("{{\"echo\": \"{}\"}}", secrets.join(" "));
    let server = serve(move |_| json("400 Bad Request", "", &body));
    let credentials = Credentials::key(secrets[0])
        .and(Credentials::query_key(secrets[1]))
        .and(Credentials::cookie_key(secrets[2]))
        .and(Credentials::basic("me", secrets[3]));
    let shown = format!("{credentials:?}");
    assert_eq!(shown, "Credentials(key, queryKey, cookieKey, basic: [redacted])");
    let error = server.client(credentials).ping().send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let broken = Client::builder(Credentials::key("s3cret\n")).base_url(&server.url).build();
    let shown = broken.unwrap_err().to_string();
    assert!(shown.contains("`key`") && !shown.contains("s3cret"), "{shown}");
}

/// Some APIs expect a key as the username of HTTP Basic, or after a prefix in a header.
#[tokio::test]
async fn a_key_as_the_username_or_after_a_prefix_is_redacted() {
    let body = r#"{"echo":"s3cret-user s3cret-prefixed"}"#;
    let server = serve(move |_| json("400 Bad Request", "", body));
    let credentials = Credentials::basic("s3cret-user", "").and(Credentials::key("SSWS s3cret-prefixed"));
    let error = server.client(credentials).ping().send().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", error.body());
    assert!(shown.contains("[redacted]") && !shown.contains("s3cret"), "{shown}");
}

/// Without a description of error objects, a 404 does not show whether the path or the resource is missing.
#[tokio::test]
async fn a_404_advises_checking_the_parameters_and_the_base_url() {
    let text = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone";
    for answer in [
        json("404 Not Found", "", ""),
        json("404 Not Found", "", r#"{"message":"nothing at /api/things/7"}"#),
        json("404 Not Found", "", r#"{"code":"NOT_FOUND","message":"no such thing"}"#),
        text.to_owned(),
    ] {
        let server = serve(move |_| answer.clone());
        let error = server.client(Credentials::none()).get_thing(7).send().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
        let advice = "; the resource or the path does not exist: check `id`, and the base URL";
        assert!(error.to_string().ends_with(advice), "{error}");
        let error = server.client(Credentials::none()).ping().send().await.unwrap_err();
        assert!(error.to_string().ends_with("; check the base URL"), "{error}");
    }
}

/// In responses of Atlas, these properties are an envelope.
#[tokio::test]
async fn properties_with_the_names_of_an_envelope_are_kept() {
    let body = r#"{"status":404,"content":"Dear"}"#;
    for status in ["200 OK", "404 Not Found"] {
        let server = serve(move |_| json(status, "", body));
        let request = server.client(Credentials::none()).get_letter(7).envelope(true);
        match request.send().await {
            Ok(letter) => {
                assert_eq!((status, letter.status()), ("200 OK", StatusCode::OK));
                assert_eq!(letter.content.as_deref(), Some("Dear"));
            }
            Err(error) => {
                assert_eq!((status, error.body()), ("404 Not Found", Some(body)), "{error}");
            }
        }
    }
}

#[test]
fn credentials_that_exclude_each_other_are_rejected() {
    let both = Credentials::bearer("a").and(Credentials::basic("b", "c"));
    let error = Client::builder(both).base_url("https://example.com").build().unwrap_err();
    assert!(matches!(error, Error::Config { .. }));
    assert!(error.to_string().contains("`bearer` and `basic` cannot be combined"), "{error}");
    // The names of headers are not case-sensitive.
    let both = Credentials::key("a").and(Credentials::old_key("b"));
    let error = Client::builder(both).base_url("https://example.com").build().unwrap_err();
    assert!(error.to_string().contains("`key` and `oldKey` cannot be combined"), "{error}");
    let error = Client::new(Credentials::none()).unwrap_err().to_string();
    assert!(error.contains("there is no base URL"), "{error}");
}

/// Reads the items of a stream, and the error that ends it.
macro_rules! read {
    ($stream:expr) => {{
        let mut stream = $stream;
        let (mut items, mut error) = (Vec::new(), None);
        while let Some(next) = stream.next().await {
            match next {
                Ok(item) => items.push(item),
                Err(failure) => error = Some(failure),
            }
        }
        (items, error)
    }};
}

fn query(request: &str) -> &str {
    request.lines().next().unwrap().split(' ').nth(1).unwrap()
}

#[tokio::test]
async fn numbered_pages_end_when_the_link_header_has_no_next() {
    let server = serve(|request| match query(request) {
        "/numbers?page=1" => json(
            "200 OK",
            "Link: <https://elsewhere/?page=9>; rel=\"next\"\r\n",
            "[{\"id\":1},{\"id\":2}]",
        ),
        "/numbers?page=2" => {
            json("200 OK", "Link: </numbers?page=1>; rel=\"prev\"\r\n", "[{\"id\":3},{\"id\":4}]")
        }
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let list = client.list_by_number();
    // A negative page cannot exist, so the stream starts at the first page.
    for stream in [list.clone().stream(), list.page(-1).stream()] {
        let (items, error) = read!(stream);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(items.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}

#[tokio::test]
async fn pages_that_are_counted_from_zero_are_all_read() {
    let server = serve(|request| match query(request) {
        "/from-zero?page=0" => json("200 OK", "", "[{\"id\":1},{\"id\":2}]"),
        "/from-zero?page=1" => json("200 OK", "", "[{\"id\":3}]"),
        "/from-zero?page=2" => json("200 OK", "", "[]"),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_from_zero().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn a_repeated_page_is_an_error() {
    let server = serve(|_| json("200 OK", "", "[{\"id\":1},{\"id\":2}]"));
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_number().stream());
    assert_eq!(items.len(), 2);
    assert!(error.unwrap().to_string().contains("does not end"));
    let server = serve(|_| json("200 OK", "", "{\"data\":[{\"id\":1}]}"));
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_offset().stream());
    assert_eq!(items.len(), 1);
    assert!(error.is_some());
}

#[tokio::test]
async fn offsets_count_the_returned_items() {
    let server = serve(|request| match query(request) {
        "/offsets?offset=0&limit=2" => json("200 OK", "", "{\"data\":[{\"id\":1},{\"id\":2}]}"),
        "/offsets?offset=2&limit=2" => json("200 OK", "", "{\"data\":[{\"id\":3}]}"),
        "/offsets?offset=3&limit=2" => json("200 OK", "", "{\"data\":[]}"),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_offset().limit(2).stream().read_ahead(3));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(server.requests.lock().unwrap().len(), 3, "requested pages ahead, although their offsets are unknown");
}

#[tokio::test]
async fn pages_that_are_lists_can_have_offsets() {
    let server = serve(|request| match query(request) {
        "/list-offsets?skip=0" => json("200 OK", "", "[{\"id\":1},{\"id\":2}]"),
        "/list-offsets?skip=2" => json("200 OK", "", "[{\"id\":3}]"),
        "/list-offsets?skip=3" => json("200 OK", "", "[]"),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_list_by_offset().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn each_cursor_is_used_once() {
    let server = serve(|request| match query(request) {
        "/cursors" => json("200 OK", "", "{\"items\":[\"a\"],\"next_cursor\":\"x\"}"),
        "/cursors?cursor=x" => json("200 OK", "", "{\"items\":[],\"next_cursor\":\"y\"}"),
        "/cursors?cursor=y" => json("200 OK", "", "{\"items\":[\"b\"],\"next_cursor\":\"\"}"),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_cursor().stream().read_ahead(3));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
    let server = serve(|_| json("200 OK", "", "{\"items\":[\"a\"],\"next_cursor\":\"x\"}"));
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_cursor().stream());
    assert_eq!(items, ["a", "a"]);
    assert!(error.unwrap().to_string().contains("its cursor leads back"));
}

#[tokio::test]
async fn a_cursor_can_be_in_an_object_of_the_page() {
    let server = serve(|request| match query(request) {
        "/nested" => json("200 OK", "", r#"{"items":["a"],"meta":{"page":{"next_cursor":"x"}}}"#),
        "/nested?cursor=x" => json("200 OK", "", r#"{"items":["b"],"meta":{}}"#),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_nested_cursor().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
}

#[tokio::test]
async fn the_cursor_in_a_link_is_sent_to_the_same_server() {
    let next = |link: &str| format!(r#"{{"items":["a"],"links":{{"next":"{link}"}}}}"#);
    let last = r#"{"items":["b"],"links":{"next":null}}"#;
    let server = serve(move |request| match query(request) {
        "/linked" => {
            json("200 OK", "", &next("https://elsewhere.example/other?size=9&page_token=x%20y"))
        }
        "/linked?page_token=x%20y" => json("200 OK", "", last),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_link().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
}

#[tokio::test]
async fn the_cursor_can_be_in_the_url_of_the_next_page() {
    let server = serve(|request| match query(request) {
        "/uris" => json("200 OK", "", r#"{"items":["a"],"meta":{"next_page_url":"/other?Page=1&PageToken=x"}}"#),
        "/uris?PageToken=x" => json("200 OK", "", r#"{"items":["b"],"meta":{"next_page_url":null}}"#),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_uri().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
}

#[tokio::test]
async fn the_number_of_the_next_page_can_be_in_a_link() {
    let page = |item: &str, next: &str| {
        let body = format!(r#"{{"count":2,"next":{next},"previous":null,"results":["{item}"]}}"#);
        json("200 OK", "", &body)
    };
    let server = serve(move |request| match query(request) {
        "/linked-numbers" => page("a", r#""https://elsewhere.example/other?page=2""#),
        "/linked-numbers?page=2" => page("b", "null"),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_linked_number().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
    let server = serve(move |_| page("a", r#""https://elsewhere.example/other?page=last""#));
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_linked_number().stream());
    assert_eq!(items, ["a", "a"]);
    assert!(error.unwrap().to_string().contains("its cursor leads back"));
}

/// Checks that the stream returns the items `a` and `b` from the given pages, and that it fails if the server always
/// returns the first page.
macro_rules! follows {
    ($operation:ident, $pages:expr) => {{
        let pages = $pages;
        let server = serve(move |request| {
            let page = pages.iter().find(|(url, _)| *url == query(request));
            json("200 OK", "", page.unwrap_or_else(|| panic!("{request}")).1)
        });
        let client = server.client(Credentials::none());
        let (items, error) = read!(client.$operation().stream());
        assert!(error.is_none(), "{error:?}");
        assert_eq!(items, ["a", "b"]);
        let server = serve(move |_| json("200 OK", "", pages[0].1));
        let client = server.client(Credentials::none());
        let (items, error) = read!(client.$operation().stream().read_ahead(3));
        assert_eq!(items, ["a", "a"]);
        assert!(error.unwrap().to_string().contains("its cursor leads back"));
    }};
}

#[tokio::test]
async fn the_number_of_the_next_page_can_be_in_a_field() {
    follows!(list_by_next_page, [
        ("/next-pages", r#"{"items":["a"],"meta":{"next_page":2}}"#),
        ("/next-pages?page=2", r#"{"items":[],"meta":{"next_page":3}}"#),
        ("/next-pages?page=3", r#"{"items":["b"],"meta":{"next_page":null}}"#),
    ]);
}

#[tokio::test]
async fn the_number_of_the_next_item_can_be_in_a_field() {
    follows!(list_by_next_item, [
        ("/next-items", r#"{"results":["a"],"from":9,"next":7}"#),
        ("/next-items?from=7", r#"{"results":[],"from":7,"next":0}"#),
        ("/next-items?from=0", r#"{"results":["b"],"from":0,"next":null}"#),
    ]);
}

#[tokio::test]
async fn a_list_with_an_iterator_ends_when_a_page_says_that_it_is_done() {
    follows!(list_by_iterator, [
        ("/iterators", r#"{"data":["a"],"iterator":"x","done":false}"#),
        ("/iterators?iterator=x", r#"{"data":[],"iterator":"y","done":false}"#),
        ("/iterators?iterator=y", r#"{"data":["b"],"iterator":"z","done":true}"#),
    ]);
}

#[tokio::test]
async fn the_cursor_can_be_in_a_field_that_requests_also_have() {
    follows!(list_by_starting_after, [
        ("/after", r#"{"data":["a"],"pages":{"next":{"starting_after":"x"}}}"#),
        ("/after?starting_after=x", r#"{"data":[],"pages":{"next":{"starting_after":"y"}}}"#),
        ("/after?starting_after=y", r#"{"data":["b"],"pages":{"next":null}}"#),
    ]);
    follows!(list_by_starting_after, [
        ("/after", r#"{"data":["a"],"pages":{"next":{"starting_after":"x"}}}"#),
        ("/after?starting_after=x", r#"{"data":["b"],"pages":null}"#),
    ]);
}

#[tokio::test]
async fn the_cursor_can_be_in_the_parameter_page() {
    follows!(list_by_page, [
        ("/pages", r#"{"data":["a"],"has_more":true,"next_page":"x"}"#),
        ("/pages?page=x", r#"{"data":[],"has_more":true,"next_page":"y"}"#),
        ("/pages?page=y", r#"{"data":["b"],"has_more":false,"next_page":null}"#),
    ]);
}

#[tokio::test]
async fn the_link_header_contains_the_cursor() {
    let links = "Link: <https://elsewhere.example/other?after=self>; rel=\"self\"\r\n\
                 Link: <https://elsewhere.example/other?a=1,2;b&after=x%20y>; title=a; rel=\"last next\"\r\n";
    let server = serve(move |request| match query(request) {
        "/headers" => json("200 OK", links, r#"["a"]"#),
        "/headers?after=x%20y" => json("200 OK", "Link: </headers>; rel=\"self\"\r\n", r#"["b"]"#),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_header().stream().read_ahead(2));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
    let server = serve(|_| json("200 OK", "Link: </headers>; rel=next\r\n", r#"["a"]"#));
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_header().stream());
    assert_eq!(items, ["a", "a"]);
    assert!(error.unwrap().to_string().contains("its cursor leads back"));
}

#[tokio::test]
async fn the_id_of_the_last_item_can_be_the_cursor() {
    let server = serve(|request| match query(request) {
        "/last" => json("200 OK", "", "{\"data\":[{\"id\":1},{\"id\":2}],\"has_more\":true}"),
        "/last?starting_after=2" => {
            json("200 OK", "", "{\"data\":[{\"id\":3}],\"has_more\":false}")
        }
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_last().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn a_cursor_can_be_a_uuid() {
    const SECOND: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let server = serve(|request| match query(request).split_once("?after=") {
        None => json("200 OK", "", &format!(r#"{{"data":["a"],"next_cursor":"{SECOND}"}}"#)),
        Some((_, SECOND)) => json("200 OK", "", r#"{"data":["b"],"next_cursor":null}"#),
        other => panic!("{other:?}"),
    });
    let client = server.client(Credentials::none());
    let (items, error) = read!(client.list_by_uuid().stream());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(items, ["a", "b"]);
}

#[tokio::test]
async fn a_required_uuid_can_be_text() {
    const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let server = serve(|request| match query(request) {
        "/uuids/67e55044-10b1-426f-9247-bb680e5fe0c8" => json("200 OK", "", "\"a\""),
        other => panic!("{other}"),
    });
    let client = server.client(Credentials::none());
    assert_eq!(client.get_by_uuid(ID).await.unwrap().into_inner(), "a");
    let uuid: things::uuid::Uuid = ID.parse().unwrap();
    assert_eq!(client.get_by_uuid(uuid).await.unwrap().into_inner(), "a");
    let error = client.get_by_uuid("a").await.unwrap_err();
    assert!(error.to_string().starts_with("getByUuid: invalid `id`: "), "{error}");
}

#[tokio::test]
async fn a_post_without_a_body_has_a_length() {
    let server = serve(|_| NOTHING.to_owned());
    server.client(Credentials::none()).touch().await.unwrap();
    let request = server.requests().remove(0).to_ascii_lowercase();
    assert_eq!(request.matches("content-length: 0\r\n").count(), 1, "{request}");
}

#[tokio::test]
async fn an_error_shows_what_the_server_says_and_advice_for_any_api() {
    for (status, body, expected) in [
        (
            "422 Unprocessable Entity",
            r#"{"detail":[{"loc":["body","name"],"msg":"Field required"}]}"#,
            ": body.name: Field required; correct the request",
        ),
        (
            "400 Bad Request",
            r#"{"name":["Required."]}"#,
            r#": {"name":["Required."]}; correct the request"#,
        ),
        (
            "401 Unauthorized",
            r#"{"code":20003,"message":"Authenticate"}"#,
            " 20003: Authenticate; check the credentials: they may be wrong or expired, or lack a permission",
        ),
        ("403 Forbidden", "{}", "; check the permissions of the credentials"),
        (
            "406 Not Acceptable",
            "{}",
            "; the server does not support the media type `application/json` for this operation",
        ),
        ("410 Gone", "{}", "; the resource has been removed"),
    ] {
        let server = serve(move |_| json(status, "", body));
        let error = server.client(Credentials::none()).touch().await.unwrap_err();
        let message = error.to_string();
        assert!(message.ends_with(&format!("{status}{expected}")), "{message}");
    }
    let page = "check the base URL and proxies; if they are right, check the permissions of the credentials";
    for (body, expected) in [("<html>", page), ("no", "`no`; check the permissions of the credentials")] {
        let answer = json("403 Forbidden", "", body).replace("application/json", "text/plain");
        let server = serve(move |_| answer.clone());
        let error = server.client(Credentials::none()).touch().await.unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
    }
    let server = serve(|_| json("415 Unsupported Media Type", "", "{}"));
    let error = server.client(Credentials::none()).put_file("text").await.unwrap_err();
    let expected = "the server does not support the media type `application/octet-stream` for this operation";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[tokio::test]
async fn a_post_with_an_idempotency_key_is_retried() {
    for (key, requests) in [(Some("key"), 2), (None, 1)] {
        let is_first = AtomicBool::new(true);
        let server = serve(move |_| if is_first.swap(false, Ordering::Relaxed) {
            json("503 Service Unavailable", "", "{}")
        } else {
            NOTHING.to_owned()
        });
        let mut order = server.client(Credentials::none()).create_order();
        if let Some(key) = key {
            order = order.idempotency_key(key);
        }
        assert_eq!(order.await.is_ok(), key.is_some());
        assert_eq!(server.requests().len(), requests);
    }
}
