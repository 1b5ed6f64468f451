//! Timeouts for connections, attempts and operations.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

/// The timeouts of a client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLimits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
}

impl TimeLimits {
    pub(crate) const DEFAULT: Self = Self {
        connect: Duration::from_secs(10),
        attempt: Duration::from_secs(60),
        operation: Duration::from_secs(300),
    };

    /// Returns the timeout of a request to the token endpoint. A long attempt timeout, for example for downloads, does
    /// not apply to such a request, because the calls that need a token wait for it.
    pub(crate) fn token_request(self) -> Duration {
        self.attempt.min(Self::DEFAULT.attempt)
    }
}

/// A timeout of the client. [`Error::TimedOut`](crate::Error::TimedOut) contains the timeout that expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeLimit {
    /// [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout). The last attempt sent nothing.
    Connect,
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    Attempt,
    /// [`ClientBuilder::operation_timeout`](crate::ClientBuilder::operation_timeout).
    Operation,
    /// The timeout of a watch.
    Watch,
}

/// Formats the timeout as the name of the method that sets it.
impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect_timeout",
            Self::Attempt => "attempt_timeout",
            Self::Operation => "operation_timeout",
            Self::Watch => "timeout",
        })
    }
}

/// The deadline of an operation or a watch, measured with tokio's clock, which tests can pause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// The time of the deadline, or `None` if the time is too far away to represent.
    at: Option<Instant>,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        Self { at: Instant::now().checked_add(limit) }
    }

    /// Returns the remaining time, or zero after the deadline.
    pub(crate) fn left(self) -> Duration {
        self.at.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }
}
