//! The work that is measured, and its implementations.

use std::hint::black_box;

use anyhow::{Context as _, ensure};
use clap::ValueEnum as _;
use generated_client::models::PaginatedExportJobs;
use generated_client::{Client, Credentials};
use serde_json::Value;

use crate::sample::{CLUSTERS, GROUP, TOKEN};
use crate::{bare, by_hand, plain, sample};

/// The number of jobs on the page that is decoded.
pub const JOBS: usize = 500;

/// A piece of work, and the implementation that does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Work {
    /// Decode a page into the client's types.
    Decode,
    /// Decode a page with serde into hand-written types.
    DecodeByHand,
    /// Decode a page with sonic-rs into hand-written types.
    DecodeSonic,
    /// Decode a page into the types of plain progenitor.
    DecodePlain,
    /// Read a page with the client and an access token.
    Call,
    /// Read a page with the client and an API key.
    CallByKey,
    /// Read a page with bare reqwest into the client's types.
    CallBare,
    /// Read a page with the client that plain progenitor generates, from the legacy API.
    CallPlain,
}

/// Returns the page that is decoded.
///
/// # Errors
///
/// Returns an error if the page cannot be encoded, which never happens in practice.
pub fn page() -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&sample::page(0, JOBS, true))
}

/// The properties that the client's types decode without allocations: ids, times and enums.
const IN_PLACE: [&str; 7] =
    ["id", "snapshotId", "exportBucketId", "exportId", "state", "createdAt", "finishedAt"];

/// Counts the strings and lists that decoding a page into the client's types must allocate.
///
/// # Errors
///
/// Returns an error if the page is not JSON.
pub fn strings_and_lists(page: &[u8]) -> serde_json::Result<u64> {
    Ok(allocated(&serde_json::from_slice(page)?))
}

fn allocated(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| !IN_PLACE.contains(&key.as_str()));
            fields.map(|(_, it)| allocated(it)).sum()
        }
        Value::Array(items) => 1 + items.iter().map(allocated).sum::<u64>(),
        Value::String(_) => 1,
        _ => 0,
    }
}

/// Decodes a page into the client's types. Validates UTF-8 once for the whole text, as the client does, instead of for
/// each string. Unlike the client, does not reject arrays in place of objects.
fn ours(page: &[u8]) -> anyhow::Result<PaginatedExportJobs> {
    Ok(serde_json::from_str(str::from_utf8(page)?)?)
}

/// Decodes a page into hand-written types, from bytes, as `reqwest::Response::json` does.
fn by_hand(page: &[u8]) -> serde_json::Result<by_hand::Page> {
    serde_json::from_slice(page)
}

fn sonic(page: &[u8]) -> sonic_rs::Result<by_hand::Page> {
    sonic_rs::from_slice(page)
}

fn plain(page: &[u8]) -> serde_json::Result<plain::types::PaginatedExportJobs> {
    serde_json::from_slice(page)
}

impl Work {
    /// Returns the name on the command line.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(|| format!("{self:?}"), |value| value.get_name().to_owned())
    }

    /// Decodes a page.
    ///
    /// # Errors
    ///
    /// Returns an error if this kind of work does not decode, or if the page does not match the types.
    pub fn decode(self, page: &[u8]) -> anyhow::Result<()> {
        let page = black_box(page);
        match self {
            Self::Decode => drop(black_box(ours(page)?)),
            Self::DecodeByHand => drop(black_box(by_hand(page)?)),
            Self::DecodeSonic => drop(black_box(sonic(page)?)),
            Self::DecodePlain => drop(black_box(plain(page)?)),
            other => anyhow::bail!("`{}` does not decode: add `--url`", other.name()),
        }
        Ok(())
    }

    /// Decodes a page and converts the result back to JSON.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`decode`](Self::decode).
    pub fn decoded(self, page: &[u8]) -> anyhow::Result<Value> {
        Ok(match self {
            Self::Decode => serde_json::to_value(ours(page)?)?,
            Self::DecodeByHand => serde_json::to_value(by_hand(page)?)?,
            Self::DecodeSonic => serde_json::to_value(sonic(page)?)?,
            Self::DecodePlain => serde_json::to_value(plain(page)?)?,
            other => anyhow::bail!("`{}` does not decode: add `--url`", other.name()),
        })
    }

    /// Creates a client for a server.
    ///
    /// # Errors
    ///
    /// Returns an error if the client cannot be built, or if this kind of work makes no calls.
    pub fn caller(self, server: &str) -> anyhow::Result<Caller> {
        Ok(match self {
            Self::Call => Caller::Ours(
                Client::builder(Credentials::access_token(TOKEN)).base_url(server).build()?,
            ),
            Self::CallByKey => Caller::Ours(
                Client::builder(Credentials::api_key("public", "private"))
                    .base_url(server)
                    .build()?,
            ),
            Self::CallBare => Caller::Bare(bare::builder().build()?, server.to_owned()),
            Self::CallPlain => Caller::Plain(plain::Client::new_with_client(server, with_token()?)),
            other => anyhow::bail!("`{}` makes no calls: omit `--url`", other.name()),
        })
    }
}

/// Creates a reqwest client that sends the token, because plain progenitor leaves credentials to the caller.
fn with_token() -> anyhow::Result<reqwest::Client> {
    let headers = [(reqwest::header::AUTHORIZATION, format!("Bearer {TOKEN}").parse()?)];
    let builder = bare::builder().default_headers(headers.into_iter().collect());
    Ok(builder.build()?)
}

/// A client that is ready to make calls.
pub enum Caller {
    /// Our client.
    Ours(Client),
    /// Bare reqwest, and the server's URL.
    Bare(reqwest::Client, String),
    /// The client that plain progenitor generates.
    Plain(plain::Client),
}

impl Caller {
    /// Makes `count` calls, alternating between two clusters.
    ///
    /// # Errors
    ///
    /// Returns an error if a call fails.
    pub async fn calls(&self, count: usize) -> anyhow::Result<()> {
        for cluster in CLUSTERS.iter().cycle().take(count) {
            ensure!(self.call(cluster).await? > 0, "the page is empty");
        }
        Ok(())
    }

    /// Reads the first page of a cluster's jobs and returns how many jobs are on it.
    ///
    /// # Errors
    ///
    /// Returns an error if the call fails.
    pub async fn call(&self, cluster: &str) -> anyhow::Result<usize> {
        Ok(match self {
            Self::Ours(client) => {
                let request = client.list_group_cluster_backup_exports(GROUP, cluster);
                request.items_per_page(100).page_num(1).send().await?.results.len()
            }
            Self::Bare(http, server) => bare::page(http, server, cluster).await?.results.len(),
            Self::Plain(client) => {
                let (group, cluster) = (GROUP.parse()?, cluster.parse()?);
                let size = Some(100.try_into()?);
                let number = Some(1.try_into()?);
                let page = client
                    .list_backup_export_jobs(&group, &cluster, None, None, size, number, None)
                    .await
                    .context("the call with plain progenitor failed")?;
                page.results.len()
            }
        })
    }
}
