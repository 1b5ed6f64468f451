//! Every method of the client, driven through Prism: each request, each answer and each error that
//! the document has an example of.

use std::time::Duration;

use atlas_tests::{relay::Relay, view};
use generated_client::models::{AwsExportBucketRequest, ExportBucketRequest};
use generated_client::{Client, Credentials, Error, RetryPolicy};
use serde_json::Value;

use crate::{CLUSTER, GROUP, prism::Prism, write_view};

/// An operation of the document on a date.
pub(crate) struct Operation<'a> {
    id: &'a str,
    date: &'a str,
    view: &'a Value,
    object: &'a Value,
}

impl<'a> Operation<'a> {
    pub(crate) fn all(date: &'a str, view: &'a Value) -> Vec<Self> {
        let paths = view["paths"].as_object().unwrap();
        let items = paths.values().flat_map(|item| item.as_object().unwrap().values());
        let named = items.filter_map(|operation| Some((operation.get("operationId")?, operation)));
        let make =
            |(id, object): (&'a Value, _)| Self { id: id.as_str().unwrap(), date, view, object };
        named.map(make).collect()
    }

    /// Follows a `$ref`.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let reference = value.get("$ref").and_then(Value::as_str);
        reference.map_or(value, |it| self.view.pointer(it.trim_start_matches('#')).unwrap())
    }

    /// The examples of a body, by name.
    fn examples(&self, body: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let content = self.resolve(body)["content"].as_object().unwrap();
        let [media_type] = content.values().collect::<Vec<_>>()[..] else {
            panic!("one version is in force: {content:?}");
        };
        let named = media_type.get("examples").and_then(Value::as_object).into_iter().flatten();
        let named = named.map(|(name, it)| (name.as_str(), &self.resolve(it)["value"]));
        named.chain(media_type.get("example").map(|it| ("", it))).collect()
    }

    /// The bodies to send; one request without a body where the operation takes none.
    pub(crate) fn requests(&self) -> Vec<Option<&'a Value>> {
        let Some(body) = self.object.get("requestBody") else { return vec![None] };
        self.examples(body).into_iter().map(|(_, example)| Some(example)).collect()
    }

    /// Each answer that the document has an example of.
    fn answers(&self) -> Vec<Answer<'a>> {
        let mut all = Vec::new();
        for (status, answer) in self.object["responses"].as_object().unwrap() {
            let examples = self.examples(answer);
            assert!(!examples.is_empty(), "{} has no example of {status}", self.id);
            let status = status.parse().unwrap();
            all.extend(examples.into_iter().map(|(name, body)| Answer { status, name, body }));
        }
        all
    }

    #[expect(deprecated, reason = "the older methods are sent as well")]
    pub(crate) async fn send(&self, client: &Client, body: Option<&Value>) -> Result<Value, Error> {
        let value = match (self.id, self.date) {
            ("createGroupBackupExportBucket", "2023-01-01") => {
                let body: AwsExportBucketRequest = read(body);
                let request = client.create_group_backup_export_bucket_v2023_01_01(GROUP, body);
                serde_json::to_value(request.pretty(true).send().await?.into_inner())
            }
            ("createGroupBackupExportBucket", _) => {
                let body: ExportBucketRequest = read(body);
                let request = client.create_group_backup_export_bucket(GROUP, body);
                serde_json::to_value(request.envelope(false).send().await?.into_inner())
            }
            ("listGroupClusterBackupExports", _) => {
                let request = client.list_group_cluster_backup_exports(GROUP, CLUSTER);
                let request = request.include_count(true).items_per_page(500).page_num(1);
                serde_json::to_value(request.send().await?.into_inner())
            }
            ("listBackupExportJobs", _) => {
                let request = client.list_backup_export_jobs(GROUP, CLUSTER);
                serde_json::to_value(request.pretty(true).send().await?.into_inner())
            }
            (other, _) => panic!("{other} is new: send it here"),
        };
        Ok(value.unwrap())
    }
}

/// An answer that the document has an example of, by name.
struct Answer<'a> {
    status: u16,
    name: &'a str,
    body: &'a Value,
}

impl Answer<'_> {
    /// Makes Prism give this answer to a request. It negotiates the media type of errors too, which
    /// Atlas does not: they are JSON whatever `Accept` says.
    fn prefer(&self) -> impl FnOnce(String) -> String + Send + use<> {
        let Self { status, name, .. } = *self;
        let example = if name.is_empty() { String::new() } else { format!(", example={name}") };
        let header = format!("\r\nprefer: code={status}{example}\r\n");
        let accept = if status < 400 { "accept: " } else { "accept: application/json, " };
        move |request| request.replacen("\r\n", &header, 1).replacen("accept: ", accept, 1)
    }

    fn check(&self, outcome: Result<Value, Error>) {
        match outcome {
            Ok(value) => assert_eq!((200, &value), (self.status, self.body)),
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

fn read<T: serde::de::DeserializeOwned>(body: Option<&Value>) -> T {
    serde_json::from_value(body.unwrap().clone()).unwrap()
}

pub(crate) fn client(url: &str, token: &str) -> Client {
    let builder = Client::builder(Credentials::access_token(token)).base_url(url);
    builder.retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test]
#[ignore = "tests/contract/run runs it"]
async fn every_example_arrives_as_what_it_is() {
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
                    if let Err(Error::Transport { .. }) = outcome {
                        panic!("{outcome:?}: {:?}", relay.answer().await);
                    }
                    answer.check(outcome);
                    count += 1;
                }
            }
        }
        assert_eq!(prism.complaints(), [""; 0], "{date}");
        assert_eq!(prism.requests(), count, "{date}");
        println!("{date}: {count} answers of Prism are what the document has");
    }
}

#[tokio::test]
#[ignore = "tests/contract/run runs it"]
async fn a_request_that_breaks_the_document_is_noticed() {
    let prism = Prism::mock(&write_view("2023-01-01"));
    let spoil = |request: String| request.replace("itemsPerPage=500", "itemsPerPage=501");
    let relay = Relay::start(prism.address(), spoil).await.unwrap();
    let client = client(relay.url(), "token");
    let list = client.list_group_cluster_backup_exports(GROUP, CLUSTER).items_per_page(500);
    assert_eq!(list.send().await.unwrap_err().status().unwrap(), 400);
    let complaints = prism.complaints();
    assert!(
        complaints.iter().any(|it| it.contains("itemsperpage must be <= 500")),
        "{complaints:?}"
    );
}
