//! A typed client for snapshot exports in the MongoDB Atlas Administration API.
//!
//! A [`Client`] has a method for each operation. Required parameters are arguments; optional ones are set on the
//! returned request. `send` sends the request:
//!
//! ```no_run
//! use generated_client::{Client, Credentials};
//!
//! # async fn example() -> Result<(), generated_client::Error> {
//! let client = Client::new(Credentials::access_token("eyJhbGciOi..."))?;
//! let page = client
//!     .list_group_cluster_backup_exports("32b6e34b3d91647abb20e7b8", "Cluster0")
//!     .items_per_page(50)
//!     .send()
//!     .await?;
//! for job in &page.results {
//!     println!("{:?} {:?}", job.id, job.state);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Awaiting a request also sends it. For a list, `stream` reads all pages ([more](docs::paging)).
//! [`Client::watch_export_job`] follows an export job until it has finished.
//!
//! A [`Client`] is cheap to clone, and each request, future and stream owns a clone. Requests, futures and streams are
//! `Send` and `'static`, so you can use them in a web handler or move them into a spawned task:
//!
//! ```no_run
//! # async fn example(client: generated_client::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let request = client.list_group_cluster_backup_exports("32b6e34b3d91647abb20e7b8", "Cluster0");
//! let task = tokio::spawn(request.send());
//! println!("{} jobs", task.await??.results.len());
//! # Ok(())
//! # }
//! ```
//!
//! # Credentials
//! Authenticate with a service account, an API key or an access token. [`Client::new`] takes [`Credentials`] as an
//! argument. [`Client::from_env`] reads the credentials from the environment variables that other Atlas tools use. [The
//! guide to credentials](docs::credentials) compares the three kinds.
//!
//! # Values
//! The types in [`models`] have public fields. In models for requests, the required fields are arguments of `new`, and
//! each optional field has a setter. Models that are used only in responses have constructors and setters only with the
//! `test-util` feature. `send` checks requests against the rules of the API. Responses may contain values that are
//! newer than this client. Unknown fields are ignored. Unknown enum values and union variants become `Unknown`, which
//! keeps the received value.
//!
//! A [`Response`] dereferences to its value, and also contains the status and the headers.
//!
//! # Errors
//! Every failure is an [`Error`], whose message is one line that says what to do next ([more](docs::errors)). To handle
//! a particular failure, check its error code, its status or its variant:
//!
//! ```no_run
//! use generated_client::{Client, Error, StatusCode};
//!
//! # async fn example(client: Client) -> Result<(), Error> {
//! let request = client.list_group_cluster_backup_exports("32b6e34b3d91647abb20e7b8", "Cluster0");
//! match request.send().await {
//!     Ok(page) => println!("{} jobs", page.results.len()),
//!     Err(error) if error.error_code() == Some("CLUSTER_NOT_FOUND") => println!("not there"),
//!     Err(error) if error.status() == Some(StatusCode::TOO_MANY_REQUESTS) => {
//!         println!("wait for {:?}", error.retry_after());
//!     }
//!     Err(Error::InvalidInput(error)) => println!("correct {}", error.parameter()),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Versions
//! Each method requests one resource version through the media type in `Accept`. The documentation of the method names
//! this version, and the method for a newer one. A version that Atlas adds becomes a new method, whose name ends in the
//! date of the version. Existing methods keep their versions until an incompatible release of this crate. If Atlas has
//! deprecated the version, [`Response::deprecation`] returns the date of the deprecation, and [`Response::sunset`] the
//! date on which Atlas will remove the version.
//!
//! # Limits
//! Connections, attempts and operations have timeouts. Transient failures are retried with exponential backoff, but not
//! before the time in `Retry-After` has passed ([more](docs::limits)). A `POST` or `PATCH` is retried only if the
//! server cannot have acted on it. A `GET`, `PUT` or `DELETE` is retried after any transient failure, because repeating
//! the request has the same effect as sending it once.
//!
//! # Features
//! - `gzip` (default): requests compressed responses.
//! - `rustls` (default): TLS with rustls and the platform's root certificates.
//! - `native-tls`: TLS with the platform's library; takes precedence over `rustls`.
//! - `http2`: HTTP/2, if the server supports it ([more](docs::network)).
//! - `test-util`: the `testing` module, whose canned responses replace a server, and constructors for response models.
//! - `bson`: conversions between [`ObjectId`] and `bson::oid::ObjectId`; re-exports `bson`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which parts are used depends on the operations that are emitted"
)]
mod runtime;

mod base64_bytes;
mod base_url;
mod call;
mod client;
mod credentials;
pub mod docs;
mod environment;
mod error;
pub mod fuzzing;
#[rustfmt::skip]
#[allow(
    clippy::doc_lazy_continuation,
    clippy::large_enum_variant,
    clippy::module_inception,
    clippy::too_many_arguments,
    reason = "sizes and names come from the document"
)]
mod generated;
mod http;
mod id_input;
mod identity;
mod inner;
mod interceptor;
mod json;
mod media_type;
mod no_response;
mod nullable;
mod numbers;
mod object_id;
#[allow(dead_code, reason = "only paged lists are streams")]
mod pages;
mod proxy;
mod received;
mod response;
mod response_future;
mod retry;
mod secret;
mod servers;
mod telemetry;
#[cfg(feature = "test-util")]
pub mod testing;
mod text;
mod time_limits;
mod times;
mod transport;
mod watch;

pub use base64_bytes::Base64;
pub use call::ByteStream;
pub use client::{Client, ClientBuilder};
pub use credentials::{AccessToken, Credentials};
pub use error::{ApiError, BadRequestDetail, BodyProblem, Error, FieldViolation};
pub use generated::{models, operations};
pub use id_input::IdInput;
pub use interceptor::{Attempt, AttemptOutcome, Interceptor};
pub use nullable::Nullable;
#[cfg(feature = "bson")]
pub use object_id::bson;
pub use object_id::{ObjectId, ParseObjectIdError};
pub use pages::ItemStream;
pub use response::{RateLimit, Response, ResponseHead};
pub use response_future::ResponseFuture;
pub use retry::RetryPolicy;
pub use runtime::InvalidInput;
pub use secret::Secret;
pub use time_limits::TimeLimit;
pub use watch::{ExportJobFuture, ExportJobStream, WatchExportJob};

// Other crates, and types of other crates, that appear in the public interface.
pub use futures_core::Stream;
pub use reqwest::{self, Method, StatusCode, header};
pub use secrecy::SecretString;
pub use {chrono, serde_json, uuid};

#[cfg(doctest)]
/// The README, whose examples are compiled as documentation tests.
#[doc = include_str!("../README.md")]
struct Readme;
