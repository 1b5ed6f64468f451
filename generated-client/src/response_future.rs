//! The future of a response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{Error, Response};

/// The future of a response, from `send`.
///
/// The future owns the request and a clone of the client, so it can move into a task. It sends nothing before the first
/// poll. Dropping the future cancels the call, but the server may still carry out a request that was already sent.
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
