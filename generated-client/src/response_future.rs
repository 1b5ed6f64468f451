//! The future of a response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{Error, Response};

/// The future of a response, returned by `send`.
///
/// The future owns a client and the request, so it can be spawned. Nothing is sent before the first
/// poll, and dropping the future cancels the call.
#[must_use = "futures do nothing unless awaited"]
pub struct ResponseFuture<T>(Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>);

impl<T> ResponseFuture<T> {
    pub(crate) fn new(
        call: impl Future<Output = Result<Response<T>, Error>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(call))
    }
}

impl<T> Future for ResponseFuture<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for ResponseFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
