//! A local Atlas: an HTTP server for tests that answers as the MongoDB Atlas Administration API
//! does, and that refuses what Atlas would refuse.
//!
//! It reads the OpenAPI document `spec/atlas.yaml` when it starts, and checks every request
//! against it: path, query, media type, body. It shares no code with any client, so that a client
//! that misreads the document cannot agree with it by accident.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> anyhow::Result<()> {
//! use atlas_emulator::{Emulator, sample_jobs};
//!
//! let atlas = Emulator::builder().jobs(sample_jobs(250)).start().await?;
//! println!("talk to {}, with the token {}", atlas.url(), atlas_emulator::DEFAULT_TOKEN);
//! assert!(atlas.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # How it answers
//!
//! One after the other, the first that does not hold decides:
//!
//! | check | else |
//! |---|---|
//! | the spec has the path | 404 `RESOURCE_NOT_FOUND` |
//! | the path has the method | 405 `METHOD_NOT_ALLOWED`, with `Allow` |
//! | `Authorization` is `Bearer` with a token that is good, or `Digest` with the API key | 401 `USER_UNAUTHORIZED`, with a challenge |
//! | `Accept` names a version that is there, or a later date | 406 `NOT_ACCEPTABLE` |
//! | the version is not yet removed, on the day that [`Builder::today`] says | 410 `VERSION_GONE` |
//! | parameters are known, given once, of their type and within bounds | 400 `VALIDATION_ERROR` |
//! | the project and the cluster exist | 404 `GROUP_NOT_FOUND`, `CLUSTER_NOT_FOUND` |
//! | `Content-Type` is the version asked for, or `application/json` | 415 `UNSUPPORTED_MEDIA_TYPE` |
//! | the body is JSON, valid, and has no unknown field | 400 `VALIDATION_ERROR`, with each field |
//!
//! As with Atlas, a versioned operation has no default version: a request without `Accept`, or
//! with `*/*`, gets 406. A deprecated version answers with `Deprecation`, the day on which its
//! successor appeared, and with `Sunset` if the spec has the day of its removal.
//!
//! `POST /api/oauth/token` and `POST /api/oauth/revoke` issue and revoke tokens of the service
//! account, at most 10 a minute (429) and 100 at a time (403 `access_denied`) unless told otherwise.
//!
//! What it creates is kept in memory, and gone when it stops.
//!
//! # How it fails
//!
//! [`Builder::faults`] and [`Emulator::inject`] let the next requests meet faults, and
//! [`Builder::recurring_faults`] all others; a request may ask for one itself, in the header
//! `X-Atlas-Fault` (see [`Fault`]):
//!
//! ```text
//! curl --header 'X-Atlas-Fault: retry-after=5' --oauth2-bearer emulator-token ...
//! ```
//!
//! [`Builder::rate_limit`] gives each resource a token bucket, [`Paging`] makes odd pages, and
//! [`Builder::jobs_over_time`] lets the jobs change while they are read.

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
