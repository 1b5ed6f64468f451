//! A typed client for snapshot exports in the MongoDB Atlas Administration API.
//!
//! A [`Client`] has a method for each operation. Required parameters are arguments; optional ones are
//! set on the returned request. `send` sends it:
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
//! A request can also be awaited without `send`. For a list, `stream` reads all pages
//! ([more](docs::paging)).
//!
//! A [`Client`] is cheap to clone, and each request, future and stream owns a clone. All of them are
//! `Send` and `'static`, so they can be spawned or returned from a web handler.
//!
//! # Credentials
//! [`Credentials`] are those of a service account, an API key, or an access token. [`Client::new`]
//! takes them as an argument, and [`Client::from_env`] reads them from the environment variables that
//! other Atlas tools use. [The guide on credentials](docs::credentials) compares them.
//!
//! # Values
//! The types of [`models`] have public fields. What is sent is made by `new`, from what it must
//! hold, and by a method for each part that may be left out; it is checked against the rules of the
//! API by `send`. What is received is read with tolerance: unknown fields are passed over, and a
//! value or a variant that is newer than this client becomes `Unknown`, which sends back what came.
//!
//! A [`Response`] dereferences to its value, and has the status and the headers beside it.
//!
//! # Errors
//! Every failure is an [`Error`]; its message is one line that says what to do next
//! ([more](docs::errors)). To act upon one kind, look at its code, its status or its variant:
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
//! Every request asks for the resource version that its method is documented with, in the media
//! type of its `Accept` header. When Atlas deprecates that version, [`Response::deprecation`] and
//! [`Response::sunset`] say since when and until when.
//!
//! # Limits
//! Connections, attempts and operations have time limits, and transient failures are retried with
//! exponential backoff, within the server's rate limit ([more](docs::limits)). A `POST` or `PATCH` is
//! sent again only if the server cannot have acted on it. A `PUT` or `DELETE` is sent again after any
//! transient failure, for a repetition leaves the same result.
//!
//! # Features
//! - `gzip` (default): asks for compressed responses and decodes them.
//! - `rustls` (default): TLS by rustls, with the roots of the platform.
//! - `native-tls`: TLS by the library of the platform.
//! - `http2`: HTTP/2, where the server speaks it too ([more](docs::network)).
//! - `test-util`: [canned responses](testing) in place of a server, and constructors of responses.
//! - `bson`: conversions between [`ObjectId`] and `bson::oid::ObjectId`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which parts are used depends on the operations that are emitted"
)]
mod runtime;

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
    reason = "what a document describes has the size and the words that it has"
)]
mod generated;
mod http;
mod identity;
mod inner;
mod json;
mod nullable;
mod object_id;
#[allow(dead_code, reason = "only lists that come page by page are streams")]
mod pages;
mod response;
mod response_future;
mod retry;
mod servers;
mod telemetry;
#[cfg(feature = "test-util")]
pub mod testing;
mod text;
mod time_limits;
mod transport;
mod watch;

pub use call::ByteStream;
pub use client::{Client, ClientBuilder};
pub use credentials::{AccessToken, Credentials};
pub use error::{ApiError, BadRequestDetail, BodyProblem, Error, FieldViolation};
pub use generated::{models, operations};
pub use nullable::Nullable;
pub use object_id::{ObjectId, ParseObjectIdError};
pub use pages::ItemStream;
pub use response::{RateLimit, Response, ResponseHead};
pub use response_future::ResponseFuture;
pub use retry::RetryPolicy;
pub use runtime::InvalidInput;
pub use time_limits::TimeLimit;
pub use watch::{ExportJobStream, WatchExportJob};

// Types of other crates that stand in this interface.
pub use futures_core::Stream;
pub use reqwest::{self, StatusCode, header};
pub use secrecy::SecretString;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
