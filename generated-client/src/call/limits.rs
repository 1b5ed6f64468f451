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

    /// Converts `error` to a timeout error if one of the client's own timeouts expired. Converts any other error, such
    /// as a timeout of the network, to a connection error.
    pub(super) fn classify(&self, error: NoResponse) -> Error {
        self.timed_out(&error).unwrap_or_else(|| Error::transport(self.operation, error))
    }

    /// Returns an error if `error` means that one of the client's own timeouts expired.
    pub(super) fn timed_out(&self, error: &NoResponse) -> Option<Error> {
        let (limit, after) = self.exceeded(error)?;
        let is_sent = error.stage == Stage::Sent;
        Some(Error::TimedOut {
            operation_id: self.operation.id,
            host: error.host.clone(),
            limit,
            after,
            cause: None,
            attempts: 1,
            may_have_acted: is_sent && !self.operation.method.is_safe(),
        })
    }

    fn exceeded(&self, error: &NoResponse) -> Option<(TimeLimit, Duration)> {
        let limits = &self.client;
        let passed = self.start.elapsed();
        if !error.is_timeout {
            None
        } else if error.stage == Stage::Connect {
            (passed >= limits.connect).then_some((TimeLimit::Connect, limits.connect))
        } else if passed < self.time {
            None
        } else if self.time < limits.attempt {
            Some((TimeLimit::Operation, limits.operation))
        } else {
            Some((TimeLimit::Attempt, limits.attempt))
        }
    }
}
