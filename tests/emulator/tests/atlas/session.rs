//! A local Atlas and a plain HTTP client.

use std::time::Duration;

use anyhow::Context as _;
use atlas_emulator::{Builder, DEFAULT_TOKEN, Emulator};
use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

pub(crate) const BUCKETS: &str =
    "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/backup/exportBuckets";
pub(crate) const JOBS: &str =
    "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/exports";
pub(crate) const LEGACY_JOBS: &str =
    "/api/atlas/v1.0/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/exports";

pub(crate) struct Session {
    pub(crate) atlas: Emulator,
    /// A client without credentials. Reuse this client, because creating one loads the platform's
    /// certificates, which is slow.
    pub(crate) http: reqwest::Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Session {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        Self::with(Emulator::builder()).await
    }

    pub(crate) async fn with(builder: Builder) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { atlas: builder.start().await?, http })
    }

    /// Builds a request with the default token.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.atlas.url());
        self.http.request(method, url).bearer_auth(DEFAULT_TOKEN)
    }

    pub(crate) async fn create(&self, version: &str, body: &Value) -> anyhow::Result<Answer> {
        let request = self.request(Method::POST, BUCKETS).json(body);
        answer(request.header("Accept", vnd(version))).await
    }

    /// Sends a request for a version of the response, with an optional body.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        version: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let request = self.request(method, path).header("Accept", vnd(version));
        answer(body.into_iter().fold(request, reqwest::RequestBuilder::json)).await
    }

    pub(crate) async fn list(&self, query: &str) -> anyhow::Result<Answer> {
        let request = self.request(Method::GET, &format!("{JOBS}{query}"));
        answer(request.header("Accept", vnd("2023-01-01"))).await
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the names of the invalid fields in a 400 error.
    pub(crate) fn bad_fields(&self) -> Vec<&str> {
        let fields = self.body.pointer("/badRequestDetail/fields").and_then(Value::as_array);
        let names = fields.into_iter().flatten().map(|field| field.get("field")?.as_str());
        names.collect::<Option<_>>().unwrap_or_default()
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
    Ok(Answer { status, headers, text, body })
}

/// Advances tokio's clock, which runs in real time during requests.
pub(crate) async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// Returns a number in the spec's `components`, such as the `maximum` of a schema.
pub(crate) fn bound(place: &str) -> anyhow::Result<usize> {
    let spec: Value = serde_yaml::from_str(include_str!("../../../../spec/atlas.yaml"))?;
    let bound = spec.pointer(&format!("/components/{place}")).and_then(Value::as_u64);
    Ok(usize::try_from(bound.with_context(|| format!("`{place}` is not a number"))?)?)
}

pub(crate) fn vnd(version: &str) -> String {
    format!("application/vnd.atlas.{version}+json")
}
