//! The timeouts that apply to one request.

use std::time::Duration;

use tokio::time::Instant;

use crate::no_response::{NoResponse, Stage};
use crate::runtime::Operation;
use crate::time_limits::{Deadline, TimeLimits};
use crate::{Error, TimeLimit};

/// The timeouts that apply to one request, and its start time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    client: TimeLimits,
    operation: &'static Operation,
    /// The attempt timeout, or the remaining time of the operation if that is shorter.
    pub(super) time: Duration,
    start: Instant,
}

impl Limits {
    pub(super) fn new(
        client: TimeLimits,
        operation: &'static Operation,
        deadline: Deadline,
    ) -> Self {
        let time = client.attempt.min(deadline.left());
        Self { client, operation, time, start: Instant::now() }
    }

    /// Converts `error` to a timeout error if the client's connect timeout expired. Converts any other error, such as a
    /// timeout of the network, to a connection error.
    pub(super) fn classify(&self, error: NoResponse) -> Error {
        let limit = self.client.connect;
        let is_connect = error.is_timeout && error.stage == Stage::Connect;
        if !is_connect || self.start.elapsed() < limit {
            return Error::transport(self.operation, error);
        }
        Error::TimedOut {
            operation_id: self.operation.id,
            host: error.host,
            watched: None,
            limit: TimeLimit::Connect,
            after: limit,
            cause: None,
            attempts: 1,
            may_have_acted: false,
        }
    }

    /// Returns the error for a response that is not complete after [`time`](Self::time). The client may still have been
    /// connecting, but the request is treated as sent.
    pub(super) fn expired(&self) -> Error {
        let limits = &self.client;
        let (limit, after) = if self.time < limits.attempt {
            (TimeLimit::Operation, limits.operation)
        } else {
            (TimeLimit::Attempt, limits.attempt)
        };
        Error::timed_out(self.operation.id, limit, after, !self.operation.method.is_safe())
    }
}
