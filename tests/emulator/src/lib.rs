//! A local Atlas: an HTTP server for tests that responds like the MongoDB Atlas Administration API.
//!
//! The local Atlas loads the OpenAPI document `spec/atlas.yaml` and validates the path, query, media type and body of
//! every request against the document. Atlas itself may check more or less than the document describes.
//!
//! The local Atlas shares no code with the client, because tests would not notice a bug in shared code.
//! `tests/clients/run` tests the local Atlas with third-party clients.
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
//! The local Atlas performs these checks in order. The first failure determines the response:
//!
//! | check | response on failure |
//! |---|---|
//! | the body has at most 1 MiB | 413 `PAYLOAD_TOO_LARGE` |
//! | the path is in the spec | 404 `RESOURCE_NOT_FOUND` |
//! | the path supports the method | 405 `METHOD_NOT_ALLOWED`, with `Allow` |
//! | if `Authorization` is `Bearer`, the token is valid | 401 `USER_UNAUTHORIZED`, with `Bearer error="invalid_token"` |
//! | otherwise, `Authorization` is `Digest` with the API key | 401 `UNEXPECTED_ERROR`, with a [`Digest`] challenge |
//! | the rate limit of the project is not exceeded | 429 `RATE_LIMITED_TOKEN_BUCKET`, with `Retry-After` |
//! | `Accept` names an existing version or a later date | 406 `INVALID_VERSION_DATE` |
//! | the version still exists on the date of [`Builder::today`] | 410 `VERSION_GONE` |
//! | required parameters are present; all are known and valid; only lists are repeated | 400 `INVALID_PATH_PARAMETER`, `MISSING_QUERY_PARAMETER` or `INVALID_QUERY_PARAMETER`, with each invalid parameter |
//! | the project and the cluster exist | 404 `GROUP_NOT_FOUND`, `CLUSTER_NOT_FOUND` |
//! | `Content-Type` is the requested version, or `application/json` | 415 `UNSUPPORTED_MEDIA_TYPE` |
//! | the body is JSON | 400 `MALFORMED_JSON` |
//! | the body is valid and has no unknown top-level fields | 400 `BAD_REQUEST`, with each invalid field |
//! | the local Atlas supports the version of the response | 501 `NOT_IMPLEMENTED`, with the reason |
//! | the bucket, the snapshot and the job exist | 404 `EXPORT_BUCKET_NOT_FOUND`, `SNAPSHOT_NOT_FOUND`, `RESOURCE_NOT_FOUND` |
//!
//! The local Atlas behaves like Atlas in these respects, according to documentation or to recorded responses:
//!
//! - A versioned operation has no default version: a request without `Accept`, or with `*/*`, gets
//!   406.
//! - Responses in a deprecated version have a `Deprecation` header with the date of the next version, if there is one.
//!   If the spec has a removal date, these responses also have a `Sunset` header. An error has both headers if it comes
//!   from a check after the ones for `Accept`.
//! - Errors have `parameters`, and repeat their code in the `X-Error-Code` header. Digest challenges have neither. The
//!   errors of the token endpoints do not have this header, and only the one with status 429 has `parameters`.
//! - Responses to versioned operations have `RateLimit-Limit` and `RateLimit-Remaining`. Exceptions are status 401,
//!   requests for an unknown project, and responses that a fault replaces.
//! - Created jobs and sample jobs always have `customData`, `exportStatus` and `prefix`. Only a response to a request
//!   for a single bucket contains the `region`, and no bucket has `links`.
//! - `POST /api/oauth/token` and `POST /api/oauth/revoke` issue and revoke tokens of the service
//!   account. Both endpoints reject a percent-encoded client id or secret. By default, the limits are 10 requests for
//!   tokens per minute (then 429) and 100 valid tokens (then 403 `access_denied`).
//!
//! [`Builder::tls`] enables HTTPS.
//!
//! # Export buckets and export jobs
//!
//! Buckets and jobs are stored in memory. Every cluster has the snapshot [`DEFAULT_SNAPSHOT_ID`] and the snapshots that
//! its configured jobs export. An export copies nothing. Its job is first `Queued`, then `InProgress`. After
//! [`Builder::export_duration`], the job has the state from [`Builder::export_outcome`]. Durations of exports, lifetimes
//! of tokens and nonces, and rate limits follow tokio's clock, which a test can pause.
//!
//! Older versions return only the buckets that their schema allows: 2023-01-01 returns only buckets
//! in AWS.
//!
//! As in recorded responses of Atlas, several buckets can have the same name. Atlas documents the codes of the 404
//! errors for a bucket and a snapshot.
//!
//! # Differences from Atlas
//!
//! - Atlas compresses bodies of 10 kB or more with gzip, and supports HTTP/2. The local Atlas does neither.
//! - Atlas's nonces are valid only for a short time. By default, those of the local Atlas never become stale
//!   ([`Digest::lifetime`]).
//! - Atlas also sends a `Deprecation` header for some versions without a next version. Their dates are not in the spec.
//! - Some recorded digest challenges have no `errorCode`, or no body. Some other errors have `null` as `errorCode` or
//!   as `parameters`. [`Fault::body`] sends such an error.
//! - Atlas limits the requests for tokens per account and IP address. The local Atlas has one account, and the address
//!   does not matter.
//! - Atlas has a token bucket for each set of operations. [`Builder::rate_limit`] has one bucket for all operations of
//!   a project.
//!
//! Atlas's behaviour in the following cases is neither documented nor recorded:
//!
//! | case | local Atlas |
//! |---|---|
//! | a bearer token is unknown, revoked or expired | 401 `USER_UNAUTHORIZED`, with `Bearer error="invalid_token"` |
//! | a body, a method or a `Content-Type` is rejected | 413 `PAYLOAD_TOO_LARGE`, 405 `METHOD_NOT_ALLOWED`, 415 `UNSUPPORTED_MEDIA_TYPE` |
//! | a query parameter or a top-level field is not in the spec | 400 `INVALID_QUERY_PARAMETER`, `BAD_REQUEST` |
//! | several parameters are invalid | the code and `parameters` of the first; `badRequestDetail` lists all |
//! | a request for a token has wrong credentials | does not count towards the limit |
//! | the order of export jobs | created jobs first, newest first |
//! | deleting a bucket during an export to it | succeeds; the export continues |
//! | exporting a snapshot to the same bucket again | succeeds; there is no 409 |
//! | updating the private networking of a bucket in Azure or Google Cloud | 400 `BAD_REQUEST` |
//! | getting a job that does not exist | 404 `RESOURCE_NOT_FOUND` |
//! | getting a bucket in Azure or Google Cloud in version 2023-01-01 | 404 `EXPORT_BUCKET_NOT_FOUND` |
//! | `envelope=true` for a response with status 204 | has no effect |
//!
//! # Other operations
//!
//! Requests for other operations in the spec pass through the same checks but change nothing. The response is a valid
//! example, either from the spec or built from the schema. If there is no valid example, the response is 501
//! `NOT_IMPLEMENTED` with the reason.
//!
//! # Faults
//!
//! [`Builder::faults`] and [`Emulator::inject`] queue faults for the next requests, and
//! [`Builder::recurring_faults`] repeats faults. [`Builder::faults_at`],
//! [`Builder::recurring_faults_at`] and [`Emulator::inject_at`] limit faults to a [`Target`]: a path,
//! an operation or a cluster. A request can also trigger a [`Fault`] itself:
//!
//! ```text
//! curl --header 'X-Atlas-Fault: retry-after=5' --oauth2-bearer emulator-token ...
//! ```
//!
//! [`Builder::rate_limit`] limits the rate of requests, [`Paging`] creates unusual pages, and
//! [`Builder::jobs_over_time`] changes the jobs from one request to the next.

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
