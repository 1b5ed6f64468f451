//! A local Atlas: an HTTP server for tests that responds like the MongoDB Atlas Administration API,
//! and refuses what Atlas would refuse.
//!
//! It reads the OpenAPI document `spec/atlas.yaml` at the start and checks the path, query, media type
//! and body of every request against it. It shares no code with any client, so a client that misreads
//! the document cannot agree with it by accident. `tests/clients/run` shows that third-party clients
//! can work with it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> anyhow::Result<()> {
//! use atlas_emulator::{Emulator, sample_jobs};
//!
//! let atlas = Emulator::builder().jobs(sample_jobs(250)).start().await?;
//! println!("URL: {}, token: {}", atlas.url(), atlas_emulator::DEFAULT_TOKEN);
//! assert!(atlas.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Responses
//!
//! These checks are made in order. The first that fails decides the response.
//!
//! | check | response on failure |
//! |---|---|
//! | the spec has the path | 404 `RESOURCE_NOT_FOUND` |
//! | the path has the method | 405 `METHOD_NOT_ALLOWED`, with `Allow` |
//! | `Authorization` is `Bearer` with a valid token | 401 `USER_UNAUTHORIZED`, with `Bearer error="invalid_token"` |
//! | or `Digest` with the API key | 401 `UNEXPECTED_ERROR`, with a [`Digest`] challenge |
//! | `Accept` names an existing version, or a later date | 406 `NOT_ACCEPTABLE` |
//! | the version is not removed on the date of [`Builder::today`] | 410 `VERSION_GONE` |
//! | parameters are known, given once, of their type and within bounds | 400 `VALIDATION_ERROR` |
//! | the project and the cluster exist | 404 `GROUP_NOT_FOUND`, `CLUSTER_NOT_FOUND` |
//! | `Content-Type` is the requested version, or `application/json` | 415 `UNSUPPORTED_MEDIA_TYPE` |
//! | the body is JSON, valid, and has no unknown field | 400 `VALIDATION_ERROR`, with each field |
//!
//! As in Atlas:
//!
//! - A versioned operation has no default version: a request without `Accept`, or with `*/*`, gets 406.
//! - A deprecated version responds with `Deprecation`, the date of its successor, and with `Sunset` if
//!   the spec has the date of its removal.
//! - Errors repeat their code in the header `X-Error-Code`.
//! - Nine of ten responses have `RateLimit-Limit` and `RateLimit-Remaining`.
//! - `POST /api/oauth/token` and `POST /api/oauth/revoke` issue and revoke tokens of the service account.
//!   They compare the client id and the secret as sent: percent-encoded ones are refused. By default,
//!   at most 10 tokens are issued per minute (then 429), and 100 are live (then 403 `access_denied`).
//!
//! Created buckets are kept in memory only. [`Builder::tls`] makes it speak HTTPS.
//!
//! # Faults
//!
//! [`Builder::faults`] and [`Emulator::inject`] queue faults for the next requests, and
//! [`Builder::recurring_faults`] repeats them. [`Builder::faults_at`] and [`Emulator::inject_at`] limit
//! them to a [`Target`]: a path, an operation or a cluster. A request can also ask for a [`Fault`]
//! itself:
//!
//! ```text
//! curl --header 'X-Atlas-Fault: retry-after=5' --oauth2-bearer emulator-token ...
//! ```
//!
//! [`Builder::rate_limit`] gives each resource a token bucket, [`Paging`] makes odd pages, and
//! [`Builder::jobs_over_time`] changes the jobs while they are read.

mod auth;
mod body;
mod buckets;
mod connection;
mod emulator;
mod error;
mod faults;
mod jobs;
mod negotiate;
mod paging;
mod parameters;
mod presentation;
mod projects;
mod rate_limit;
mod record;
mod route;
pub mod schema;
mod server;
mod spec;
mod tls;

pub use axum::http::StatusCode;
pub use chrono::NaiveDate;

pub use crate::{
    auth::{
        Algorithm, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY,
        DEFAULT_PUBLIC_KEY, Digest,
    },
    emulator::{Builder, DEFAULT_TOKEN, Emulator},
    faults::{FAULT_HEADER, Fault, Target, UnknownFault},
    jobs::{sample_jobs, sample_jobs_of},
    paging::Paging,
    projects::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID},
    record::RecordedRequest,
};
