//! A typed client of the MongoDB Atlas Administration API, for what exports snapshots to a bucket.

#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "which parts are used depends on the operations that are emitted"
)]
mod runtime;

mod base_url;
mod client;
mod credentials;
mod environment;
mod error;
mod generated;
mod object_id;
mod response;

pub mod models {
    //! The values that requests and answers hold.

    pub use crate::error::{ApiError, BadRequestDetail, FieldViolation};
    pub use crate::generated::models::*;
}

pub mod operations {
    //! The builders of requests, one an operation; a method of [`Client`](crate::Client) begins each.

    pub use crate::generated::operations::*;
}

pub use client::{Client, ClientBuilder};
pub use credentials::Credentials;
pub use error::Error;
pub use object_id::{ObjectId, ParseObjectIdError};
pub use response::{RateLimit, Response, ResponseHead};
pub use runtime::InvalidInput;

/// The HTTP client's own types that stand in this crate's interface.
pub use reqwest::{StatusCode, header};
