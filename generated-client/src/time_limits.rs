//! How long a connection, an attempt and a whole operation may take.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

/// The time limits of a client.
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
}

/// Which time limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeLimit {
    /// [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout). Nothing was sent.
    Connect,
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    Attempt,
    /// [`ClientBuilder::operation_timeout`](crate::ClientBuilder::operation_timeout).
    Operation,
    /// The time that a watch was given.
    Watch,
}

/// The setting of the limit.
impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect_timeout",
            Self::Attempt => "attempt_timeout",
            Self::Operation => "operation_timeout",
            Self::Watch => "time_limit",
        })
    }
}

/// The end of an operation, by tokio's clock, which tests can pause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// Nothing if it is too far away to be counted.
    at: Option<Instant>,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        Self { at: Instant::now().checked_add(limit) }
    }

    pub(crate) const fn at(self) -> Option<Instant> {
        self.at
    }

    /// The time that is left; zero once it has passed.
    pub(crate) fn left(self) -> Duration {
        self.at.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }
}
