//! Tasks that request pages.

use std::panic::resume_unwind;

use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::fetched::Fetch;
use crate::Error;
use crate::no_response::NoResponse;
use crate::runtime::Operation;

/// Runs the request for a page in a task, which ends when the returned future is dropped. Without the task, nothing
/// would poll a request in flight while the caller works on an item, so the request could time out.
pub(super) fn in_task<T>(page: Fetch<T>, operation: &'static Operation) -> Fetch<T>
where
    T: Send + 'static,
{
    let mut task = JoinSet::new();
    task.spawn(page.in_current_span());
    Box::pin(async move {
        match task.join_next().await {
            Some(Ok(page)) => page,
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            _ => Err(Error::transport(operation, NoResponse::of_cancelled_task())),
        }
    })
}
