//! Calls to every client method with Prism as the server. The calls cover each example of a request, a response or an
//! error in the document.

use std::time::Duration;

use atlas_tests::{calls, relay::Relay, spec, view};
use generated_client::{Client, Credentials, Error, Response, RetryPolicy};
use serde_json::Value;

use super::{CLUSTER, GROUP, prism::Prism, write_view};

/// An operation in the document, as of a date.
pub(crate) struct Operation<'a> {
    id: &'a str,
    date: &'a str,
    view: &'a Value,
    object: &'a Value,
}

impl<'a> Operation<'a> {
    /// Returns the operations that exist on the given date: those without versions, and those with a version up to that
    /// date.
    pub(crate) fn all(date: &'a str, view: &'a Value) -> Vec<Self> {
        let paths = view["paths"].as_object().unwrap();
        let items = paths.values().flat_map(|item| item.as_object().unwrap().values());
        let named = items.filter_map(|operation| Some((operation.get("operationId")?, operation)));
        let make =
            |(id, object): (&'a Value, _)| Self { id: id.as_str().unwrap(), date, view, object };
        named.map(make).filter(|operation| operation.method().is_some()).collect()
    }

    /// Returns the target if the value is a `$ref`, or else the value itself.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let reference = value.get("$ref").and_then(Value::as_str);
        reference.map_or(value, |it| self.view.pointer(it.trim_start_matches('#')).unwrap())
    }

    /// Returns the examples of a body with their names.
    fn examples(&self, body: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let content = self.resolve(body)["content"].as_object().unwrap();
        let [media_type] = content.values().collect::<Vec<_>>()[..] else {
            panic!("expected one version on this date, found {content:?}");
        };
        let named = media_type.get("examples").and_then(Value::as_object).into_iter().flatten();
        let named = named.map(|(name, it)| (name.as_str(), &self.resolve(it)["value"]));
        named.chain(media_type.get("example").map(|it| ("", it))).collect()
    }

    /// Returns the bodies to send. `None` is a request without a body.
    pub(crate) fn requests(&self) -> Vec<Option<&'a Value>> {
        let Some(body) = self.object.get("requestBody") else { return vec![None] };
        self.examples(body).into_iter().map(|(_, example)| Some(example)).collect()
    }

    /// Returns the responses in the document: one for each example, and the 204 response, which has no body.
    fn answers(&self) -> Vec<Answer<'a>> {
        let mut all = Vec::new();
        for (status, answer) in self.object["responses"].as_object().unwrap() {
            if status == "204" {
                all.push(Answer { status: 204, name: "", body: &Value::Null });
                continue;
            }
            let examples = self.examples(answer);
            assert!(!examples.is_empty(), "`{}` has no example of {status}", self.id);
            let status = status.parse().unwrap();
            all.extend(examples.into_iter().map(|(name, body)| Answer { status, name, body }));
        }
        all
    }

    /// Returns the `operationId`.
    pub(crate) fn id(&self) -> &'a str {
        self.id
    }

    /// Returns the name of the method for the version of the operation on `self.date`.
    fn method(&self) -> Option<String> {
        let methods = spec::methods().unwrap().into_iter();
        let versions = methods.filter(|it| it.operation_id == self.id);
        let in_force = versions.filter(|it| it.version.as_deref().is_none_or(|it| it <= self.date));
        Some(in_force.max_by(|one, other| one.version.cmp(&other.version))?.name)
    }

    pub(crate) async fn send(&self, client: &Client, body: Option<&Value>) -> Result<Value, Error> {
        let method = self.method().unwrap();
        let outcome = calls::call(client, &method, body).await;
        let outcome = outcome
            .unwrap_or_else(|| panic!("`{method}` is not tested: call it in `tests/src/calls.rs`"));
        outcome.map(Response::into_inner)
    }
}

/// A response in the document.
struct Answer<'a> {
    status: u16,
    name: &'a str,
    body: &'a Value,
}

impl Answer<'_> {
    /// Returns a function that edits a request so that Prism sends this response. Atlas's errors are JSON regardless of
    /// `Accept`, but Prism negotiates their media type. Therefore, the edited request for an error also accepts JSON.
    fn prefer(&self) -> impl FnOnce(String) -> String + Send + use<> {
        let Self { status, name, .. } = *self;
        let example = if name.is_empty() { String::new() } else { format!(", example={name}") };
        let header = format!("\r\nprefer: code={status}{example}\r\n");
        let accept = if status < 400 { "accept: " } else { "accept: application/json, " };
        move |request| request.replacen("\r\n", &header, 1).replacen("accept: ", accept, 1)
    }

    fn check(&self, outcome: Result<Value, Error>) {
        match outcome {
            Ok(value) => assert_eq!((true, &value), (self.status < 300, self.body)),
            Err(Error::Api { head, error, .. }) => {
                assert_eq!(head.status(), self.status);
                assert_eq!(serde_json::to_value(error).unwrap(), *self.body);
                let wait = (self.status == 429).then(|| Duration::from_secs(55));
                assert_eq!(head.retry_after(), wait);
            }
            Err(other) => panic!("{} {}: {other}", self.status, self.name),
        }
    }
}

pub(crate) fn client(url: &str, token: &str) -> Client {
    let builder = Client::builder(Credentials::access_token(token)).base_url(url);
    builder.retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test]
#[ignore = "run by `tests/contract/run`"]
async fn every_example_decodes_into_its_value_or_error() {
    for date in view::dates() {
        let prism = Prism::mock(&write_view(date));
        let document = view::on(date).unwrap();
        let mut count = 0;
        for operation in Operation::all(date, &document) {
            for body in operation.requests() {
                for answer in operation.answers() {
                    let relay = Relay::start(prism.address(), answer.prefer()).await.unwrap();
                    let client = client(relay.url(), "token");
                    let outcome = operation.send(&client, body).await;
                    answer.check(outcome);
                    count += 1;
                }
            }
        }
        assert_eq!(prism.complaints(), [""; 0], "{date}");
        assert_eq!(prism.requests(), count, "{date}");
        println!("{date}: {count} responses with examples of the document decode as expected");
    }
}

#[tokio::test]
#[ignore = "run by `tests/contract/run`"]
async fn prism_reports_an_invalid_request() {
    let prism = Prism::mock(&write_view("2023-01-01"));
    let most = spec::bound("itemsPerPage", "maximum").unwrap().unwrap();
    let spoil = move |request: String| {
        request.replace(&format!("itemsPerPage={most}"), &format!("itemsPerPage={}", most + 1))
    };
    let relay = Relay::start(prism.address(), spoil).await.unwrap();
    let client = client(relay.url(), "token");
    let list = client.list_group_cluster_backup_exports(GROUP, CLUSTER).items_per_page(most);
    assert_eq!(list.send().await.unwrap_err().status().unwrap(), 400);
    let complaints = prism.complaints();
    assert!(
        complaints.iter().any(|it| it.contains(&format!("itemsperpage must be <= {most}"))),
        "{complaints:?}"
    );
}
