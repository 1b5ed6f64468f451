//! The work that is measured, one function for each way to do it.

use std::hint::black_box;

use anyhow::{Context as _, ensure};
use generated_client::models::PaginatedExportJobs;
use generated_client::{Client, Credentials};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::{bare, by_hand, plain, sample};

pub(crate) const GROUP: &str = "32b6e34b3d91647abb20e7b8";
pub(crate) const CLUSTER: &str = "Cluster0";
pub(crate) const TOKEN: &str = "emulator-token";

/// How many jobs the page has that is decoded.
pub const JOBS: usize = 500;

/// A way to do a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Work {
    /// Decodes a page as the client does.
    Decode,
    /// Decodes a page by the client's types, but as everybody does.
    DecodeTypes,
    /// Decodes a page by types that are written by hand.
    DecodeByHand,
    /// Reads a page as JSON, and keeps nothing of it.
    DecodeNothing,
    /// Decodes a page by the types of plain progenitor.
    DecodePlain,
    /// Reads a page by a call of the client with an access token.
    Call,
    /// The same, with an API key.
    CallByKey,
    /// Reads a page with bare reqwest, into types that are written by hand.
    CallBare,
    /// Reads a page with bare reqwest into the client's types, so that the calls alone differ.
    CallTypes,
    /// Reads a page by the client that plain progenitor makes.
    CallPlain,
}

/// The page that is decoded: indented for people, or not.
///
/// # Errors
///
/// None, as long as a value can be written as JSON.
pub fn page(pretty: bool) -> serde_json::Result<Vec<u8>> {
    let page = sample::page(0, JOBS, true);
    if pretty { serde_json::to_vec_pretty(&page) } else { serde_json::to_vec(&page) }
}

/// The properties of a job that are identifiers, times or values of an enumeration, which stand in
/// place.
const IN_PLACE: [&str; 7] =
    ["id", "snapshotId", "exportBucketId", "exportId", "state", "createdAt", "finishedAt"];

/// How many strings and lists of a page a caller reads, each of which has to be allocated.
///
/// # Errors
///
/// If it is no JSON.
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

/// As the client does for the body of an answer: the text is checked once, not string by string.
fn decode_text<T: DeserializeOwned>(page: &[u8]) -> anyhow::Result<()> {
    black_box(serde_json::from_str::<T>(str::from_utf8(black_box(page))?)?);
    Ok(())
}

/// As `reqwest::Response::json` does.
fn decode<T: DeserializeOwned>(page: &[u8]) -> anyhow::Result<()> {
    black_box(serde_json::from_slice::<T>(black_box(page))?);
    Ok(())
}

impl Work {
    /// Decodes `page` in this way.
    ///
    /// # Errors
    ///
    /// If it is no way to decode, or the types do not fit.
    pub fn decode(self, page: &[u8]) -> anyhow::Result<()> {
        match self {
            Self::Decode => decode_text::<PaginatedExportJobs>(page),
            Self::DecodeTypes => decode::<PaginatedExportJobs>(page),
            Self::DecodeByHand => decode::<by_hand::Page>(page),
            Self::DecodeNothing => decode::<IgnoredAny>(page),
            Self::DecodePlain => decode::<plain::types::PaginatedExportJobs>(page),
            other => anyhow::bail!("{other:?} is a call"),
        }
    }

    /// Prepares calls to the server at `url`.
    ///
    /// # Errors
    ///
    /// If no client can be made, or it is a way to decode.
    pub fn caller(self, url: &str) -> anyhow::Result<Caller> {
        Ok(match self {
            Self::Call => Caller::Ours(Client::new(url, Credentials::access_token(TOKEN))?),
            Self::CallByKey => {
                Caller::Ours(Client::new(url, Credentials::api_key("public", "private"))?)
            }
            Self::CallBare => Caller::Bare(bare::client()?, url.to_owned()),
            Self::CallTypes => Caller::Types(bare::client()?, url.to_owned()),
            Self::CallPlain => Caller::Plain(plain::Client::new_with_client(url, with_token()?)),
            other => anyhow::bail!("{other:?} is no call"),
        })
    }
}

/// Plain progenitor leaves the credentials to the caller.
fn with_token() -> anyhow::Result<reqwest::Client> {
    let headers = [(reqwest::header::AUTHORIZATION, format!("Bearer {TOKEN}").parse()?)];
    let builder = bare::builder().default_headers(headers.into_iter().collect());
    Ok(builder.build()?)
}

/// A client that is ready to call.
pub enum Caller {
    /// Ours.
    Ours(Client),
    /// reqwest, and where to.
    Bare(reqwest::Client, String),
    /// The same, for the client's types.
    Types(reqwest::Client, String),
    /// Plain progenitor's.
    Plain(plain::Client),
}

impl Caller {
    /// Reads one page.
    ///
    /// # Errors
    ///
    /// Whatever goes wrong.
    pub async fn call(&self) -> anyhow::Result<()> {
        let read = match self {
            Self::Ours(client) => {
                let request = client.list_group_cluster_backup_exports(GROUP, CLUSTER);
                request.items_per_page(100).page_num(1).send().await?.results.len()
            }
            Self::Bare(http, url) => bare::page::<by_hand::Page>(http, url).await?.results.len(),
            Self::Types(http, url) => {
                bare::page::<PaginatedExportJobs>(http, url).await?.results.len()
            }
            Self::Plain(client) => {
                let (group, cluster) = (GROUP.parse()?, CLUSTER.parse()?);
                let size = Some(100.try_into()?);
                let number = Some(1.try_into()?);
                let page = client
                    .list_backup_export_jobs(&group, &cluster, None, None, size, number, None)
                    .await
                    .context("plain progenitor")?;
                page.results.len()
            }
        };
        ensure!(read > 0, "the page is empty");
        Ok(())
    }
}
