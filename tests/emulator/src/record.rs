//! Recorded requests.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Uri, Version},
};

use crate::auth::TOKEN_PATH;

/// A request as the local Atlas received it. Rejected requests are recorded too, except those with status 413.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The path and the query, percent-encoded.
    pub uri: Uri,
    /// The HTTP version.
    pub version: Version,
    /// The headers. `Debug` hides the value of `Authorization`.
    pub headers: HeaderMap,
    /// The body. Empty if the request has none.
    pub body: Bytes,
}

/// All requests so far.
#[derive(Debug)]
pub(crate) struct Record {
    /// `None` if requests are counted but not stored.
    requests: Option<Mutex<Vec<RecordedRequest>>>,
    count: AtomicUsize,
    token_count: AtomicUsize,
}

impl Record {
    /// Creates an empty record, which stores requests or only counts them.
    pub(crate) fn new(keeps_requests: bool) -> Self {
        let requests = keeps_requests.then(Mutex::default);
        Self { requests, count: AtomicUsize::new(0), token_count: AtomicUsize::new(0) }
    }

    pub(crate) fn add(&self, request: &RecordedRequest) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if request.uri.path() == TOKEN_PATH {
            self.token_count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(requests) = &self.requests {
            requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        let requests = self.requests.as_ref();
        requests
            .map(|requests| requests.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn token_count(&self) -> usize {
        self.token_count.load(Ordering::Relaxed)
    }
}
