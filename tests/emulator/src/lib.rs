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
//! | the local Atlas can fill the version of the response | 501 `NOT_IMPLEMENTED`, with the reason |
//! | the bucket, the snapshot and the job exist | 404 `RESOURCE_NOT_FOUND` |
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
//! [`Builder::tls`] makes it speak HTTPS.
//!
//! # Export buckets and export jobs
//!
//! Buckets and jobs are kept in memory only. Every cluster has the snapshots of its jobs, and
//! [`DEFAULT_SNAPSHOT_ID`]. An export copies nothing: its job is `Queued`, then `InProgress`, then in the
//! state of [`Builder::export_outcome`], after the time of [`Builder::export_duration`]. The time passes
//! by tokio's clock, which a test can pause.
//!
//! An older version shows only the buckets that its schema describes: 2023-01-01 shows those in AWS.
//!
//! What Atlas does in these cases is not documented, and no recorded response shows it. The local Atlas
//! decides as follows:
//!
//! | case | local Atlas |
//! |---|---|
//! | a second bucket with the name of an existing one | is created |
//! | deleting a bucket that a job exports to | succeeds; the job goes on |
//! | a second export of a snapshot to the same bucket | is created; there is no 409 |
//! | updating the private networking of a bucket in Azure or Google Cloud | 400 `VALIDATION_ERROR` |
//! | getting a bucket in Azure or Google Cloud in version 2023-01-01 | 404 `RESOURCE_NOT_FOUND` |
//! | `envelope=true` for a response with status 204 | has no effect |
//!
//! # Other operations
//!
//! An operation of the spec that is not implemented here passes the same checks, changes nothing, and
//! returns an example: the first that the spec shows, or one made from the schema. The example is
//! valid; if the spec shows no valid one, the response is 501 `NOT_IMPLEMENTED` with the reason.
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
mod behaviour;
mod body;
mod buckets;
mod builder;
mod connection;
mod emulator;
mod error;
mod example;
mod exports;
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
    builder::{Builder, DEFAULT_TOKEN},
    emulator::Emulator,
    exports::ExportOutcome,
    faults::{FAULT_HEADER, Fault, Target, UnknownFault},
    jobs::{DEFAULT_SNAPSHOT_ID, sample_jobs, sample_jobs_of},
    paging::Paging,
    projects::{DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID},
    record::RecordedRequest,
};
