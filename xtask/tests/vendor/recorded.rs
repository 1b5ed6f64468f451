//! Compares the request that each method sends with the document, and validates the query and the body.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use super::build;
use super::document::{self, Asked};
use super::examples::{self, Example, plain};
use super::valid::Schemas;

/// The methods whose example is not a valid request. No value is valid for the property `eventTypeName` of the variant
/// in the example: its type is `object`, but all its enum values are strings.
const INVALID: [&str; 2] = ["create_group_alert_config", "update_group_alert_config"];

/// The program's output for a call.
#[derive(Deserialize)]
struct Call {
    method: String,
    requests: Vec<String>,
    outcome: Option<String>,
}

#[test]
#[ignore = "compiles the client generated from the full document, which takes minutes"]
fn every_method_sends_the_request_that_the_document_describes() {
    let Some(text) = document::text() else { return };
    let generated = document::with_previews(&text);
    let examples = examples::all(&generated.files);
    build::client(generated);
    let program = build::program(&examples);
    let printed = build::cargo(&program, &["run", "--quiet"]);

    let schemas = Schemas::new(&serde_yaml::from_str(&text).unwrap());
    let mut asked = document::asked(&text);
    let mut invalid = Vec::new();
    let (total, mut faults) = (asked.len(), Vec::new());
    let examples: BTreeMap<&str, &Example> =
        examples.iter().map(|example| (example.method.as_str(), example)).collect();
    for line in printed.lines() {
        let call: Call = serde_json::from_str(line).unwrap();
        match check(&call, examples[call.method.as_str()], &mut asked, &schemas) {
            Err(_) if INVALID.contains(&call.method.as_str()) => invalid.push(call.method),
            Err(fault) => faults.push(format!("{}: {fault}", call.method)),
            Ok(()) => {}
        }
    }
    faults.extend(asked.iter().map(|asked| format!("no method sends {asked:?}")));
    assert!(faults.is_empty(), "faults ({}):\n{}", faults.len(), faults.join("\n"));
    let fixed: Vec<_> =
        INVALID.iter().filter(|it| !invalid.iter().any(|method| method == **it)).collect();
    assert!(fixed.is_empty(), "remove from INVALID, because their examples are valid: {fixed:?}");
    println!("{} of {total} methods sent the documented request", printed.lines().count());
}

/// Checks one request and removes it from the expected requests.
fn check(
    call: &Call,
    example: &Example,
    asked: &mut Vec<Asked>,
    schemas: &Schemas,
) -> Result<(), String> {
    let [request] = call.requests.as_slice() else {
        return Err(format!("sent {} requests; {:?}", call.requests.len(), call.outcome));
    };
    let request = Request::read(request).ok_or("the request is not HTTP/1.1")?;
    let fits = |it: &&Asked| it.method == request.method && names(&it.path, &request, example);
    let literal = |it: &&Asked| it.path.split('/').filter(|it| !it.contains('{')).count();
    let best = asked.iter().filter(fits).map(|it| literal(&it)).max();
    let place = asked.iter().position(|it| {
        fits(&it)
            && Some(literal(&it)) == best
            && it.accept == request.header("accept")
            && it.content_type.as_deref().unwrap_or_default() == request.header("content-type")
    });
    let place = place.ok_or_else(|| format!("the document does not describe {request:?}"))?;
    let asked = asked.swap_remove(place);
    let absent: Vec<_> = asked.query.iter().filter(|it| !request.query.contains_key(*it)).collect();
    if !absent.is_empty() {
        return Err(format!("the request lacks the query parameters {absent:?}"));
    }
    let mut faults = schemas.faults_of_query(&asked, &request.query);
    match (&asked.content_type, serde_json::from_str::<Value>(&request.body)) {
        (None, _) if !request.body.is_empty() => {
            faults.push(format!("unexpected body `{}`", request.body));
        }
        (Some(_), Err(error)) => faults.push(format!("{error} in `{}`", request.body)),
        (Some(_), Ok(body)) => faults.extend(schemas.faults_of_body(&asked, &body)),
        _ => {}
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// Returns whether a request has the given path, with each argument in its place.
fn names(path: &str, request: &Request, example: &Example) -> bool {
    let (wanted, sent): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), request.path.split('/').collect());
    wanted.len() == sent.len()
        && wanted.iter().zip(sent).all(|(wanted, sent)| is_value(wanted, sent, example))
}

/// Returns whether a segment matches the template: fixed text, or a value with fixed text around it.
fn is_value(wanted: &str, sent: &str, example: &Example) -> bool {
    let Some((before, (name, after))) =
        wanted.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return wanted == sent;
    };
    let value = sent.strip_prefix(before).and_then(|it| it.strip_suffix(after));
    let value = value.map(decoded);
    match (value, example.arguments.get(&plain(name))) {
        (Some(value), Some(argument)) => value == *argument,
        (Some(value), None) => !value.is_empty(),
        (None, _) => false,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Request {
    fn read(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let (line, headers) = head.split_once("\r\n")?;
        let (method, target) = line.strip_suffix(" HTTP/1.1")?.split_once(' ')?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        Some(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.map(|(name, value)| (name.to_owned(), decoded(value))).collect(),
            headers: headers.map(|(name, it)| (name.to_lowercase(), it.to_owned())).collect(),
            body: body.to_owned(),
        })
    }

    /// Returns the value of a header, or an empty string if the header is absent.
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }
}
