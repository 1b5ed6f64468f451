//! A request that is on its way.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{Error, Response};

/// What `send` gives: the answer, once it is awaited.
///
/// Nothing is sent before it is polled for the first time, and dropping it ends the call.
#[must_use = "nothing is sent until it is awaited"]
pub struct ResponseFuture<'a, T>(
    Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send + 'a>>,
);

impl<'a, T> ResponseFuture<'a, T> {
    pub(crate) fn new(call: impl Future<Output = Result<Response<T>, Error>> + Send + 'a) -> Self {
        Self(Box::pin(call))
    }
}

impl<T> Future for ResponseFuture<'_, T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for ResponseFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
