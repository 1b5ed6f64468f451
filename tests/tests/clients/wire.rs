//! The fields of a recorded request, in a form that allows a comparison between clients.

use std::collections::BTreeMap;

use atlas_emulator::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, RecordedRequest};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use regex::Regex;

/// The field name of the request line.
pub(crate) const LINE: &str = "request line";
/// The field name of the body.
pub(crate) const BODY: &str = "body";

/// Returns the request line, the headers and the body by name. Placeholders replace the parts that
/// vary between runs.
pub(crate) fn fields(request: &RecordedRequest) -> BTreeMap<String, String> {
    let RecordedRequest { method, uri, version, headers, body } = request;
    let mut fields = BTreeMap::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap());
        let value = values.collect::<Vec<_>>().join(" | ");
        fields.insert(name.to_string(), normalized(name.as_str(), &value, request));
    }
    fields.insert(LINE.to_owned(), format!("{method} {uri} {version:?}"));
    if !body.is_empty() {
        let body = String::from_utf8(body.to_vec()).unwrap();
        fields.insert(BODY.to_owned(), body);
    }
    fields
}

/// Replaces nonces, later nonce counts, digest responses, tokens, ports, versions and platforms
/// with placeholders. Also replaces a `uri` that equals the one in the request line, and a correct
/// `Content-Length`.
fn normalized(name: &str, value: &str, request: &RecordedRequest) -> String {
    let replace =
        |pattern: &str, by: &str| Regex::new(pattern).unwrap().replace_all(value, by).into_owned();
    match name {
        "host" => replace(r":\d+$", ":<port>"),
        "user-agent" => replace(r"\d+(\.\d+)+( \(.*\))?", "<version>"),
        "authorization" if value.starts_with("Digest ") => {
            let value = replace(r#"\b(nonce|cnonce|response)="[^"]+""#, r#"$1="<$1>""#);
            let later = Regex::new("nc=0000000[2-9]").unwrap().replace(&value, "nc=<later>");
            later.replace(&format!("uri=\"{}\"", request.uri), "uri=\"<uri>\"")
        }
        "authorization" if value == basic() => "Basic <base64 of ID:SECRET>".to_owned(),
        "authorization" => replace("^Bearer .+", "Bearer <token>"),
        "content-length" if !request.body.is_empty() && value == request.body.len().to_string() => {
            "<length of the body>".to_owned()
        }
        _ => value.to_owned(),
    }
}

/// Returns the only `Authorization` header that Atlas accepts for issuing a token.
fn basic() -> String {
    format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{DEFAULT_CLIENT_ID}:{DEFAULT_CLIENT_SECRET}"))
    )
}
