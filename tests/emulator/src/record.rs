//! What arrived, for tests to read.

use std::sync::{Mutex, PoisonError};

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Uri},
};

/// A request as it arrived, whatever the answer was.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The path and the query, still encoded.
    pub uri: Uri,
    /// The headers. `Debug` hides the value of `Authorization`.
    pub headers: HeaderMap,
    /// The body, empty if there was none.
    pub body: Bytes,
}

#[derive(Debug, Default)]
pub(crate) struct Record(Mutex<Vec<RecordedRequest>>);

impl Record {
    pub(crate) fn add(&self, request: RecordedRequest) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
